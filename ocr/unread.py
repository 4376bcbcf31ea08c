"""Ink of the size of letters that a reading left out."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.programs.tesseract import Found
from ocr.raster import Gray

Ink = NDArray[np.uint8]
"""1 where there is ink, else 0."""


def unread_share(gray: Gray, words: Sequence[Found]) -> float:
    """Share of the ink that lies in no word's box; specks and large dark things are not counted as ink."""
    ink, scale = writing(gray)
    total = int(ink.sum())
    return float(without(ink, words, scale).sum()) / total if total >= 50 else 0.0


def without(ink: Ink, words: Sequence[Found], scale: float) -> Ink:
    """The ink that lies in no word's box."""
    rest = ink.copy()
    for word in words:
        left, top = int(word.left * scale) - 2, int(word.top * scale) - 2
        right, bottom = int((word.left + word.width) * scale) + 3, int((word.top + word.height) * scale) + 3
        rest[max(top, 0) : bottom, max(left, 0) : right] = 0
    return rest


def writing(gray: Gray) -> tuple[Ink, float]:
    """Where there is ink of the size of letters (1, else 0), on a reduced page, and the scale of that
    page."""
    scale = 700 / max(gray.shape)
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    level, ink = cv2.threshold(small, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    if level > 235:
        ink = (small < 235).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(np.asarray(ink, np.uint8))
    height, width, area = (
        stats[:, cv2.CC_STAT_HEIGHT],
        stats[:, cv2.CC_STAT_WIDTH],
        stats[:, cv2.CC_STAT_AREA],
    )
    letters = (area >= 6) & (height <= 40) & (height >= 3) & (width <= 200)
    letters[0] = False
    return letters.astype(np.uint8)[labels], scale
