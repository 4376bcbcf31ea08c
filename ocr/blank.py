"""Empty pages: kept in their place, marked, never read."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.cleaning.clean import Cleaned
from ocr.cleaning.paper import Sheet

_LEAST_INK = 12
"""Thumb pixels of ink, in pieces larger than specks: a short line of print has some hundred."""

_FAINT = 110.0
_SHARP = 0.3
"""Steepest slope of an edge, in parts of the contrast per pixel at 150 dpi. Print is steeper, what shines
through from the other side is not."""


def is_blank(page: Cleaned) -> bool:
    """Nothing at all is on the page: it need not be read."""
    return not has_ink(page.sheet)


def is_reverse(page: Cleaned) -> bool:
    """What is on the page may well only shine through from its other side: believe no doubtful reading of
    it."""
    return page.sheet.contrast < _FAINT and shines_through(page)


def has_ink(sheet: Sheet) -> bool:
    """Whether there is more than specks, away from the page's rim."""
    height, width = sheet.ink.shape
    y, x = height // 50, width // 50
    inner = np.ascontiguousarray(sheet.ink[y : height - y, x : width - x]).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(inner)
    areas = stats[1:, cv2.CC_STAT_AREA]
    return int(areas[areas >= 4].sum()) >= _LEAST_INK


def shines_through(page: Cleaned) -> bool:
    """Whether all edges of the writing are soft."""
    straight = page.straight
    scale = 1754 / max(straight.shape)
    small = (
        straight
        if scale >= 1
        else cv2.resize(straight, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    )
    smooth = cv2.GaussianBlur(small, (0, 0), 0.6)
    slope = np.abs(cv2.Sobel(smooth, cv2.CV_16S, 0, 1, ksize=3)).astype(np.float32) / 8
    ink = page.sheet.ink
    written = cv2.resize(
        ink.astype(np.uint8), (small.shape[1], small.shape[0]), interpolation=cv2.INTER_NEAREST
    )
    steep = slope[written > 0]
    if steep.size < 100:
        return False
    contrast = page.sheet.contrast * page.sheet.level / 255
    return float(np.percentile(steep, 97)) < _SHARP * contrast
