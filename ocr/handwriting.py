"""Tells lines that look handwritten from printed ones that are merely hard to read."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.boxes import Edges, around
from ocr.language import small_word_share
from ocr.layout import Line, confidence_of
from ocr.programs.tesseract import Found
from ocr.raster import Gray
from ocr.unread import without, writing

_DOUBTFUL = 0.4
"""Mean confidence of a line from which it is taken for print without a look."""

_LEAST_PIECES = 0.6
"""Separate strokes per line height of width: clear print has 1.3 to 2.5, a joined hand 0.2 to 0.6, but so
has a blurred carbon copy. That is why lines with small words of a known language are kept."""

_MOST_SMALL_WORDS = 0.15

_GAP = 15
"""Pixels of a page 700 long (6 mm of A4) between two words of a line."""

_LEAST_WIDTH = 0.25
_LOWEST, _TALLEST = 8, 60
_MOST_INK = 0.5
_LEAST_PIECES_UNREAD = 1.2


def without_handwriting(gray: Gray, lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The printed lines, and those left out: tesseract makes noise words of handwriting."""
    printed: list[Line] = []
    by_hand: list[Line] = []
    for line in lines:
        (by_hand if _looks_handwritten(gray, line) else printed).append(line)
    return printed, by_hand


def _looks_handwritten(gray: Gray, line: Line) -> bool:
    if confidence_of(line) >= _DOUBTFUL or small_word_share(word.text for word in line) > _MOST_SMALL_WORDS:
        return False
    left, top, right, bottom = (max(round(edge), 0) for edge in around(line))
    part = gray[top:bottom, left:right]
    height, width = part.shape
    if height < 8 or width < 2 * height:
        return False
    return pieces_per_height(part) < _LEAST_PIECES


def unread_hands(gray: Gray, words: Sequence[Found]) -> list[Edges]:
    """Where a hand has written lines that tesseract did not even take for writing, in pixels of `gray`."""
    ink, scale = writing(gray)
    rest = without(ink, words, scale)
    lines = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((3, _GAP), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(lines)
    found = []
    for left, top, width, height, _ in stats[1:].tolist():
        if width < _LEAST_WIDTH * rest.shape[1] or not _LOWEST <= height <= _TALLEST:
            continue
        thick = float(rest[top : top + height, left : left + width].mean())
        edges = tuple(round(edge / scale) for edge in (left, top, left + width, top + height))
        part = gray[edges[1] : edges[3], edges[0] : edges[2]]
        if thick < _MOST_INK and pieces_per_height(part) < _LEAST_PIECES_UNREAD:
            found.append((float(edges[0]), float(edges[1]), float(edges[2]), float(edges[3])))
    return found


def pieces_per_height(part: Gray) -> float:
    """Separate pieces of ink per height of the line along its width; specks do not count."""
    _, ink = cv2.threshold(part, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    height, width = part.shape
    tall = stats[1:, cv2.CC_STAT_HEIGHT] > 0.25 * height
    return int(np.count_nonzero(tall)) * float(height) / float(width)
