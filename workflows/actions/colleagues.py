"""Within a department: giving a letter to a colleague, or taking it over from one."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.mail.locking import changed
from courrier.mail.models import Assignment
from courrier.mail.rights import access_of
from courrier.organisations.models import User
from workflows.actions.checks import ActionRefused, held_assignment, hold, note


def hand_over(assignment: Assignment, user: User, colleague: User) -> None:
    """Give a letter in hand to a colleague who works in the same department."""
    with held_assignment(assignment, user, "hand_over") as held:
        if held.department_id not in access_of(colleague).acting:
            raise ActionRefused(
                _("%(name)s ne traite pas les courriers de ce service.") % {"name": colleague}
            )
        give_to(held, colleague)
        note(held, "handed_over", user, to=str(colleague), to_id=colleague.pk, before_id=user.pk)


def take_over(assignment: Assignment, user: User) -> None:
    """Take over a letter that a colleague has in hand."""
    with held_assignment(assignment, user, "take_over") as held:
        if held.accepted_by_id == user.pk:
            raise ActionRefused(_("Vous avez déjà ce courrier en charge."))
        before = held.accepted_by
        give_to(held, user)
        note(held, "taken_over", user, from_=str(before or ""), before_id=before.pk if before else None)


def give_to(assignment: Assignment, person: User) -> None:
    assignment.accepted_by, assignment.accepted_at = person, timezone.now()
    assignment.save()
    hold(assignment.mail, person)
    changed(assignment.mail)
