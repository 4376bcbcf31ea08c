"""Where the words of a query stand on the pages of a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from courrier.mail.models import Mail, Page
from courrier.mail.rights import Access, reads
from courrier.search import analysis
from courrier.search.language.question import Question
from courrier.search.language.reading import read
from courrier.search.misreadings import misreadings
from courrier.search.numbers import number_typed, shape_of
from courrier.search.planning import distance_of, units

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in fractions of the page as shown."""

LONGEST_NUMBER = 9
"""Words on a page that may write one number."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for on a page: single words as stems and as written, phrases, and numbers by their shape."""

    stems: frozenset[str]
    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    numbers: frozenset[str]
    misread: bool = False


def hit_boxes(mail_id: int, text: str, access: Access) -> dict[int, list[Box]]:
    """The boxes of the words of `text` on each page of a letter, in reading order; pages without any are left out.

    Words that a scan may have misread are lit where no other is.

    Empty for a letter that `access` may not read.
    """
    if not Mail.objects.filter(reads(access), pk=mail_id).exists():
        return {}
    wanted = wanted_of(read(text))
    pages = list(Page.objects.filter(mail=mail_id).values_list("number", "words"))
    return lit_pages(pages, wanted) or lit_pages(pages, replace(wanted, misread=True))


def lit_pages(pages: Sequence[tuple[int, Sequence[Sequence[Any]]]], wanted: Wanted) -> dict[int, list[Box]]:
    found = {number: list(boxes_on(words, wanted)) for number, words in pages}
    return {number: boxes for number, boxes in found.items() if boxes}


def wanted_of(question: Question) -> Wanted:
    asked = [each for each in question.wanted if not each.without]
    plain = [each.text for each in asked if not each.quoted]
    cited = [each.value for each in question.criteria if each.key == "reference" and not each.without]
    written = [word for each in plain for word in analysis.words_in(each) if analysis.stems(word)]
    numbers = [number_typed(each) for each in [*units(plain), *plain, *cited, *(each.text for each in asked)]]
    return Wanted(
        stems=frozenset(stem for word in written for stem in analysis.stems(word)),
        words=tuple(folded for word in written for folded in analysis.folded(word)),
        phrases=tuple(tuple(analysis.folded(each.text)) for each in asked if each.quoted),
        numbers=frozenset(shape_of(number) for number in numbers if number),
        misread=question.misread,
    )


def boxes_on(words: Sequence[Sequence[Any]], wanted: Wanted) -> Iterator[Box]:
    terms = [analysis.folded(str(word[0])) for word in words]
    lit = {at for at, word in enumerate(words) if matches(str(word[0]), terms[at], wanted)}
    lit.update(phrase_places(terms, wanted.phrases))
    lit.update(number_places([str(word[0]) for word in words], wanted.numbers))
    for at in sorted(lit):
        x0, y0, x1, y1 = (float(side) for side in words[at][1:5])
        yield x0, y0, x1, y1


def matches(written: str, terms: Sequence[str], wanted: Wanted) -> bool:
    """Whether a word on a page is one of those wanted; `terms` are its folded parts."""
    if not wanted.words:
        return False
    if not wanted.stems.isdisjoint(analysis.stems(written)):
        return True
    return any(
        term == word or (wanted.misread and nearly(term, word)) for term in terms for word in wanted.words
    )


@lru_cache(maxsize=4096)
def nearly(term: str, word: str) -> bool:
    """Whether the index takes `term` for a misread `word`, as `planning.near_nodes` asks it."""
    most = distance_of(word)
    if not most:
        return False
    return term in misreadings(word) or DamerauLevenshtein.distance(term, word, score_cutoff=most) <= most


def phrase_places(terms: Sequence[Sequence[str]], phrases: Sequence[Sequence[str]]) -> Iterator[int]:
    """Places of the words of each phrase, wherever its terms follow each other."""
    flat = [(term, at) for at, each in enumerate(terms) for term in each]
    for phrase in phrases:
        for start in range(len(flat) - len(phrase) + 1 if phrase else 0):
            window = flat[start : start + len(phrase)]
            if [term for term, _ in window] == list(phrase):
                yield from (at for _, at in window)


def number_places(written: Sequence[str], numbers: frozenset[str]) -> Iterator[int]:
    longest = max(map(len, numbers), default=0)
    shapes = [shape_of("".join(re.findall(r"[^\W_]+", word)).lower()) for word in written] if numbers else []
    for start, first in enumerate(shapes):
        joined = ""
        for end in range(start, min(start + LONGEST_NUMBER, len(shapes)) if first else start):
            joined += shapes[end]
            if joined in numbers:
                yield from range(start, end + 1)
            if len(joined) >= longest:
                break
