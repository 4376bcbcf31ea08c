"""Light, contrast and dirt: makes paper white and ink black."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleaning import paper, steps
from ocr.raster import Gray

UNEVEN = 0.8
"""Below this evenness of the paper its light is divided out."""

WHITE_FROM = 0.4
"""What is nearer to paper than this share of the way to ink becomes white: the reverse side, grain,
stains."""

WHITE_FROM_AGAIN = 0.25

PALE = 110.0
"""Gray levels from paper to ink below which the contrast is stretched before the first reading."""

_BAND = 7
"""Thumb pixels: dark things thicker than 2 mm at the rim are not writing."""


_RIM = 0.05
"""Share of the page from each side within which dark bands are painted over: the shadow of a fold crosses
more."""


def evened(gray: Gray, sheet: paper.Sheet, wanted: frozenset[str]) -> tuple[Gray, tuple[str, ...]]:
    """`sheet` is measured on `gray`'s own thumb."""
    done = []
    if steps.RIM in wanted:
        band = dark_rim(sheet)
        if band is not None:
            gray = _painted(gray, band, sheet)
            sheet = paper.measured(paper.thumb_of(gray))
            done.append(steps.RIM)
    uneven = steps.LIGHT in wanted and sheet.evenness < UNEVEN
    if uneven:
        gray = _lit_evenly(gray, sheet)
        done.append(steps.LIGHT)
    if steps.LEVELS in wanted and sheet.contrast < PALE:
        gray = levelled(gray, 255.0 if uneven else sheet.level, WHITE_FROM)
        done.append(steps.LEVELS)
    return gray, tuple(done)


def strong(straight: Gray, sheet: paper.Sheet) -> Gray:
    """All that can be done to the tones, for a page that was read badly without."""
    return levelled(_lit_evenly(straight, sheet), 255.0, WHITE_FROM_AGAIN)


def _lit_evenly(gray: Gray, sheet: paper.Sheet) -> Gray:
    size = (gray.shape[1], gray.shape[0])
    return paper.flattened(gray, np.asarray(cv2.resize(sheet.paper, size), np.uint8))


def levelled(gray: Gray, white: float, white_from: float) -> Gray:
    """Stretch from ink to paper; `white` is the brightness of paper."""
    scaled = gray if white >= 254 else cv2.convertScaleAbs(gray[::3, ::3], alpha=255 / max(white, 1))
    ink = paper.ink_level(np.asarray(scaled, np.uint8)) * white / 255
    top = white - white_from * (white - ink)
    levels = np.clip((np.arange(256) - ink) / max(top - ink, 1) * 255, 0, 255)
    return np.asarray(cv2.LUT(gray, levels.astype(np.uint8)), np.uint8)


def dark_rim(sheet: paper.Sheet) -> NDArray[np.uint8] | None:
    """Where dark bands touch the rim of the page (1, else 0), or None: lids left open, shadows, black
    corners."""
    dark = (sheet.thumb < 0.5 * sheet.level).astype(np.uint8)
    if not (dark[0].any() or dark[-1].any() or dark[:, 0].any() or dark[:, -1].any()):
        return None
    thick = cv2.morphologyEx(
        np.pad(dark, _BAND, mode="edge"), cv2.MORPH_OPEN, np.ones((_BAND, _BAND), np.uint8)
    )
    thick = thick[_BAND:-_BAND, _BAND:-_BAND]
    _, labels = cv2.connectedComponents(thick)
    at_rim = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    band = np.isin(labels, at_rim[at_rim > 0]).astype(np.uint8)
    height, width = band.shape
    y, x = round(_RIM * height), round(_RIM * width)
    band[y : height - y, x : width - x] = 0
    if not band.any():
        return None
    return np.asarray(cv2.dilate(band, np.ones((9, 9), np.uint8)), np.uint8)


def _painted(gray: Gray, band: NDArray[np.uint8], sheet: paper.Sheet) -> Gray:
    mask = cv2.resize(band, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_NEAREST)
    out = gray.copy()
    out[mask > 0] = round(sheet.level)
    return out
