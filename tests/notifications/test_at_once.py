"""Two beats, two workers, two administrators at the same moment: each thing is done once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.mail.models import Assignment
from courrier.notifications import digests, reminders
from courrier.notifications.models import DigestSent, Notification, Reminder
from courrier.organisations.absences import name_substitute
from courrier.organisations.models import Delegation, Role, User
from tests import build
from tests.at_once import at_once
from tests.notifications.conftest import Town
from workflows import actions

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = date(2026, 6, 15)


def test_two_beats_say_each_thing_once(town: Town) -> None:
    for _each in range(30):
        town.assigned(due_on=MONDAY)
    assert at_once(*[lambda: reminders.remind(MONDAY)] * 3) == []
    assert Reminder.objects.count() == 30
    assert Notification.objects.count() == 30 * 3
    assert set(Notification.objects.values_list("kind", flat=True)) == {"due_today"}


def test_two_workers_claim_a_digest_once(town: Town) -> None:
    now, claims = timezone.now(), []
    works = [lambda: claims.append(digests.claimed(town.agent, MONDAY, now))] * 4
    assert at_once(*works) == []
    assert sum(claim is not None for claim in claims) == 1
    later = now + timedelta(minutes=11)
    claims.clear()
    assert at_once(*[lambda: claims.append(digests.claimed(town.agent, MONDAY, later))] * 4) == []
    assert sum(claim is not None for claim in claims) == 1
    assert DigestSent.objects.get().attempts == 2


def test_an_absence_entered_twice_at_once_is_one(town: Town) -> None:
    first = timezone.localdate()

    def enter() -> None:
        name_substitute(
            town.organisation, town.agent, town.other, first, first + timedelta(days=3), by=town.agent
        )

    assert at_once(*[enter] * 3) == []
    assert Delegation.objects.count() == 1


def test_a_department_closed_while_its_letters_are_worked_on_loses_none(town: Town) -> None:
    admin = build.member(town.organisation, Role.ADMINISTRATOR, username="admin")
    letters = [town.assigned() for _each in range(6)]

    def fresh(user: User) -> User:
        return User.objects.get(pk=user.pk)

    def work() -> None:
        for each in letters:
            actions.accept(each, fresh(town.agent))

    raised = at_once(
        lambda: actions.close_department(town.urb, town.tec, fresh(admin)),
        lambda: actions.close_department(town.urb, town.tec, fresh(admin)),
        work,
    )
    assert raised == []
    assert not Assignment.objects.open().filter(department=town.urb).exists()
    assert Assignment.objects.open().filter(department=town.tec, accepted_by=town.agent).count() == 6
    assert Event.objects.filter(verb="moved").count() == 6
    assert Event.objects.filter(verb="department_closed").count() == 1
    for chain in Event.objects.values_list("chain", flat=True).distinct():
        assert not list(breaks(chain))
