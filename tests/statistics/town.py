"""A town whose few letters can be counted by hand; they went through the flows at the hours written here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.test import Client

from courrier.classification.models import DocumentType, Suggestion
from courrier.mail.models import Assignment, Channel, Confidentiality, Mail, MailState
from courrier.mail.qualification import Qualification
from courrier.mail.registration import Prepared, register
from courrier.mail.rights import forget_access
from courrier.organisations.models import Department, Organisation, Role, User
from courrier.simulation.clock import Clock, at, simulated_clock
from tests import build
from workflows import actions
from workflows.actions.moves import return_to
from workflows.models import ReceptionProcess
from workflows.reception import ReceptionFlow

FIRST, LAST, TODAY = date(2026, 3, 2), date(2026, 3, 15), date(2026, 3, 20)
"""Two weeks from a Monday to a Sunday, looked at on the Friday that follows."""


@dataclass
class Town:
    organisation: Organisation
    urb: Department
    tec: Department
    permit: DocumentType
    road: DocumentType
    desk: User
    direction: User
    urbanist: User
    technician: User
    made: int = field(default=0)

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def letter(self, day: date, kind: DocumentType, department: Department, **more: Any) -> Assignment:
        """A letter received that day at nine and qualified at eleven; its handling."""
        self.made += 1
        channel, suggested = more.pop("channel", Channel.SCAN), more.pop("suggested", department.code)
        file = Prepared(f"{self.made:064x}", 1, "application/pdf", 1, "a.pdf", channel, day)
        mail = register(self.organisation, file, self.desk)
        ReceptionFlow.start.run(mail=mail)
        mail.job_runs.all().delete()
        return_to(ReceptionProcess.objects.get(mail=mail), ReceptionFlow.qualify)
        Mail.objects.filter(pk=mail.pk).update(state=MailState.TO_QUALIFY)
        Suggestion.objects.create(
            mail=mail, field="department", rank=0, value=suggested, label="", confidence=0.9
        )
        Suggestion.objects.create(
            mail=mail, field="letter_date", rank=0, value=str(day), label="", confidence=0.9
        )
        self.clock.forward(2 * 3600)
        wanted = Qualification(
            departments=[department], document_type=kind, subject="demande", letter_date=day, **more
        )
        actions.qualify(mail, self.desk, wanted)
        return Assignment.objects.get(mail=mail)

    clock: Clock = field(init=False)

    @contextmanager
    def from_then(self, moment: datetime) -> Iterator[None]:
        with simulated_clock(moment) as clock:
            self.clock = clock
            yield

    def on(self, day: date, hour: int, action: Callable[..., Any], *arguments: Any) -> Any:
        """Do an action then."""
        self.clock.until(at(day, hour))
        for person in (self.desk, self.direction, self.urbanist, self.technician):
            forget_access(person)
        return action(*arguments)


def found() -> Town:
    here = build.organisation()
    urb, tec = build.department(here, "URB"), build.department(here, "TEC")
    return Town(
        here,
        urb,
        tec,
        build.document_type(here, "permis", urb, delay_days=5),
        build.document_type(here, "voirie", tec, delay_days=5),
        build.member(here, Role.RECEPTION),
        build.member(here, Role.DIRECTION),
        build.member(here, Role.MANAGER, urb),
        build.member(here, Role.AGENT, tec),
    )


def lived() -> Town:
    """Five letters counted, one cancelled. Due five working days after reception.

    | letter | received    | type   | went to      | closed                  |
    |--------|-------------|--------|--------------|-------------------------|
    | one    | Mon 2 March | permit | URB          | Wed 4, two days         |
    | two    | Tue 3       | permit | TEC then URB | Fri 13, late by four    |
    | three  | Wed 4       | road   | TEC          | Mon 9, five days        |
    | four   | Mon 9       | road   | TEC          | open, due Mon 16        |
    | five   | Tue 10      | road   | TEC          | open, personal          |
    | six    | Wed 11      | road   | cancelled    |                         |
    """
    town = found()
    with town.from_then(at(FIRST, 9)):
        one = town.letter(FIRST, town.permit, town.urb)
        town.on(FIRST, 15, actions.accept, one, town.urbanist)
        two = town.on(date(2026, 3, 3), 9, town.letter, date(2026, 3, 3), town.permit, town.tec)
        passed_on = town.on(
            date(2026, 3, 3), 14, actions.redirect, two, town.technician, town.urb, "urbanisme"
        )
        town.on(date(2026, 3, 4), 8, actions.close, one, town.urbanist, "sans suite")
        three = town.on(date(2026, 3, 4), 9, town.letter, date(2026, 3, 4), town.road, town.tec)
        town.on(date(2026, 3, 5), 9, actions.accept, three, town.technician)
        town.on(date(2026, 3, 6), 9, actions.accept, passed_on, town.urbanist)
        town.on(date(2026, 3, 9), 8, actions.close, three, town.technician, "fait")
        town.clock.until(at(date(2026, 3, 9), 9))
        town.letter(date(2026, 3, 9), town.road, town.tec, channel=Channel.EMAIL, suggested="URB")
        town.clock.until(at(date(2026, 3, 10), 9))
        town.letter(date(2026, 3, 10), town.road, town.tec, confidentiality=Confidentiality.PERSONAL)
        town.clock.until(at(date(2026, 3, 11), 9))
        six = town.letter(date(2026, 3, 11), town.road, town.tec)
        town.on(date(2026, 3, 11), 15, actions.cancel, six.mail, town.desk, "erreur")
        town.on(date(2026, 3, 13), 9, actions.close, passed_on, town.urbanist, "fait")
    return town
