"""From single words to lines, paragraphs and text in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from ocr.programs.tesseract import Found
from ocr.raster import Homography, moved
from ocr.reading import Box

Line = Sequence[Found]


@dataclass(frozen=True, slots=True)
class Placed:
    """A word on the page as shown.

    `quad` is its four corners in fractions of the page, from the top left of the word clockwise: it may be
    slanted where the page is. `line` and `paragraph` count from 0 in reading order.
    """

    text: str
    quad: NDArray[np.float64]
    confidence: float
    line: int
    paragraph: int

    @property
    def box(self) -> Box:
        return box_around(self.quad)


def box_around(quad: NDArray[np.float64]) -> Box:
    """The box that holds four corners given in fractions of the page, as far as it lies on the page."""
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    return (_fraction(x0), _fraction(y0), _fraction(x1), _fraction(y1))


def _fraction(value: float) -> float:
    return min(max(float(value), 0.0), 1.0)


def quad_of(left: float, top: float, right: float, bottom: float, matrix: Homography) -> NDArray[np.float64]:
    """The corners of a rectangle after `matrix`."""
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    return moved(matrix, corners)


def confidence_of(words: Iterable[Found | Placed]) -> float:
    """Mean over the letters, 0..1; 0 where there is none."""
    held = [(len(word.text), word.confidence) for word in words]
    letters = sum(length for length, _ in held)
    return sum(length * sure for length, sure in held) / letters if letters else 0.0


def lines_of(words: Iterable[Found]) -> list[Line]:
    """Words as tesseract put them into lines."""
    return [
        list(line) for _, line in groupby(words, key=lambda word: (word.block, word.paragraph, word.line))
    ]


def placed_lines(lines: Sequence[Line], to_fraction: Homography) -> tuple[Placed, ...]:
    """`to_fraction` takes pixels of the words to fractions of the page as shown."""
    placed = []
    paragraph = -1
    at: tuple[int, int] | None = None
    for number, line in enumerate(lines):
        here = (line[0].block, line[0].paragraph)
        paragraph += here != at
        at = here
        for word in line:
            quad = quad_of(word.left, word.top, word.left + word.width, word.top + word.height, to_fraction)
            placed.append(Placed(word.text, quad, word.confidence, number, paragraph))
    return tuple(placed)


def text_of(words: Sequence[Placed]) -> str:
    """Lines as on the page, a blank line between paragraphs, words cut at a line's end joined again."""
    paragraphs = []
    for _, held in groupby(words, key=lambda word: word.paragraph):
        lines = [
            " ".join(word.text for word in line) for _, line in groupby(held, key=lambda word: word.line)
        ]
        paragraphs.append("\n".join(join_hyphens(lines)))
    return "\n\n".join(paragraphs)


def join_hyphens(lines: Iterable[str]) -> list[str]:
    """Bring the second half of a word up to the first: "arrê-", "té du maire" become "arrêté", "du maire"."""
    joined: list[str] = []
    for line in lines:
        rest = line
        if joined and _is_cut(joined[-1]) and rest[:1].islower():
            second_half, _, rest = rest.partition(" ")
            joined[-1] = joined[-1].rstrip("-\u00ad\u2010") + second_half
        if rest:
            joined.append(rest)
    return joined


def _is_cut(line: str) -> bool:
    return len(line) > 2 and line[-1] in "-\u00ad\u2010" and line[-2].isalpha() and line[-3].isalpha()
