"""Letters on the desks of departments, put there by the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from courrier.mail.models import Assignment, AssignmentRole, Mail, MailState
from courrier.organisations.models import Department
from tests.web.town import Town
from workflows.handling import start_handling
from workflows.models import ReceptionProcess
from workflows.reception import ReceptionFlow


@dataclass
class Placed:
    mail: Mail
    assignment: Assignment


def placed(
    town: Town, department: Department, *, role: str = AssignmentRole.ACTION, due_on: Any = None, **more: Any
) -> Placed:
    """A letter in progress in the inbox of `department`, its processes begun."""
    mail = town.letter(MailState.IN_PROGRESS, **more)
    ReceptionProcess.objects.create(mail=mail, flow_class=ReceptionFlow)
    assignment = Assignment.objects.create(
        organisation=town.organisation, mail=mail, department=department, role=role, due_on=due_on
    )
    if role == AssignmentRole.ACTION:
        start_handling(assignment)
    return Placed(mail, assignment)
