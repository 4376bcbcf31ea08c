"""The same thing done to many letters: what may be is done, what may not is said, and all of it can be undone."""

from __future__ import annotations

import pytest
from django.db import connection

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.mail.models import Assignment, AssignmentRole, AssignmentState
from courrier.organisations.models import Role, User
from tests import build
from tests.at_once import at_once
from tests.web import town as towns
from tests.web.desk import placed
from workflows import actions
from workflows.actions import bulk

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> towns.Town:
    return towns.found()


def states(ids: list[int]) -> list[str]:
    found = dict(Assignment.objects.filter(pk__in=ids).values_list("pk", "state"))
    return [found[pk] for pk in ids]


def chains_hold() -> bool:
    chains = Event.objects.values_list("chain", flat=True).distinct()
    return not [gap for chain in chains for gap in breaks(chain)]


def test_letters_are_taken_and_copies_read(town: towns.Town) -> None:
    ids = [
        placed(town, town.urb).assignment.pk,
        placed(town, town.urb, role=AssignmentRole.COPY).assignment.pk,
    ]
    report = actions.accept_all(ids, town.agent)
    assert [each.assignment for each in report.done] == ids
    assert report.left == []
    assert states(ids) == ["accepted", "done"]
    assert chains_hold()


def test_one_that_is_refused_is_said_and_leaves_the_others_done(town: towns.Town) -> None:
    colleague = build.member(town.organisation, Role.MANAGER, town.urb)
    taken, free, elsewhere = placed(town, town.urb), placed(town, town.urb), placed(town, town.tec)
    actions.accept(taken.assignment, colleague)
    ids = [taken.assignment.pk, free.assignment.pk, elsewhere.assignment.pk, 4_000_000]
    report = actions.accept_all(ids, town.agent)
    assert [each.number for each in report.done] == [free.mail.number]
    reasons = {each.assignment: (each.number, each.reason) for each in report.left}
    assert reasons[taken.assignment.pk][0] == taken.mail.number
    assert "a déjà pris ce courrier en charge" in reasons[taken.assignment.pk][1]
    assert reasons[elsewhere.assignment.pk][0] == "", "nobody learns the numbers of others' letters"
    assert reasons[4_000_000] == reasons[elsewhere.assignment.pk]


def test_letters_are_redirected_for_one_reason(town: towns.Town) -> None:
    made = [placed(town, town.urb) for _each in range(3)]
    with pytest.raises(actions.ActionRefused):
        actions.redirect_all([each.assignment.pk for each in made], town.agent, town.tec, "  ")
    report = actions.redirect_all([each.assignment.pk for each in made], town.agent, town.tec, "voirie")
    assert len(report.done) == 3
    assert Assignment.objects.open().filter(department=town.tec, reason="voirie").count() == 3
    twin = placed(town, town.urb)
    Assignment.objects.create(organisation=town.organisation, mail=twin.mail, department=town.tec)
    again = actions.redirect_all([twin.assignment.pk], town.agent, town.tec, "voirie")
    assert [each.reason for each in again.left] == ["Ce service a déjà ce courrier."]
    assert states([twin.assignment.pk]) == ["pending"]


def test_letters_in_hand_are_given_and_closed(town: towns.Town) -> None:
    colleague = build.member(town.organisation, Role.MANAGER, town.urb)
    first, second, waiting = (placed(town, town.urb).assignment.pk for _each in range(3))
    actions.accept_all([first, second], town.agent)
    report = actions.give_all([first, waiting], town.agent, colleague)
    assert [each.assignment for each in report.done] == [first]
    assert [each.reason for each in report.left] == ["Prenez d'abord ce courrier en charge."]
    closed = actions.close_all([first, second, waiting], town.agent, "publicité")
    assert [each.assignment for each in closed.left] == [waiting]
    assert states([first, second]) == ["done", "done"]


def test_what_was_done_together_is_undone_together_but_where_something_followed(town: towns.Town) -> None:
    ids = [placed(town, town.urb).assignment.pk for _each in range(3)]
    report = actions.redirect_all(ids, town.agent, town.tec, "voirie")
    other = build.member(town.organisation, Role.AGENT, town.tec)
    followed = Assignment.objects.get(came_from=ids[1])
    actions.accept(followed, other)
    undone = actions.undo_all(report.done, town.agent)
    assert [each.assignment for each in undone.done] == [ids[0], ids[2]]
    assert [each.assignment for each in undone.left] == [ids[1]]
    assert states(ids) == ["pending", "redirected", "pending"]
    assert actions.undo_all(report.done, town.agent).done == [], "once"
    assert chains_hold()


def test_only_what_the_bulk_did_is_undone(town: towns.Town) -> None:
    one = placed(town, town.urb).assignment.pk
    report = actions.accept_all([one], town.agent)
    actions.close(Assignment.objects.get(pk=one), town.agent, "publicité")
    assert actions.undo_all(report.done, town.agent).done == []
    assert states([one]) == ["done"]


def test_a_failure_that_is_no_refusal_undoes_all(town: towns.Town) -> None:
    ids = [placed(town, town.urb).assignment.pk for _each in range(3)]

    def act(assignment: Assignment, user: User) -> None:
        if assignment.pk == ids[2]:
            raise RuntimeError("the disk is full")
        actions.accept(assignment, user)

    with pytest.raises(RuntimeError):
        bulk.for_all(ids, town.agent, act)
    assert set(states(ids)) == {"pending"}


def test_no_more_than_two_hundred_and_not_none(town: towns.Town) -> None:
    with pytest.raises(actions.ActionRefused, match="200"):
        actions.accept_all(range(1, 202), town.agent)
    with pytest.raises(actions.ActionRefused, match="Cochez"):
        actions.accept_all([], town.agent)


@pytest.mark.django_db(transaction=True)
def test_two_bulk_actions_and_single_ones_at_once_wait_for_each_other(town: towns.Town) -> None:
    """One redirects all, one takes all the other way round, one takes them singly: each letter goes one way."""
    ids = [placed(town, town.urb).assignment.pk for _each in range(8)]
    second = build.member(town.organisation, Role.MANAGER, town.urb)
    third = build.member(town.organisation, Role.AGENT, town.urb, username="troisieme")
    reports: dict[str, bulk.Report] = {}
    singly: list[int] = []

    def one_by_one() -> None:
        for pk in ids:
            try:
                actions.accept(Assignment.objects.select_related("mail").get(pk=pk), third)
            except actions.ActionRefused:
                continue
            singly.append(pk)

    raised = at_once(
        lambda: reports.update(redirect=actions.redirect_all(ids, town.agent, town.tec, "voirie")),
        lambda: reports.update(accept=actions.accept_all(ids[::-1], second)),
        one_by_one,
    )
    assert raised == []
    redirected = {each.assignment for each in reports["redirect"].done}
    accepted = {each.assignment for each in reports["accept"].done} | set(singly)
    assert redirected | accepted == set(ids)
    assert len(reports["accept"].done) + len(singly) == len(accepted), "nobody took what another had"
    for assignment in Assignment.objects.filter(pk__in=ids):
        wanted = AssignmentState.REDIRECTED if assignment.pk in redirected else AssignmentState.ACCEPTED
        assert assignment.state == wanted
    assert Assignment.objects.open().filter(department=town.tec).count() == len(redirected)
    assert chains_hold()


def test_queries_for_a_letter_do_not_grow_with_their_number(town: towns.Town) -> None:
    def queries(number: int) -> int:
        ids = [placed(town, town.urb).assignment.pk for _each in range(number)]
        seen: list[str] = []
        with connection.execute_wrapper(lambda run, sql, *rest: (seen.append(sql), run(sql, *rest))[1]):
            assert len(actions.accept_all(ids, User.objects.get(pk=town.agent.pk)).done) == number
        return len(seen)

    queries(1)
    two, six = queries(2), queries(6)
    a_letter = (six - two) / 4
    assert a_letter == int(a_letter)
    assert a_letter <= 45
