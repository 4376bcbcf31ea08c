"""A second look at the first letters that a sentence finds: better those where its words stand together, in any form.

The engines count words by their stems, wherever they stand. Here `démission` is nearly `démissionner`, and what counts
is how much of the sentence is said in one stretch of the text.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from courrier.search import analysis
from courrier.search.language.emphasis import emphasis
from courrier.search.language.function_words import says_little
from courrier.search.tree import Found
from courrier.search.weights import WEIGHTS

FIRST = 30
"""Letters looked at again: a page of results and a half, so that the second page may send some to the first."""

LONGEST_TEXT = 20_000
"""Characters of a letter that are looked at, seven pages or so."""

GRAM = 4
Place = tuple[int, int, float]
"""The place of a word in a text, which of the sentence's words it is, and how nearly, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the sentence; `much` is how much it says of what answers it."""

    folded: str
    stem: str
    grams: frozenset[str]
    much: float


def look_again(found: Sequence[Found], words: Sequence[str]) -> list[Found]:
    """`found` in the order in which they answer a sentence of these `words`, the best first."""
    terms = terms_of(words)
    if len(found) < 2 or not terms:
        return list(found)
    kin = Kin(terms)
    places = [kin.places_in(each.text[:LONGEST_TEXT]) for each in found]
    rare = rareness(places, len(terms))
    weights = [term.much * each for term, each in zip(terms, rare, strict=True)]
    whole = sum(weights) or 1.0
    best = max(each.score for each in found) or 1.0

    def worth(at: int) -> float:
        said = said_at_all(places[at], weights) + said_together(places[at], weights)
        return found[at].score / best + WEIGHTS.together * said / whole

    return [found[at] for at in sorted(range(len(found)), key=worth, reverse=True)]


def terms_of(words: Sequence[str]) -> list[Term]:
    telling: dict[str, float] = {}
    for word, much in zip(words, emphasis(words), strict=True):
        if not says_little(word):
            telling |= {folded: max(much, telling.get(folded, 0.0)) for folded in analysis.folded(word)}
    return [Term(each, stem_of(each), grams_of(each), much) for each, much in sorted(telling.items())]


@lru_cache(maxsize=50_000)
def stem_of(word: str) -> str:
    found = analysis.stems(word)
    return found[0] if found else ""


@lru_cache(maxsize=50_000)
def grams_of(word: str) -> frozenset[str]:
    """The runs of four letters in a word and its ends."""
    whole = f"_{word}_"
    return frozenset(whole[at : at + GRAM] for at in range(max(1, len(whole) - GRAM + 1)))


class Kin:
    """Which of a sentence's words each word of the texts is near to; most are near to none, and are known at once."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = terms
        self.grams = frozenset().union(*(each.grams for each in terms))
        self.known: dict[str, list[tuple[int, float]]] = {}

    def places_in(self, text: str) -> list[Place]:
        places: list[Place] = []
        known = self.known
        for at, word in enumerate(analysis.folded(text)):
            near = known.get(word)
            if near is None:
                near = known[word] = self.near_to(word)
            if near:
                places += [(at, rank, much) for rank, much in near]
        return places

    def near_to(self, word: str) -> list[tuple[int, float]]:
        if grams_of(word).isdisjoint(self.grams):
            return []
        found = ((rank, nearness(word, term)) for rank, term in enumerate(self.terms))
        return [(rank, much) for rank, much in found if much]


def nearness(word: str, term: Term) -> float:
    """1 for the same word or another of its stem, less for one that shares a part with it, 0 for all others."""
    if word == term.folded:
        return 1.0
    if len(word) < GRAM or len(term.folded) < GRAM:
        return 0.0
    own = grams_of(word)
    shared = len(own & term.grams)
    if not shared:
        return 0.0
    if term.stem and stem_of(word) == term.stem:
        return 1.0
    much = 2 * shared / (len(own) + len(term.grams))
    return much if much >= WEIGHTS.akin else 0.0


def rareness(places: Sequence[Sequence[Place]], terms: int) -> list[float]:
    """How telling each term is among the letters found: the fewer have it, the more."""
    holders = [0] * terms
    for each in places:
        for rank in {rank for _, rank, much in each if much == 1.0}:
            holders[rank] += 1
    return [math.log(1 + (len(places) - held + 0.5) / (held + 0.5)) for held in holders]


def said_at_all(places: Sequence[Place], weights: Sequence[float]) -> float:
    best: dict[int, float] = defaultdict(float)
    for _, rank, much in places:
        best[rank] = max(best[rank], much)
    return sum(weights[rank] * much for rank, much in best.items())


def said_together(places: Sequence[Place], weights: Sequence[float]) -> float:
    """The same in the best stretch of `WEIGHTS.stretch` words."""
    best = 0.0
    for first, (start, _, _) in enumerate(places):
        end = next(
            (at for at in range(first, len(places)) if places[at][0] > start + WEIGHTS.stretch), len(places)
        )
        best = max(best, said_at_all(places[first:end], weights))
    return best
