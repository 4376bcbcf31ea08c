from dataclasses import dataclass

import pytest

from courrier.mail.models import Assignment, AssignmentRole, Mail
from courrier.mail.qualification import Qualification
from courrier.organisations.models import Department, Organisation, Role, User
from tests import build
from tests.worker import work_off
from workflows import actions


@dataclass
class Town:
    """A collectivité with a desk, two departments and an agent in each."""

    organisation: Organisation
    urb: Department
    tec: Department
    desk: User
    agent: User
    other: User

    def received(self, text: str = build.LETTER) -> Mail:
        return build.received(self.organisation, self.desk, text)

    def waiting(self, text: str = build.LETTER) -> Mail:
        """A letter that waits for qualification."""
        mail = self.received(text)
        work_off()
        mail.refresh_from_db()
        return mail

    def dispatched(self, *departments: Department, text: str = build.LETTER) -> list[Assignment]:
        """A letter in the inboxes of `departments`, or of URB; its assignments for action in that order."""
        mail = self.waiting(text)
        wanted = Qualification(departments=list(departments) or [self.urb], subject="demande de permis")
        actions.qualify(mail, self.desk, wanted)
        found = {each.department_id: each for each in mail.assignments.filter(role=AssignmentRole.ACTION)}
        return [found[each.pk] for each in wanted.departments]


@pytest.fixture
def town(db: None) -> Town:
    organisation = build.organisation()
    urb, tec = build.department(organisation, "URB"), build.department(organisation, "TEC")
    build.document_type(organisation, "permis-construire", urb)
    return Town(
        organisation,
        urb,
        tec,
        build.member(organisation, Role.RECEPTION),
        build.member(organisation, Role.AGENT, urb),
        build.member(organisation, Role.AGENT, tec),
    )
