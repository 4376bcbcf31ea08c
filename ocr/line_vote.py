"""Puts two readings of the same page together, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ocr.layout import Line
from ocr.programs.tesseract import Found

_GUESS = 0.4
"""Confidence of a letter that is worth nothing."""

_BETTER = 1.05
_SURE_ENOUGH = 0.65


def worth_of(words: Iterable[Found]) -> float:
    """What readings are compared by: letters read, each by how far it is beyond a guess."""
    return sum(len(word.text) * (word.confidence - _GUESS) for word in words if is_plausible(word.text))


def is_plausible(text: str) -> bool:
    return sum(sign.isalnum() for sign in text) * 2 >= len(text)


def voted(lines: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    """`lines`, each replaced where `others` read it better, and what only `others` saw put in its place."""
    result: list[Line] = []
    free = [word for line in others for word in line]
    for line in lines:
        inside, free = _parted(free, _box(line))
        better = inside and worth_of(inside) > max(worth_of(line), 0.0) * _BETTER
        result.append(_renumbered(inside, line[0]) if better else line)
    for line in others:
        alone = [word for word in line if word in free]
        if alone and len(alone) == len(line) and _is_sure(alone):
            result.insert(_place(result, alone), alone)
    return result


def _is_sure(words: Sequence[Found]) -> bool:
    letters = sum(len(word.text) for word in words)
    return letters >= 3 and worth_of(words) >= letters * (_SURE_ENOUGH - _GUESS)


def _box(line: Line) -> tuple[float, float, float, float]:
    top, bottom = min(word.top for word in line), max(word.top + word.height for word in line)
    heights = sorted(word.height for word in line)
    slack = heights[len(heights) // 2]
    left, right = min(word.left for word in line), max(word.left + word.width for word in line)
    return left - 2 * slack, top, right + 2 * slack, bottom


def _parted(
    words: Sequence[Found], box: tuple[float, float, float, float]
) -> tuple[list[Found], list[Found]]:
    left, top, right, bottom = box
    inside: list[Found] = []
    outside: list[Found] = []
    for word in words:
        x, y = word.left + word.width / 2, word.top + word.height / 2
        (inside if left <= x <= right and top <= y <= bottom else outside).append(word)
    return inside, outside


def _renumbered(words: Sequence[Found], first: Found) -> Line:
    """The words as one line in the place of the line that starts with `first`."""
    place = {"block": first.block, "paragraph": first.paragraph, "line": first.line}
    return [_moved(word, **place) for word in sorted(words, key=lambda word: word.left)]


def _moved(word: Found, *, block: int, paragraph: int, line: int) -> Found:
    return Found(
        word.text, word.left, word.top, word.width, word.height, word.confidence, block, paragraph, line
    )


def _place(lines: Sequence[Line], new: Line) -> int:
    """Before the first line that lies lower and overlaps in width."""
    _, top, _, _ = _box(new)
    left, right = new[0].left, new[-1].left + new[-1].width
    for index, line in enumerate(lines):
        x0, y0, x1, _ = _box(line)
        if y0 > top and x0 < right and x1 > left:
            return index
    return len(lines)
