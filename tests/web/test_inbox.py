"""The inbox of a department: its order, its filters, who looks into it, what it costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courrier.correspondents.models import Correspondent
from courrier.mail.models import AssignmentRole, AssignmentState, Confidentiality
from courrier.organisations.models import Role
from tests import build
from tests.web import town as towns
from tests.web.desk import placed
from workflows import actions

pytestmark = pytest.mark.django_db


def page(client: Client, url: str = "/bannette/URB/") -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_late_comes_before_due_before_new_before_in_hand_before_copies(town: towns.Town) -> None:
    today = timezone.localdate()
    copy = placed(town, town.urb, role=AssignmentRole.COPY, subject="une copie")
    hand = placed(town, town.urb, subject="en main", due_on=today + timedelta(30))
    new = placed(town, town.urb, subject="du jour", due_on=today + timedelta(30))
    soon = placed(town, town.urb, subject="bientôt dû", due_on=today + timedelta(3))
    late = placed(town, town.urb, subject="en retard", due_on=today - timedelta(1))
    actions.accept(hand.assignment, town.agent)
    found = re.findall(r"/courrier/(A-2026-\d+)/", page(town.client(town.agent)))
    assert found == [each.mail.number for each in (late, soon, new, hand, copy)]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("moi", {"mine"}),
        ("libres", {"free", "late"}),
        ("retard", {"late"}),
        ("info", {"copy"}),
        ("traites", {"read"}),
    ],
)
def test_views_narrow_the_list(town: towns.Town, view: str, expected: set[str]) -> None:
    today = timezone.localdate()
    mine = placed(town, town.urb, subject="mine")
    placed(town, town.urb, subject="free")
    placed(town, town.urb, subject="late", due_on=today - timedelta(1))
    placed(town, town.urb, role=AssignmentRole.COPY, subject="copy")
    read = placed(town, town.urb, role=AssignmentRole.COPY, subject="read")
    actions.accept(mine.assignment, town.agent)
    actions.acknowledge(read.assignment, town.agent)
    html = page(town.client(town.agent), f"/bannette/URB/?vue={view}")
    shown = re.findall(r'class="row-link"[^>]*>\s*(\w+)\s*<', html)
    assert set(shown) == expected


def test_queries_do_not_grow_with_the_rows(
    town: towns.Town, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    client = town.client(town.agent)

    def queries() -> int:
        with django_assert_max_num_queries(40) as seen:  # type: ignore[operator]
            client.get("/bannette/URB/")
        return len(seen)

    placed(town, town.urb)
    few = queries()
    sender = Correspondent.objects.create(organisation=town.organisation, name="Jeanne Martin")
    for _each in range(30):
        actions.accept(placed(town, town.urb, sender=sender).assignment, town.agent)
    assert queries() <= few


def test_only_those_of_the_department_and_the_direction_look_into_it(town: towns.Town) -> None:
    placed(town, town.urb)
    stranger = build.member(town.organisation, Role.AGENT, town.tec)
    elsewhere = build.member(build.organisation("ailleurs"), Role.DIRECTION)
    assert town.client(town.agent).get("/bannette/URB/").status_code == 200
    assert town.client(town.direction).get("/bannette/URB/").status_code == 200
    for user in (stranger, town.desk, elsewhere):
        assert town.client(user).get("/bannette/URB/").status_code == 404


def test_a_personal_letter_shows_neither_sender_nor_subject(town: towns.Town) -> None:
    sender = Correspondent.objects.create(organisation=town.organisation, name="Docteur Secret")
    placed(
        town, town.urb, subject="résultats d'analyse", sender=sender, confidentiality=Confidentiality.PERSONAL
    )
    html = page(town.client(town.agent))
    assert "Courrier personnel" in html
    assert "Docteur Secret" not in html
    assert "analyse" not in html


def test_ticked_letters_are_taken_in_hand_and_copies_marked_as_read(town: towns.Town) -> None:
    first, second = placed(town, town.urb), placed(town, town.urb, role=AssignmentRole.COPY)
    ids = [first.assignment.pk, second.assignment.pk]
    answer = town.client(town.agent).post("/bannette/URB/prendre/", {"assignment": ids}, follow=True)
    assert "Courrier pris en charge." in answer.content.decode()
    for each in (first, second):
        each.assignment.refresh_from_db()
    assert first.assignment.state == AssignmentState.ACCEPTED
    assert first.assignment.accepted_by == town.agent
    assert second.assignment.state == AssignmentState.DONE


def test_one_taken_by_somebody_else_does_not_stop_the_others(town: towns.Town) -> None:
    colleague = build.member(town.organisation, Role.MANAGER, town.urb)
    taken, free = placed(town, town.urb), placed(town, town.urb)
    actions.accept(taken.assignment, colleague)
    ids = [taken.assignment.pk, free.assignment.pk]
    answer = town.client(town.agent).post("/bannette/URB/prendre/", {"assignment": ids}, follow=True)
    assert "a déjà pris ce courrier en charge" in answer.content.decode()
    free.assignment.refresh_from_db()
    assert free.assignment.accepted_by == town.agent


def test_what_lies_in_another_inbox_cannot_be_taken_from_here(town: towns.Town) -> None:
    other = placed(town, town.tec)
    town.client(town.agent).post("/bannette/URB/prendre/", {"assignment": [other.assignment.pk]})
    other.assignment.refresh_from_db()
    assert other.assignment.state == AssignmentState.PENDING


def test_after_an_action_one_is_back_in_the_list_never_elsewhere(town: towns.Town) -> None:
    one = placed(town, town.urb).assignment.pk
    client = town.client(town.agent)
    back = client.post("/bannette/URB/prendre/", {"one": one, "liste": "/bannette/URB/?vue=libres"})
    assert back["Location"] == "/bannette/URB/?vue=libres"
    away = client.post("/bannette/URB/prendre/", {"one": one, "liste": "https://ailleurs.example/"})
    assert away["Location"] == "/bannette/URB/"


def test_an_empty_inbox_says_what_will_come(town: towns.Town) -> None:
    html = page(town.client(town.agent))
    assert "Bannette vide" in html


def test_a_person_of_one_department_is_led_to_it(town: towns.Town) -> None:
    assert town.client(town.agent).get("/bannette/")["Location"] == "/bannette/URB/"
    together = town.client(town.direction).get("/bannette/")
    assert together.status_code == 200
