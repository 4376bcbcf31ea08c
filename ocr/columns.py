"""Reading order where two columns stand side by side: letterheads with sender and addressee, pages in
columns.

tesseract often takes such neighbours for one line. Tables look alike, but their rows belong together: they
have several gaps a line, or figures in their cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from ocr.programs.tesseract import Found

Line = Sequence[Found]

_WIDE = 2.0
"""Line heights between two words from which there may be a gutter."""

_LEAST_ROWS = 3
_LEAST_LETTERS = 6
_MOST_FIGURES = 0.5
_MOST_TABLE_ROWS = 0.3


@dataclass(slots=True)
class _Band:
    """Lines below each other that leave the same gap free, from `left` to `right` in pixels."""

    left: float
    right: float
    lines: list[int] = field(default_factory=list)
    split: list[int] = field(default_factory=list)


def columns_apart(lines: Sequence[Line]) -> list[Line]:
    """The lines with neighbours taken apart, left column before right column; all else stays in its order."""
    if len(lines) < _LEAST_ROWS:
        return list(lines)
    height = float(median(word.height for line in lines for word in line))
    order = list(range(len(lines)))
    result: dict[int, list[Line]] = {}
    moved: set[int] = set()
    for band in _bands(lines, height):
        if _is_two_columns(band, lines, height):
            first = min(order.index(index) for index in band.lines)
            result[first] = _taken_apart(band, lines)
            moved.update(band.lines)
    ordered: list[Line] = []
    for position, index in enumerate(order):
        ordered.extend(result.get(position, []))
        if index not in moved:
            ordered.append(lines[index])
    return ordered


def _bands(lines: Sequence[Line], height: float) -> Iterator[_Band]:
    band: _Band | None = None
    for index in sorted(range(len(lines)), key=lambda index: _top(lines[index])):
        line = lines[index]
        if sum(len(word.text) for word in line) < 3:
            continue
        gaps = list(_gaps(line, height))
        if band is not None and _joins(band, index, line, gaps):
            continue
        if band is not None:
            yield band
        widest = max(gaps, key=lambda gap: gap[1] - gap[0], default=None)
        band = _Band(*widest, [index], [index]) if widest else None
    if band is not None:
        yield band


def _joins(band: _Band, index: int, line: Line, gaps: Sequence[tuple[float, float]]) -> bool:
    for left, right in gaps:
        low, high = max(left, band.left), min(right, band.right)
        if high - low > 0.5 * (right - left) or high - low > 0.5 * (band.right - band.left):
            band.left, band.right = low, high
            band.lines.append(index)
            band.split.append(index)
            return True
    middle = (band.left + band.right) / 2
    if line[-1].left + line[-1].width <= middle or line[0].left >= middle:
        band.left = max(band.left, _end(line)) if _end(line) <= middle else band.left
        band.right = min(band.right, line[0].left) if line[0].left >= middle else band.right
        band.lines.append(index)
        return True
    return False


def _gaps(line: Line, height: float) -> Iterator[tuple[float, float]]:
    for word, following in pairwise(line):
        start, end = word.left + word.width, following.left
        if end - start > _WIDE * height:
            yield start, end


def _top(line: Line) -> float:
    return min(word.top + word.height / 2 for word in line)


def _end(line: Line) -> float:
    return max(word.left + word.width for word in line)


def _is_two_columns(band: _Band, lines: Sequence[Line], height: float) -> bool:
    if len(band.split) < _LEAST_ROWS and not _runs_between_columns(band, lines):
        return False
    rows = [lines[index] for index in band.split]
    if sum(len(list(_gaps(row, height))) > 1 for row in rows) > _MOST_TABLE_ROWS * len(rows):
        return False
    for side in zip(*(_halves(row, band) for row in rows), strict=True):
        text = "".join(word.text for half in side for word in half)
        figures = sum(sign.isdigit() for sign in text)
        if len(text) < _LEAST_LETTERS * len(rows) or figures > _MOST_FIGURES * len(text):
            return False
    return True


def _runs_between_columns(band: _Band, lines: Sequence[Line]) -> bool:
    """Whether the gap goes on between lines that were told apart already."""
    middle = (band.left + band.right) / 2
    alone = [lines[index] for index in band.lines if index not in band.split]
    on_the_left = sum(_end(line) <= middle for line in alone)
    return min(on_the_left, len(alone) - on_the_left) >= _LEAST_ROWS


def _halves(line: Line, band: _Band) -> tuple[Line, Line]:
    middle = (band.left + band.right) / 2
    return (
        [word for word in line if word.left + word.width / 2 < middle],
        [word for word in line if word.left + word.width / 2 >= middle],
    )


def _taken_apart(band: _Band, lines: Sequence[Line]) -> list[Line]:
    left: list[Line] = []
    right: list[Line] = []
    for index in band.lines:
        for half, column in zip(_halves(lines[index], band), (left, right), strict=True):
            if half:
                column.append(half)
    return [*_as_block(left, -2 * band.lines[0] - 1), *_as_block(right, -2 * band.lines[0] - 2)]


def _as_block(column: Sequence[Line], block: int) -> list[Line]:
    return [[replace(word, block=block) for word in line] for line in column]
