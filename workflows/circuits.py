"""What a letter's circuit asks of it at each point of its way."""

from __future__ import annotations

from courrier.mail.models import Assignment, Confidentiality, Mail
from courrier.organisations.models import Department
from workflows.models import Circuit, ReceptionProcess, StepKind
from workflows.together import steps_with


def settle_circuit(process: ReceptionProcess, mail: Mail) -> Circuit | None:
    """The circuit the letter finishes on: the one in force when it was first qualified."""
    if process.circuit is None:
        process.circuit = Circuit.objects.in_force(mail.organisation, mail.document_type)
        process.save(update_fields=["circuit"])
    circuit: Circuit | None = process.circuit
    return circuit


def circuit_of(mail: Mail) -> Circuit | None:
    under_way = steps_with(mail.pk)
    process = under_way.reception.get(mail.pk) if under_way else None
    if process is None:
        process = ReceptionProcess.objects.select_related("circuit").get(mail=mail)
    circuit: Circuit | None = process.circuit
    return circuit


def approval_steps(assignment: Assignment) -> list[tuple[str, str]]:
    """The visas and the signature that a reply of this assignment needs: kind and role, in order.

    None for a personal letter: who gives a visa reads the letter, and this one nobody reads but who holds it.
    """
    circuit = circuit_of(assignment.mail)
    if circuit is None or assignment.mail.confidentiality == Confidentiality.PERSONAL:
        return []
    steps = circuit.of_kind(StepKind.APPROVAL, StepKind.SIGNATURE)
    return [(step.kind, step.who) for step in steps if step.who is not None]


def needs_dispatch_by_direction(circuit: Circuit | None) -> bool:
    return circuit is not None and bool(circuit.of_kind(StepKind.DISPATCH))


def opinions_wanted(circuit: Circuit | None, mail: Mail) -> list[Department]:
    """The departments whose opinion the circuit asks for, those closed since left out."""
    codes = [step.department for step in circuit.of_kind(StepKind.OPINION)] if circuit else []
    found = {each.code: each for each in mail.organisation.departments.open().filter(code__in=codes)}
    return [found[code] for code in codes if code in found]
