"""What a search gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value that hits have: what to filter by, what to show, how many hits."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A letter found. `snippet` is the text around the words found, in pieces with whether each is one of them: text,
    never HTML. `pages` are pages, from 1, where the snippet is.
    """

    mail_id: int
    number: str
    subject: str
    sender: str
    departments: list[str]
    document_type: str
    document_type_label: str
    state: str
    state_label: str
    received_on: date | None
    snippet: list[tuple[str, bool]]
    score: float
    pages: list[int]


@dataclass(frozen=True, slots=True)
class Results:
    """`explanations` says in French what was not understood or was done otherwise than asked; `goes_to` is the one
    letter whose register number was typed; `available` is false when the engine did not answer.
    """

    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, list[FacetValue]] = field(default_factory=dict)
    took_ms: float = 0.0
    explanations: list[str] = field(default_factory=list)
    goes_to: int | None = None
    available: bool = True
