"""Where words and lines lie towards each other, in pixels."""

from __future__ import annotations

from collections.abc import Iterable

from ocr.layout import Line
from ocr.programs.tesseract import Found

Edges = tuple[float, float, float, float]
"""left, top, right, bottom"""


def around(line: Line) -> Edges:
    return (
        min(word.left for word in line),
        min(word.top for word in line),
        max(word.left + word.width for word in line),
        max(word.top + word.height for word in line),
    )


def shared(low: float, high: float, other_low: float, other_high: float) -> float:
    """Length that two stretches have in common; negative is the gap between them."""
    return min(high, other_high) - max(low, other_low)


def covered(one: Found, other: Found) -> float:
    """Common area over the smaller word's, 0..1; 0 for words of different rows: dirt may be taken for a sign
    that is several lines tall."""
    width = shared(one.left, one.left + one.width, other.left, other.left + other.width)
    height = shared(one.top, one.top + one.height, other.top, other.top + other.height)
    if width <= 0 or height <= 0.4 * max(one.height, other.height):
        return 0.0
    return width * height / max(min(one.width * one.height, other.width * other.height), 1)


def touches(word: Found, others: Iterable[Found], share: float) -> bool:
    """Whether the word lies in the place of one of the others."""
    return any(covered(word, other) > share for other in others)


def beside_share(word: Found, line: Line) -> float:
    """How much of the word's height lies within the line where it is nearest, 0..1: lines may climb."""
    near = min(
        line, key=lambda one: -shared(one.left, one.left + one.width, word.left, word.left + word.width)
    )
    height = shared(word.top, word.top + word.height, near.top, near.top + near.height)
    return height / max(min(word.height, near.height), 1)
