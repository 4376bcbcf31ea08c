"""Two search engines behind one protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from courrier.search.documents import LetterDocument
from courrier.search.tree import Answer, Node, Request


class EngineUnavailable(Exception):
    """The engine does not answer, or has no room now: what was asked may be asked again later."""


class EngineRefused(Exception):
    """The engine understood and said no: asking again would give the same."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A letter the engine did not take; `passing` says whether it may take it later."""

    mail_id: int
    reason: str
    passing: bool = False


class Engine(Protocol):
    """An index of letters. Reading and writing go to the index in use; `into` names one under construction."""

    name: str

    def write(
        self, documents: Sequence[LetterDocument], gone: Sequence[int], version: int, into: str = ""
    ) -> list[Rejection]:
        """Take `documents` and forget the letters `gone`, as they were at `version`. What is newer stays.

        Raises EngineUnavailable; then all of it may be sent again.
        """

    def ask(self, request: Request) -> Answer:
        """Raises EngineUnavailable, or EngineRefused for a query beyond what the engine allows."""

    def beginnings(self, field: str, prefix: str, only: Node, limit: int) -> list[tuple[str, int]]:
        """Terms of `field` that begin with `prefix` in letters that `only` lets through, most frequent first."""

    def alike(self, mail_id: int, only: Node, limit: int) -> list[tuple[int, float]]:
        """Letters that resemble one, with a score, best first; none if the letter is not in the index."""

    def marks(self, after: int, limit: int, index: str = "") -> list[tuple[int, int]]:
        """(mail id, fingerprint) of the letters with a greater id than `after`, by id."""

    def prepare(self) -> str:
        """Make an empty index of today's schema beside the one in use and name it; or the unfinished one."""

    def publish(self, index: str) -> None:
        """Have searches and changes go to `index` from now on, and remove those it replaces."""

    def ready(self) -> bool:
        """Whether there is an index of today's schema to search in."""

    def refresh(self) -> None:
        """Make what was written visible to the next search."""


def all_marks(engine: Engine, index: str = "", batch: int = 5_000) -> Iterator[tuple[int, int]]:
    """(mail id, fingerprint) of every letter in the index, by id."""
    after = 0
    while marks := engine.marks(after, batch, index):
        yield from marks
        after = marks[-1][0]
