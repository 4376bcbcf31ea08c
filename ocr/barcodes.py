"""Barcodes and QR codes. Looked for only where the page has dense dark patches, which text does not make."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import zxingcpp

from ocr.raster import Gray
from ocr.reading import Barcode, Box

_GAP = 9
"""Thumb pixels closed between bars or modules: 2.7 mm on A4."""

_LEAST_SIDE = 18
"""Thumb pixels: patches under 5 mm are letters."""

_MARGIN = 20
_MOST_PATCHES = 12


def barcodes_of(gray: Gray, thumb: Gray) -> tuple[Barcode, ...]:
    """What the page's barcodes say, from top to bottom; `gray` is the page, `thumb` the same small."""
    found: dict[tuple[str, str], Barcode] = {}
    for patch in _dense_patches(thumb):
        for code in _read(gray, patch):
            found.setdefault((code.kind, code.value), code)
    return tuple(sorted(found.values(), key=lambda code: (code.box[1], code.box[0])))


def _dense_patches(thumb: Gray) -> Iterator[Box]:
    """Boxes as fractions of the page."""
    height, width = thumb.shape
    dark = (thumb < min(0.62 * float(np.median(thumb)), 170)).astype(np.uint8)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((_GAP, _GAP), np.uint8))
    solid = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((_LEAST_SIDE, _LEAST_SIDE), np.uint8))
    if not solid.any():
        return
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid)
    for label in sorted(range(1, count), key=lambda label: -int(stats[label, cv2.CC_STAT_AREA]))[
        :_MOST_PATCHES
    ]:
        x, y, w, h = (int(value) for value in stats[label, :4])
        yield (
            max(x - _MARGIN, 0) / width,
            max(y - _MARGIN, 0) / height,
            min(x + w + _MARGIN, width) / width,
            min(y + h + _MARGIN, height) / height,
        )


def _read(gray: Gray, patch: Box) -> Iterator[Barcode]:
    height, width = gray.shape
    left, top, right, bottom = (
        round(patch[0] * width),
        round(patch[1] * height),
        round(patch[2] * width),
        round(patch[3] * height),
    )
    part = np.ascontiguousarray(gray[top:bottom, left:right])
    if part.size == 0:
        return
    for code in zxingcpp.read_barcodes(part):
        if not code.text:
            continue
        corners = code.position
        points = (corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left)
        xs = [min(max((left + point.x) / width, 0.0), 1.0) for point in points]
        ys = [min(max((top + point.y) / height, 0.0), 1.0) for point in points]
        yield Barcode(_kind(code), code.text[:4000], (min(xs), min(ys), max(xs), max(ys)))


def _kind(code: zxingcpp.Barcode) -> str:
    return str(code.format).rpartition(".")[2].replace(" ", "")
