"""What every action does first: hold the letter, check the right, and say in words why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.audit.chain import record
from courrier.mail.locking import locked
from courrier.mail.models import Assignment, AssignmentState, Confidentiality, Mail
from courrier.mail.rights import access_of, acting_for, acts_on, can, is_for
from courrier.organisations.closing import held_open
from courrier.organisations.models import Department, User
from workflows.together import steps_with


class ActionRefused(Exception):
    """An action that can't be done now. `message` says in French why; `forbidden` whether it is a matter of rights."""

    def __init__(self, message: str, *, forbidden: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.forbidden = forbidden


@contextmanager
def held_assignment(assignment: Assignment, user: User, action: str) -> Iterator[Assignment]:
    """The assignment as it is now, its letter locked, once `user` may do `action` on it."""
    with locked(assignment.mail_id) as mail:
        under_way = steps_with(mail.pk)
        held = under_way.assignments.get(assignment.pk) if under_way else None
        if held is None:
            held = Assignment.objects.select_related("department", "organisation").get(pk=assignment.pk)
            held.mail = mail
        if not can(user, action, held):
            raise refusal(user, held)
        yield held


def refusal(user: User, assignment: Assignment) -> ActionRefused:
    """Why an action on this assignment is refused: somebody was quicker, or it is not this user's."""
    if not acts_on(access_of(user), assignment):
        return ActionRefused(_("Ce courrier n'est pas dans une de vos bannettes."), forbidden=True)
    if assignment.state == AssignmentState.ACCEPTED and assignment.accepted_by:
        return ActionRefused(
            _("%(name)s a déjà pris ce courrier en charge.") % {"name": assignment.accepted_by}
        )
    if assignment.state == AssignmentState.PENDING:
        return ActionRefused(_("Prenez d'abord ce courrier en charge."))
    return ActionRefused(
        _("Ce courrier n'est plus dans cette bannette : %(state)s.")
        % {"state": assignment.get_state_display()}
    )


def allow(user: User, action: str, mail: Mail) -> None:
    """Refuse one of `rights.DESK_ACTIONS` where it is not this user's (`forbidden`), or not the moment."""
    if can(user, action, mail):
        return
    if not can(user, "list", mail):
        raise ActionRefused(_("Vous n'avez pas accès à ce courrier."), forbidden=True)
    if not is_for(access_of(user), action, mail):
        raise ActionRefused(_("Votre fonction ne permet pas cette action sur ce courrier."), forbidden=True)
    raise ActionRefused(
        _("Cette action n'est pas possible : le courrier est dans l'état « %(state)s ».")
        % {"state": mail.get_state_display()}
    )


def leave(assignment: Assignment, state: AssignmentState, reason: str) -> None:
    assignment.state = state
    assignment.reason = reason.strip()[:300]
    assignment.finished_at = timezone.now()
    assignment.save()


def said(text: str, otherwise: str) -> str:
    """What somebody wrote, without the space around it; refused with `otherwise` where they wrote nothing."""
    if not text.strip():
        raise ActionRefused(otherwise)
    return text.strip()


def able_to_take(assignment: Assignment, department: Department) -> None:
    """Refuse a department that is closed, of elsewhere, or has the letter for action already."""
    now = held_open([department.pk]).get(department.pk)
    if now is None or now.organisation_id != assignment.organisation_id or now.closed_on:
        raise ActionRefused(_("Ce service n'existe plus : choisissez-en un autre."))
    has_it = Assignment.objects.open().for_action().filter(mail=assignment.mail_id, department=department)
    if has_it.exists():
        raise ActionRefused(_("Ce service a déjà ce courrier."))


def note(assignment: Assignment, verb: str, user: User, **data: Any) -> None:
    """Write in the letter's history what was done to it at this department, by whom, and for whom if they are away."""
    record(
        assignment.organisation,
        verb,
        mail_id=assignment.mail_id,
        actor=user,
        on_behalf_of=acting_for(user, assignment),
        department=assignment.department.code,
        assignment=assignment.pk,
        **data,
    )


def hold(mail: Mail, person: User) -> None:
    """A personal letter is read by who has it in hand and nobody else; taking it is the receipt. Then `changed`."""
    if mail.confidentiality == Confidentiality.PERSONAL:
        mail.holder = person
