"""Character errors by kind of damage: bare tesseract, OCRmyPDF, ours, and ours without each of its steps.

    python -m bench.ocr_quality [--pages 4] [--steps] [--typed FOLDER] [--ocrmypdf PROGRAM] [-j 2]

Pages are drawn here from letters written for it (bench/ocr_letters.py) and damaged by bench/ocr_damage.py:
one damage at 300 dpi, two damages at 200 dpi. `--typed` adds a folder of .jpg pages with their text beside
them as .txt. The words of the stamp itself are not counted. White space is; line ends count as blanks.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import img2pdf
import numpy as np
from jiwer import cer
from numpy.typing import NDArray

from bench.ocr_damage import KINDS, PAIRS, STAMP_WORDS, damaged
from bench.ocr_letters import letter
from ocr.cleaning import steps
from ocr.page import read_page
from ocr.programs.run import run
from ocr.source import open_source

ONE_DPI, TWO_DPI, TYPED_DPI = 300, 200, 200
Reader = Callable[["Page"], str]


@dataclass(frozen=True, slots=True)
class Page:
    """A damaged page as a file, its true text, and the set and kind it belongs to. `by_words`: score words,
    not characters in order (tables, whose cells may be read by row or by column)."""

    group: str
    kind: str
    file: Path
    text: str
    dpi: int
    by_words: bool = False

    @property
    def stamped(self) -> bool:
        return "stamped" in self.kind


def drawn(group: str, kinds: tuple[str, ...], number: int, dpi: int, folder: Path) -> Page:
    seed = sum(ord(sign) for kind in kinds for sign in kind) * 31 + number * 1009 + dpi
    clean = letter(seed, dpi)
    name = "+".join(kinds)
    pixels = damaged(clean.gray, kinds, seed)
    lossless = "faxed" in kinds
    file = folder / f"{group}-{name.replace(' ', '-')}-{number}.{'png' if lossless else 'jpg'}"
    cv2.imwrite(str(file), pixels, [] if lossless else [cv2.IMWRITE_JPEG_QUALITY, 85])
    return Page(group, name, file, clean.text, dpi)


def pages_of(count: int, folder: Path, typed: Path | None) -> Iterator[Page]:
    for kind in KINDS:
        for number in range(count):
            yield drawn("one damage" if kind != "clean" else "clean", (kind,), number, ONE_DPI, folder)
    for pair in PAIRS:
        for number in range(count):
            yield drawn("two damages", pair, number, TWO_DPI, folder)
    for file in sorted(typed.glob("*.jpg")) if typed else ():
        text = file.with_suffix(".txt").read_text(encoding="utf-8")
        table = file.stem.startswith("cat1962-")
        yield Page("typed", "typed (tables)" if table else "typed", file, text, TYPED_DPI, table)


def error(page: Page, got: str) -> float:
    truth, read = normal(page.text), normal(got)
    if page.stamped:
        read = " ".join(word for word in read.split() if re.sub(r"\W", "", word) not in STAMP_WORDS)
    if page.by_words:
        return word_error(truth, read)
    return min(float(cer(truth, read)), 1.0) if read else 1.0


def word_error(truth: str, read: str) -> float:
    """Share of the true words that were not read, wherever they stand."""
    left: dict[str, int] = defaultdict(int)
    for word in read.split():
        left[word] += 1
    missed = 0
    for word in truth.split():
        if left[word] > 0:
            left[word] -= 1
        else:
            missed += 1
    return missed / len(truth.split())


def normal(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


def bare(page: Page) -> str:
    command = ["tesseract", page.file, "-", "-l", "fra", "--dpi", str(page.dpi)]
    return run(command, seconds=300).decode("utf-8", "replace")


def ours(wanted: frozenset[str] = steps.ALL) -> Reader:
    def read(page: Page) -> str:
        with tempfile.TemporaryDirectory() as folder:
            kind = "image/png" if page.file.suffix == ".png" else "image/jpeg"
            scan = open_source(page.file, kind, Path(folder)).scan(1)
            scan.dpi = page.dpi
            return read_page(scan, 1, language="fra", image=None, wanted=wanted).reading.text

    return read


def ocrmypdf(program: Path) -> Reader:
    def read(page: Page) -> str:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            layout = img2pdf.get_fixed_dpi_layout_fun((page.dpi, page.dpi))
            (folder / "in.pdf").write_bytes(img2pdf.convert(str(page.file), layout_fun=layout))
            command = [
                program,
                "-l",
                "fra",
                "--deskew",
                "--rotate-pages",
                "--jobs",
                "1",
                "--output-type",
                "pdf",
            ]
            command += ["--sidecar", folder / "out.txt", folder / "in.pdf", folder / "out.pdf"]
            subprocess.run([str(part) for part in command], check=True, capture_output=True)
            return (folder / "out.txt").read_text(encoding="utf-8")

    return read


def measured(pages: Sequence[Page], reader: Reader, jobs: int) -> NDArray[np.float64]:
    with ThreadPoolExecutor(jobs) as pool:
        return np.array(
            [error(page, text) for page, text in zip(pages, pool.map(reader, pages), strict=True)]
        )


def table(pages: Sequence[Page], columns: dict[str, NDArray[np.float64]]) -> None:
    """Mean error in percent, a row for each kind and one for each set: of a set every kind weighs the
    same."""
    print(f"{'':34s}" + "".join(f"{name:>16s}" for name in columns))
    rows: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, page in enumerate(pages):
        rows[page.group][page.kind].append(index)
    for group, kinds in rows.items():
        for kind, held in kinds.items():
            print(
                f"  {kind:32s}" + "".join(f"{100 * values[held].mean():16.2f}" for values in columns.values())
            )
        if group == "typed":
            means = [
                values[[i for held in kinds.values() for i in held]].mean() for values in columns.values()
            ]
        else:
            means = [np.mean([values[held].mean() for held in kinds.values()]) for values in columns.values()]
        print(f"{group.upper():34s}" + "".join(f"{100 * mean:16.2f}" for mean in means), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=4, help="pages of each kind")
    parser.add_argument("--steps", action="store_true", help="also without each cleaning step")
    parser.add_argument("--typed", type=Path, help="folder of pages with their text")
    parser.add_argument("--ocrmypdf", type=Path, help="the program to compare with")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ocr-quality-") as name:
        pages = list(pages_of(options.pages, Path(name), options.typed))
        columns = {"tesseract": measured(pages, bare, options.jobs)}
        if options.ocrmypdf:
            columns["OCRmyPDF"] = measured(pages, ocrmypdf(options.ocrmypdf), options.jobs)
        columns["no cleaning"] = measured(pages, ours(steps.NONE), options.jobs)
        columns["ours"] = measured(pages, ours(), options.jobs)
        table(pages, columns)
        if options.steps:
            without = {"ours": columns["ours"]}
            for step in sorted(steps.ALL):
                without[f"- {step}"] = measured(pages, ours(steps.ALL - {step}), options.jobs)
            print("\nWithout one step:")
            table(pages, without)


if __name__ == "__main__":
    main()
