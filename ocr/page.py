"""One page: from pixels to words, text and image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.barcodes import barcodes_of
from ocr.cleaning import paper, steps
from ocr.layout import Placed, box_around, confidence_of, quad_of, text_of
from ocr.look import Seen, look
from ocr.programs.poppler import TextWord
from ocr.raster import as_gray, moved, turn_matrix, turned
from ocr.reading import Barcode, Box, PageReading, Word
from ocr.script import script_of
from ocr.source import Scan

WEBP_QUALITY = 60
WEBP_EFFORT = 2
"""Half the time of libwebp's usual 4 for files 3 % larger."""

_NEVER_TURNED = frozenset((steps.TURN, steps.FLIP, steps.PERSPECTIVE))


@dataclass(frozen=True, slots=True)
class PageResult:
    """A page read, with the words that were found by looking and belong into the PDF's text layer. Their
    places are fractions of the PDF page, which can differ a little from those of the scan on it."""

    reading: PageReading
    layer: tuple[Placed, ...]


def read_page(
    scan: Scan, number: int, *, language: str, image: Path | None, wanted: frozenset[str] = steps.ALL
) -> PageResult:
    """Raises ProgramError where tesseract fails, OSError where the image cannot be written."""
    own = own_words(scan.own)
    seen = look(scan, language, wanted - _NEVER_TURNED if own else wanted)
    added = _beside(seen.words, own)
    words = (*own, *added)
    screen = turned(scan.screen, seen.rotation)
    if image is not None:
        write_webp(screen, image)
    text = text_of(words)
    reading = PageReading(
        number=number,
        width=screen.shape[1],
        height=screen.shape[0],
        text=text,
        words=tuple(Word(word.text, word.box, word.confidence, word.line) for word in words),
        confidence=confidence_of(words),
        rotation=seen.rotation,
        blank=seen.blank and not own,
        warnings=scan.warnings + seen.warnings,
        barcodes=_barcodes(scan, seen),
        image=image,
        script=seen.script or script_of(text),
        handwriting=seen.handwriting,
    )
    return PageResult(reading, _on_page(added, scan.area, seen.rotation))


def own_words(own: Sequence[TextWord]) -> tuple[Placed, ...]:
    """The page's own text, certain by nature."""
    return tuple(Placed(word.text, quad_of(*word.box, np.eye(3)), 1.0, word.line, word.block) for word in own)


def _beside(seen: Sequence[Placed], own: Sequence[Placed]) -> tuple[Placed, ...]:
    """What was seen where the page has no text of its own, with lines numbered after its own."""
    if not own or not seen:
        return tuple(seen)
    boxes = np.array([word.box for word in own])
    line, paragraph = own[-1].line + 1, own[-1].paragraph + 1
    return tuple(
        replace(word, line=word.line + line, paragraph=word.paragraph + paragraph)
        for word in seen
        if not _within(word, boxes)
    )


def _within(word: Placed, boxes: NDArray[np.float64]) -> bool:
    x, y = word.quad.mean(axis=0)
    inside = (boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3])
    return bool(inside.any())


def _on_page(
    words: Sequence[Placed], area: tuple[float, float, float, float], rotation: int
) -> tuple[Placed, ...]:
    x0, y0, x1, y1 = area
    if max(abs(x0), abs(y0), abs(1 - x1), abs(1 - y1)) < 0.0005:
        return tuple(words)
    turn = turn_matrix(rotation, 1, 1)
    place = np.array([[x1 - x0, 0, x0], [0, y1 - y0, y0], [0, 0, 1.0]])
    matrix = np.linalg.inv(turn) @ place @ turn
    return tuple(replace(word, quad=moved(matrix, word.quad)) for word in words)


def _barcodes(scan: Scan, seen: Seen) -> tuple[Barcode, ...]:
    if seen.blank:
        return ()
    screen = as_gray(scan.screen)
    codes = barcodes_of(screen if scan.gray is None else scan.gray, paper.thumb_of(screen))
    return tuple(replace(code, box=_turned_box(code.box, seen.rotation)) for code in codes)


def _turned_box(box: Box, rotation: int) -> Box:
    return box_around(quad_of(*box, np.asarray(np.linalg.inv(turn_matrix(rotation, 1, 1)), np.float64)))


def write_webp(screen: NDArray[np.uint8], path: Path) -> None:
    """Raises OSError."""
    pixels = screen if screen.ndim == 2 else np.ascontiguousarray(screen[:, :, ::-1])
    Image.fromarray(pixels).save(path, "WEBP", quality=WEBP_QUALITY, method=WEBP_EFFORT)
