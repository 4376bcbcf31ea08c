"""Where the page lies: found on the thumb, applied to the full page in one resampling."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.cleaning import paper, perspective, steps, turn
from ocr.raster import Gray, Homography, scale_matrix, turn_matrix, turned

SMALLEST_SKEW = 0.3
"""Degrees. tesseract does not mind less, and leaving the page alone keeps it sharp."""

ON_ITS_SIDE = 1.25
UPSIDE_DOWN = 1.05
LEAST_DPI = 140.0
READ_DPI = 200.0
LONGEST_ENLARGED = 4000
"""Pixels: pages that are long already are not small print, whatever resolution they state."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """`forward` takes a place on the page as the file shows it to the same place on the upright, level page
    of `width` x `height` pixels. `rotation` is the quarter turn in it, clockwise degrees; the rest is
    small."""

    forward: Homography
    width: int
    height: int
    rotation: int
    done: tuple[str, ...]
    sheet: paper.Sheet


def found(gray: Gray, dpi: float, wanted: frozenset[str]) -> Geometry:
    height, width = gray.shape
    thumb = paper.thumb_of(gray)
    done = []
    forward = scale_matrix(thumb.shape[1] / width, thumb.shape[0] / height)
    full_scale = width / thumb.shape[1]
    if steps.PERSPECTIVE in wanted and perspective.on_dark_ground(thumb):
        corners = perspective.sheet_corners(thumb, filling=steps.CROP in wanted)
        if corners is not None:
            flat, w, h = perspective.flat_sheet(corners)
            thumb = np.asarray(cv2.warpPerspective(thumb, flat, (w, h)), np.uint8)
            forward = flat @ forward
            done.append(steps.PERSPECTIVE)
    sheet = paper.measured(thumb)
    rotation, ink = _quarter_turn(sheet.ink, wanted)
    if rotation:
        done.append(steps.TURN)
    h, w = thumb.shape
    forward = np.linalg.inv(turn_matrix(rotation, w, h)) @ forward
    angle = turn.skew_of(ink) if steps.SKEW in wanted else 0.0
    h, w = ink.shape
    if abs(angle) >= SMALLEST_SKEW:
        level, w, h = levelling(angle, w, h)
        forward = level @ forward
        ink = cv2.warpAffine(ink.astype(np.uint8), level[:2], (w, h)) > 0
        done.append(steps.SKEW)
    if steps.FLIP in wanted and turn.looks_upside_down(ink) > UPSIDE_DOWN:
        forward = np.linalg.inv(turn_matrix(180, w, h)) @ forward
        rotation = (rotation + 180) % 360
        done.append(steps.FLIP)
    enlarged = min(READ_DPI / max(dpi, 50.0), 3.0, LONGEST_ENLARGED / max(height, width))
    if steps.SCALE in wanted and dpi < LEAST_DPI and enlarged > 1:
        full_scale *= enlarged
        done.append(steps.SCALE)
    forward = scale_matrix(full_scale, full_scale) @ forward
    return Geometry(forward, round(w * full_scale), round(h * full_scale), rotation, tuple(done), sheet)


def _quarter_turn(ink: turn.Ink, wanted: frozenset[str]) -> tuple[int, turn.Ink]:
    if steps.TURN in wanted and turn.lies_on_its_side(ink) > ON_ITS_SIDE:
        return 90, np.ascontiguousarray(np.rot90(ink, -1))
    return 0, ink


def levelling(angle: float, width: int, height: int) -> tuple[Homography, int, int]:
    """Turns by `angle` degrees clockwise about the middle, on a canvas that holds all of the page."""
    matrix = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0), [0.0, 0.0, 1.0]])
    cosine, sine = abs(np.cos(np.deg2rad(angle))), abs(np.sin(np.deg2rad(angle)))
    new_width, new_height = width * cosine + height * sine, width * sine + height * cosine
    matrix[0, 2] += (new_width - width) / 2
    matrix[1, 2] += (new_height - height) / 2
    return matrix, round(new_width), round(new_height)


def applied(gray: Gray, geometry: Geometry) -> tuple[Gray, Homography]:
    """The page laid straight, and the matrix from its pixels back to those of the page as the file shows
    it."""
    height, width = gray.shape
    if not {steps.PERSPECTIVE, steps.SKEW, steps.SCALE} & set(geometry.done):
        return turned(gray, geometry.rotation), turn_matrix(geometry.rotation, width, height)
    size = (geometry.width, geometry.height)
    how = cv2.INTER_CUBIC if steps.SCALE in geometry.done else cv2.INTER_LINEAR
    fill = round(geometry.sheet.level)
    if steps.PERSPECTIVE in geometry.done:
        out = cv2.warpPerspective(gray, geometry.forward, size, flags=how, borderValue=fill)
    else:
        out = cv2.warpAffine(gray, geometry.forward[:2], size, flags=how, borderValue=fill)
    return np.asarray(out, np.uint8), np.asarray(np.linalg.inv(geometry.forward), np.float64)
