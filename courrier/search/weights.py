"""How much each way of matching counts; chosen on a part of the articles of `bench/search_quality.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """`fields` are (field, weight); `near` is the score of a word nearly the same, `two_apart` the length in letters
    from which two letters may differ."""

    fields: Sequence[tuple[str, float]] = (
        ("body", 1.0),
        ("body_exact", 0.5),
        ("subject", 1.6),
        ("sender_words", 1.4),
        ("type_words", 0.6),
    )
    tie: float = 0.3
    near: float = 0.4
    shortest_near: int = 4
    two_apart: int = 8
    number: float = 12.0


WEIGHTS = Weights()
