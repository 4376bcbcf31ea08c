"""A letter as it comes from reading: pages of words with their place. Knows neither the register nor Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in fractions of the page as shown."""

WordRow = Sequence[Any]
"""`[text, x0, y0, x1, y1, confidence, line]` as a Page keeps it."""


@dataclass(frozen=True, slots=True)
class PageText:
    """One page. Without `words` its text is laid out line by line, and nothing can be shown on the page."""

    number: int
    text: str
    words: Sequence[WordRow] = ()
    barcodes: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """How the addressee names itself, so that its own address is never taken for the sender's."""

    name: str
    address: str = ""
    email: str = ""
    phone: str = ""
    siret: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of a page that something comes from."""

    page: int
    box: Box
    text: str

    def as_json(self) -> dict[str, Any]:
        return {"page": self.page, "box": [round(edge, 5) for edge in self.box], "text": self.text}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible answer for one field. `value` has the form that Suggestion.value has for that field."""

    field: str
    value: Any
    label: str
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
