"""Deciding where a letter goes, and putting it there."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from courrier.audit.chain import record
from courrier.classification.dispatch import may_dispatch
from courrier.classification.models import SuggestionField
from courrier.mail.locking import changed, enter
from courrier.mail.models import Assignment, AssignmentRole, Confidentiality, Mail, MailState
from courrier.mail.qualification import Qualification, suggested, write_qualification
from courrier.organisations.closing import in_service
from courrier.organisations.models import Department, User
from workflows.models import ReceptionProcess


def certain_qualification(mail: Mail) -> Qualification | None:
    """The suggestions as a qualification, where the organisation lets them pass without a reader; else None.

    A letter that seems to have come before is for a person to look at.
    """
    if not may_dispatch(mail) or mail.suggestions.filter(field=SuggestionField.DUPLICATE).exists():
        return None
    wanted = suggested(mail)
    if not wanted.departments or wanted.confidentiality == Confidentiality.PERSONAL:
        return None
    return wanted


def await_qualification(mail: Mail) -> None:
    enter(mail, MailState.TO_QUALIFY)
    changed(mail)


def await_direction(mail: Mail) -> None:
    enter(mail, MailState.TO_DISPATCH)
    changed(mail)


def decide(process: ReceptionProcess, mail: Mail, wanted: Qualification, user: User | None) -> None:
    """Write what was decided, and keep where the letter is to go for the step that sends it there."""
    write_qualification(mail, wanted, user)
    go_to(process, wanted.departments, wanted.copies)


def go_to(process: ReceptionProcess, departments: list[Department], copies: list[Department]) -> None:
    """Keep where the letter is to go, for the step that sends it there."""
    process.data = {
        **process.data,
        "decision": "dispatch",
        "departments": list(dict.fromkeys(each.pk for each in departments)),
        "copies": list(dict.fromkeys(each.pk for each in copies if each not in departments)),
    }
    process.save(update_fields=["data"])


def assign(process: ReceptionProcess, mail: Mail) -> list[Assignment]:
    """Put the letter in the inboxes decided on; a department that has it already keeps it. Returns the new ones."""
    wanted = [
        (department, role)
        for key, role in (("departments", AssignmentRole.ACTION), ("copies", AssignmentRole.COPY))
        for department in in_order(process.data.get(key, []))
    ]
    has_already = set(Assignment.objects.open().filter(mail=mail).values_list("department", "role"))
    created = [
        place(mail, department, role)
        for department, role in wanted
        if (department.pk, role) not in has_already
    ]
    enter(mail, MailState.IN_PROGRESS)
    changed(mail)
    return created


def in_order(ids: list[int]) -> list[Department]:
    """The departments decided on, each but once; in the place of one that closed since, who took its letters over."""
    found = Department.objects.in_bulk(ids)
    return list(dict.fromkeys(in_service(found[each]) for each in ids if each in found))


def place(mail: Mail, department: Department, role: AssignmentRole, **more: Any) -> Assignment:
    """Put the letter in one inbox: of who took over, where the department closed in this very moment."""
    department = in_service(department)
    due_on = more.pop("due_on", mail.due_on if role == AssignmentRole.ACTION else None)
    assignment = Assignment.objects.create(
        organisation=mail.organisation, mail=mail, department=department, role=role, due_on=due_on, **more
    )
    record(
        mail.organisation,
        "dispatched",
        mail_id=mail.pk,
        department=department.code,
        role=role,
        assignment=assignment.pk,
    )
    return assignment


def close_letter(mail: Mail) -> None:
    enter(mail, MailState.CLOSED)
    mail.closed_at = timezone.now()
    changed(mail)
    record(mail.organisation, "closed", mail_id=mail.pk)
