"""Letters for the size benchmark: made from a seed, with the word statistics of French, no word of a real letter.

Grammatical words come as often as they do in French; the others follow a Zipf law over made-up words of French
syllables, and one word in two hundred is one a scanner got wrong, so the vocabulary never stops growing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

COMMON = """de:57 la:31 l:25 et:25 le:24 les:22 des:20 d:19 en:16 du:13 à:13 un:12 une:10 que:10 est:9 pour:9 dans:9
qui:8 au:8 sur:7 par:7 vous:11 nous:7 je:7 ce:6 votre:7 ne:5 pas:5 plus:5 avec:5 mon:4 ma:4 se:5 il:4 son:4 sa:3
cette:3 aux:3 ou:3 été:3 mais:2 ont:2 être:3 notre:3 nos:2 vos:2 ces:2 monsieur:3 madame:2 maire:2 commune:2 mairie:1
demande:2 rue:2 courrier:1 dossier:1 service:1 travaux:1 permis:1 date:1 prie:1 agréer:1 salutations:1 objet:1"""
ONSETS = "b c d f g j l m n p r s t v ch pr tr cr br bl pl fr gr cl"
VOWELS = "a e i o u é è ou an on in eu ai au oi ier"
ENDINGS = "tion ment eur able isme age ette eau ir er é ent ance ité al el in on et ot ard s t"
SENDERS = 20_000
DEPARTMENTS = ["DGS", "URB", "FIN", "RH", "TECH", "ENF", "CCAS", "ETAT", "CULT", "SPORT", "POL", "ENV"]
TYPES = ["demande", "plainte", "facture", "permis", "invitation", "candidature", "recours", "information"]
STATES = ["in_progress", "closed", "closed", "closed", "to_qualify"]
CHANNELS = ["scan", "scan", "scan", "email", "upload"]


@dataclass(frozen=True)
class Letter:
    """A letter of the benchmark; `rank` counts from 1."""

    rank: int
    pages: list[str]
    subject: str
    sender: str
    department: str
    kind: str
    state: str
    channel: str
    year: int
    day: int
    reference: str


class Writer:
    """Writes the letters of one seed."""

    def __init__(self, seed: int, vocabulary: int = 120_000) -> None:
        self.chance = np.random.default_rng(seed)
        pairs = [each.split(":") for each in COMMON.split()]
        self.made_up = self.vocabulary(vocabulary)
        self.words = np.array([word for word, _ in pairs] + self.made_up, dtype=object)
        common = np.array([float(weight) for _, weight in pairs])
        rare = 1 / (np.arange(vocabulary) + 60.0)
        weights = np.concatenate([common / common.sum() * 0.52, rare / rare.sum() * 0.48])
        self.cumulative = np.cumsum(weights)
        self.names = [
            f"{self.made_up[at % 3000].title()} {self.made_up[(at * 7) % 9000].title()}"
            for at in range(SENDERS)
        ]

    def vocabulary(self, size: int) -> list[str]:
        made: dict[str, None] = {}
        onsets, vowels, endings = ONSETS.split(), VOWELS.split(), ENDINGS.split()
        while len(made) < size:
            syllables = self.chance.integers(1, 4)
            parts = [
                str(self.chance.choice(onsets)) + str(self.chance.choice(vowels)) for _ in range(syllables)
            ]
            made.setdefault("".join(parts) + str(self.chance.choice(endings)))
        return list(made)

    def text(self, length: int) -> str:
        at = np.searchsorted(self.cumulative, self.chance.random(length)).clip(max=len(self.words) - 1)
        words = self.words[at]
        for place in np.nonzero(self.chance.random(length) < 0.005)[0]:
            words[place] = self.misread(str(words[place]))
        words[::13] += "."
        return " ".join(words)

    def misread(self, word: str) -> str:
        at = int(self.chance.integers(len(word)))
        return word[:at] + "lit1ce"[int(self.chance.integers(6))] + word[at + 1 :]

    def letters(self, pages: int) -> Iterator[Letter]:
        """Letters of `pages` pages in all: one page most often, three at times."""
        rank = written = 0
        while written < pages:
            rank += 1
            count = min(int(self.chance.choice([1, 1, 2, 3])), pages - written)
            written += count
            texts = [self.text(int(self.chance.integers(180, 380))) for _ in range(count)]
            year = 2009 + int(self.chance.integers(18))
            reference = f"PC 033 {int(self.chance.integers(1000)):03} {year % 100:02} X{rank % 10_000:04}"
            texts[0] = f"{texts[0]} Réf. {reference} du dossier."
            yield Letter(
                rank, texts, self.text(6), self.names[int(self.chance.zipf(1.3)) % SENDERS],
                DEPARTMENTS[int(self.chance.integers(len(DEPARTMENTS)))], TYPES[int(self.chance.integers(len(TYPES)))],
                STATES[int(self.chance.integers(5))], CHANNELS[int(self.chance.integers(5))], year,
                int(self.chance.integers(1, 29)), reference,
            )  # fmt: skip

    def word(self, first: int, last: int) -> str:
        """A made-up word between two ranks of frequency."""
        return self.made_up[int(self.chance.integers(first, last))]
