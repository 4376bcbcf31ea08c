"""Puts two readings of the same page together, line by line and word by word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from ocr.boxes import Edges, around, beside_share, shared, touches
from ocr.layout import Line
from ocr.programs.tesseract import Found

_GUESS = 0.4
"""Confidence of a letter that is worth nothing."""

_BETTER = 1.05
_SURE_ENOUGH = 0.5
_LEAST_BELIEVED = 0.3
_SAME_LINE = 0.5
_SAME_PLACE = 0.2
_READ_TWICE = 0.5
_REACH = 3.0
"""Line heights beyond its ends within which a line may go on."""


def worth_of(words: Iterable[Found]) -> float:
    """What readings are compared by: letters read, each by how far it is beyond a guess."""
    return sum(len(word.text) * (word.confidence - _GUESS) for word in words if is_plausible(word.text))


def is_plausible(text: str) -> bool:
    return sum(sign.isalnum() for sign in text) * 2 >= len(text)


def voted(lines: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    """`lines`, with what `others` read better, and what only `others` saw put in its place."""
    kept = without_doubles(lines)
    parts, alone = _matched(kept, without_doubles(others))
    result = [_best_of(line, _side_by_side(held)) for line, held in zip(kept, parts, strict=True)]
    seen = [word for line in result for word in line]
    for line in alone:
        if _is_sure(line) and not any(touches(word, seen, _SAME_PLACE) for word in line):
            at = _place(result, line)
            result.insert(at, _in_paragraph_of(result[max(at - 1, 0)][0], line) if result else line)
    return _numbered(without_doubles(result))


def without_doubles(lines: Sequence[Line]) -> list[Line]:
    """tesseract's blocks may overlap, and what lies in both is read twice then: the worse reading goes."""
    kept: dict[int, Line] = {}
    places: dict[int, Edges] = {}
    for index in sorted(range(len(lines)), key=lambda index: -worth_of(lines[index])):
        top, bottom = around(lines[index])[1], around(lines[index])[3]
        near = [
            word
            for other, place in places.items()
            if place[1] < bottom and place[3] > top
            for word in kept[other]
        ]
        words = [word for word in lines[index] if not touches(word, near, _READ_TWICE)]
        if words:
            kept[index], places[index] = words, around(words)
    return [kept[index] for index in sorted(kept)]


def _matched(lines: Sequence[Line], others: Sequence[Line]) -> tuple[list[list[Line]], list[Line]]:
    """For each line the parts of others that lie in it, and the others that lie in none."""
    parts: list[list[Line]] = [[] for _ in lines]
    alone: list[Line] = []
    places = [around(line) for line in lines]
    height = median(word.height for line in lines for word in line) if lines else 1.0
    for other in others:
        held: dict[int, list[Found]] = {}
        for word in other:
            found = _line_of(word, lines, places, _REACH * height)
            if found is not None:
                held.setdefault(found, []).append(word)
        for index, words in held.items():
            parts[index].append(words)
        if not held:
            alone.append(other)
    return parts, alone


def _line_of(word: Found, lines: Sequence[Line], places: Sequence[Edges], reach: float) -> int | None:
    best, which = _SAME_LINE, None
    for index, (left, top, right, bottom) in enumerate(places):
        if top > word.top + word.height or bottom < word.top:
            continue
        if left - reach > word.left + word.width or right + reach < word.left:
            continue
        share = beside_share(word, lines[index])
        if share > best:
            best, which = share, index
    return which


def _side_by_side(parts: Iterable[Line]) -> Line:
    """The parts from left to right; of those in the same place the one that is worth more."""
    chosen: list[Found] = []
    for part in sorted(parts, key=worth_of, reverse=True):
        if not any(_over(word, other) for word in part for other in chosen):
            chosen.extend(part)
    return sorted(chosen, key=lambda word: word.left)


def _over(one: Found, other: Found) -> bool:
    common = shared(one.left, one.left + one.width, other.left, other.left + other.width)
    return common > _SAME_PLACE * min(one.width, other.width)


def _best_of(line: Line, other: Line) -> Line:
    if not other:
        return line
    other = _in_paragraph_of(line[0], other)
    if worth_of(other) > max(worth_of(line), 0.0) * _BETTER:
        line, other = other, line
    words: list[Found] = []
    for mine, theirs in _stretches(line, other):
        if mine and theirs:
            words += theirs if worth_of(theirs) > max(worth_of(mine), 0.0) * _BETTER else mine
        elif mine:
            words += [word for word in mine if is_plausible(word.text) or word.confidence > _LEAST_BELIEVED]
        elif _is_sure(theirs):
            words += theirs
    return words or line


def _stretches(line: Line, other: Line) -> list[tuple[list[Found], list[Found]]]:
    """The line cut where both readings have a gap."""
    cut: list[tuple[list[Found], list[Found]]] = []
    end = 0.0
    for word, side in sorted(
        [(word, 0) for word in line] + [(word, 1) for word in other], key=lambda pair: pair[0].left
    ):
        slack = min(0.25 * word.height, 0.3 * word.width)
        if not cut or word.left >= end - slack:
            cut.append(([], []))
            end = word.left + word.width
        cut[-1][side].append(word)
        end = max(end, word.left + word.width)
    return cut


def _is_sure(words: Sequence[Found]) -> bool:
    letters = sum(len(word.text) for word in words)
    return letters >= 3 and worth_of(words) >= letters * (_SURE_ENOUGH - _GUESS)


def _in_paragraph_of(like: Found, line: Line) -> Line:
    return [replace(word, block=like.block, paragraph=like.paragraph) for word in line]


def _numbered(lines: Sequence[Line]) -> list[Line]:
    """Each line under a number of its own, so that neighbours stay apart."""
    return [[replace(word, line=number) for word in line] for number, line in enumerate(lines)]


def _place(lines: Sequence[Line], new: Line) -> int:
    """Before the first line that lies lower and overlaps in width."""
    left, top, right, _ = around(new)
    for index, line in enumerate(lines):
        x0, y0, x1, _ = around(line)
        if y0 > top and x0 < right and x1 > left:
            return index
    return len(lines)
