"""A letter sent to a department in the instant it closes: it lies where somebody looks, whoever comes first."""

from __future__ import annotations

from functools import partial
from threading import Event as Signal

import pytest
from django.db import connection, transaction

from courrier.audit.chain import breaks, chain_of
from courrier.mail.models import Assignment, AssignmentRole
from courrier.organisations.models import Department, Role, User
from tests import build
from tests.at_once import at_once
from tests.web import town as towns
from tests.web.desk import placed
from workflows import actions, dispatching
from workflows.actions.closing import CameMeanwhile, close_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

LONG = 20.0


@pytest.fixture
def town() -> towns.Town:
    return towns.found()


def administrator(town: towns.Town) -> User:
    return build.member(town.organisation, Role.ADMINISTRATOR, username="administration")


def lying_in(department: Department) -> list[int]:
    return sorted(Assignment.objects.open().filter(department=department).values_list("mail_id", flat=True))


@pytest.mark.postgresql
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="one writer at a time needs no lock")
@pytest.mark.parametrize("closes", [actions.close_department, actions.begin_closing])
def test_who_closes_waits_for_a_letter_on_its_way(town: towns.Town, closes: object) -> None:
    """The letter was put there first: the closing finds it and takes it along, or moves it after."""
    by, mail, put = administrator(town), town.letter(), Signal()

    def dispatch() -> None:
        with transaction.atomic():
            dispatching.place(mail, town.urb, AssignmentRole.ACTION)
            put.set()
            assert waits_for_a_lock()

    def close() -> None:
        assert put.wait(LONG)
        closes(town.urb, town.tec, by)  # type: ignore[operator]

    assert at_once(dispatch, close) == []
    if closes is actions.close_department:
        assert lying_in(town.urb) == []
        assert lying_in(town.tec) == [mail.pk]
    else:
        assert town.urb.relocations.get().total == 1, "what came before is known to the move that follows"


@pytest.mark.postgresql
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="one writer at a time needs no lock")
def test_a_letter_that_comes_during_the_closing_goes_to_who_takes_over(town: towns.Town) -> None:
    by, mail, shut = administrator(town), town.letter(), Signal()
    urb = Department.objects.get(pk=town.urb.pk)

    def close() -> None:
        with transaction.atomic():
            close_once(town.urb, town.tec, by, people_follow=False)
            shut.set()
            assert waits_for_a_lock()

    def dispatch() -> None:
        assert shut.wait(LONG)
        with transaction.atomic():
            dispatching.place(mail, urb, AssignmentRole.ACTION)

    assert at_once(close, dispatch) == []
    assert lying_in(town.urb) == []
    assert lying_in(town.tec) == [mail.pk]


def waits_for_a_lock() -> bool:
    """Until the other one stands before what is held here."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _each in range(200):
        with connection.cursor() as cursor:
            cursor.execute(asked)
            if cursor.fetchone()[0]:
                return True
            cursor.execute("SELECT pg_sleep(0.05), pg_stat_clear_snapshot()")
    return False


@pytest.mark.parametrize("round_", range(4))
def test_redirects_and_a_closing_at_once_leave_nothing_behind(town: towns.Town, round_: int) -> None:
    by = administrator(town)
    made = [placed(town, town.fin) for _each in range(6)]
    agents = [build.member(town.organisation, Role.AGENT, town.fin, username=f"fin{each}") for each in (1, 2)]
    refused: list[str] = []

    def redirect(who: User, mine: list[Assignment]) -> None:
        for each in mine:
            try:
                actions.redirect(each, User.objects.get(pk=who.pk), town.urb, "urbanisme")
            except actions.ActionRefused as refusal:
                refused.append(refusal.message)

    assigned = [each.assignment for each in made]
    raised = at_once(
        partial(redirect, agents[0], assigned[::2]),
        partial(redirect, agents[1], assigned[1::2]),
        partial(actions.close_department, town.urb, town.tec, by),
    )
    assert raised == []
    assert lying_in(town.urb) == []
    assert sorted(lying_in(town.tec) + lying_in(town.fin)) == [each.mail.pk for each in made]
    assert set(refused) <= {"Ce service n'existe plus : choisissez-en un autre."}
    assert len(refused) == len(lying_in(town.fin))
    for each in made:
        assert list(breaks(chain_of(each.mail.pk))) == []


def test_a_closing_does_not_go_by_a_letter_that_came_meanwhile(
    town: towns.Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locked first are the letters seen then; where there are more once the department is held, it begins again."""
    by, first, late = administrator(town), placed(town, town.urb), placed(town, town.tec)
    tried: list[int] = []
    from workflows.actions import closing

    def held_to_close(department: Department) -> Department:
        tried.append(department.pk)
        if len(tried) == 1:
            raise CameMeanwhile
        return department

    monkeypatch.setattr(closing.closing, "held_to_close", held_to_close)
    report = actions.close_department(town.urb, town.fin, by)
    assert report.moved == [first.mail.number]
    assert len(tried) == 2
    assert lying_in(town.tec) == [late.mail.pk]
