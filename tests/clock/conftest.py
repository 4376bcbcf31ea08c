"""A town whose letters of a type of the rules come to a department, ready for what people do to their delay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from django.utils import timezone

from courrier.clock.models import Clock
from courrier.mail.models import Assignment, Mail
from courrier.organisations.models import Department, Organisation, Role, User
from courrier.search.models import SearchOutbox
from tests import build
from workflows import actions
from workflows.actions import Qualification
from workflows.actions.moves import return_to
from workflows.models import ReceptionProcess
from workflows.reception import ReceptionFlow, receive

RECEIVED = date(2026, 1, 12)


@dataclass
class Hall:
    """A desk, a department with an agent and a manager, a second department, the general direction."""

    organisation: Organisation
    cul: Department
    tec: Department
    desk: User
    agent: User
    manager: User
    other: User
    direction: User

    def letter(self, type_code: str = "demande-subvention", *departments: Department) -> Mail:
        """A letter received on RECEIVED, qualified, and in the agent's hands where the department is CUL."""
        kind, _created = self.organisation.document_types.get_or_create(
            code=type_code, defaults={"name": type_code.capitalize(), "delay_days": 200}
        )
        text = f"{type_code} {Mail.objects.count()}"
        mail = receive(self.organisation, build.upload(text.encode().join(parts())), self.desk)
        mail.job_runs.all().delete()
        return_to(ReceptionProcess.objects.get(mail=mail), ReceptionFlow.qualify)
        Mail.objects.filter(pk=mail.pk).update(state="to_qualify", received_on=RECEIVED)
        wanted = Qualification(
            departments=list(departments) or [self.cul],
            document_type=kind,
            subject=f"une {type_code}",
            sender={"name": "Jeanne Martin", "email": "jeanne@example.org"},
        )
        actions.qualify(Mail.objects.get(pk=mail.pk), self.desk, wanted)
        for each in Assignment.objects.filter(mail=mail, department=self.cul):
            actions.accept(each, self.agent)
        SearchOutbox.objects.all().delete()
        return Mail.objects.get(pk=mail.pk)

    def clock(self, mail: Mail) -> Clock:
        return Clock.objects.get(mail=mail)


def parts() -> list[bytes]:
    """A PDF in two, between which a comment makes it another file."""
    content = build.pdf()
    return [content + b"\n% ", b"\n"]


@pytest.fixture
def hall(db: None) -> Hall:
    here = build.organisation(address="1 place de la Mairie\n33430 Cazalis", phone="05 56 00 00 00")
    cul, tec = build.department(here, "CUL"), build.department(here, "TEC")
    return Hall(
        here,
        cul,
        tec,
        build.member(here, Role.RECEPTION),
        build.member(here, Role.AGENT, cul),
        build.member(here, Role.MANAGER, cul),
        build.member(here, Role.AGENT, tec),
        build.member(here, Role.DIRECTION),
    )


@pytest.fixture
def in_2027(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events of the tests are past, whatever the machine's date."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2027, 1, 1))
