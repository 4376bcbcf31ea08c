"""From which confidence a letter may go its way without a human, and how often that would have been wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from courrier.classification.models import Example, SuggestionField
from courrier.mail.models import Mail
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


def past_steps(
    organisation: Organisation,
    type_code: str = "",
    thresholds: Sequence[float] = (0.8, 0.85, 0.9, 0.95, 0.98),
) -> list[Step]:
    """What each threshold would have done to the letters that people have qualified, of one type or of all."""
    truths: dict[int, str] = {}
    for example in Example.objects.filter(organisation=organisation).order_by("pk"):
        truths[example.mail_id] = example.department
    rows = Mail.objects.filter(pk__in=truths).prefetch_related("suggestions")
    answers: list[tuple[float, bool]] = []
    for mail in rows:
        best = {each.field: each for each in mail.suggestions.all() if each.rank == 0}
        department, kind = best.get(SuggestionField.DEPARTMENT), best.get(SuggestionField.DOCUMENT_TYPE)
        if department is None or (type_code and (kind is None or kind.value != type_code)):
            continue
        answers.append((department.confidence, department.value == truths[mail.pk]))
    return [
        Step(
            threshold,
            len(answers),
            sum(confidence >= threshold for confidence, _right in answers),
            sum(confidence >= threshold and not right for confidence, right in answers),
        )
        for threshold in thresholds
    ]
