"""How many letters stand at each step of each circuit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from courrier.mail.models import Assignment, AssignmentRole, Mail, MailState
from courrier.organisations.models import Organisation
from courrier.replies.models import Approval, ApprovalState
from workflows.models import Circuit, StepKind
from workflows.models.circuit import Step

UNDER_WAY = (MailState.TO_DISPATCH, MailState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class CountedStep:
    step: Step
    letters: int


@dataclass(frozen=True, slots=True)
class CountedCircuit:
    """A version of a circuit, how many letters are on it, and how many wait at each of its steps."""

    circuit: Circuit
    letters: int
    steps: list[CountedStep]

    @property
    def elsewhere(self) -> int:
        """Letters that a department works on, at none of the steps."""
        return max(0, self.letters - sum(each.letters for each in self.steps))


Waiting = dict[tuple[int, str, str], int]
"""Letters by circuit, kind of step, and what tells the step from others of its kind: its place or its department."""


def counted_circuits(organisation: Organisation) -> list[CountedCircuit]:
    """Circuits in force, and former versions that letters still finish on; four queries, whatever their number."""
    on_circuit = Mail.objects.filter(
        organisation=organisation, state__in=UNDER_WAY, reception__circuit__isnull=False
    )
    by_state = on_circuit.order_by().values_list("reception__circuit", "state").annotate(Count("pk"))
    letters: dict[int, int] = defaultdict(int)
    waiting: Waiting = defaultdict(int)
    for circuit_id, state, number in by_state:
        letters[circuit_id] += number
        if state == MailState.TO_DISPATCH:
            waiting[circuit_id, StepKind.DISPATCH, ""] += number
    add_opinions(organisation, waiting)
    add_approvals(organisation, waiting)
    rows = Circuit.objects.filter(organisation=organisation).select_related("document_type")
    shown = [each for each in rows if (each.active and each.steps) or letters.get(each.pk)]
    shown.sort(
        key=lambda each: (each.document_type is not None, str(each.document_type or ""), -each.version)
    )
    return [counted(each, letters.get(each.pk, 0), waiting) for each in shown]


def add_opinions(organisation: Organisation, waiting: Waiting) -> None:
    asked = Assignment.objects.open().filter(
        organisation=organisation, role=AssignmentRole.OPINION, mail__reception__circuit__isnull=False
    )
    rows = asked.order_by().values_list("mail__reception__circuit", "department__code")
    for circuit_id, code, number in rows.annotate(Count("mail", distinct=True)):
        waiting[circuit_id, StepKind.OPINION, code] += number


def add_approvals(organisation: Organisation, waiting: Waiting) -> None:
    pending = Approval.objects.filter(
        organisation=organisation,
        state=ApprovalState.PENDING,
        reply__mail__reception__circuit__isnull=False,
    )
    rows = pending.order_by().values_list("reply__mail__reception__circuit", "kind", "position")
    for circuit_id, kind, position, number in rows.annotate(Count("reply__mail", distinct=True)):
        waiting[circuit_id, kind, str(position)] += number


def counted(circuit: Circuit, letters: int, waiting: Waiting) -> CountedCircuit:
    steps, place = [], 0
    for step in circuit.drawn():
        mark = ""
        if step.kind in (StepKind.APPROVAL, StepKind.SIGNATURE):
            mark, place = str(place), place + 1
        elif step.kind == StepKind.OPINION:
            mark = step.department
        steps.append(CountedStep(step, waiting.get((circuit.pk, step.kind, mark), 0)))
    return CountedCircuit(circuit, letters, steps)
