from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DeadlineKind(StrEnum):
    ANSWER = "answer"  # the administration must have answered, decided or paid
    ASK_DOCUMENTS = "ask_documents"  # last day on which asking for missing documents moves the delay
    DOCUMENTS = "documents"  # the sender must have sent the missing documents
    ELSEWHERE = "elsewhere"  # another administration must have answered
    TARGET = "target"  # the collectivité's own aim, no rule of law


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date with the rule it comes from: code and article, and a sentence for people.

    `earliest` says that the letter may fall under several rules and that this is the first date of them.
    """

    date: date
    rule: str
    article: str
    explanation_fr: str
    kind: DeadlineKind = DeadlineKind.ANSWER
    earliest: bool = False
