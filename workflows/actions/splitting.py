"""A letter with two requests: each goes its own way."""

from __future__ import annotations

from django.utils.translation import gettext as _

from courrier.mail.locking import changed
from courrier.mail.models import Assignment, AssignmentRole
from courrier.organisations.models import Department, User
from workflows import dispatching
from workflows.actions.checks import able_to_take, held_assignment, note, said
from workflows.handling import start_handling


def split(assignment: Assignment, user: User, department: Department, request: str) -> Assignment:
    """Keep one's own part of a letter and send `request`, the other part, to its department."""
    request = said(request, _("Dites quelle demande du courrier revient à l'autre service."))
    with held_assignment(assignment, user, "split") as held:
        able_to_take(held, department)
        new = dispatching.place(
            held.mail, department, AssignmentRole.ACTION, came_from=held, reason=request[:300]
        )
        start_handling(new)
        note(held, "split", user, to=department.code, request=request, new=new.pk)
        changed(held.mail)
        return new
