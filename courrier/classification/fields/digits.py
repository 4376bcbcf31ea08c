"""Figures that reading took for letters, and French words for numbers and months."""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

_LOOKALIKES = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1", "i": "1", "|": "1", "!": "1", "S": "5", "s": "5",
                             "B": "8", "Z": "2", "z": "2", "Q": "0", "D": "0", "b": "6", "G": "6"})  # fmt: skip
_MIXED = re.compile(r"(?<![\w])(?=[^\s]*\d)[\doOlI|!SsBZzQb]{2,}(?![\w])")

MONTHS = {
    "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8,
    "septembre": 9, "octobre": 10, "novembre": 11, "decembre": 12,
    "janv": 1, "jan": 1, "fevr": 2, "fev": 2, "avr": 4, "juil": 7, "sept": 9, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
    "feb": 2, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8,
}  # fmt: skip
MONTH_NAMES = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
_LONG = [name for name in MONTHS if len(name) > 4]
_ABROAD = (
    "january february march april may june july august september october november december",
    "januar februar marz april mai juni juli august september oktober november dezember",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
)
FOREIGN_MONTHS = {name: number for names in _ABROAD for number, name in enumerate(names.split(), 1)}
"""English, German, Spanish, Portuguese and Italian months; only where they are written out exactly."""
ROMAN = {name: number for number, name in enumerate(
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), 1)}  # fmt: skip


def as_digits(text: str) -> str:
    """Letters that look like figures, as figures. For a piece of text known to be a number."""
    return text.translate(_LOOKALIKES)


def mended(text: str) -> str:
    """The same text, as long, where words of figures and look-alikes ("2O26") have become figures."""
    return _MIXED.sub(lambda match: as_digits(match[0]), text)


def month(word: str) -> int | None:
    """The month that a folded word names, forgiving one misread letter in long names."""
    word = word.strip(".,")
    if word in MONTHS or word in FOREIGN_MONTHS:
        return MONTHS.get(word) or FOREIGN_MONTHS[word]
    if len(word) < 5:
        return 8 if word in ("a0ut", "aoot", "aot", "aoat") else None
    if word.replace("rn", "m") in MONTHS:
        return MONTHS[word.replace("rn", "m")]
    found = process.extractOne(word, _LONG, scorer=fuzz.ratio, score_cutoff=80)
    return MONTHS[found[0]] if found else None
