"""Coloured ink over black writing: a stamp, a signature, a marker. Takes the two apart."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.raster import Colour, Gray, at_most

_SIDE = 700
_COLOURED = 45
"""Gray levels between the brightest and the darkest channel of a coloured place, its paper being 255."""

_BLACK = 140
_LEAST_SHARE = 0.001
_MOST_OF_INK = 0.7
"""A page whose ink is mostly coloured is written in colour: there is nothing to take apart."""

_LEAST_OVERLAP = 0.00003
_WHITENED = 1.2


@dataclass(frozen=True, slots=True)
class Layers:
    """`black` is the page without its coloured ink, `coloured` the coloured ink alone, both of the page's
    size."""

    black: Gray
    coloured: Gray


def lies_over_writing(screen: NDArray[np.uint8]) -> bool:
    """Whether coloured ink crosses black writing; `screen` is the page in BGR, small."""
    if screen.ndim != 3:
        return False
    if not _any_colour(screen[::3, ::3]):
        return False
    small = _balanced(at_most(screen, _SIDE))
    brightest, spread = _brightest_and_spread(small)
    coloured = (spread > _COLOURED).astype(np.uint8)
    black = ((brightest < _BLACK) & (spread <= _COLOURED)).astype(np.uint8)
    amount = float(coloured.mean())
    if amount < _LEAST_SHARE or amount > _MOST_OF_INK * (amount + float(black.mean())):
        return False
    strokes = cv2.morphologyEx(coloured, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    around = cv2.dilate(strokes, np.ones((5, 5), np.uint8))
    return float(np.logical_and(around, black).mean()) > _LEAST_OVERLAP


def _any_colour(sample: Colour) -> bool:
    """A look at every ninth pixel: most pages have no colour but their paper's."""
    spread = _brightest_and_spread(sample)[1]
    usual = float(np.median(spread))
    return float((spread > usual + _COLOURED * 0.6).mean()) > _LEAST_SHARE / 2


def layers(colour: Colour) -> Layers:
    """Take a page apart: where the ink is coloured it becomes white on one layer and stays on the other."""
    brightest, spread = _brightest_and_spread(_balanced(colour))
    black = cv2.addWeighted(brightest, 1.0, spread, _WHITENED, 0)
    without_black = cv2.subtract(brightest, spread)
    without_black[spread <= _COLOURED] = 255
    return Layers(np.asarray(black, np.uint8), np.asarray(without_black, np.uint8))


def _balanced(colour: Colour) -> Colour:
    """The paper made white in each channel: the light of a lamp colours nothing."""
    tables = []
    for channel in range(3):
        counts = np.bincount(colour[::4, ::4, channel].ravel(), minlength=256).cumsum()
        paper = max(int(np.searchsorted(counts, 0.8 * counts[-1])), 1)
        tables.append(np.clip(np.arange(256) * (255 / paper), 0, 255).astype(np.uint8))
    return np.asarray(cv2.LUT(colour, np.stack(tables, axis=1).reshape(256, 1, 3)), np.uint8)


def _brightest_and_spread(colour: Colour) -> tuple[Gray, Gray]:
    blue, green, red = cv2.split(colour)
    brightest = cv2.max(cv2.max(blue, green), red)
    darkest = cv2.min(cv2.min(blue, green), red)
    return np.asarray(brightest, np.uint8), np.asarray(cv2.subtract(brightest, darkest), np.uint8)
