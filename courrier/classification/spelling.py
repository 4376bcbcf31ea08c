"""Words compared without their accents, case, endings and little helpers (articles, prepositions)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "’": "'", "‘": "'", "`": "'", "–": "-", "—": "-"}
)
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
"""Accents that stand apart from their letters."""
_WORD = re.compile(r"[a-z0-9]+")
_NUMBER_SIGN = re.compile(r"\bn ?(?:°|º|\*|os?\b)\s?")

WORTH_KEEPING = 80
"""Longer texts are not met twice: whole pages would fill the memory."""

LITTLE_WORDS = frozenset(
    [
        "a",
        "au",
        "aux",
        "ce",
        "cet",
        "cette",
        "ces",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "est",
        "il",
        "j",
        "je",
        "l",
        "la",
        "le",
        "les",
        "leur",
        "leurs",
        "lui",
        "m",
        "ma",
        "me",
        "mes",
        "mon",
        "n",
        "ne",
        "nos",
        "notre",
        "nous",
        "on",
        "ou",
        "par",
        "plus",
        "pour",
        "qu",
        "que",
        "qui",
        "s",
        "sa",
        "se",
        "ses",
        "si",
        "son",
        "sur",
        "t",
        "te",
        "tu",
        "un",
        "une",
        "vos",
        "votre",
        "vous",
        "y",
        "dans",
        "avec",
        "ai",
        "ont",
        "sont",
    ]
)


def folded(text: str) -> str:
    """Lower case, without accents or ligatures, plain apostrophes and dashes."""
    return _folded_word(text) if len(text) <= WORTH_KEEPING else _folded(text)


@lru_cache(maxsize=65536)
def _folded_word(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return (text if text.isascii() else _MARKS.sub("", text)).lower()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A folded word without the endings of number and gender; never shorter than three letters."""
    if word.isdigit() or len(word) <= 3:
        return word
    for ending, instead in (("aux", "al"), ("es", ""), ("s", ""), ("x", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: len(word) - len(ending)] + instead
    return word


def stems(text: str) -> list[str]:
    """The words that carry meaning, folded and stemmed, in order."""
    plain = _NUMBER_SIGN.sub("numero ", folded(text))
    return [stem(word) for word in _WORD.findall(plain) if word not in LITTLE_WORDS]
