"""Cutting what was typed into words, quoted phrases and `key:value`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

QUOTES = str.maketrans(
    {"“": '"', "”": '"', "«": '"', "»": '"', "„": '"', "’": "'", "\u00a0": " ", "\u202f": " "}
)
LONGEST_TEXT = 1_000
"""Characters of a query that are read."""

PIECE = re.compile(
    r"""
    (?P<minus>(?<!\S)-(?=[^\s-]))?
    (?:(?P<key>[^\W\d_][\w°-]{0,30}):(?=["\S]))?
    (?:"\s*(?P<quoted>[^"]*?)\s*(?P<closed>"|$)|(?P<word>[^\s"]+))
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a query, with its place in the text."""

    text: str
    key: str
    quoted: bool
    closed: bool
    without: bool
    start: int
    end: int


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of `text`, in order; nothing that was typed is an error."""
    text = text[:LONGEST_TEXT].translate(QUOTES)
    for found in PIECE.finditer(text):
        quoted = found["quoted"] is not None
        value = found["quoted"] if quoted else found["word"]
        if value:
            yield Piece(
                text=value,
                key=found["key"] or "",
                quoted=quoted,
                closed=not quoted or found["closed"] == '"',
                without=found["minus"] is not None,
                start=found.start(),
                end=found.end(),
            )
