"""Reminders: before, on and after the due date, to the manager when it is long past; each once, quiet on holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courrier.mail.models import Assignment, Confidentiality, Mail, MailState
from courrier.notifications import reminders
from courrier.notifications.models import Notification, Reminder, ReminderPolicy, Stage
from courrier.organisations.models import Role, User
from tests import build
from tests.notifications.conftest import Town
from workflows import actions

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 6, 15)
DAY = timedelta(days=1)


def due(town: Town, day: date, holder: User | None = None) -> Assignment:
    """A letter due on `day`, in the hands of `holder`."""
    assignment = town.assigned(due_on=day)
    assert assignment.due_on == day
    if holder is not None:
        actions.accept(assignment, User.objects.get(pk=holder.pk))
        Notification.objects.all().delete()
    return assignment


def kinds(day: date) -> list[str]:
    """What is newly said on `day`."""
    before = set(Notification.objects.values_list("pk", flat=True))
    reminders.remind(day)
    return sorted(Notification.objects.exclude(pk__in=before).values_list("kind", flat=True))


def test_who_has_the_letter_is_reminded_before_on_and_after_the_day(town: Town) -> None:
    due(town, MONDAY + 3 * DAY, town.agent)
    said = {day: kinds(MONDAY + day * DAY) for day in (-4, 0, 1, 3, 4, 5, 7)}
    assert said == {-4: [], 0: ["due_soon"], 1: [], 3: ["due_today"], 4: ["late"], 5: [], 7: []}
    assert set(town.told()) == {"agent"}


def test_nobody_hears_twice_of_one_thing(town: Town) -> None:
    due(town, MONDAY, town.agent)
    assert reminders.remind(MONDAY) == 1
    assert reminders.remind(MONDAY) == 0
    assert town.told() == {"agent": ["due_today"]}


def test_what_nobody_has_taken_is_for_all_who_work_there(town: Town) -> None:
    due(town, MONDAY)
    reminders.remind(MONDAY)
    assert set(town.told()) == {"responsable", "agent", "collegue"}


def test_the_manager_hears_after_some_working_days(town: Town) -> None:
    ReminderPolicy.objects.create(organisation=town.organisation, days_before=1, days_late=2)
    due(town, MONDAY + 3 * DAY, town.agent)
    assert kinds(MONDAY + 4 * DAY) == ["late"], "Friday"
    assert kinds(MONDAY + 7 * DAY) == ["escalated"], "Monday is the second working day"
    told = Notification.objects.get(kind="escalated")
    assert told.user == town.manager
    assert told.data["days"] == 2
    assert told.data["holder"] == str(town.agent)


def test_a_manager_who_is_late_themselves_is_seen_from_above(town: Town) -> None:
    due(town, MONDAY, town.manager)
    reminders.remind(MONDAY + 8 * DAY)
    assert town.told("escalated") == {"direction": ["escalated"]}


def test_weekends_and_holidays_are_quiet_and_made_up_for_on_the_next_working_day(town: Town) -> None:
    saturday, national_day = date(2026, 6, 20), date(2026, 7, 14)
    first = due(town, saturday, town.agent)
    assert kinds(saturday) == []
    assert kinds(saturday + DAY) == []
    assert kinds(saturday + 2 * DAY) == ["due_today"], "Monday is the day of what was due on Saturday"
    assert kinds(saturday + 3 * DAY) == ["late"]
    actions.close(first, User.objects.get(pk=town.agent.pk), "Sans objet")
    due(town, national_day, town.agent)
    reminders.remind(national_day - 4 * DAY)
    assert kinds(national_day) == []
    assert kinds(national_day + DAY) == ["due_today"]


def test_the_holidays_are_those_of_the_place(town: Town) -> None:
    town.organisation.holiday_zone = "57"
    town.organisation.save()
    due(town, date(2026, 12, 26), town.agent)
    assert kinds(date(2026, 12, 26)) == []


def test_after_a_stop_each_gets_where_it_stands_now_and_nothing_that_was_missed(town: Town) -> None:
    due(town, MONDAY, town.agent)
    assert kinds(MONDAY + 3 * DAY) == ["late"]
    assert set(Reminder.objects.values_list("stage", flat=True)) == {"late"}


def test_two_beats_at_once_say_it_once(town: Town) -> None:
    """The second beat chose its letters before the first had written anything."""
    due(town, MONDAY, town.agent)
    span = reminders.spans(MONDAY, town.organisation)[Stage.ON]
    first = reminders.waiting(town.organisation, Stage.ON, span)
    second = reminders.waiting(town.organisation, Stage.ON, span)
    assert first == second != []
    reminders.make(town.organisation, Stage.ON, first, MONDAY)
    reminders.make(town.organisation, Stage.ON, second, MONDAY)
    assert town.told() == {"agent": ["due_today"]}
    assert Reminder.objects.count() == 1


def test_killed_half_way_nothing_is_lost(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    due(town, MONDAY, town.agent)

    def killed(rows: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(reminders, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            reminders.remind(MONDAY)
    assert not Reminder.objects.exists()
    assert kinds(MONDAY) == ["due_today"]


def test_a_new_due_date_is_reminded_of_anew(town: Town) -> None:
    assignment = due(town, MONDAY, town.agent)
    reminders.remind(MONDAY)
    Assignment.objects.filter(pk=assignment.pk).update(due_on=MONDAY + 9 * DAY)
    assert kinds(MONDAY + 9 * DAY) == ["due_today"]


def test_closed_letters_and_copies_are_left_in_peace(town: Town) -> None:
    assignment = due(town, MONDAY, town.agent)
    actions.close(assignment, User.objects.get(pk=town.agent.pk), "Sans objet")
    assert kinds(MONDAY) == []


def test_a_substitute_hears_for_whom_once_though_absences_overlap(town: Town) -> None:
    due(town, MONDAY)
    town.away(town.agent, town.other)
    town.away(town.agent, town.other, days=9)
    town.away(town.colleague, town.other)
    town.away(town.manager, town.agent)
    reminders.remind(MONDAY)
    told = Notification.objects.get(user=town.other)
    assert told.data["names"] == [str(town.agent), str(town.colleague)]
    own = Notification.objects.get(user=town.agent)
    assert "names" not in own.data, "who hears in their own right hears once, in their own right"


def test_a_letter_in_the_hands_of_who_left_is_everyones(town: Town) -> None:
    due(town, MONDAY, town.agent)
    User.objects.filter(pk=town.agent.pk).update(is_active=False)
    reminders.remind(MONDAY)
    assert set(town.told()) == {"responsable", "collegue"}


def test_a_restricted_letter_reminds_only_who_may_read_it(town: Town) -> None:
    due(town, MONDAY)
    Mail.objects.update(confidentiality=Confidentiality.RESTRICTED)
    reminders.remind(MONDAY + 8 * DAY)
    assert "accueil" not in town.told()
    assert town.told("escalated") == {"responsable": ["escalated"]}


def test_what_waits_for_the_direction_is_told_to_it_once(town: Town) -> None:
    town.letter(MailState.TO_DISPATCH)
    reminders.remind(MONDAY)
    reminders.remind(MONDAY)
    assert town.told() == {"direction": ["to_dispatch"]}


def test_a_hundred_letters_cost_as_many_queries_as_one(town: Town) -> None:
    def cost() -> int:
        """What is read; rows are written by as many as the database takes at once."""
        with CaptureQueriesContext(connection) as counted:
            reminders.remind(MONDAY)
        return sum(each["sql"].startswith("SELECT") for each in counted)

    def lay(number: int) -> None:
        for _each in range(number):
            mail = town.letter()
            Assignment.objects.create(
                organisation=town.organisation, mail=mail, department=town.urb, due_on=MONDAY
            )

    cost()
    lay(1)
    one = cost()
    lay(40)
    for number in range(15):
        build.member(town.organisation, Role.AGENT, town.urb, username=f"renfort{number}")
    assert cost() == one
    assert Notification.objects.count() == 3 + 40 * 18
