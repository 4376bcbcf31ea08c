"""A photographed sheet: finds its four edges on a darker ground and says how to lay it flat."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.raster import Gray, Homography

_LEAST_SHARE = 0.35
_FILLS = 0.025
_LEAST_EDGES = 3
_LEAST_SQUARE = 0.35
_FARTHEST_EDGE = 0.25
_JUMP = 4
_LEAST_JUMP = 0.2
_BORDER = 0.015
_DARKER = 0.75


def on_dark_ground(thumb: Gray) -> bool:
    """Whether most of the picture's rim is much darker than its middle: cheap, and false for every scan."""
    height, width = thumb.shape
    rim = _rim(thumb)
    middle = np.percentile(thumb[height // 4 : -height // 4, width // 4 : -width // 4], 80)
    return float(np.percentile(rim, 40)) < _DARKER * float(middle)


def _rim(thumb: Gray) -> Gray:
    height, width = thumb.shape
    y, x = max(round(height * _BORDER), 2), max(round(width * _BORDER), 2)
    return np.concatenate(
        [thumb[:y].ravel(), thumb[-y:].ravel(), thumb[:, :x].ravel(), thumb[:, -x:].ravel()]
    )


def sheet_corners(thumb: Gray, *, filling: bool = False) -> NDArray[np.float64] | None:
    """The sheet's corners in thumb pixels, from the top left clockwise; None where no such sheet is seen.

    A sheet that fills the picture needs no laying flat and is passed over, unless `filling`.

    Each edge is a line through the places where the picture brightens most, seen from its rim. Ratios of
    brightness are compared, so light that falls off across the sheet does not matter.
    """
    closed = cv2.morphologyEx(thumb, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    bright = np.log(cv2.GaussianBlur(closed, (0, 0), 1.5).astype(np.float64) + 8)
    height, width = thumb.shape
    left = _edge(bright, width)
    right = _edge(bright[:, ::-1], width)
    top = _edge(bright.T, height)
    bottom = _edge(bright.T[:, ::-1], height)
    if sum(edge is not None for edge in (left, right, top, bottom)) < _LEAST_EDGES:
        return None
    left, right = left or (0.0, 0.0), right or (0.0, 0.0)
    top, bottom = top or (0.0, 0.0), bottom or (0.0, 0.0)
    right = (-right[0], width - 1 - right[1])
    bottom = (-bottom[0], height - 1 - bottom[1])
    corners = np.array(
        [_crossing(left, top), _crossing(right, top), _crossing(right, bottom), _crossing(left, bottom)]
    )
    if (not filling and _is_whole(corners, width, height)) or not _is_a_sheet(corners, width, height):
        return None
    return corners


def _edge(bright: NDArray[np.float64], length: int) -> tuple[float, float] | None:
    """The sheet's edge nearest to the left side as (slope, start): x = slope * y + start. None if there is
    none."""
    reach = round(length * _FARTHEST_EDGE)
    rows = np.arange(round(0.12 * len(bright)), round(0.88 * len(bright)), 4)
    part = bright[rows][:, : reach + 2 * _JUMP]
    jumps = part[:, 2 * _JUMP :] - part[:, : -2 * _JUMP]
    at = jumps.argmax(axis=1)
    clear = jumps[np.arange(len(rows)), at] > _LEAST_JUMP
    if clear.mean() < 0.5:
        return None
    x, y = at[clear] + float(_JUMP), rows[clear].astype(np.float64)
    slope, start = 0.0, float(np.median(x))
    off = np.abs(x - start)
    for reach_of_line in (0.06 * length, 8.0, 4.0, 3.0):
        near = off <= reach_of_line
        if near.sum() < 0.4 * len(rows):
            return None
        slope, start = (float(value) for value in np.polyfit(y[near], x[near], 1))
        off = np.abs(x - (slope * y + start))
    return slope, start


def _crossing(upright: tuple[float, float], level: tuple[float, float]) -> tuple[float, float]:
    """Where x = a y + b meets y = c x + d."""
    (a, b), (c, d) = upright, level
    x = (a * d + b) / (1 - a * c)
    return x, c * x + d


def _is_whole(corners: NDArray[np.float64], width: int, height: int) -> bool:
    picture = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    return bool((np.abs(corners - picture) < _FILLS * max(width, height)).all())


def _is_a_sheet(corners: NDArray[np.float64], width: int, height: int) -> bool:
    if cv2.contourArea(corners.astype(np.float32)) < _LEAST_SHARE * width * height:
        return False
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    cosines = np.abs((sides * np.roll(sides, 1, axis=0)).sum(axis=1)) / (lengths * np.roll(lengths, 1))
    return bool((cosines < _LEAST_SQUARE).all())


def flat_sheet(corners: NDArray[np.float64]) -> tuple[Homography, int, int]:
    """Takes the picture to the sheet laid flat, and the flat sheet's width and height, in the units of
    `corners`."""
    top_left, top_right, bottom_right, bottom_left = corners
    across = max(_length(top_left, top_right), _length(bottom_left, bottom_right))
    down = max(_length(top_left, bottom_left), _length(top_right, bottom_right))
    if across < down:
        down = max(down, across * 1.3) if down / across > 1.2 else down
    target = np.array([(0, 0), (across, 0), (across, down), (0, down)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(matrix, np.float64), round(across), round(down)


def _length(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(np.hypot(*(b - a)))
