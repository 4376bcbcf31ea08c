"""The day of the law has a reminder of its own where the town's aim comes first."""

from __future__ import annotations

from datetime import date

import pytest

from courrier.clock.models import Clock
from courrier.mail.models import Assignment, Mail
from courrier.notifications.models import Kind, Notification, ReminderPolicy
from courrier.notifications.reminders import remind
from courrier.notifications.sentences import sentence_of
from tests.clock.conftest import Hall
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_2027")]
AIM, LAW = date(2026, 1, 30), date(2026, 3, 12)
TEN_DAYS_BEFORE = date(2026, 2, 26)


def with_aim(hall: Hall, aim: date) -> Mail:
    mail = hall.letter()
    Mail.objects.filter(pk=mail.pk).update(due_on=aim)
    Assignment.objects.filter(mail=mail).update(due_on=aim)
    return mail


def of_the_law() -> list[Notification]:
    return list(Notification.objects.filter(kind=Kind.LEGAL_SOON).order_by("user"))


def test_holder_and_manager_hear_of_it_once_ten_working_days_before(hall: Hall) -> None:
    with_aim(hall, AIM)
    remind(date(2026, 2, 25))
    assert of_the_law() == []
    for _each in range(2):
        remind(TEN_DAYS_BEFORE)
    remind(date(2026, 3, 2))
    assert {each.user for each in of_the_law()} == {hall.agent, hall.manager}
    assert len(of_the_law()) == 2
    assert "12 mars 2026" in sentence_of(of_the_law()[0])


def test_a_date_that_moved_is_told_again(hall: Hall) -> None:
    mail = with_aim(hall, AIM)
    remind(TEN_DAYS_BEFORE)
    actions.request_documents(mail, hall.agent, ["budget"], date(2026, 2, 1), date(2026, 2, 28))
    remind(date(2026, 3, 31))
    days = {each.data["due_on"] for each in of_the_law()}
    assert days == {"2026-03-12", "2026-04-08"}


def test_where_the_law_is_the_due_date_the_usual_reminders_say_it(hall: Hall) -> None:
    with_aim(hall, LAW)
    remind(TEN_DAYS_BEFORE)
    assert of_the_law() == []


def test_nothing_once_answered_or_where_the_town_wants_none(hall: Hall) -> None:
    with_aim(hall, AIM)
    answered = with_aim(hall, AIM)
    actions.decide(answered, hall.agent, date(2026, 2, 2))
    ReminderPolicy.objects.create(organisation=hall.organisation, days_before_legal=0)
    remind(TEN_DAYS_BEFORE)
    assert of_the_law() == []
    ReminderPolicy.objects.update(days_before_legal=10)
    remind(TEN_DAYS_BEFORE)
    assert {each.mail_id for each in of_the_law()} == {Clock.objects.exclude(mail=answered).get().mail_id}
