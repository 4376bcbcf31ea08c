"""How much each way of matching counts; chosen on a part of the articles of `bench/search_quality.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """A word in the text counts 1, `exact` more where it is written the same, `root` where its first
    letters are; `fields` are the others it may stand in.

    `near` is the score of a word nearly the same: one letter wrong from `one_wrong` letters on, two from `two_wrong`.
    `together` is for what a second look at a sentence's first letters finds said within `stretch` words, a word that
    shares the part `akin` of its letters with another counting for it; against the first letter's score.
    In a sentence, what `quel` asks for counts `asked`, a word of asking itself `asking`, a name `name`.
    `neighbours` is for words that follow each other in the query and, `neighbour_slop` places apart, in the text.
    """

    fields: Sequence[tuple[str, float]] = (
        ("subject", 1.6),
        ("sender_words", 1.4),
        ("type_words", 0.6),
    )
    exact: float = 0.3
    root: float = 0.6
    tie: float = 0.3
    neighbours: float = 0.5
    neighbour_slop: int = 2
    furthest_neighbour: int = 3
    near: float = 0.4
    one_wrong: int = 6
    two_wrong: int = 9
    number: float = 12.0
    together: float = 0.3
    stretch: int = 30
    akin: float = 0.34
    asked: float = 0.6
    asking: float = 0.5
    name: float = 1.3


WEIGHTS = Weights()
