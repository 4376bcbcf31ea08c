"""The words that tell a letter from others, for finding letters that resemble it.

tantivy's own `more_like_this` stops the process's thread where deleted letters still count in a word's frequency.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import log

from tantivy import Searcher

from courrier.search import analysis

MOST = 25
SHORTEST = 3
EXAMINED = 400
"""Different words of a letter looked up at most, the most frequent in it first."""


def telling_words(searcher: Searcher, text: str) -> Iterator[tuple[str, float]]:
    """Words of `text` that other letters have too, with their weight: those that tell most of it, best first."""
    times: Counter[str] = Counter()
    written: dict[str, str] = {}
    for word in analysis.words_in(text):
        terms = analysis.stems(word)
        if len(word) >= SHORTEST and len(terms) == 1:
            times[terms[0]] += 1
            written.setdefault(terms[0], word)
    letters = searcher.num_docs
    weights: dict[str, float] = {}
    for term, count in times.most_common(EXAMINED):
        having = searcher.doc_freq("body", term)
        if having >= 2:
            rarity = log(1 + (max(letters - having, 0) + 0.5) / (having + 0.5))
            weights[term] = rarity * count / (count + 1)
    for term in sorted(weights, key=lambda each: -weights[each])[:MOST]:
        yield written[term], weights[term]
