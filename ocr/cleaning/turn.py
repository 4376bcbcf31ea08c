"""Quarter turns and skew from where the ink lies: lines of writing are rows of ink with gaps between them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.bool_]

_GAP = 6
"""Pixels at 85 dpi: wider than gaps between letters, narrower than gaps between lines."""

_POINTS = 40_000
LARGEST_SKEW = 12.0


def lies_on_its_side(ink: Ink) -> float:
    """How much more the gaps between letters lie along columns than along rows: above 1 the page lies on
    its side.

    Letters stand closer to each other than lines do, so closing small gaps along the lines fills more of
    them. (The raggedness of row and column profiles, tried first, takes typewritten pages for turned ones:
    their letters stand in columns.)
    """
    image = ink.astype(np.uint8)
    along_rows = _filled(image, np.ones((1, _GAP), np.uint8))
    along_columns = _filled(image, np.ones((_GAP, 1), np.uint8))
    return along_columns / along_rows if along_rows > 0 else 1.0


def _filled(image: NDArray[np.uint8], kernel: NDArray[np.uint8]) -> float:
    closed = cv2.morphologyEx(image, cv2.MORPH_CLOSE, kernel)
    return float(closed.sum(dtype=np.int64) - image.sum(dtype=np.int64))


def skew_of(ink: Ink) -> float:
    """Degrees the lines of writing climb to the right (counter-clockwise); 0 where there is nothing to
    see."""
    y, x = np.nonzero(_edges(ink))
    if len(x) < 200:
        return 0.0
    if len(x) > _POINTS:
        chosen = np.random.default_rng(0).choice(len(x), _POINTS, replace=False)
        x, y = x[chosen], y[chosen]
    xs, ys = x.astype(np.float64), y.astype(np.float64)
    coarse = np.arange(-LARGEST_SKEW, LARGEST_SKEW + 0.01, 0.5)
    best = coarse[int(np.argmax([_sharpness(xs, ys, angle) for angle in coarse]))]
    fine = best + np.arange(-0.5, 0.51, 0.1)
    return float(fine[int(np.argmax([_sharpness(xs, ys, angle) for angle in fine]))])


def _edges(ink: Ink) -> Ink:
    """Lower edges of the ink: baselines are straighter than the writing is."""
    return np.asarray(ink[:-1] & ~ink[1:], np.bool_)


def _sharpness(x: NDArray[np.float64], y: NDArray[np.float64], degrees: float) -> float:
    radians = np.deg2rad(degrees)
    rows = y * np.cos(radians) + x * np.sin(radians)
    counts = np.bincount((rows - rows.min()).astype(np.int64)).astype(np.float64)
    return float(np.square(counts).sum())


def looks_upside_down(ink: Ink) -> float:
    """Ink that hangs below the lines over ink that stands above them, of level writing: above 1 is upside
    down.

    Latin writing has more ascenders, capitals and accents than descenders.
    """
    image = ink.astype(np.uint8)
    above = below = 0.0
    for strip in np.array_split(image, 4, axis=1):
        profile = cv2.GaussianBlur(strip.sum(axis=1, dtype=np.float32).reshape(-1, 1), (1, 3), 0).ravel()
        up, down = _beyond_lines(profile)
        above += up
        below += down
    return below / above if above > 0 else 1.0


def _beyond_lines(profile: NDArray[np.float32]) -> tuple[float, float]:
    strong = profile > 0.5 * np.percentile(profile[profile > 0], 90) if (profile > 0).any() else profile > 0
    starts = np.flatnonzero(strong[1:] & ~strong[:-1]) + 1
    ends = np.flatnonzero(~strong[1:] & strong[:-1]) + 1
    above = below = 0.0
    for start in starts:
        above += float(profile[max(start - 4, 0) : start].sum())
    for end in ends:
        below += float(profile[end : end + 4].sum())
    return above, below
