"""What the pixels of a page say: cleaned, read, sorted into lines and laid back onto the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.blank import is_blank, is_reverse
from ocr.boxes import Edges, around
from ocr.cleaning import geometry, stamp, steps
from ocr.cleaning.clean import Cleaned, cleaned
from ocr.coloured_ink import coloured_lines, with_coloured
from ocr.columns import columns_apart
from ocr.handwriting import unread_hands, without_handwriting
from ocr.layout import Line, Placed, box_around, confidence_of, lines_of, placed_lines, quad_of
from ocr.programs import tesseract
from ocr.programs.tesseract import Script
from ocr.raster import Homography, resized, scale_matrix, turn_matrix, turned
from ocr.reading import Box
from ocr.reading_order import in_order
from ocr.recognition import CLEARLY_BETTER, Read, recognise
from ocr.script import language_with, other_script, read_well
from ocr.source import Scan

LONGEST_READ = 5000
"""Pixels: A2 at the resolution for reading."""

READ_DPI = 210.0
"""Finer scans are reduced to this before they are read: no more errors down to 8 point print, a fifth less
time."""

UNSURE = 0.6
BAD = 0.8

LOW_CONFIDENCE = "low_confidence"
HANDWRITING = "handwriting"
OTHER_SCRIPT = "other_script"


@dataclass(frozen=True, slots=True)
class Seen:
    """`words` and `handwriting` are placed on the page as turned by `rotation`. `script` is set where it is
    not the one that the page was read in."""

    words: tuple[Placed, ...] = ()
    rotation: int = 0
    blank: bool = False
    warnings: tuple[str, ...] = ()
    script: str = ""
    handwriting: tuple[Box, ...] = ()


def look(scan: Scan, language: str, wanted: frozenset[str]) -> Seen:
    """Raises ProgramError where tesseract fails."""
    if scan.gray is None:
        return Seen()
    gray, coloured = scan.gray, None
    if steps.STAMP in wanted and stamp.lies_over_writing(scan.screen):
        full = scan.colour()
        if full is not None:
            apart = stamp.layers(full)
            gray, coloured = apart.black, apart.coloured
    gray, dpi = at_reading_size(gray, scan.dpi)
    page = cleaned(gray, dpi, wanted)
    if is_blank(page):
        return Seen(blank=True)
    read = recognise(page, language=language, dpi=dpi, wanted=wanted)
    if read.confidence < BAD and steps.AGAIN in wanted:
        page, read = _with_other_edges(gray, dpi, language, wanted, (page, read))
    if read.confidence < UNSURE:
        if is_reverse(page):
            return Seen(blank=True)
        other = other_script(read.gray, lines_of(read.words), dpi=round(dpi))
        if other is not None:
            return _in_other_script(page, read, other, language, round(dpi))
    lines, by_hand = without_handwriting(read.gray, lines_of(read.words))
    places = [around(line) for line in by_hand] + unread_hands(read.gray, read.words)
    lines = in_order(columns_apart(lines))
    if coloured is not None:
        layer = _coloured_layer(coloured, page, read)
        lines = with_coloured(lines, coloured_lines(layer, language=language, dpi=round(dpi)))
    return _placed(page, read, lines, places)


def _placed(page: Cleaned, read: Read, lines: Sequence[Line], by_hand: Sequence[Edges]) -> Seen:
    rotation = (page.rotation + read.turned) % 360
    to_fraction = _to_fraction(read.matrix, rotation, *page.size_before)
    words = placed_lines(lines, to_fraction)
    places = tuple(box_around(quad_of(*edges, to_fraction)) for edges in by_hand)
    codes = []
    if by_hand:
        codes.append(HANDWRITING)
    if read.words and confidence_of(words) < UNSURE:
        codes.append(LOW_CONFIDENCE)
    return Seen(words, rotation, False, tuple(codes), handwriting=places)


def _in_other_script(page: Cleaned, read: Read, other: Script, language: str, dpi: int) -> Seen:
    """The page read with the data for its script where that is installed; else a warning and no noise
    words."""
    height, width = read.gray.shape
    upright = turned(read.gray, other.turn)
    matrix = read.matrix @ turn_matrix(other.turn, width, height)
    at = (read.turned + other.turn) % 360
    fitting = language_with(other.name, language)
    if fitting is not None:
        words = tesseract.words(upright, language=fitting, dpi=dpi)
        again = Read(tuple(words), upright, matrix, at)
        if again.confidence > max(read.confidence, UNSURE):
            return replace(
                _placed(page, again, in_order(columns_apart(lines_of(words))), ()), script=other.name
            )
    sure = read_well(lines_of(read.words)) if other.turn == 0 else []
    seen = _placed(page, Read((), upright, matrix, at), sure, ())
    return replace(seen, script=other.name, warnings=(OTHER_SCRIPT,))


def at_reading_size(gray: NDArray[np.uint8], dpi: float) -> tuple[NDArray[np.uint8], float]:
    """The page no finer than it needs to be, and its resolution."""
    scale = min(READ_DPI / dpi, LONGEST_READ / max(gray.shape))
    return (gray, dpi) if scale > 0.87 else (resized(gray, scale), dpi * scale)


def _coloured_layer(coloured: NDArray[np.uint8], page: Cleaned, read: Read) -> NDArray[np.uint8]:
    """The coloured ink in the places of `read`."""
    layer = np.asarray(cv2.resize(coloured, page.size_before, interpolation=cv2.INTER_AREA), np.uint8)
    straight, _ = geometry.applied(layer, page.where)
    return np.ascontiguousarray(straight[::-1, ::-1] if read.turned else straight)


def _with_other_edges(
    gray: NDArray[np.uint8], dpi: float, language: str, wanted: frozenset[str], so_far: tuple[Cleaned, Read]
) -> tuple[Cleaned, Read]:
    """The page read again with the sheet's edges cut where they were not, or not where they were."""
    found_edges = steps.PERSPECTIVE in so_far[0].done
    page = cleaned(gray, dpi, wanted - {steps.PERSPECTIVE} if found_edges else wanted | {steps.CROP})
    if (steps.PERSPECTIVE in page.done) == found_edges:
        return so_far
    read = recognise(page, language=language, dpi=dpi, wanted=wanted)
    return (page, read) if read.worth > so_far[1].worth * CLEARLY_BETTER else so_far


def _to_fraction(matrix: Homography, rotation: int, width: int, height: int) -> Homography:
    """From cleaned pixels to fractions of the page turned upright; width and height of the page before."""
    return np.asarray(
        np.linalg.inv(turn_matrix(rotation, 1, 1)) @ scale_matrix(1 / width, 1 / height) @ matrix, np.float64
    )
