"""Tells lines that look handwritten from printed ones that are merely hard to read."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.language import small_word_share
from ocr.programs.tesseract import Found
from ocr.raster import Gray

_DOUBTFUL = 0.4
"""Mean confidence of a line from which it is taken for print without a look."""

_LEAST_PIECES = 0.6
"""Separate strokes per line height of width: clear print has 1.3 to 2.5, a joined hand 0.2 to 0.6, but so
has a blurred carbon copy. That is why lines with small words of a known language are kept."""

_MOST_SMALL_WORDS = 0.15


def without_handwriting(gray: Gray, lines: Sequence[Sequence[Found]]) -> tuple[list[Sequence[Found]], bool]:
    """The printed lines, and whether others were left out. tesseract makes noise words of handwriting."""
    printed = [line for line in lines if not _looks_handwritten(gray, line)]
    return printed, len(printed) < len(lines)


def _looks_handwritten(gray: Gray, line: Sequence[Found]) -> bool:
    letters = sum(len(word.text) for word in line)
    confidence = sum(word.confidence * len(word.text) for word in line) / letters
    if confidence >= _DOUBTFUL or small_word_share(word.text for word in line) > _MOST_SMALL_WORDS:
        return False
    left, top = min(word.left for word in line), min(word.top for word in line)
    right = max(word.left + word.width for word in line)
    bottom = max(word.top + word.height for word in line)
    part = gray[max(top, 0) : bottom, max(left, 0) : right]
    height, width = part.shape
    if height < 8 or width < 2 * height:
        return False
    return pieces_per_height(part) < _LEAST_PIECES


def pieces_per_height(part: Gray) -> float:
    """Separate pieces of ink per height of the line along its width; specks do not count."""
    _, ink = cv2.threshold(part, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    height, width = part.shape
    tall = stats[1:, cv2.CC_STAT_HEIGHT] > 0.25 * height
    return int(np.count_nonzero(tall)) * float(height) / float(width)
