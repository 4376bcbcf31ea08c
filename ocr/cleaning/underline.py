"""Underlining taken away from under writing: letters that stand on a rule are read as something else."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.boxes import Edges
from ocr.raster import Gray

Ink = NDArray[np.uint8]
"""1 where there is ink, else 0."""

CELL = 4
"""Pixels of a row looked at as one: a rule is longer by far."""

INK = 0.62
"""Share of the paper's tone under which a pixel is ink."""

SHORTEST = 0.8
"""Inches of a rule: worn typewriting has level strokes of up to half of it."""

THICKEST = 0.035
"""Inches; what is thicker is a bar, not a rule under writing."""

ABOVE = 0.2
"""Inches above a rule in which the writing stands that it underlines: a line of 14 points."""

WRITTEN = 0.35
"""Share of a rule's length above which there is ink, from which it underlines something: tables and frames do not."""


def rules_under_writing(gray: Gray, dpi: float) -> list[Edges]:
    """The places of underlined writing, each with its rule at the bottom, in pixels of `gray`."""
    ink = ink_of(gray)
    rules = rules_of(ink, dpi)
    if not rules.any():
        return []
    _, _, stats, _ = cv2.connectedComponentsWithStats(rules)
    found: list[Edges] = []
    for left, top, width, height, _area in stats[1:].tolist():
        high = round(ABOVE * dpi)
        above = ink[max(top - high, 0) : max(top - 1, 0), left : left + width]
        if height <= THICKEST * dpi + 2 and above.size and above.any(axis=0).mean() >= WRITTEN:
            found.append((left, max(top - high, 0), left + width, top + height))
    return found


def without_rules(gray: Gray, places: Sequence[Edges], dpi: float) -> Gray:
    """`gray` with the rules at the bottom of `places` taken away, but where a letter goes through them."""
    ink = ink_of(gray)
    mask = rules_of(ink, dpi)
    wanted = np.zeros_like(mask)
    for left, _top, right, bottom in places:
        high = round(THICKEST * dpi) + 3
        wanted[max(int(bottom) - high, 0) : int(bottom) + 1, int(left) : int(right)] = 1
    mask &= wanted
    reach = 2 * round(THICKEST * dpi) + 3
    looking_down = np.zeros((reach, 1), np.uint8)
    looking_down[reach // 2 :] = 1
    below = cv2.erode(1 - (ink & (1 - mask)), looking_down) == 0
    edges = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    bare = gray.copy()
    bare[(edges > 0) & ~below] = np.percentile(gray, 90)
    return bare


def ink_of(gray: Gray) -> Ink:
    """1 where there is ink, else 0."""
    return np.asarray(gray < INK * float(np.percentile(gray[::4, ::4], 90)), np.uint8)


def rules_of(ink: Ink, dpi: float) -> Ink:
    """1 where ink goes on level for the length of a rule."""
    cells = np.ascontiguousarray(cv2.erode(ink, np.ones((1, CELL), np.uint8))[:, CELL // 2 :: CELL])
    level = cv2.morphologyEx(cells, cv2.MORPH_OPEN, np.ones((1, round(SHORTEST * dpi / CELL)), np.uint8))
    whole = cv2.resize(level, ink.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.bitwise_and(cv2.dilate(whole, np.ones((1, 2 * CELL + 1), np.uint8)), ink), np.uint8)
