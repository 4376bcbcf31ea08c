"""Speed of reading, side by side in one run: bare tesseract, OCRmyPDF, ours, on the same files and cores.

python -m bench.ocr [--pages 12] [--rounds 5] [--ocrmypdf PROGRAM] [-j 2] [--dpi 150 200 300 600] [--memory
500]

The document is a PDF of clean letters, one gray JPEG scan a page. Bare tesseract gets the same JPEG files,
one process a core. Ours includes everything: searchable PDF, word boxes, page images, text and JSON. Each
figure is the median of `--rounds`, taken in turn so that a busy machine slows all of them alike. Processor
time is told beside the wall clock: it holds where others use the machine too.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import cv2
import img2pdf

from bench.ocr_damage import damaged
from bench.ocr_letters import letter
from bench.ocr_quality import normal


def scans(count: int, dpi: int, folder: Path) -> tuple[list[Path], list[str]]:
    files, texts = [], []
    for number in range(count):
        page = letter(4000 + number, dpi)
        file = folder / f"scan-{dpi}-{number:03d}.jpg"
        cv2.imwrite(str(file), damaged(page.gray, ("clean",), number), [cv2.IMWRITE_JPEG_QUALITY, 80])
        files.append(file)
        texts.append(page.text)
    return files, texts


def pdf_of(files: list[Path], dpi: int, path: Path) -> Path:
    layout = img2pdf.get_fixed_dpi_layout_fun((dpi, dpi))
    path.write_bytes(img2pdf.convert([str(file) for file in files], layout_fun=layout))
    return path


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds on the wall, and seconds of processor time of all programs started."""
    start, used = time.perf_counter(), _processor_time()
    work()
    return time.perf_counter() - start, _processor_time() - used


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bare(files: list[Path], dpi: int, jobs: int, folder: Path) -> None:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}

    def one(file: Path) -> None:
        command = ["tesseract", str(file), str(folder / file.stem), "-l", "fra", "--dpi", str(dpi)]
        subprocess.run(command, check=True, capture_output=True, env=environment)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, files))


def ours(pdf: Path, jobs: int, folder: Path) -> None:
    command = [sys.executable, "-m", "ocr", str(pdf), "-o", str(folder / "out.pdf"), "-q", "-j", str(jobs)]
    command += ["--json", str(folder / "out.json"), "--text", str(folder / "out.txt")]
    subprocess.run([*command, "--images", str(folder / "images")], check=True)


def ocrmypdf(program: Path, pdf: Path, jobs: int, folder: Path) -> None:
    command = [str(program), "-l", "fra", "--deskew", "--rotate-pages", "--jobs", str(jobs)]
    command += ["--sidecar", str(folder / "peer.txt"), str(pdf), str(folder / "peer.pdf")]
    subprocess.run(command, check=True, capture_output=True)


def error_of(texts: list[str], read: str) -> float:
    from jiwer import cer

    pages = read.split("\f")
    return 100 * float(cer([normal(text) for text in texts], [normal(page) for page in pages[: len(texts)]]))


def compare(options: argparse.Namespace, dpi: int, rounds: int, folder: Path) -> None:
    files, texts = scans(options.pages, dpi, folder)
    pdf = pdf_of(files, dpi, folder / f"scans-{dpi}.pdf")
    runs: dict[str, Callable[[], None]] = {
        "tesseract": lambda: bare(files, dpi, options.jobs, folder),
        "ours": lambda: ours(pdf, options.jobs, folder),
    }
    if options.ocrmypdf:
        runs["OCRmyPDF"] = lambda: ocrmypdf(options.ocrmypdf, pdf, options.jobs, folder)
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, work in runs.items():
            seconds[name].append(timed(work))
    wall, used = (
        {name: statistics.median(one[which] for one in values) for name, values in seconds.items()}
        for which in (0, 1)
    )
    errors = {
        "tesseract": error_of(texts, "\f".join((folder / f"{file.stem}.txt").read_text() for file in files)),
        "ours": error_of(texts, (folder / "out.txt").read_text()),
    }
    if options.ocrmypdf:
        errors["OCRmyPDF"] = error_of(texts, (folder / "peer.txt").read_text())
    for name in runs:
        ratio = f"  x{wall[name] / wall['ours']:.2f} of ours, processor x{used[name] / used['ours']:.2f}"
        print(
            f"{dpi:4d} dpi {name:10s} {wall[name] / options.pages:6.3f} s a page, "
            f"processor {used[name] / options.pages:6.3f} s  error {errors[name]:.2f} %{ratio}",
            flush=True,
        )
    print(f"{dpi:4d} dpi size in {pdf.stat().st_size}, out {(folder / 'out.pdf').stat().st_size}", flush=True)


def resident(pid: int) -> tuple[int, int]:
    """MB held by the process, and by the programs it has running. A child that has not become its program
    yet shares its parent's memory and is not counted."""

    def held(process: int) -> int:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20

    own, programs = held(pid), 0
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, children.read_text().split()):
                with suppress(OSError):
                    if os.readlink(f"/proc/{child}/exe") != os.readlink(f"/proc/{pid}/exe"):
                        programs += held(child)
    return own, programs


def memory(most: int, jobs: int, folder: Path) -> None:
    """Highest RSS of reading 1 page and `most` pages, each in a process of its own, looked at 20 times a
    second."""
    files, _ = scans(4, 200, folder)
    for count in (1, most):
        pdf = pdf_of([files[number % 4] for number in range(count)], 200, folder / f"long-{count}.pdf")
        code = (
            "from pathlib import Path; import ocr; "
            f"ocr.read(Path({str(pdf)!r}), jobs={jobs}, pdf=Path({str(folder / 'long.pdf')!r}), "
            f"images=Path({str(folder / 'long')!r}))"
        )
        process = subprocess.Popen([sys.executable, "-c", code])
        own = programs = together = 0
        while process.poll() is None:
            with suppress(OSError):
                now = resident(process.pid)
                own, programs = max(own, now[0]), max(programs, now[1])
                together = max(together, sum(now))
            time.sleep(0.05)
        assert process.returncode == 0
        print(f"{count:4d} pages: {own} MB, programs {programs} MB, at once {together} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ocrmypdf", type=Path, help="the program to compare with")
    parser.add_argument("--dpi", type=int, nargs="+", default=[300])
    parser.add_argument(
        "--memory", type=int, default=0, metavar="PAGES", help="also memory, for 1 and PAGES pages"
    )
    parser.add_argument("-j", "--jobs", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ocr-bench-") as name:
        for dpi in options.dpi:
            compare(options, dpi, options.rounds, Path(name))
        if options.memory:
            memory(options.memory, options.jobs, Path(name))


if __name__ == "__main__":
    main()
