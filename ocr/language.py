"""Guesses the language of a text from its small words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_SMALL_WORDS = {
    "fr": "le la les de des du et à un une que qui est dans pour par sur au aux ne pas vous nous je il elle ce cette",
    "en": "the of and to in a is that for it on with as are this be by have from you we not your our will",
    "de": "der die das und ist in zu den mit von für auf ein eine nicht sich auch wir sie ich dass dem werden bei",
    "es": "el los las de y que en un una es por con para se del al no su lo como más nos usted esta",
    "it": "il lo gli di e che in un una è per con del della non si le dei alla da sono ci questa",
    "pt": "o os as de e que em um uma é por com para se do da não ao dos no na seu sua",
    "nl": "de het een en van in is dat op te voor met zijn niet aan er ook wij u ik om bij naar",
}
_SETS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_ALL = frozenset(word for small in _SETS.values() for word in small if len(word) > 1)
_LEAST_WORDS = 8
_LEAST_SHARE = 0.12


def small_word_share(words: Iterable[str]) -> float:
    """Share of the words that are small words (two letters and more) of a known language, 0..1."""
    tokens = [token.lower() for word in words for token in _WORD.findall(word)]
    return sum(token in _ALL for token in tokens) / len(tokens) if tokens else 0.0


def guessed(text: str) -> str:
    """ISO 639-1 code, or "" where the text is too short or of no language known here."""
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _LEAST_WORDS:
        return ""
    counts = Counter({language: sum(word in small for word in words) for language, small in _SETS.items()})
    language, hits = counts.most_common(1)[0]
    return language if hits >= _LEAST_SHARE * len(words) else ""
