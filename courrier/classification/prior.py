"""How much the words of a letter speak for each document type of the taxonomy, before anything was learned."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from courrier.classification.pages import Evidence
from courrier.classification.parts import Zone
from courrier.classification.spelling import LITTLE_WORDS, stem
from courrier.classification.taxonomy.catalogue import Taxonomy
from courrier.classification.zones import Letter

ZONE_WEIGHT = {
    Zone.OBJECT: 3.0, Zone.HEAD: 0.7, Zone.RECIPIENT: 0.0, Zone.STAMP: 0.0, Zone.SALUTATION: 0.0, Zone.BODY: 1.0,
    Zone.CLOSING: 0.5, Zone.SIGNATURE: 0.8, Zone.FOOTER: 0.25, Zone.ANNEX: 0.35,
}  # fmt: skip
EARLY_LINES, EARLY = 6, 1.3
"""The first lines of what a letter says tell its reason."""
_WORD = re.compile(r"[a-z0-9]+")
_NUMBER_SIGN = re.compile(r"\bn ?(?:°|º|\*|os?\b)\s?")


@dataclass(frozen=True, slots=True)
class Place:
    """A stem of the letter, where it stands and what a mention there counts."""

    stem: str
    word: str
    line: int
    start: int
    end: int
    weight: float


@dataclass(slots=True)
class TypeScore:
    code: str
    score: float = 0.0
    hits: list[tuple[float, str, tuple[Evidence, ...]]] = field(default_factory=list)
    spots: list[tuple[int, int, float]] = field(default_factory=list)
    """Line, first character and weight of everything that speaks for the type."""


@dataclass(frozen=True, slots=True)
class _Entry:
    stems: tuple[str, ...]
    code: str
    weight: float


class Vocabulary:
    """The terms of a taxonomy arranged to be found in one pass over a letter."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.codes = tuple(kind.code for kind in taxonomy.kinds)
        shared = Counter(term.stems for kind in taxonomy.kinds for term in kind.terms if term.weight > 0)
        self.by_first: dict[str, list[_Entry]] = defaultdict(list)
        self.open_ended: dict[str, list[_Entry]] = defaultdict(list)
        for kind in taxonomy.kinds:
            for term in dict.fromkeys(kind.terms):
                weight = (
                    term.weight / (1 + 0.5 * (shared[term.stems] - 1)) if term.weight > 0 else term.weight
                )
                entry = _Entry(term.stems, kind.code, weight)
                first = term.stems[0]
                if first.endswith("*"):
                    self.open_ended[first[:3]].append(entry)
                else:
                    self.by_first[first].append(entry)

    def matches(self, places: list[Place]) -> Iterator[tuple[_Entry, int, int]]:
        """Entry, first and last place, of every term that occurs."""
        for number, place in enumerate(places):
            for entry in self.by_first.get(place.stem, ()):
                if _follows(entry.stems, places, number):
                    yield entry, number, number + len(entry.stems) - 1
            for entry in self.open_ended.get(place.word[:3], ()):
                if place.word.startswith(entry.stems[0][:-1]):
                    yield entry, number, number


def _follows(stems: tuple[str, ...], places: list[Place], number: int) -> bool:
    if number + len(stems) > len(places):
        return False
    for wanted, place in zip(stems[1:], places[number + 1 :], strict=False):
        if wanted.endswith("*"):
            if not place.word.startswith(wanted[:-1]):
                return False
        elif wanted != place.stem:
            return False
    return True


@lru_cache(maxsize=32)
def vocabulary_of(taxonomy: Taxonomy) -> Vocabulary:
    return Vocabulary(taxonomy)


def places_of(letter: Letter) -> list[Place]:
    places, body_lines = [], 0
    for index, line in enumerate(letter.lines):
        zone = letter.zones[index]
        weight = ZONE_WEIGHT[zone]
        if zone == Zone.BODY:
            body_lines += 1
            weight *= EARLY if body_lines <= EARLY_LINES else 1.0
        if not weight:
            continue
        text = _NUMBER_SIGN.sub(lambda match: "numero"[: len(match[0])].ljust(len(match[0])), line.folded)
        for match in _WORD.finditer(text):
            word = "numero" if match[0] in ("nu", "num") and line.folded[match.start()] == "n" else match[0]
            if word not in LITTLE_WORDS:
                places.append(Place(stem(word), word, index, match.start(), match.end(), weight))
    return places


def scores(letter: Letter, taxonomy: Taxonomy) -> dict[str, TypeScore]:
    """The score of every type, its telling words first. Zero where nothing speaks for a type."""
    places = places_of(letter)
    found: dict[str, dict[tuple[str, ...], list[tuple[float, int, int]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for entry, first, last in vocabulary_of(taxonomy).matches(places):
        weight = entry.weight * places[first].weight
        found[entry.code][entry.stems].append((weight, first, last))
    results = {kind.code: TypeScore(kind.code) for kind in taxonomy.kinds}
    for code, terms in found.items():
        _add_up(results[code], terms, places, letter)
    return results


def _add_up(
    result: TypeScore,
    terms: dict[tuple[str, ...], list[tuple[float, int, int]]],
    places: list[Place],
    letter: Letter,
) -> None:
    """Sum a type's terms: each at its best place, a little for repeats, nothing inside a longer term."""
    covered: set[int] = set()
    small = 0.0
    for stems, hits in sorted(terms.items(), key=lambda item: (-len(item[0]), item[0])):
        free = [hit for hit in hits if not all(place in covered for place in range(hit[1], hit[2] + 1))] or []
        if not free:
            continue
        ranked = sorted(free, key=lambda hit: -abs(hit[0]))
        weight, first, last = ranked[0]
        total = weight + 0.25 * weight * math.log1p(len(ranked) - 1)
        for _weight, begin, end in free:
            covered.update(range(begin, end + 1))
        if abs(weight) < 1.6:
            small += total
        else:
            result.score += total
        if weight > 0:
            result.spots.extend((places[hit[1]].line, places[hit[1]].start, hit[0]) for hit in ranked)
            result.hits.append((weight, " ".join(stems), _evidence(letter, places, first, last)))
    result.score += 6 * math.tanh(small / 6)
    result.hits.sort(key=lambda hit: -hit[0])


def _evidence(letter: Letter, places: list[Place], first: int, last: int) -> tuple[Evidence, ...]:
    by_line: dict[int, list[Place]] = defaultdict(list)
    for place in places[first : last + 1]:
        by_line[place.line].append(place)
    return tuple(
        part
        for line, words in by_line.items()
        for part in letter.lines[line].evidence(words[0].start, words[-1].end, in_folded=True)
    )
