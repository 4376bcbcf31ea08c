"""The steps that letters go through, of a type or of all: drawn as a list, a new version at each change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courrier.classification.models import DocumentType
from courrier.organisations.models import Organisation
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered
from workflows.models import Circuit, StepKind, Who
from workflows.models.circuit import CircuitRefused, Step, draw

MOST_STEPS = 12


@require_GET
def circuits(request: HttpRequest) -> HttpResponse:
    """The circuits in force, the one of all letters first, and the types that have none of their own."""
    here = administered(request)
    rows = Circuit.objects.filter(organisation=here, active=True).select_related(
        "document_type", "created_by"
    )
    drawn = [each for each in rows.order_by("document_type__name") if each.steps]
    own = [each.document_type_id for each in drawn if each.document_type_id is not None]
    context = {
        "everyones": next((each for each in drawn if each.document_type_id is None), None),
        "drawn": [each for each in drawn if each.document_type_id is not None],
        "others": here.document_types.filter(active=True).exclude(pk__in=own),
    }
    return render(request, "web/administration/circuits.html", context)


@require_GET
def chosen(request: HttpRequest) -> HttpResponse:
    """Open the circuit of the type that was chosen from the list."""
    here = administered(request)
    found = here.document_types.filter(code=request.GET.get("type", "")).first()
    if found is None:
        messages.error(request, _("Choisissez un type de courrier."))
        return redirect("web:circuits")
    return redirect("web:circuit", found.code)


@dataclass(slots=True)
class Row:
    """A step as it stands in the form, perhaps unfinished; `who` holds a Who, or `in:` and a department's code."""

    kind: str = ""
    who: str = ""

    def step(self) -> Step:
        """Raises CircuitRefused where the kind or who decides is not chosen."""
        if self.kind not in StepKind.values:
            raise CircuitRefused(_("Choisissez ce qui se fait à chaque étape."))
        kind = StepKind(self.kind)
        if self.who.startswith("in:"):
            if kind != StepKind.OPINION:
                raise CircuitRefused(_("Seul un avis se demande à un service : choisissez qui décide."))
            return Step(kind, None, self.who[3:])
        if kind == StepKind.OPINION:
            raise CircuitRefused(_("Choisissez le service qui donne son avis."))
        return Step(kind, Who(self.who) if self.who in Who.values else None)


def row_of(step: Step) -> Row:
    return Row(
        step.kind.value, f"in:{step.department}" if step.department else step.who.value if step.who else ""
    )


@require_http_methods(["GET", "POST"])
def circuit(request: HttpRequest, code: str = "") -> HttpResponse:
    """Draw the circuit of a type, or of all letters. Buttons add, move and take away steps; one saves."""
    here, user = administered(request), signed_in(request)
    kind = get_object_or_404(DocumentType, organisation=here, code=code) if code else None
    if request.method == "GET":
        now = (
            Circuit.objects.filter(organisation=here, document_type=kind, active=True)
            .order_by("-version")
            .first()
        )
        return show(request, here, kind, [row_of(step) for step in now.drawn()] if now else [])
    rows = typed(request.POST)
    wanted = request.POST.get("do", "save")
    if wanted != "save":
        return show(request, here, kind, rearranged(rows, wanted))
    try:
        draw(here, kind, [row.step() for row in rows], user)
    except CircuitRefused as refusal:
        return show(request, here, kind, rows, refusal.message)
    messages.success(
        request,
        _("Le circuit vaut pour les courriers qui entrent dès maintenant ; ceux en route finissent le leur."),
    )
    return redirect("web:circuits")


def typed(posted: QueryDict) -> list[Row]:
    pairs = zip(posted.getlist("kind"), posted.getlist("who"), strict=False)
    return [Row(kind, who) for kind, who in pairs][:MOST_STEPS]


def rearranged(rows: list[Row], wanted: str) -> list[Row]:
    """The rows after a button: `add`, or `up`, `down`, `remove` with the number of a row from 0, as `up:1`."""
    verb, _colon, number = wanted.partition(":")
    at = int(number) if number.isdecimal() and int(number) < len(rows) else None
    if verb == "add" and len(rows) < MOST_STEPS:
        return [*rows, Row()]
    if verb == "remove" and at is not None:
        return rows[:at] + rows[at + 1 :]
    other = {"up": -1, "down": 1}.get(verb, 0) + (at or 0)
    if at is not None and 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
    return rows


def show(
    request: HttpRequest, here: Organisation, kind: DocumentType | None, rows: list[Row], refused: str = ""
) -> HttpResponse:
    departments = [(f"in:{each.code}", each.name) for each in here.departments.open()]
    context: dict[str, Any] = {
        "kind": kind,
        "rows": rows,
        "refused": refused,
        "kinds": StepKind.choices,
        "deciders": Who.choices,
        "departments": departments,
        "full": len(rows) >= MOST_STEPS,
    }
    return render(request, "web/administration/circuit.html", context, status=422 if refused else 200)
