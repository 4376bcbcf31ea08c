"""Which script a page is written in. Asked only where it was read badly: clear readings tell it themselves.

A page in a script whose data is not installed comes out as noise words in Latin letters. Saying so is worth
more than they are.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from ocr.language import small_word_share
from ocr.layout import Line, confidence_of
from ocr.programs import tesseract
from ocr.programs.run import ProgramError
from ocr.programs.tesseract import Script
from ocr.raster import Gray

LATIN = "Latin"
_LATIN_HANDS = frozenset((LATIN, "Fraktur"))
_LEAST_SURE = 1.0
_MOST_SMALL_WORDS = 0.2
"""A third of the words of a French letter are small ones; noise has up to a tenth by chance."""

_READ_WELL = 0.75
_LEAST_LETTERS = 3
_NAMES = {"Cjk": "Han", "Hiragana": "Japanese", "Katakana": "Japanese"}
"""Where Unicode's name for letters is not tesseract's name for the script."""


def script_of(text: str) -> str:
    """The script of most letters as tesseract names it ("Latin", "Cyrillic", "Arabic"), "" without
    letters."""
    counts = Counter(
        unicodedata.name(sign, "").partition(" ")[0].capitalize() for sign in text if sign.isalpha()
    )
    if not counts:
        return ""
    name = counts.most_common(1)[0][0]
    return _NAMES.get(name, name)


def other_script(gray: Gray, lines: Sequence[Line], *, dpi: int) -> Script | None:
    """What a badly read page is written in, where that is not the script of its reading; else None.

    Words of a known language among the words read show that the script was right.
    """
    words = [word for line in lines for word in line]
    if sum(len(word.text) for word in words) < _LEAST_LETTERS:
        return None
    if small_word_share(word.text for word in words) > _MOST_SMALL_WORDS:
        return None
    try:
        seen = tesseract.script(gray, dpi=dpi)
    except ProgramError:  # too few letters to tell
        return None
    if seen is None or seen.confidence < _LEAST_SURE:
        return None
    read = script_of("".join(word.text for word in words))
    same = seen.name == read or (read in _LATIN_HANDS and seen.name in _LATIN_HANDS)
    return None if same else seen


def language_with(script: str, language: str) -> str | None:
    """`language` with the data for `script` beside it, where that is installed."""
    data = f"script/{script}"
    return f"{language}+{data}" if data in tesseract.languages() else None


def read_well(lines: Iterable[Line]) -> list[Line]:
    """The lines that can be believed all the same: numbers, names in Latin letters."""
    return [line for line in lines if confidence_of(line) >= _READ_WELL]
