"""A letter dealt with among many is left as the same action alone leaves it, down to its flow's tasks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from viewflow.workflow.models import Task

from courrier.audit.chain import breaks, chain_of
from courrier.audit.models import Event
from courrier.classification.models import Example
from courrier.mail.models import Assignment, AssignmentRole, Confidentiality, Mail
from courrier.notifications.models import Notification
from courrier.organisations.models import Department, Role, User
from courrier.search.models import SearchOutbox
from tests import build
from tests.web import town as towns
from tests.web.desk import Placed, placed
from workflows import actions
from workflows.actions.moves import processes_of, return_to
from workflows.models import Circuit, ReceptionProcess
from workflows.reception import ReceptionFlow

pytestmark = pytest.mark.django_db

Made = tuple[Assignment, towns.Town]
Prepare = Callable[[towns.Town], Assignment]
Act = Callable[[towns.Town, User, list[Assignment]], object]


@pytest.fixture
def town() -> towns.Town:
    town = towns.found()
    for place in (town.urb, town.tec):
        build.member(town.organisation, Role.MANAGER, place)
    build.member(town.organisation, Role.AGENT, town.urb, username="collegue")
    return town


def lying(town: towns.Town, department: Department, **more: Any) -> Placed:
    """A letter in an inbox, its own process waiting for the departments."""
    made = placed(town, department, **more)
    made.mail.reception.delete()
    ReceptionFlow.start.run(mail=made.mail)
    made.mail.job_runs.all().delete()
    return_to(ReceptionProcess.objects.get(mail=made.mail), ReceptionFlow.handled)
    return made


def waiting(town: towns.Town) -> Assignment:
    return lying(town, town.urb).assignment


def copy(town: towns.Town) -> Assignment:
    return lying(town, town.urb, role=AssignmentRole.COPY).assignment


def in_hand(town: towns.Town) -> Assignment:
    assignment = waiting(town)
    actions.accept(assignment, town.agent)
    return assignment


def personal(town: towns.Town) -> Assignment:
    return lying(town, town.urb, confidentiality=Confidentiality.PERSONAL).assignment


def with_another(town: towns.Town) -> Assignment:
    """In hand here, and for action elsewhere as well."""
    assignment = in_hand(town)
    Assignment.objects.create(organisation=town.organisation, mail=assignment.mail, department=town.tec)
    return assignment


def bounced(town: towns.Town) -> Assignment:
    """Redirected once already; the next time it goes to who arbitrates."""
    Department.objects.filter(pk=town.fin.pk).update(arbitrates=True)
    first = lying(town, town.tec).assignment
    other = User.objects.filter(memberships__department=town.tec).first()
    return actions.redirect(first, other, town.urb, "urbanisme")


def with_opinion_asked(town: towns.Town) -> Assignment:
    assignment = in_hand(town)
    actions.ask_opinion(assignment, town.agent, town.tec, "Possible ?")
    return assignment


def in_a_circuit(town: towns.Town) -> Assignment:
    """Of a type whose circuit asks another department for its opinion once the letter is taken."""
    assignment = waiting(town)
    reception = ReceptionProcess.objects.get(mail=assignment.mail)
    steps = [{"kind": "opinion", "department": town.tec.code, "who": None}]
    reception.circuit = Circuit.objects.get_or_create(
        organisation=town.organisation, version=1, defaults={"steps": steps}
    )[0]
    reception.save()
    return assignment


def ids(made: list[Assignment]) -> list[int]:
    return [each.pk for each in made]


def colleague() -> User:
    return User.objects.get(username="collegue")


ALONE: dict[str, Act] = {
    "accept": lambda town, user, made: [actions.accept(each, user) for each in made],
    "acknowledge": lambda town, user, made: [actions.acknowledge(each, user) for each in made],
    "give": lambda town, user, made: [actions.hand_over(each, user, colleague()) for each in made],
    "redirect": lambda town, user, made: [actions.redirect(each, user, town.tec, "voirie") for each in made],
    "close": lambda town, user, made: [actions.close(each, user, "publicité") for each in made],
}
TOGETHER: dict[str, Act] = {
    "accept": lambda town, user, made: actions.accept_all(ids(made), user),
    "acknowledge": lambda town, user, made: actions.acknowledge_all(ids(made), user),
    "give": lambda town, user, made: actions.give_all(ids(made), user, colleague()),
    "redirect": lambda town, user, made: actions.redirect_all(ids(made), user, town.tec, "voirie"),
    "close": lambda town, user, made: actions.close_all(ids(made), user, "publicité"),
}
CASES: list[tuple[str, Prepare]] = [
    ("accept", waiting),
    ("accept", personal),
    ("accept", in_a_circuit),
    ("acknowledge", copy),
    ("give", in_hand),
    ("redirect", waiting),
    ("redirect", in_hand),
    ("redirect", bounced),
    ("close", in_hand),
    ("close", with_another),
]


@pytest.mark.parametrize(("action", "prepare"), CASES, ids=lambda each: getattr(each, "__name__", each))
def test_what_is_left_is_the_same(town: towns.Town, action: str, prepare: Prepare) -> None:
    alone, one, other = prepare(town), prepare(town), prepare(town)
    SearchOutbox.objects.all().delete()
    ALONE[action](town, fresh(town.agent), [alone])
    report = TOGETHER[action](town, fresh(town.agent), [one, other])
    assert [each.assignment for each in report.done] == [one.pk, other.pk]  # type: ignore[attr-defined]
    wanted = left(alone.mail)
    assert left(one.mail) == wanted
    assert left(other.mail) == wanted
    for mail in (alone.mail, one.mail, other.mail):
        assert list(breaks(chain_of(mail.pk))) == []
    undone = actions.undo_all(report.done, fresh(town.agent))  # type: ignore[attr-defined]
    actions.undo(alone.mail, fresh(town.agent))
    assert undone.left == []
    assert left(one.mail) == left(alone.mail)


def test_a_refusal_after_the_first_writes_leaves_its_letter_as_it_was(town: towns.Town) -> None:
    busy, free = with_opinion_asked(town), in_hand(town)
    before = left(busy.mail)
    report = actions.redirect_all([busy.pk, free.pk], fresh(town.agent), town.tec, "voirie")
    assert [each.assignment for each in report.done] == [free.pk]
    assert "attendez l'avis" in report.left[0].reason
    assert left(busy.mail) == before
    closed = actions.close_all([busy.pk], fresh(town.agent), "publicité")
    assert closed.done == []
    assert left(busy.mail) == before


def test_a_letter_of_two_inboxes_is_done_in_both(town: towns.Town) -> None:
    """The second action on a letter goes on from the first, not from the row before it."""
    action = in_hand(town)
    here = Assignment.objects.create(
        organisation=town.organisation, mail=action.mail, department=town.urb, role=AssignmentRole.COPY
    )
    report = actions.accept_all([here.pk], fresh(town.agent))
    assert len(report.done) == 1
    twin = in_hand(town)
    elsewhere = lying(town, town.tec).assignment
    Assignment.objects.filter(pk=elsewhere.pk).update(mail=twin.mail)
    direction = User.objects.get(memberships__role=Role.DIRECTION)
    actions.accept(Assignment.objects.get(pk=elsewhere.pk), direction)
    done = actions.close_all([twin.pk, elsewhere.pk], fresh(direction), "fait")
    assert len(done.done) == 2
    twin.mail.refresh_from_db()
    assert twin.mail.state == "closed"
    assert [each.verb for each in Event.objects.of_chain(chain_of(twin.mail.pk))][-3:] == [
        "closed_assignment",
        "closed_assignment",
        "closed",
    ]
    assert list(breaks(chain_of(twin.mail.pk))) == []


LIMITS = {"accept": 6, "give": 7, "redirect": 12, "close": 8}
"""Queries that one more letter costs, at most."""


@pytest.mark.parametrize("action", LIMITS)
def test_one_more_letter_costs_few_queries(town: towns.Town, action: str) -> None:
    prepare = waiting if action in {"accept", "redirect"} else in_hand

    def queries(number: int) -> int:
        made = [prepare(town) for _each in range(number)]
        seen: list[str] = []
        with connection.execute_wrapper(lambda run, sql, *rest: (seen.append(sql), run(sql, *rest))[1]):
            report = TOGETHER[action](town, fresh(town.agent), made)
        assert len(report.done) == number  # type: ignore[attr-defined]
        return len(seen)

    queries(1)
    two, six = queries(2), queries(6)
    assert (six - two) / 4 <= LIMITS[action]


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


# what is left of a letter, in words that do not depend on which letter it is


def left(mail: Mail) -> dict[str, Any]:
    mail = Mail.objects.get(pk=mail.pk)
    rows = list(Assignment.objects.filter(mail=mail).order_by("pk"))
    names = {str(each.pk): f"a{rank}" for rank, each in enumerate(rows)} | {str(None): "none"}

    def place(pk: object) -> str:
        return names.get(str(pk), str(pk))

    def plain(data: dict[str, Any]) -> dict[str, Any]:
        return {key: place(value) if key in {"assignment", "new"} else value for key, value in data.items()}

    def key(text: str) -> str:
        text = re.sub(r"assignment:(\d+)", lambda found: f"assignment:{place(found[1])}", text)
        return text.replace(chain_of(mail.pk), "letter")

    return {
        "letter": (mail.state, mail.holder_id, mail.closed_at is not None, mail.due_on),
        "assignments": [
            (
                each.department_id,
                each.role,
                each.state,
                each.accepted_by_id,
                each.accepted_at is not None,
                each.finished_at is not None,
                each.reason,
                place(each.came_from_id),
                place(each.asked_by_id),
            )
            for each in rows
        ],
        "history": [
            (each.sequence, each.verb, each.actor_id, plain(each.data))
            for each in Event.objects.of_chain(chain_of(mail.pk))
        ],
        "told": sorted(
            (each.user_id, each.kind, key(each.key), each.by, each.read_at is not None, str(each.data))
            for each in Notification.objects.filter(mail=mail)
        ),
        "indexed": SearchOutbox.objects.filter(mail_id=mail.pk).count(),
        "learned": [
            (each.department, each.suggested_department, each.user_id)
            for each in Example.objects.filter(mail=mail).order_by("pk")
        ],
        "flows": sorted(map(flow_of, processes_of(mail))),
    }


def flow_of(process: Any) -> tuple[Any, ...]:
    tasks = list(Task.objects.filter(process=process.pk).order_by("pk"))
    rank = {each.pk: number for number, each in enumerate(tasks)}
    came_by = [
        (
            each.flow_task.name,
            each.flow_task_type,
            each.status,
            each.owner_id or 0,
            each.assigned is not None,
            each.started is not None,
            each.finished is not None,
            each.token.token,
            each.data,
            sorted(rank[before.pk] for before in each.previous.all()),
        )
        for each in tasks
    ]
    decided = process.data.get("decision", "")
    return (
        process.flow_class.__name__,
        str(process.status),
        process.finished is not None,
        decided,
        str(came_by),
    )
