"""From which confidence letters go without a reader, with what that would have done to the past ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from courrier.audit.changes import held, save_changes
from courrier.classification.dispatch import Step, past_letters, steps_of
from courrier.classification.models import DocumentType
from courrier.organisations.models import Organisation
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered

STEPS = (0.9, 0.95, 0.98, 0.99)
CHOICES = [
    ("1.01", gettext_lazy("jamais")),
    *((str(step), f"{step:.0%}".replace("%", "\N{NO-BREAK SPACE}%")) for step in reversed(STEPS)),
]
AS_ELSEWHERE = ("", gettext_lazy("comme la collectivité"))
TOLERATED = 0.01
"""More than this part gone wrong is pointed out."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one threshold would have done; `share` and `wrong_share` from 0 to 100."""

    step: Step
    chosen: bool

    @property
    def share(self) -> int:
        return round(100 * self.step.dispatched / self.step.letters) if self.step.letters else 0

    @property
    def wrong_share(self) -> float:
        return 100 * self.step.wrong / self.step.dispatched if self.step.dispatched else 0.0

    @property
    def risky(self) -> bool:
        return self.wrong_share > 100 * TOLERATED


@dataclass(frozen=True, slots=True)
class Row:
    """A type of letter, or the whole collectivité where `kind` is None."""

    kind: DocumentType | None
    letters: int
    cells: list[Cell]
    choices: list[tuple[str, Any, bool]]

    @property
    def field(self) -> str:
        return f"type-{self.kind.code}" if self.kind else "everything"


@require_http_methods(["GET", "POST"])
def thresholds(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    if request.method == "POST":
        changed = save(request, here)
        messages.success(
            request, _("Les réglages sont enregistrés.") if changed else _("Rien n'était différent.")
        )
        return redirect("web:thresholds")
    past = past_letters(here)
    seen = Counter(each.kind for each in past)
    kinds = sorted(types_of(here), key=lambda kind: (-seen[kind.code], kind.name))
    rows = [
        row(kind, seen[kind.code], steps_of(past, kind.code, STEPS), kind.dispatch_threshold, [AS_ELSEWHERE])
        for kind in kinds
    ]
    context: dict[str, Any] = {
        "steps": [round(100 * step) for step in STEPS],
        "everything": row(None, len(past), steps_of(past, "", STEPS), here.dispatch_threshold, []),
        "seen": [each for each in rows if each.letters],
        "unseen": [each for each in rows if not each.letters],
    }
    return render(request, "web/thresholds/page.html", context)


def types_of(here: Organisation) -> list[DocumentType]:
    return list(here.document_types.filter(active=True))


def row(
    kind: DocumentType | None, letters: int, steps: list[Step], now: float | None, more: list[tuple[str, Any]]
) -> Row:
    current = "" if now is None else "1.01" if now > 1 else str(now)
    offered = [*more, *CHOICES]
    if current not in [value for value, _label in offered]:
        offered.append((current, current))
    return Row(
        kind,
        letters,
        [Cell(step, step.threshold == now) for step in steps],
        [(value, label, value == current) for value, label in offered],
    )


def save(request: HttpRequest, here: Organisation) -> bool:
    """Keep what was chosen; what is none of the choices stays as it is."""
    user, known = signed_in(request), {value: float(value) for value, _label in CHOICES}
    changed = False
    with held(here) as place:
        wanted = request.POST.get("everything", "")
        if wanted in known:
            values = {"dispatch_threshold": known[wanted]}
            changed |= save_changes(place, place, values, "organisation_changed", user)
        for kind in types_of(place):
            wanted = request.POST.get(f"type-{kind.code}", "-")
            if wanted in known or wanted == "":
                own = {"dispatch_threshold": known.get(wanted)}
                changed |= save_changes(place, kind, own, "document_type_changed", user)
    return changed
