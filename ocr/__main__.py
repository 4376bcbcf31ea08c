"""python -m ocr INPUT… -o OUT.pdf --json OUT.json --text OUT.txt [-j N] [--lang fra]"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from ocr import ReadError, Reading, read


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    outputs = [options.output, options.json, options.text, options.images]
    several = len(options.inputs) > 1
    if several and any(path is not None and not path.is_dir() for path in outputs):
        print("With several inputs, each output must be an existing folder.", file=sys.stderr)
        return 2
    worst = 0
    for path in options.inputs:
        try:
            reading = _read(path, options, several)
        except ReadError as error:
            print(f"{path}: {error} [{error.code}]", file=sys.stderr)
            worst = max(worst, error.exit_code)
        except OSError as error:
            print(f"{path}: {error.strerror or error}", file=sys.stderr)
            worst = max(worst, 2)
        else:
            _write(reading, path, options, several)
    return worst


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ocr", description="Reads scans.")
    add = parser.add_argument
    add("inputs", nargs="+", type=Path, metavar="INPUT", help="PDF, TIFF, JPEG, PNG, WebP or HEIC")
    add("-o", "--output", type=Path, metavar="OUT.pdf", help="searchable PDF")
    add("--json", type=Path, metavar="OUT.json", help="pages, words, boxes, confidence, warnings")
    add("--text", type=Path, metavar="OUT.txt", help="text, pages separated by form feeds")
    add("--images", type=Path, metavar="FOLDER", help="a WebP image of each page")
    add("-j", "--jobs", type=int, metavar="N", help="pages read at once (all cores)")
    add("--lang", default="fra", help="languages as tesseract names them (fra)")
    add("--max-pages", type=int, default=500, metavar="N")
    add("--pdf-a", action="store_true", help="write the PDF as PDF/A-2b")
    add("-q", "--quiet", action="store_true", help="no progress bar")
    return parser


def _target(given: Path | None, path: Path, ending: str, several: bool) -> Path | None:
    return given / (path.stem + ending) if given is not None and several else given


def _read(path: Path, options: argparse.Namespace, several: bool) -> Reading:
    with tqdm(desc=path.name, unit="page", disable=options.quiet) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return read(
            path,
            languages=options.lang,
            jobs=options.jobs,
            pdf=_target(options.output, path, ".pdf", several),
            images=_target(options.images, path, "", several),
            max_pages=options.max_pages,
            on_page=show,
            archive=options.pdf_a,
        )


def _write(reading: Reading, path: Path, options: argparse.Namespace, several: bool) -> None:
    json_file = _target(options.json, path, ".json", several)
    text_file = _target(options.text, path, ".txt", several)
    if json_file is not None:
        json_file.write_text(reading.to_json(), encoding="utf-8")
    if text_file is not None:
        text_file.write_text(reading.text, encoding="utf-8")
    if json_file is None and text_file is None and options.output is None and options.images is None:
        print(reading.text)


if __name__ == "__main__":
    sys.exit(main())
