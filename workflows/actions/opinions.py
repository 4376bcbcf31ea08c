"""Asking another department for its opinion, and going on when it has answered."""

from __future__ import annotations

from django.utils.translation import gettext as _

from courrier.mail.locking import changed
from courrier.mail.models import Assignment, AssignmentRole, AssignmentState
from courrier.organisations.language import town_language
from courrier.organisations.models import Department, User
from workflows import dispatching
from workflows.actions.checks import ActionRefused, able_to_take, held_assignment, leave, note, said
from workflows.actions.moves import finish_by, step
from workflows.circuits import circuit_of, opinions_wanted
from workflows.handling import opinion_given
from workflows.opinion import start_opinion


def ask_opinion(assignment: Assignment, user: User, department: Department, question: str) -> Assignment:
    """Put the letter in another department's inbox with a question; returns that assignment."""
    question = said(question, _("Écrivez ce que vous demandez à ce service."))
    with held_assignment(assignment, user, "ask_opinion") as held:
        able_to_take(held, department)
        if (
            Assignment.objects.open()
            .filter(mail=held.mail, department=department, role=AssignmentRole.OPINION)
            .exists()
        ):
            raise ActionRefused(_("L'avis de ce service est déjà demandé."))
        asked = dispatching.place(
            held.mail,
            department,
            AssignmentRole.OPINION,
            asked_by=held,
            reason=question[:300],
            due_on=held.due_on,
        )
        start_opinion(asked)
        note(held, "opinion_asked", user, to=department.code, question=question, new=asked.pk)
        changed(held.mail)
        step(held, user, "opinion")
        return asked


def answer_opinion(assignment: Assignment, user: User, answer: str) -> None:
    """Give the opinion that was asked; the department that asked goes on."""
    answer = said(answer, _("Écrivez votre avis."))
    with held_assignment(assignment, user, "answer") as held:
        held.answer, held.accepted_by = answer, user
        leave(held, AssignmentState.DONE, held.reason)
        note(held, "opinion_given", user, answer=answer)
        changed(held.mail)
        finish_by(held, user)
        if held.asked_by is not None and not still_asked(held.asked_by):
            opinion_given(held.asked_by)


def withdraw_question(assignment: Assignment, user: User) -> None:
    """Go on without the opinion that was asked; `assignment` is the one that waits for it."""
    with held_assignment(assignment, user, "withdraw_question") as held:
        asked = still_asked(held)
        if not asked:
            raise ActionRefused(_("Aucun avis n'est attendu pour ce courrier."))
        for each in asked:
            leave(each, AssignmentState.WITHDRAWN, each.reason)
            note(held, "opinion_withdrawn", user, to=each.department.code)
            finish_by(each, user)
        changed(held.mail)
        opinion_given(held)


def still_asked(assignment: Assignment) -> list[Assignment]:
    """The opinions that the assignment still waits for."""
    asked = Assignment.objects.open().filter(asked_by=assignment, role=AssignmentRole.OPINION)
    return list(asked.select_related("department", "organisation", "mail"))


def ask_for_circuit(assignment: Assignment) -> bool:
    """Ask the departments that the letter's circuit names, the first time it is accepted; whether any was."""
    mail = assignment.mail
    wanted = [each for each in opinions_wanted(circuit_of(mail), mail) if each.pk != assignment.department_id]
    if not wanted or Assignment.objects.filter(mail=mail, role=AssignmentRole.OPINION).exists():
        return False
    for department in wanted:
        with town_language():
            question = _("Avis prévu par le circuit de ce type de courrier.")
        asked = dispatching.place(
            mail,
            department,
            AssignmentRole.OPINION,
            asked_by=assignment,
            reason=question,
            due_on=assignment.due_on,
        )
        start_opinion(asked)
    return True
