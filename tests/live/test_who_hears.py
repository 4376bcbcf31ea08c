"""Rights of those who listen, for many at once, are those of the pages."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from courrier.live import presence
from courrier.live.audience import Audience
from courrier.live.changes import Tail, happened_after, last_place, tail_of_events
from courrier.mail.models import Assignment, Confidentiality, Mail, MailState
from courrier.organisations.models import Role, User
from tests import build
from tests.live.test_streams import happens
from tests.web import town as towns

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    town = build.organisation()
    other = build.organisation("ailleurs")
    place = build.department(town, "URB")
    below = build.department(town, "URB-1", place)
    found = [build.member(town, role, place) for role in (Role.AGENT, Role.MANAGER, Role.READER)]
    found += [build.member(town, Role.AGENT, below)]
    found += [
        build.member(town, role)
        for role in (Role.RECEPTION, Role.DIRECTION, Role.ARCHIVIST, Role.ELECTED, Role.ADMINISTRATOR)
    ]
    return [*found, build.member(other, Role.DIRECTION)]


@pytest.fixture
def letters(people: list[User]) -> list[Mail]:
    made = []
    town = people[0].memberships.get().organisation
    departments = list(town.departments.all())
    kinds = itertools.product(Confidentiality.values, MailState.values, [True, False], [None, *departments])
    for sequence, (confidentiality, state, elected, department) in enumerate(kinds, start=1):
        mail = Mail.objects.create(
            organisation=town,
            number=f"A-{sequence}",
            year=2026,
            sequence=sequence,
            received_on="2026-03-03",
            state=state,
            confidentiality=confidentiality,
            shown_to_elected=elected,
            holder=people[sequence % len(people)] if sequence % 3 else None,
        )
        if department:
            Assignment.objects.create(organisation=town, mail=mail, department=department)
        made.append(mail)
    return made


def test_listening_is_as_looking(people: list[User], letters: list[Mail]) -> None:
    ids = [mail.pk for mail in letters]
    audience = Audience([person.pk for person in people], ids)
    for person in people:
        reads = set(Mail.objects.visible_to(person).values_list("pk", flat=True))
        lists = set(Mail.objects.registered_for(person).values_list("pk", flat=True))
        assert {pk for pk in ids if audience.reads(person.pk, pk)} == reads
        assert {pk for pk in ids if audience.lists(person.pk, pk)} == lists


def test_as_many_queries_for_many_as_for_one(
    people: list[User], letters: list[Mail], django_assert_num_queries: Any
) -> None:
    from django.db import connection

    with CaptureQueriesContext(
        connection,
    ) as one:
        Audience([people[0].pk], [letters[0].pk])
    with CaptureQueriesContext(connection) as many:
        Audience([person.pk for person in people], [mail.pk for mail in letters])
    assert len(many) <= len(one) + 2  # two more levels of departments


def test_an_event_committed_late_is_told_all_the_same(people: list[User], letters: list[Mail]) -> None:
    tail = tail_of_events()
    happens(letters[0])
    happens(letters[1])
    first, second = happened_after(tail.floor, 10)
    held_back = Tail(tail.rows.exclude(pk=first.pk), tail.fields)
    held_back.floor = tail.floor
    assert [row[0] for row in held_back.look(now=0.0)] == [second.pk]
    held_back.rows = tail.rows  # the transaction that took its number first commits now
    assert [row[0] for row in held_back.look(now=1.0)] == [first.pk]
    assert held_back.look(now=2.0) == []
    assert held_back.look(now=100.0) == []
    assert held_back.floor == last_place()


def test_who_gives_no_sign_of_life_has_left(people: list[User], letters: list[Mail]) -> None:
    mail = letters[0]
    presence.touch([(mail.pk, people[0].pk), (mail.pk, people[1].pk), (mail.pk, people[0].pk)])
    assert {each.pk for each in presence.present([mail.pk])[mail.pk]} == {people[0].pk, people[1].pk}
    from django.utils import timezone

    later = timezone.now() + presence.GONE_AFTER
    assert presence.present([mail.pk], later)[mail.pk] == frozenset()
    presence.leave(mail.pk, people[0].pk)
    assert {each.pk for each in presence.present([mail.pk])[mail.pk]} == {people[1].pk}


def test_asking_tells_the_same_as_listening() -> None:
    town = towns.found()
    client = town.client(town.agent)
    before = last_place()
    mine, others = town.letter(), town.letter()
    Assignment.objects.create(organisation=town.organisation, mail=mine, department=town.urb)
    happens(mine)
    happens(others)
    answer = client.get(f"/direct/nouvelles/?depuis={before}&courrier={mine.pk}").json()
    assert [each["letter"] for each in answer["letters"]] == [mine.pk]
    assert answer["present"] == {"letter": mine.pk, "people": []}
    again = client.get(f"/direct/nouvelles/?depuis={answer['place']}&courrier={others.pk}").json()
    assert again["letters"] == []
    assert "present" not in again
    for hostile in ("x", "-1", "9" * 30, "²"):
        assert client.get(f"/direct/nouvelles/?depuis={hostile}&courrier={hostile}").status_code == 200


def test_a_server_that_cannot_hold_streams_says_so() -> None:
    town = towns.found()
    assert town.client(town.agent).get("/direct/").status_code == 204


def test_counts_by_the_address_of_each_entry() -> None:
    town = towns.found()
    town.letter()
    counts = town.client().get("/direct/comptes/").json()
    assert counts["/qualifier/"] == 1
    assert counts["notifications"] == 0
