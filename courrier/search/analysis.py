"""How words become terms: the French chain and the exact one, run here for the embedded index, for snippets and for
the places of words on a page. Elasticsearch runs its own chain of the same steps (`engines/elasticsearch/mapping.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

LONGEST_WORD = 60
WORDS = re.compile(r"[^\W_]+")
ROOT_LENGTH = 6
ELIDED = ["l", "d", "c", "j", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"]
"""What is left before an apostrophe: `l'église` is `église`."""


@cache
def french() -> TextAnalyzer:
    """Lower case, without elisions, stop words and accents, stemmed."""
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(LONGEST_WORD))
        .filter(Filter.lowercase())
        .filter(Filter.custom_stopword(ELIDED))
        .filter(Filter.stopword("french"))
        .filter(Filter.ascii_fold())
        .filter(Filter.stemmer("french"))
        .build()
    )


@cache
def exact() -> TextAnalyzer:
    """Lower case, without elisions and accents: every word as it is written."""
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(LONGEST_WORD))
        .filter(Filter.lowercase())
        .filter(Filter.custom_stopword(ELIDED))
        .filter(Filter.ascii_fold())
        .build()
    )


@cache
def roots() -> TextAnalyzer:
    """The first letters of words: `rémunère` and `rémunération` are `remune`."""
    return (
        TextAnalyzerBuilder(Tokenizer.regex(rf"\b\w{{1,{ROOT_LENGTH}}}"))
        .filter(Filter.lowercase())
        .filter(Filter.custom_stopword(ELIDED))
        .filter(Filter.stopword("french"))
        .filter(Filter.ascii_fold())
        .build()
    )


def words_in(text: str) -> list[str]:
    """The words of `text` as they are written, cut where the chains cut them."""
    return WORDS.findall(text)


def stems(text: str) -> list[str]:
    return french().analyze(text)


def folded(text: str) -> list[str]:
    return exact().analyze(text)


def placed(analyzer: TextAnalyzer, text: str) -> Iterator[tuple[str, int, int]]:
    """The terms of `text` with their start and end, in characters."""
    for token in analyzer.pre_tokenize(text).tokens:
        yield token.text, token.char_offset_from, token.char_offset_to
