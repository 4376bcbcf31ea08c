"""The paper behind the writing: how bright it is everywhere, and what is ink on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.raster import Gray

THUMB_SIDE = 1000
"""Pages are measured at this longest side: A4 at 85 dpi."""

_PAPER_SCALE = 0.4
_STROKES_CLOSED = 11
"""Pixels of the reduced thumb: about 8 mm of an A4 page, wider than strokes and narrower than shadows."""

_INK_DEPTH = 0.4
"""How far from paper to ink a place must be to count as written on."""


def thumb_of(gray: Gray) -> Gray:
    height, width = gray.shape
    scale = THUMB_SIDE / max(height, width)
    size = (max(round(width * scale), 16), max(round(height * scale), 16))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def paper_of(thumb: Gray) -> Gray:
    """Brightness of the bare paper at each place, at the thumb's size."""
    height, width = thumb.shape
    small = cv2.resize(thumb, None, fx=_PAPER_SCALE, fy=_PAPER_SCALE, interpolation=cv2.INTER_AREA)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_STROKES_CLOSED, _STROKES_CLOSED))
    closed = cv2.morphologyEx(cv2.medianBlur(small, 3), cv2.MORPH_CLOSE, kernel)
    smooth = cv2.GaussianBlur(closed, (0, 0), 2.5)
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page measured on its thumb.

    `paper` is the brightness of bare paper at each place, `flat` the thumb as if that were white
    everywhere, `ink` where it is written on. `darkest` is the gray level of ink on the flat thumb,
    `evenness` the brightness of the darkest paper over the brightest (1 is even), `level` the usual
    brightness of the paper.
    """

    thumb: Gray
    paper: Gray
    flat: Gray
    ink: NDArray[np.bool_]
    darkest: float
    evenness: float
    level: float

    @property
    def contrast(self) -> float:
        """Gray levels from paper to ink on the flat thumb, whose paper is 255."""
        return 255.0 - self.darkest


def measured(thumb: Gray) -> Sheet:
    paper = paper_of(thumb)
    flat = flattened(thumb, paper)
    low, high = np.percentile(paper, (3, 97))
    darkest = ink_level(flat)
    return Sheet(
        thumb=thumb,
        paper=paper,
        flat=flat,
        ink=flat < min(255 - _INK_DEPTH * (255 - darkest), 240.0),
        darkest=darkest,
        evenness=float(low / max(high, 1)),
        level=float(np.median(paper)),
    )


def ink_level(flat: Gray) -> float:
    """How dark ink is on a page whose paper is 255: a quarter of what is clearly not paper is darker."""
    values = flat[::3, ::3]
    grain = 1.5 * float(np.median(255 - values[values > 200])) if (values > 200).any() else 0.0
    written = values[values < 255 - max(4 * grain, 20.0)]
    if written.size < 0.0005 * values.size:
        return float(values.min(initial=255))
    return float(np.percentile(written, 25))


def flattened(gray: Gray, paper: Gray) -> Gray:
    """The page as if its paper were white everywhere. `paper` has the size of `gray`."""
    return np.asarray(cv2.divide(gray, np.maximum(paper, 1), scale=255), np.uint8)
