"""One page: from pixels to words, text and image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.layout import Placed, quad_of, text_of
from ocr.programs import tesseract
from ocr.programs.poppler import TextWord
from ocr.raster import scale_matrix
from ocr.reading import PageReading, Word
from ocr.source import Scan

WEBP_QUALITY = 60


@dataclass(frozen=True, slots=True)
class PageResult:
    """A page read, with the words that were found by looking and belong into the PDF's text layer."""

    reading: PageReading
    layer: tuple[Placed, ...]


def read_page(scan: Scan, number: int, *, language: str, image: Path | None) -> PageResult:
    """Raises ProgramError where tesseract fails, OSError where the image cannot be written."""
    own = own_words(scan.own)
    seen = look(scan.gray, language=language, dpi=scan.dpi) if scan.gray is not None else []
    words = own or seen
    height, width = scan.screen.shape[:2]
    if image is not None:
        write_webp(scan.screen, image)
    reading = PageReading(
        number=number,
        width=width,
        height=height,
        text=text_of(words),
        words=tuple(Word(word.text, word.box, word.confidence, word.line) for word in words),
        confidence=confidence_of(words),
        rotation=0,
        blank=not words,
        warnings=scan.warnings,
        barcodes=(),
        image=image,
    )
    return PageResult(reading, () if own else tuple(seen))


def own_words(own: Sequence[TextWord]) -> list[Placed]:
    """The page's own text, certain by nature."""
    return [
        Placed(word.text, quad_of(*word.box, scale_matrix(1, 1)), 1.0, word.line, word.block) for word in own
    ]


def look(gray: NDArray[np.uint8], *, language: str, dpi: float) -> list[Placed]:
    height, width = gray.shape
    to_fraction = scale_matrix(1 / width, 1 / height)
    found = tesseract.words(gray, language=language, dpi=round(min(max(dpi, 70), 600)))
    placed = []
    line = paragraph = -1
    at: tuple[int, ...] = ()
    for word in found:
        here = (word.block, word.paragraph, word.line)
        if here != at:
            line += 1
            paragraph += here[:2] != at[:2]
            at = here
        quad = quad_of(word.left, word.top, word.left + word.width, word.top + word.height, to_fraction)
        placed.append(Placed(word.text, quad, word.confidence, line, paragraph))
    return placed


def confidence_of(words: Sequence[Placed]) -> float:
    """Mean over the letters of the page, 0..1; 0 where there is none."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def write_webp(screen: NDArray[np.uint8], path: Path) -> None:
    """Raises OSError."""
    done, data = cv2.imencode(".webp", screen, [cv2.IMWRITE_WEBP_QUALITY, WEBP_QUALITY])
    if not done:
        raise OSError(f"The page image {path.name} could not be written.")
    path.write_bytes(data.tobytes())
