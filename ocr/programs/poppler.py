"""poppler: takes images out of PDF pages, renders pages, reads the text that a page already holds."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.programs.run import MEBIBYTE, ProgramError, run

SECONDS = 40.0
TEXT_SECONDS = 20.0
MEMORY = 2048 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class TextWord:
    """A word of the page's own text; box as fractions of the page as shown; `line` counts from 0."""

    text: str
    box: tuple[float, float, float, float]
    block: int
    line: int


def extract_image(pdf: Path, page: int, folder: Path) -> NDArray[np.uint8]:
    """The first image of the page, as it is: height x width gray or height x width x 3 BGR."""
    root = folder / f"image-{page}"
    run(
        ["pdfimages", "-f", str(page), "-l", str(page), "-q", pdf, root],
        seconds=SECONDS,
        memory=MEMORY,
        folder=folder,
    )
    written = sorted(folder.glob(f"image-{page}-*"))
    try:
        if not written:
            raise ProgramError(f"pdfimages found no image on page {page}.")
        return _decode(written[0].read_bytes())
    finally:
        for file in written:
            file.unlink()


def render(pdf: Path, page: int, *, dpi: float, gray: bool) -> NDArray[np.uint8]:
    """The page as shown, drawn at `dpi`."""
    command: list[str | Path] = ["pdftoppm", "-q", "-cropbox", "-f", str(page), "-l", str(page)]
    command += ["-r", f"{dpi:.3f}"]
    if gray:
        command.append("-gray")
    return _decode(run([*command, pdf], seconds=SECONDS, memory=MEMORY))


def _decode(data: bytes) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_ANYCOLOR) if data else None
    if image is None:
        raise ProgramError("poppler made no image.")
    return np.asarray(image, np.uint8)


_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)"')
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', re.S
)


def text_words(pdf: Path, page: int, *, sideways: bool = False) -> list[TextWord]:
    """The words of the page's own text, in reading order.

    `sideways` is whether the page is shown turned by 90 or 270 degrees: poppler turns the words then, but
    not the page's size that it tells.
    """
    out = run(
        ["pdftotext", "-q", "-cropbox", "-bbox-layout", "-f", str(page), "-l", str(page), pdf, "-"],
        seconds=TEXT_SECONDS,
        memory=MEMORY,
    ).decode("utf-8", "replace")
    size = _PAGE.search(out)
    if size is None or float(size[1]) <= 0 or float(size[2]) <= 0:
        return []
    width, height = (float(size[2]), float(size[1])) if sideways else (float(size[1]), float(size[2]))
    found: list[TextWord] = []
    block = line = -1
    for part in re.split(r"(<block |<line )", out):
        if part == "<block ":
            block += 1
        elif part == "<line ":
            line += 1
        for x0, y0, x1, y1, text in _WORD.findall(part):
            text = html.unescape(text).strip()
            if text:
                box = (float(x0) / width, float(y0) / height, float(x1) / width, float(y1) / height)
                found.append(TextWord(text, _inside(box), max(block, 0), max(line, 0)))
    return found


def _inside(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (min(max(edge, 0.0), 1.0) for edge in box)
    return (x0, y0, x1, y1)
