"""The table of rights: role × state × confidentiality × where the letter is."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from courrier.mail.models import Assignment, AssignmentState, Confidentiality, Mail, MailState
from courrier.mail.rights import access_of, can, forget_access
from courrier.organisations.models import Delegation, Department, Membership, Organisation, Role, User
from tests import build

pytestmark = pytest.mark.django_db


@dataclass
class Town:
    organisation: Organisation
    head: Department
    urb: Department
    tec: Department
    people: dict[str, User]


@pytest.fixture
def town() -> Town:
    here = build.organisation("cazalis")
    elsewhere = build.organisation("lucmau")
    head = build.department(here, "DGS")
    urb, tec = build.department(here, "URB", head), build.department(here, "TEC", head)
    people = {
        "reception": build.member(here, Role.RECEPTION),
        "direction": build.member(here, Role.DIRECTION),
        "elected": build.member(here, Role.ELECTED),
        "archivist": build.member(here, Role.ARCHIVIST),
        "administrator": build.member(here, Role.ADMINISTRATOR),
        "agent": build.member(here, Role.AGENT, urb),
        "reader": build.member(here, Role.READER, urb),
        "manager": build.member(here, Role.MANAGER, urb),
        "head": build.member(here, Role.MANAGER, head),
        "other_agent": build.member(here, Role.AGENT, tec),
        "holder": build.member(here, Role.AGENT, tec, username="detenteur"),
        "stranger": build.member(elsewhere, Role.DIRECTION),
    }
    return Town(here, head, urb, tec, people)


def letter(town: Town, state: MailState, confidentiality: Confidentiality, sequence: int = 1) -> Mail:
    """A letter in that state; beyond the desk it is, or was, URB's."""
    mail = Mail.objects.create(
        organisation=town.organisation,
        year=2026,
        sequence=sequence,
        number=f"A-2026-{sequence:05d}",
        state=state,
        confidentiality=confidentiality,
        received_on=date(2026, 3, 3),
        holder=town.people["holder"] if confidentiality == Confidentiality.PERSONAL else None,
    )
    if state in (MailState.IN_PROGRESS, MailState.CLOSED):
        Assignment.objects.create(
            organisation=town.organisation,
            mail=mail,
            department=town.urb,
            state=AssignmentState.PENDING if state == MailState.IN_PROGRESS else AssignmentState.DONE,
        )
    return mail


DEPARTMENT = {"agent", "reader", "manager", "head"}
DESK = [MailState.RECEIVED, MailState.READING, MailState.TO_QUALIFY, MailState.FAILED]

READERS: dict[tuple[str, Confidentiality], set[str]] = {
    ("desk", Confidentiality.NORMAL): {"reception", "direction", "archivist"},
    ("desk", Confidentiality.RESTRICTED): {"reception", "direction"},
    ("desk", Confidentiality.PERSONAL): {"holder"},
    ("department", Confidentiality.NORMAL): {"reception", "direction", "archivist"} | DEPARTMENT,
    ("department", Confidentiality.RESTRICTED): {"direction"} | DEPARTMENT,
    ("department", Confidentiality.PERSONAL): {"holder"},
}


@pytest.mark.parametrize("confidentiality", list(Confidentiality))
@pytest.mark.parametrize("state", [*DESK, MailState.IN_PROGRESS, MailState.CLOSED])
def test_who_reads_what(town: Town, state: MailState, confidentiality: Confidentiality) -> None:
    mail = letter(town, state, confidentiality)
    place = "desk" if state in DESK else "department"
    allowed = {name for name, user in town.people.items() if can(user, "read", mail)}
    assert allowed == READERS[place, confidentiality]
    visible = {name for name, user in town.people.items() if Mail.objects.visible_to(user).exists()}
    assert visible == allowed, "the question about one letter and the list agree"


def test_the_register_line_is_for_who_keeps_the_register(town: Town) -> None:
    letter(town, MailState.IN_PROGRESS, Confidentiality.PERSONAL)
    listed = {name for name, user in town.people.items() if Mail.objects.registered_for(user).exists()}
    assert listed == {"reception", "direction", "archivist", "holder"}


ACTORS = {
    "qualify": {"reception", "direction"},
    "cancel": {"reception", "direction"},
    "accept": {"agent", "manager", "head", "direction"},
    "redirect": {"agent", "manager", "head", "direction"},
    "send_back": {"agent", "manager", "head", "direction"},
    "close": set[str](),
    "reply": set[str](),
    "annotate": {"agent", "manager", "head", "direction", "reception"},
    "export": {"reception", "direction", "archivist"},
}


@pytest.mark.parametrize("action", list(ACTORS))
def test_who_does_what(town: Town, action: str) -> None:
    state = MailState.TO_QUALIFY if action == "qualify" else MailState.IN_PROGRESS
    mail = letter(town, state, Confidentiality.NORMAL)
    assert {name for name, user in town.people.items() if can(user, action, mail)} == ACTORS[action]


def test_what_is_accepted_is_answered_and_closed_by_its_department(town: Town) -> None:
    mail = letter(town, MailState.IN_PROGRESS, Confidentiality.NORMAL)
    mail.assignments.update(state=AssignmentState.ACCEPTED, accepted_by=town.people["agent"])
    mine = mail.assignments.get()
    for action in ("reply", "close"):
        allowed = {name for name, user in town.people.items() if can(user, action, mine)}
        assert allowed == {"agent", "manager", "head", "direction"}
    assert not any(can(user, "accept", mine) for user in town.people.values())


def test_a_cancelled_letter_and_a_closed_one_can_not_be_qualified(town: Town) -> None:
    for sequence, state in enumerate([MailState.CANCELLED, MailState.CLOSED, MailState.READING], start=1):
        mail = letter(town, state, Confidentiality.NORMAL, sequence)
        assert not any(can(user, "qualify", mail) for user in town.people.values())


def test_a_substitute_reads_and_acts_from_day_to_day(town: Town) -> None:
    mail = letter(town, MailState.IN_PROGRESS, Confidentiality.RESTRICTED)
    away, substitute = town.people["agent"], town.people["other_agent"]
    today = timezone.localdate()
    assert not can(substitute, "accept", mail)
    absence = Delegation.objects.create(
        organisation=town.organisation, absent=away, substitute=substitute, starts_on=today, ends_on=today
    )
    forget_access(substitute)
    assert can(substitute, "read", mail)
    assert can(substitute, "accept", mail)
    Delegation.objects.filter(pk=absence.pk).update(
        starts_on=today + timedelta(days=1), ends_on=today + timedelta(days=2)
    )
    forget_access(substitute)
    assert not can(substitute, "read", mail)


def test_an_account_that_was_closed_and_a_stranger_read_nothing(town: Town) -> None:
    letter(town, MailState.IN_PROGRESS, Confidentiality.NORMAL)
    gone = town.people["direction"]
    gone.is_active = False
    assert not Mail.objects.visible_to(gone).exists()
    assert not Mail.objects.visible_to(AnonymousUser()).exists()


def test_a_superuser_has_no_right_that_no_membership_gives(town: Town) -> None:
    letter(town, MailState.IN_PROGRESS, Confidentiality.NORMAL)
    root = User.objects.create_superuser("racine", password="un mot de passe")
    assert not Mail.objects.visible_to(root).exists()


def test_rights_of_two_memberships_add_up(town: Town) -> None:
    clerk = town.people["administrator"]
    Membership.objects.create(user=clerk, organisation=town.organisation, role=Role.RECEPTION)
    Membership.objects.create(
        user=clerk, organisation=town.organisation, role=Role.AGENT, department=town.urb
    )
    access = access_of(clerk)
    assert access.desk == {town.organisation.pk}
    assert access.acting == {town.urb.pk}


def test_a_letter_comes_once_however_many_rights_reach_it(town: Town) -> None:
    """By several functions, several departments and several stays there; the database need not sort rows out."""
    everything = build.member(town.organisation, Role.MANAGER, town.head, username="partout")
    for role in (Role.RECEPTION, Role.DIRECTION, Role.ELECTED, Role.ARCHIVIST, Role.ADMINISTRATOR):
        Membership.objects.create(user=everything, organisation=town.organisation, role=role)
    for place in (town.urb, town.tec):
        Membership.objects.create(
            user=everything, organisation=town.organisation, role=Role.AGENT, department=place
        )
    letters = []
    for sequence, (confidentiality, state) in enumerate(
        product(Confidentiality, [MailState.TO_QUALIFY, MailState.IN_PROGRESS, MailState.CLOSED]), start=1
    ):
        mail = letter(town, state, confidentiality, sequence)
        Mail.objects.filter(pk=mail.pk).update(holder=everything, shown_to_elected=True)
        for place in (town.urb, town.tec, town.head):
            for stay in (AssignmentState.REDIRECTED, AssignmentState.DONE):
                Assignment.objects.create(
                    organisation=town.organisation, mail=mail, department=place, state=stay
                )
        letters.append(mail.pk)
    for rows in (Mail.objects.visible_to(everything), Mail.objects.registered_for(everything)):
        assert sorted(rows.values_list("pk", flat=True)) == letters
        assert rows.count() == len(letters)
        assert not rows.query.distinct
    for user in town.people.values():
        for rows in (Mail.objects.visible_to(user), Mail.objects.registered_for(user)):
            found = list(rows.values_list("pk", flat=True))
            assert len(found) == len(set(found)) == rows.count()
