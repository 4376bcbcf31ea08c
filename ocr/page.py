"""One page: from pixels to words, text and image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr.barcodes import barcodes_of
from ocr.blank import is_blank, is_reverse
from ocr.cleaning import geometry, paper, stamp, steps
from ocr.cleaning.clean import Cleaned, cleaned
from ocr.coloured_ink import coloured_lines, with_coloured
from ocr.columns import columns_apart
from ocr.handwriting import without_handwriting
from ocr.layout import Placed, lines_of, placed_lines, quad_of, text_of
from ocr.programs.poppler import TextWord
from ocr.raster import Homography, as_gray, moved, resized, scale_matrix, turn_matrix, turned
from ocr.reading import Barcode, PageReading, Word
from ocr.recognition import CLEARLY_BETTER, Read, recognise
from ocr.source import Scan

WEBP_QUALITY = 60
WEBP_EFFORT = 2
"""Half the time of libwebp's usual 4 for files 3 % larger."""

LONGEST_READ = 5000
"""Pixels: A2 at the resolution for reading."""

READ_DPI = 210.0
"""Finer scans are reduced to this before they are read: no more errors down to 8 point print, a fifth less
time."""

UNSURE = 0.6
BAD = 0.8

LOW_CONFIDENCE = "low_confidence"
HANDWRITING = "handwriting"

_NEVER_TURNED = frozenset((steps.TURN, steps.FLIP, steps.PERSPECTIVE))


@dataclass(frozen=True, slots=True)
class PageResult:
    """A page read, with the words that were found by looking and belong into the PDF's text layer. Their
    places are fractions of the PDF page, which can differ a little from those of the scan on it."""

    reading: PageReading
    layer: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    words: tuple[Placed, ...] = ()
    rotation: int = 0
    blank: bool = False
    warnings: tuple[str, ...] = ()


def read_page(
    scan: Scan, number: int, *, language: str, image: Path | None, wanted: frozenset[str] = steps.ALL
) -> PageResult:
    """Raises ProgramError where tesseract fails, OSError where the image cannot be written."""
    own = own_words(scan.own)
    seen = _look(scan, language, wanted - _NEVER_TURNED if own else wanted)
    added = _beside(seen.words, own)
    words = (*own, *added)
    screen = turned(scan.screen, seen.rotation)
    if image is not None:
        write_webp(screen, image)
    reading = PageReading(
        number=number,
        width=screen.shape[1],
        height=screen.shape[0],
        text=text_of(words),
        words=tuple(Word(word.text, word.box, word.confidence, word.line) for word in words),
        confidence=confidence_of(words),
        rotation=seen.rotation,
        blank=seen.blank and not own,
        warnings=scan.warnings + seen.warnings,
        barcodes=_barcodes(scan, seen),
        image=image,
    )
    return PageResult(reading, _on_page(added, scan.area, seen.rotation))


def own_words(own: Sequence[TextWord]) -> tuple[Placed, ...]:
    """The page's own text, certain by nature."""
    return tuple(Placed(word.text, quad_of(*word.box, np.eye(3)), 1.0, word.line, word.block) for word in own)


def _look(scan: Scan, language: str, wanted: frozenset[str]) -> _Seen:
    if scan.gray is None:
        return _Seen()
    gray, coloured = scan.gray, None
    if steps.STAMP in wanted and stamp.lies_over_writing(scan.screen):
        full = scan.colour()
        if full is not None:
            apart = stamp.layers(full)
            gray, coloured = apart.black, apart.coloured
    gray, dpi = at_reading_size(gray, scan.dpi)
    page = cleaned(gray, dpi, wanted)
    if is_blank(page):
        return _Seen(blank=True)
    read = recognise(page, language=language, dpi=dpi, wanted=wanted)
    if read.confidence < BAD and steps.AGAIN in wanted:
        page, read = _with_other_edges(gray, dpi, language, wanted, (page, read))
    if read.confidence < UNSURE and is_reverse(page):
        return _Seen(blank=True)
    lines, handwritten = without_handwriting(read.gray, lines_of(read.words))
    if coloured is not None:
        layer = _coloured_layer(coloured, page, read)
        lines = with_coloured(lines, coloured_lines(layer, language=language, dpi=round(dpi)))
    rotation = (page.rotation + read.turned) % 360
    height, width = gray.shape
    to_fraction = _to_fraction(read.matrix, rotation, width, height)
    words = placed_lines(columns_apart(lines), to_fraction)
    return _Seen(words, rotation, False, _warnings(read, words, handwritten))


def _coloured_layer(coloured: NDArray[np.uint8], page: Cleaned, read: Read) -> NDArray[np.uint8]:
    """The coloured ink in the places of `read`."""
    layer = np.asarray(cv2.resize(coloured, page.size_before, interpolation=cv2.INTER_AREA), np.uint8)
    straight, _ = geometry.applied(layer, page.where)
    return np.ascontiguousarray(straight[::-1, ::-1] if read.turned else straight)


def at_reading_size(gray: NDArray[np.uint8], dpi: float) -> tuple[NDArray[np.uint8], float]:
    """The page no finer than it needs to be, and its resolution."""
    scale = min(READ_DPI / dpi, LONGEST_READ / max(gray.shape))
    return (gray, dpi) if scale > 0.87 else (resized(gray, scale), dpi * scale)


def _with_other_edges(
    gray: NDArray[np.uint8], dpi: float, language: str, wanted: frozenset[str], so_far: tuple[Cleaned, Read]
) -> tuple[Cleaned, Read]:
    """The page read again with the sheet's edges cut where they were not, or not where they were."""
    found_edges = steps.PERSPECTIVE in so_far[0].done
    page = cleaned(gray, dpi, wanted - {steps.PERSPECTIVE} if found_edges else wanted | {steps.CROP})
    if (steps.PERSPECTIVE in page.done) == found_edges:
        return so_far
    read = recognise(page, language=language, dpi=dpi, wanted=wanted, most_ways=1)
    return (page, read) if read.worth > so_far[1].worth * CLEARLY_BETTER else so_far


def _warnings(read: Read, words: Sequence[Placed], handwritten: bool) -> tuple[str, ...]:
    codes = []
    if handwritten:
        codes.append(HANDWRITING)
    if read.words and confidence_of(words) < UNSURE:
        codes.append(LOW_CONFIDENCE)
    return tuple(codes)


def _to_fraction(matrix: Homography, rotation: int, width: int, height: int) -> Homography:
    """From cleaned pixels to fractions of the page turned upright; width and height of the page before."""
    return np.asarray(
        np.linalg.inv(turn_matrix(rotation, 1, 1)) @ scale_matrix(1 / width, 1 / height) @ matrix, np.float64
    )


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


def _barcodes(scan: Scan, seen: _Seen) -> tuple[Barcode, ...]:
    if seen.blank:
        return ()
    screen = as_gray(scan.screen)
    codes = barcodes_of(screen if scan.gray is None else scan.gray, paper.thumb_of(screen))
    return tuple(replace(code, box=_turned_box(code.box, seen.rotation)) for code in codes)


def _turned_box(box: tuple[float, float, float, float], rotation: int) -> tuple[float, float, float, float]:
    quad = quad_of(*box, np.asarray(np.linalg.inv(turn_matrix(rotation, 1, 1)), np.float64))
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    return (float(x0), float(y0), float(x1), float(y1))


def confidence_of(words: Sequence[Placed]) -> float:
    """Mean over the letters of the page, 0..1; 0 where there is none."""
    letters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / letters if letters else 0.0


def write_webp(screen: NDArray[np.uint8], path: Path) -> None:
    """Raises OSError."""
    pixels = screen if screen.ndim == 2 else np.ascontiguousarray(screen[:, :, ::-1])
    Image.fromarray(pixels).save(path, "WEBP", quality=WEBP_QUALITY, method=WEBP_EFFORT)
