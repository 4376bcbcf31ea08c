"""A page as pixels, and the sums of geometry done on it. All places are (x, y) from the top left corner."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

cv2.setNumThreads(1)  # pages are read side by side, one thread each

Gray = NDArray[np.uint8]
"""height x width, 0 black to 255 white."""

Colour = NDArray[np.uint8]
"""height x width x 3, in the order blue, green, red."""

Homography = NDArray[np.float64]
"""3 x 3: takes a place in the cleaned image to the same place on the page as the file shows it, in pixels."""

SCREEN_SIDE = 1754
"""Longest side in pixels of the page image for the screen: A4 at 150 dpi."""


def as_gray(image: NDArray[np.uint8]) -> Gray:
    if image.ndim == 2:
        return image
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


def at_most(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The image with its longest side at most `side`."""
    height, width = image.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return image
    return resized(image, scale)


def resized(image: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=how), np.uint8)


def turned(image: NDArray[np.uint8], degrees: int) -> NDArray[np.uint8]:
    """Turned clockwise by a multiple of 90 degrees."""
    turns = (degrees // 90) % 4
    return image if turns == 0 else np.ascontiguousarray(np.rot90(image, -turns))


def turn_matrix(degrees: int, width: int, height: int) -> Homography:
    """Takes a place on the image turned clockwise by `degrees` back to the image (width x height) before."""
    turns = (degrees // 90) % 4
    rows = {
        0: [[1, 0, 0], [0, 1, 0]],
        1: [[0, 1, 0], [-1, 0, height]],
        2: [[-1, 0, width], [0, -1, height]],
        3: [[0, -1, width], [1, 0, 0]],
    }[turns]
    return np.array([*rows, [0, 0, 1]], np.float64)


def scale_matrix(x: float, y: float) -> Homography:
    return np.diag([x, y, 1.0])


def moved(matrix: Homography, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """`points` is n x 2."""
    homogeneous = np.hstack([points, np.ones((len(points), 1))]) @ matrix.T
    return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:], np.float64)
