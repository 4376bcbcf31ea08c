"""From which confidence a letter may go its way without a human, and how often that would have been wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courrier.classification.models import Example, Suggestion, SuggestionField
from courrier.mail.models import Confidentiality, Mail
from courrier.organisations.models import Organisation


def threshold_of(organisation: Organisation, type_code: str) -> float:
    """The confidence from which a letter of that type is dispatched: the type's own, else the organisation's."""
    row = (
        organisation.document_types.filter(code=type_code)
        .values_list("dispatch_threshold", flat=True)
        .first()
    )
    return organisation.dispatch_threshold if row is None else row


def may_dispatch(mail: Mail) -> bool:
    """Whether the saved suggestions of a letter are sure enough for it to go without a human.

    The department must reach the threshold, and so must the type where that type has a threshold of its own.
    """
    best = {each.field: each for each in mail.suggestions.filter(rank=0)}
    department, kind = best.get(SuggestionField.DEPARTMENT), best.get(SuggestionField.DOCUMENT_TYPE)
    if department is None or kind is None:
        return False
    own = (
        mail.organisation.document_types.filter(code=kind.value)
        .values_list("dispatch_threshold", flat=True)
        .first()
    )
    if own is not None and kind.confidence < own:
        return False
    return department.confidence >= (mail.organisation.dispatch_threshold if own is None else own)


@dataclass(frozen=True, slots=True)
class Step:
    """At one threshold: how many of the letters would have gone without a human, and how many of these wrong."""

    threshold: float
    letters: int
    dispatched: int
    wrong: int


THRESHOLDS = (0.8, 0.85, 0.9, 0.95, 0.98)
LATEST = 20_000
"""So many of the latest letters that people qualified are looked at."""


@dataclass(frozen=True, slots=True)
class Past:
    """A letter that a person qualified: its suggested type, how sure both suggestions were, whether it went right."""

    kind: str
    department: float
    document_type: float
    right: bool

    def at(self, own: bool) -> float:
        """The highest threshold at which it goes; one of its type's own asks for a sure type as well."""
        return min(self.department, self.document_type) if own else self.department


def past_steps(
    organisation: Organisation, type_code: str = "", thresholds: Sequence[float] = THRESHOLDS
) -> list[Step]:
    """What each threshold would have done to the letters that people have qualified, of one type or of all."""
    return steps_of(past_letters(organisation), type_code, thresholds)


def steps_of(
    letters: Sequence[Past], type_code: str = "", thresholds: Sequence[float] = THRESHOLDS
) -> list[Step]:
    mine = [each for each in letters if not type_code or each.kind == type_code]
    sure = [(each.at(own=bool(type_code)), each.right) for each in mine]
    return [
        Step(
            threshold,
            len(sure),
            sum(confidence >= threshold for confidence, _right in sure),
            sum(confidence >= threshold and not right for confidence, right in sure),
        )
        for threshold in thresholds
    ]


def past_letters(organisation: Organisation) -> list[Past]:
    """The latest letters that people have qualified and that might have gone without them; two queries.

    The last word on each counts: a redirect says that the department was wrong.
    """
    truths: dict[int, str] = {}
    rows = Example.objects.filter(organisation=organisation).order_by("-pk").values_list("mail", "department")
    for mail, department in rows[:LATEST]:
        truths.setdefault(mail, department)
    fields = [SuggestionField.DEPARTMENT, SuggestionField.DOCUMENT_TYPE, SuggestionField.CONFIDENTIALITY]
    best: dict[int, dict[str, tuple[Any, float]]] = defaultdict(dict)
    suggested = Suggestion.objects.filter(
        mail__examples__organisation=organisation, rank=0, field__in=fields
    ).distinct()
    for mail, field, value, confidence in suggested.values_list("mail", "field", "value", "confidence"):
        best[mail][field] = (value, confidence)
    return [_past(best[mail], truth) for mail, truth in truths.items() if _might_go(best[mail])]


def _might_go(best: Mapping[str, tuple[Any, float]]) -> bool:
    private = best.get(SuggestionField.CONFIDENTIALITY, ("", 0.0))[0] == Confidentiality.PERSONAL
    return SuggestionField.DEPARTMENT in best and SuggestionField.DOCUMENT_TYPE in best and not private


def _past(best: Mapping[str, tuple[Any, float]], truth: str) -> Past:
    department, kind = best[SuggestionField.DEPARTMENT], best[SuggestionField.DOCUMENT_TYPE]
    return Past(str(kind[0]), department[1], kind[1], department[0] == truth)
