"""What somebody asks for, once their text has been understood."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word, or words between quotation marks; `without` for what must not be there."""

    text: str
    quoted: bool = False
    without: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """`key:value` as it was understood: `key` is the field's French name, `value` as typed."""

    key: str
    value: str
    without: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """`explanations` says in French what was not understood."""

    wanted: list[Wanted] = field(default_factory=list)
    criteria: list[Criterion] = field(default_factory=list)
    first_day: int | None = None
    last_day: int | None = None
    natural: bool = False
    misread: bool = False
    explanations: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.wanted or self.criteria or self.first_day or self.last_day)
