"""The lines of a letter with their place: what the reading calls a line, parted where a wide gap separates columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from statistics import median

from courrier.classification.pages import Box, Evidence, PageText
from courrier.classification.spelling import folded

COLUMN_GAP = 2.8
"""A gap this many times the height of the letters parts two columns."""


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    box: Box
    confidence: float


@dataclass(frozen=True)
class Line:
    """Words beside each other. Two lines of one page that overlap in height stand in two columns."""

    page: int
    tokens: tuple[Token, ...]
    placed: bool
    """Whether the boxes are real; a text without words has made-up ones."""

    @cached_property
    def text(self) -> str:
        return " ".join(token.text for token in self.tokens)

    @cached_property
    def folded(self) -> str:
        return " ".join(folded(token.text) for token in self.tokens)

    @cached_property
    def box(self) -> Box:
        return around(token.box for token in self.tokens)

    @cached_property
    def height(self) -> float:
        return median(token.box[3] - token.box[1] for token in self.tokens)

    @property
    def left(self) -> float:
        return self.box[0]

    @property
    def top(self) -> float:
        return self.box[1]

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]

    @cached_property
    def certainty(self) -> float:
        return sum(token.confidence for token in self.tokens) / len(self.tokens)

    def evidence(
        self, start: int = 0, end: int | None = None, *, in_folded: bool = False
    ) -> tuple[Evidence, ...]:
        """The words that the characters from `start` to `end` of the text (or of the folded text) belong to."""
        if not self.placed:
            return ()
        chosen, place = [], 0
        for token in self.tokens:
            length = len(folded(token.text)) if in_folded else len(token.text)
            if place + length > start and (end is None or place < end):
                chosen.append(token)
            place += length + 1
        if not chosen:
            return ()
        return (
            Evidence(
                self.page, around(token.box for token in chosen), " ".join(token.text for token in chosen)
            ),
        )


def around(boxes: Iterable[Box]) -> Box:
    edges = list(zip(*boxes, strict=True))
    return (min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3]))


def beside(label: Line, line: Line) -> bool:
    """The cell to the right of a label."""
    return (
        line.placed
        and line.page == label.page
        and line.left > label.box[2]
        and abs(line.top - label.top) < label.height
    )


def lines_of(page: PageText) -> list[Line]:
    """The lines of a page in reading order."""
    return _read_lines(page) if page.words else _laid_out(page)


def _read_lines(page: PageText) -> list[Line]:
    lines: list[Line] = []
    for _number, rows in groupby(page.words, key=lambda row: row[6]):
        tokens = [
            Token(str(row[0]), (float(row[1]), float(row[2]), float(row[3]), float(row[4])), float(row[5]))
            for row in rows
            if str(row[0]).strip()
        ]
        lines.extend(Line(page.number, part, placed=True) for part in _columns(tokens))
    return lines


def _columns(tokens: Sequence[Token]) -> list[tuple[Token, ...]]:
    if not tokens:
        return []
    height = median(token.box[3] - token.box[1] for token in tokens) or 0.01
    parts: list[list[Token]] = [[tokens[0]]]
    for before, token in pairwise(tokens):
        # A page is higher than wide: a gap in widths is 1.41 times shorter than the same gap in heights.
        if (token.box[0] - before.box[2]) / 1.41 > COLUMN_GAP * height:
            parts.append([])
        parts[-1].append(token)
    return [tuple(part) for part in parts]


def _laid_out(page: PageText) -> list[Line]:
    """Lines of a bare text, each character given the width it would have in typewriting."""
    lines: list[Line] = []
    rows = page.text.replace("\t", "    ").splitlines()
    step = 1 / max(len(rows) + 2, 60)
    for number, row in enumerate(rows):
        place, tokens = 0, []
        for word in row.split():
            place = row.index(word, place)
            x0, y0 = 0.08 + place * 0.0095, (number + 1) * step
            tokens.append(Token(word, (x0, y0, x0 + len(word) * 0.0095, y0 + step * 0.8), 0.95))
            place += len(word)
        lines.extend(Line(page.number, part, placed=False) for part in _columns(tokens))
    return lines
