"""Mends the order of lines where the layout analysis got it wrong.

Its order is kept but for what is never right: of two lines that stand over each other the upper is read first.
Columns stand beside each other, so their order is left alone. Labels of lists and side heads ("Objet :",
names in the margin) are brought to their lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median_high

from ocr.boxes import around, shared
from ocr.layout import Line

_OVER_EACH_OTHER = 0.5
"""Share of the narrower line's width that lies within the other's."""

_SAME_ROW = 0.5
_FARTHEST_LABEL = 6.0
"""Line heights between a label and its line."""

_LONGEST_HEAD = 20
"""Signs of a side head."""

_SPARSE = 1.8
"""Line heights to the next line above or below from which a short line is no part of a column."""

_LABEL = re.compile(r"(?:\d{1,2}|[a-zA-Z]|[IVX]{1,5}) ?[°.)/:-]{1,2}|[-–—•*]")


@dataclass(frozen=True, slots=True)
class _Place:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


def _place(line: Line) -> _Place:
    """The height is the middle one of the words': one tall misread sign does not make a tall line."""
    height = median_high(word.height for word in line)
    middle = median_high(word.top + word.height / 2 for word in line)
    left, _, right, _ = around(line)
    return _Place(left, middle - height / 2, right, middle + height / 2)


def in_order(lines: Sequence[Line]) -> list[Line]:
    """The lines in reading order, labels joined to theirs; each keeps its own words and paragraph."""
    joined = _with_labels(lines)
    places = [_place(line) for line in joined]
    above = [
        [
            other
            for other in range(len(places))
            if other != index and _stands_over(places[other], places[index])
        ]
        for index in range(len(places))
    ]
    order: list[int] = []
    placed: set[int] = set()
    for index in range(len(joined)):
        _append(index, above, order, placed, places)
    return [joined[index] for index in order]


def _append(
    index: int, above: Sequence[Sequence[int]], order: list[int], placed: set[int], places: Sequence[_Place]
) -> None:
    """First what stands over the line and was not placed yet, from the top."""
    if index in placed:
        return
    placed.add(index)
    missing = [other for other in above[index] if other not in placed]
    for other in sorted(missing, key=lambda other: places[other].middle):
        _append(other, above, order, placed, places)
    order.append(index)


def _stands_over(upper: _Place, lower: _Place) -> bool:
    if upper.bottom > lower.middle or upper.middle > lower.top:
        return False
    common = shared(upper.left, upper.right, lower.left, lower.right)
    return common > _OVER_EACH_OTHER * min(upper.right - upper.left, lower.right - lower.left)


def _with_labels(lines: Sequence[Line]) -> list[Line]:
    places = [_place(line) for line in lines]
    joined: dict[int, Line] = {}
    taken: set[int] = set()
    for index, line in enumerate(lines):
        if not _is_label(index, lines, places):
            continue
        beside = [
            other
            for other in range(len(lines))
            if other != index and other not in joined and _is_beside(places[index], places[other])
        ]
        if beside:
            nearest = min(beside, key=lambda other: places[other].left)
            first = lines[nearest][0]
            label = [replace(word, block=first.block, paragraph=first.paragraph) for word in line]
            joined[nearest] = [*label, *lines[nearest]]
            taken.add(index)
    return [joined.get(index, line) for index, line in enumerate(lines) if index not in taken]


def _is_label(index: int, lines: Sequence[Line], places: Sequence[_Place]) -> bool:
    text = " ".join(word.text for word in lines[index])
    if _LABEL.fullmatch(text):
        return True
    here = places[index]
    return len(text) <= _LONGEST_HEAD and not any(
        other != index and _is_next_to(here, place) for other, place in enumerate(places)
    )


def _is_next_to(here: _Place, other: _Place) -> bool:
    """Whether the other line is the one above or below in the same column."""
    common = shared(here.left, here.right, other.left, other.right)
    return common > 0 and abs(here.middle - other.middle) < _SPARSE * max(here.height, other.height)


def _is_beside(label: _Place, line: _Place) -> bool:
    common = shared(label.top, label.bottom, line.top, line.bottom)
    gap = line.left - label.right
    return common > _SAME_ROW * min(label.height, line.height) and 0 <= gap < _FARTHEST_LABEL * line.height
