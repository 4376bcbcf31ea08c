"""Reading a cleaned page, and reading it again another way where the first reading is doubtful."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.boxes import Edges
from ocr.cleaning import steps, tones
from ocr.cleaning.clean import Cleaned
from ocr.cleaning.underline import rules_under_writing, without_rules
from ocr.layout import confidence_of, lines_of
from ocr.line_vote import voted, worth_of
from ocr.programs import tesseract
from ocr.programs.run import ProgramError
from ocr.programs.tesseract import Found
from ocr.raster import Gray, Homography, turn_matrix
from ocr.unread import unread_share

SURE = 0.9
"""Mean confidence from which a reading is not doubted."""

LOST = 0.6
"""Mean confidence below which the page may stand on its head."""

MOST_UNREAD = 0.25
"""Share of the ink outside all words from which parts of the page were perhaps missed."""

LEAST_READ = 0.6
"""Share of an underlining's length over which words were read, below which some were perhaps missed."""

CLEARLY_BETTER = 1.02

ENOUGH_SECONDS = 45.0
"""After so long no page is read once more."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one way of reading found: words in pixels of `gray`, `matrix` as in Cleaned, `turned` 0 or 180."""

    words: tuple[Found, ...]
    gray: Gray
    matrix: Homography
    turned: int = 0

    @property
    def confidence(self) -> float:
        """Mean over letters, 0..1."""
        return confidence_of(self.words)

    @property
    def worth(self) -> float:
        return worth_of(self.words)


def recognise(page: Cleaned, *, language: str, dpi: float, wanted: frozenset[str] = steps.ALL) -> Read:
    """Read the page; where there is doubt read it in other ways too and keep the best of each line.

    Raises ProgramError.
    """
    resolution = round(min(max(dpi, 70), 600))
    start = time.monotonic()
    first = Read(tuple(tesseract.words(page.gray, language=language, dpi=resolution)), page.gray, page.matrix)
    if steps.RULES in wanted:
        first = _without_underlining(first, language, resolution, dpi)
    if steps.AGAIN not in wanted or not _doubtful(first):
        return first
    if first.confidence < LOST:
        other = _upside_down(first, language, resolution)
        if other.worth > max(first.worth, 0) * CLEARLY_BETTER:
            first = other
    best = first
    for gray, mode in _other_ways(page, first):
        if not _doubtful(best) or time.monotonic() - start > ENOUGH_SECONDS:
            break
        try:
            words = tesseract.words(gray, language=language, dpi=resolution, mode=mode)
        except ProgramError:
            break
        best = replace(best, words=_better_of(best.words, tuple(words)))
    return best


def _without_underlining(read: Read, language: str, resolution: int, dpi: float) -> Read:
    """Where underlined writing is in doubt, its lines as they were read better, with their rules or without."""
    places = rules_under_writing(read.gray, dpi)
    unsure = [place for place in places if _is_unsure(place, read.words)]
    if not unsure:
        return read
    bare = without_rules(read.gray, places, dpi)
    try:
        words = tesseract.words(bare, language=language, dpi=resolution)
    except ProgramError:
        return read
    again = [word for word in words if any(_written_in(place, (word,)) for place in unsure)]
    lines = voted(lines_of(read.words), lines_of(again))
    return replace(read, words=tuple(word for line in lines for word in line))


def _is_unsure(place: Edges, words: Sequence[Found]) -> bool:
    """Whether what is written at `place` was read with doubt, or only in part."""
    inside = _written_in(place, words)
    read = sum(word.width for word in inside)
    return confidence_of(inside) < SURE or read < LEAST_READ * (place[2] - place[0])


def _written_in(place: Edges, words: Sequence[Found]) -> list[Found]:
    left, top, right, bottom = place
    return [
        word
        for word in words
        if top < word.top + word.height / 2 < bottom and left < word.left + word.width / 2 < right
    ]


def _better_of(one: tuple[Found, ...], other: tuple[Found, ...]) -> tuple[Found, ...]:
    """The better reading, with those lines of the worse one that are better."""
    if worth_of(other) > worth_of(one) * CLEARLY_BETTER:
        one, other = other, one
    return tuple(word for line in voted(lines_of(one), lines_of(other)) for word in line)


def _doubtful(read: Read) -> bool:
    unsure = bool(read.words) and read.confidence < SURE
    return unsure or unread_share(read.gray, read.words) > MOST_UNREAD


def _other_ways(page: Cleaned, first: Read) -> Iterator[tuple[Gray, int]]:
    """Images of the same geometry as the first reading's, and how to segment them."""

    def like_first(gray: Gray) -> Gray:
        return np.ascontiguousarray(gray[::-1, ::-1]) if first.turned else gray

    strong = like_first(tones.strong(page.straight, page.sheet))
    if steps.LEVELS in page.done:
        yield like_first(page.straight), tesseract.AUTOMATIC
    else:
        yield strong, tesseract.AUTOMATIC
    yield strong, tesseract.ONE_COLUMN
    yield np.asarray(cv2.GaussianBlur(strong, (0, 0), 1.0), np.uint8), tesseract.AUTOMATIC


def _upside_down(read: Read, language: str, dpi: int) -> Read:
    height, width = read.gray.shape
    gray = np.ascontiguousarray(read.gray[::-1, ::-1])
    words = tesseract.words(gray, language=language, dpi=dpi)
    return Read(tuple(words), gray, read.matrix @ turn_matrix(180, width, height), 180)
