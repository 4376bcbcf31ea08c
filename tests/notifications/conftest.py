from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from courrier.mail.models import Assignment, Mail, MailState
from courrier.mail.qualification import Qualification
from courrier.notifications.models import Notification
from courrier.notifications.occasion import Occasion
from courrier.organisations.models import Delegation, Department, Organisation, Role, User
from tests import build
from workflows import actions
from workflows.actions.moves import return_to
from workflows.models import ReceptionProcess
from workflows.reception import ReceptionFlow


def notify(*telling: Any, **more: Any) -> None:
    """Tell people of one thing, as an event's listener does with `Occasion.notify`."""
    occasion = Occasion([])
    occasion.notify(*telling, **more)
    occasion.over()


@dataclass
class Town:
    """A collectivité with a desk and two departments; its letters are made without being read."""

    organisation: Organisation
    urb: Department
    tec: Department
    desk: User
    direction: User
    manager: User
    agent: User
    colleague: User
    other: User
    made: int = field(default=0)

    def letter(self, state: MailState = MailState.IN_PROGRESS, **more: Any) -> Mail:
        self.made += 1
        values = {"subject": "Demande de permis", "received_on": date(2026, 3, 3)} | more
        return Mail.objects.create(
            organisation=self.organisation,
            number=f"A-2026-{self.made:05d}",
            year=2026,
            sequence=self.made,
            state=state,
            **values,
        )

    def assigned(self, *places: Department, **more: Any) -> Assignment:
        """A letter qualified for `places`, or for URB; the first one's assignment. Nobody was told of it yet."""
        mail = self.letter(MailState.TO_QUALIFY)
        waiting_for_the_desk(mail)
        wanted = Qualification(departments=list(places) or [self.urb], subject="Demande de permis", **more)
        actions.qualify(mail, User.objects.get(pk=self.desk.pk), wanted)
        Notification.objects.filter(mail=mail).delete()
        return mail.assignments.filter(department=wanted.departments[0]).get()

    def away(self, absent: User, substitute: User, days: int = 3) -> Delegation:
        today = timezone.localdate()
        return Delegation.objects.create(
            organisation=self.organisation,
            absent=absent,
            substitute=substitute,
            starts_on=today,
            ends_on=today + timedelta(days=days),
            named_by=absent,
        )

    def told(self, kind: str = "") -> dict[str, list[str]]:
        """Kinds of what each was told, by username."""
        rows = Notification.objects.order_by("pk").select_related("user")
        if kind:
            rows = rows.filter(kind=kind)
        found: dict[str, list[str]] = {}
        for each in rows:
            found.setdefault(each.user.username, []).append(each.kind)
        return found


def waiting_for_the_desk(mail: Mail) -> None:
    """Put the letter before reception as if it had been read."""
    ReceptionFlow.start.run(mail=mail)
    mail.job_runs.all().delete()
    return_to(ReceptionProcess.objects.get(mail=mail), ReceptionFlow.qualify)


@pytest.fixture
def town(db: None) -> Town:
    here = build.organisation()
    urb, tec = build.department(here, "URB"), build.department(here, "TEC")
    return Town(
        here,
        urb,
        tec,
        build.member(here, Role.RECEPTION, username="accueil"),
        build.member(here, Role.DIRECTION, username="direction"),
        build.member(here, Role.MANAGER, urb, username="responsable"),
        build.member(here, Role.AGENT, urb, username="agent"),
        build.member(here, Role.AGENT, urb, username="collegue"),
        build.member(here, Role.AGENT, tec, username="technicien"),
    )
