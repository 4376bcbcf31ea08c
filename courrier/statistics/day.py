"""The letters received on one day as tables of numbers: nothing in them tells which letter, sender or subject.

Kept as bytes a day and read back without parsing, so that a year's figures, medians included, are exact and take
milliseconds. Days are proleptic ordinals (`date.toordinal`), 0 where there is none; ids are those of the database.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from courrier.classification.models import SuggestionField
from courrier.mail.models import AssignmentState, Channel, MailState

LAYOUT = 1
"""Raised with every change of what follows: days of another layout are counted again."""

STATES = tuple(MailState)
CHANNELS = tuple(Channel)
HANDLING_STATES = tuple(AssignmentState)
FIELDS = (
    SuggestionField.DEPARTMENT,
    SuggestionField.DOCUMENT_TYPE,
    SuggestionField.SENDER,
    SuggestionField.SUBJECT,
    SuggestionField.LETTER_DATE,
)
"""What was understood, compared with what people entered. New members go to the end of each of these."""


class Step(IntEnum):
    """Where a letter spends its time."""

    READ = 1
    UNDERSTAND = 2
    QUALIFY = 3
    DISPATCH = 4
    TAKE = 5
    HANDLE = 6
    OPINION = 7
    APPROVE = 8
    SEND = 9


LETTERS = np.dtype(
    [
        ("received", "<i4"),
        ("kind", "<i4"),
        ("channel", "u1"),
        ("state", "u1"),
        ("closed", "<i4"),
        ("due", "<i4"),
        *((str(field), "i1") for field in FIELDS),
    ]
)
"""One row a letter. Of each field: 1 understood as people then entered it, 0 otherwise, -1 not to be said."""

HANDLINGS = np.dtype(
    [
        ("letter", "<i4"),
        ("department", "<i4"),
        ("state", "u1"),
        ("arrived", "<i4"),
        ("finished", "<i4"),
        ("due", "<i4"),
    ]
)
"""One row an assignment for action. `letter` is the row of its letter."""

PASSAGES = np.dtype([("letter", "<i4"), ("step", "u1"), ("department", "<i4"), ("seconds", "<i4")])
"""One row each time a letter went through a step; `department` is 0 at the desk."""

Table = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Tables:
    """Letters with what departments did with them and the steps they went through."""

    letters: Table
    handlings: Table
    passages: Table

    def to_bytes(self) -> bytes:
        parts = (self.letters, self.handlings, self.passages)
        return struct.pack("<3I", *map(len, parts)) + b"".join(part.tobytes() for part in parts)

    @classmethod
    def from_bytes(cls, content: bytes) -> Tables:
        counts = struct.unpack_from("<3I", content)
        offset, parts = struct.calcsize("<3I"), []
        for count, kind in zip(counts, (LETTERS, HANDLINGS, PASSAGES), strict=True):
            parts.append(np.frombuffer(content, kind, count, offset))
            offset += count * kind.itemsize
        return cls(*parts)

    @classmethod
    def joined(cls, days: Iterable[Tables]) -> Tables:
        """Many days as one, the rows of letters renumbered."""
        letters, handlings, passages = (
            [np.empty(0, LETTERS)],
            [np.empty(0, HANDLINGS)],
            [np.empty(0, PASSAGES)],
        )
        before = 0
        for day in days:
            letters.append(day.letters)
            handlings.append(moved(day.handlings, before))
            passages.append(moved(day.passages, before))
            before += len(day.letters)
        return cls(np.concatenate(letters), np.concatenate(handlings), np.concatenate(passages))


def moved(rows: Table, by: int) -> Table:
    rows = rows.copy()
    rows["letter"] += by
    return rows
