"""All cleaning of one page before it is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ocr.cleaning import geometry, paper, steps, tones
from ocr.raster import Gray, Homography


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`gray` is upright, level and white where nothing is written. `matrix` takes its pixels to pixels of
    the page as the file shows it. `rotation` is the quarter turn made, clockwise degrees; `done` the steps
    taken. `straight` is the page laid straight with its tones as they were, `where` how that was done to a
    page of `size_before` (width, height)."""

    gray: Gray
    straight: Gray
    matrix: Homography
    rotation: int
    done: tuple[str, ...]
    sheet: paper.Sheet
    where: geometry.Geometry
    size_before: tuple[int, int]


def cleaned(gray: Gray, dpi: float, wanted: frozenset[str] = steps.ALL) -> Cleaned:
    """`gray` is the page as the file shows it."""
    where = geometry.found(gray, dpi, wanted)
    straight, matrix = geometry.applied(gray, where)
    sheet = where.sheet if straight is gray else paper.measured(paper.thumb_of(straight))
    even, tone_steps = tones.evened(straight, sheet, wanted)
    return Cleaned(
        np.ascontiguousarray(even),
        np.ascontiguousarray(straight),
        matrix,
        where.rotation,
        where.done + tone_steps,
        sheet,
        where,
        (gray.shape[1], gray.shape[0]),
    )
