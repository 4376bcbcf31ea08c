"""Counting: the tables of each day whose letters changed, made again from the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from courrier.audit.models import Event
from courrier.classification.models import Example, Suggestion, SuggestionField
from courrier.classification.spelling import folded
from courrier.mail.models import Assignment, AssignmentRole, Direction, Mail, MailState
from courrier.organisations.models import Organisation
from courrier.statistics.day import (
    CHANNELS,
    FIELDS,
    HANDLING_STATES,
    HANDLINGS,
    LAYOUT,
    LETTERS,
    PASSAGES,
    STATES,
    Step,
    Tables,
)
from courrier.statistics.models import CountedUntil, DayCount
from workflows.handling import HandlingFlow
from workflows.models import HandlingProcess, ReceptionProcess
from workflows.opinion import OpinionFlow
from workflows.reception import ReceptionFlow

OVERLAP = timedelta(minutes=10)
"""An event is dated before its transaction ends: those of the last minutes are looked at again."""

STEPS = {
    ReceptionFlow.read: Step.READ,
    ReceptionFlow.classify: Step.UNDERSTAND,
    ReceptionFlow.qualify: Step.QUALIFY,
    ReceptionFlow.repair: Step.QUALIFY,
    ReceptionFlow.arbitrate: Step.DISPATCH,
    HandlingFlow.accept: Step.TAKE,
    HandlingFlow.handle: Step.HANDLE,
    HandlingFlow.approve: Step.APPROVE,
    HandlingFlow.send: Step.SEND,
    OpinionFlow.give: Step.OPINION,
}


def count(organisation: Organisation) -> int:
    """Count the days whose letters changed since the last time; returns how many. Twice, or by two, is once."""
    began = timezone.now()
    known, _created = CountedUntil.objects.get_or_create(organisation=organisation)
    days = days_to_count(organisation, known.at)
    for day in days:
        with transaction.atomic():
            CountedUntil.objects.select_for_update().get(pk=known.pk)
            count_day(organisation, day)
    CountedUntil.objects.filter(pk=known.pk).update(at=began)
    return len(days)


def days_to_count(organisation: Organisation, since: datetime | None) -> list[date]:
    """Days of reception of the letters that something happened to, and those counted in another layout."""
    mails = Mail.objects.filter(organisation=organisation)
    if since is not None:
        touched = Event.objects.filter(organisation=organisation, at__gte=since - OVERLAP)
        mails = mails.filter(pk__in=touched.filter(mail_id__isnull=False).values("mail_id"))
    days = set(mails.order_by().values_list("received_on", flat=True).distinct())
    old = DayCount.objects.filter(organisation=organisation).exclude(layout=LAYOUT)
    return sorted(days | set(old.values_list("day", flat=True)))


def count_day(organisation: Organisation, day: date) -> None:
    tables = tables_of(organisation, day)
    DayCount.objects.update_or_create(
        organisation=organisation,
        day=day,
        defaults={"layout": LAYOUT, "letters": len(tables.letters), "content": tables.to_bytes()},
    )


def tables_of(organisation: Organisation, day: date) -> Tables:
    """The letters received on `day`, those cancelled left out: as many queries for many as for one."""
    rows = Mail.objects.filter(organisation=organisation, received_on=day, direction=Direction.INCOMING)
    rows = rows.exclude(state=MailState.CANCELLED)
    mails = list(rows.select_related("sender", "document_type").order_by("pk"))
    places = {mail.pk: row for row, mail in enumerate(mails)}
    said = agreement(mails, rows)
    letters = [
        (
            day.toordinal(),
            mail.document_type_id or 0,
            CHANNELS.index(mail.channel),
            STATES.index(mail.state),
            day_of(mail.closed_at),
            ordinal(mail.due_on),
            *said[mail.pk],
        )
        for mail in mails
    ]
    return Tables(
        np.array(letters, LETTERS),
        np.array(list(handlings_of(places, rows)), HANDLINGS),
        np.array(list(passages_of(places, rows)), PASSAGES),
    )


def ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def day_of(moment: datetime | None) -> int:
    return timezone.localdate(moment).toordinal() if moment else 0


def handlings_of(places: dict[int, int], mails: QuerySet[Mail]) -> Iterator[tuple[int, ...]]:
    rows = Assignment.objects.filter(mail__in=mails.values("pk"), role=AssignmentRole.ACTION)
    values = rows.values_list("mail_id", "department_id", "state", "created_at", "finished_at", "due_on")
    for mail, department, state, created_at, finished_at, due_on in values.order_by("pk"):
        if mail in places:  # not registered since the letters were read
            yield (
                places[mail],
                department,
                HANDLING_STATES.index(state),
                day_of(created_at),
                day_of(finished_at),
                ordinal(due_on),
            )


def passages_of(places: dict[int, int], mails: QuerySet[Mail]) -> Iterator[tuple[int, ...]]:
    """Each step that was done; those undone, or ended from outside, are none."""
    at_desk = ReceptionProcess.objects.filter(mail__in=mails.values("pk"))
    in_departments = HandlingProcess.objects.filter(assignment__mail__in=mails.values("pk"))
    where = {process: (mail, 0) for process, mail in at_desk.values_list("pk", "mail_id")} | {
        process: (mail, department)
        for process, mail, department in in_departments.values_list(
            "pk", "assignment__mail_id", "assignment__department_id"
        )
    }
    for processes in (at_desk, in_departments):
        tasks = Task.objects.filter(process__in=processes.values("pk"), flow_task__in=list(STEPS))
        done = tasks.filter(status=STATUS.DONE).order_by("pk")
        for process, node, created, finished in done.values_list(
            "process_id", "flow_task", "created", "finished"
        ):
            mail, department = where.get(process, (0, 0))
            if mail in places:
                seconds = round((finished - created).total_seconds())
                yield places[mail], STEPS[node], department, max(seconds, 0)


def agreement(mails: Iterable[Mail], rows: QuerySet[Mail]) -> dict[int, tuple[int, ...]]:
    """For each letter and field, whether what was understood is what a person then entered.

    The department that counts is the last one a person decided on, redirects included.
    """
    examples = Example.objects.filter(mail__in=rows.values("pk")).order_by("pk")
    decided = dict(examples.values_list("mail_id", "department"))
    found = Suggestion.objects.filter(mail__in=rows.values("pk"), rank=0, field__in=FIELDS)
    best: dict[tuple[int, str], Any] = {
        (mail, field): value for mail, field, value in found.values_list("mail_id", "field", "value")
    }
    nothing = (-1,) * len(FIELDS)
    return {
        pk: tuple(agrees(field, best.get((pk, field)), mail, decided[pk]) for field in FIELDS)
        if pk in decided
        else nothing
        for pk, mail in ((mail.pk, mail) for mail in mails)
    }


def agrees(field: SuggestionField, value: Any, mail: Mail, department: str) -> int:
    if field == SuggestionField.SENDER:
        if mail.sender is None:
            return -1
        found = value if isinstance(value, dict) else {}
        same_name = folded(str(found.get("name", ""))) == folded(mail.sender.name)
        return int(found.get("correspondent") == mail.sender_id or same_name)
    entered = {
        SuggestionField.DEPARTMENT: department,
        SuggestionField.DOCUMENT_TYPE: mail.document_type.code if mail.document_type else "",
        SuggestionField.SUBJECT: folded(mail.subject),
        SuggestionField.LETTER_DATE: str(mail.letter_date or ""),
    }[field]
    if not entered:
        return -1
    text = str(value or "")
    return int((folded(text) if field == SuggestionField.SUBJECT else text) == entered)
