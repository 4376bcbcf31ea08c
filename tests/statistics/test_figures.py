"""Figures against a few letters counted by hand (see `tests.statistics.town.lived`)."""

from __future__ import annotations

from datetime import date

import pytest

from courrier.mail.models import Channel
from courrier.statistics.counting import count
from courrier.statistics.day import Step
from courrier.statistics.figures import Asked, Figures, Spread
from courrier.statistics.models import DayCount
from courrier.statistics.scope import Scope
from tests.statistics import town as towns
from tests.statistics.town import FIRST, LAST, TODAY
from workflows import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> towns.Town:
    lived = towns.lived()
    count(lived.organisation)
    return lived


def figures(town: towns.Town, **asked: int) -> Figures:
    scope = Scope(town.organisation.pk, None)
    return Figures(scope, Asked(FIRST, LAST, **asked), TODAY)


def test_letters_are_counted_by_week_and_channel_without_those_cancelled(town: towns.Town) -> None:
    first, second = figures(town).volumes
    assert (first.first, first.last, first.total) == (FIRST, date(2026, 3, 8), 3)
    assert (second.first, second.last, second.total) == (date(2026, 3, 9), LAST, 2)
    assert second.channels[Channel.EMAIL] == 1
    assert second.channels[Channel.SCAN] == 1


def test_delays_are_those_of_closed_letters_in_calendar_days(town: towns.Town) -> None:
    found = figures(town)
    assert (found.received, found.closed) == (5, 3)
    assert found.days == Spread(3, 5.0, pytest.approx(9.0))  # of 2, 5 and 10 days
    assert found.closed_in_time == pytest.approx(2 / 3)


def test_a_letter_under_way_is_late_from_the_day_after_its_date(town: towns.Town) -> None:
    assert figures(town).late == 2
    on_its_date = Figures(Scope(town.organisation.pk, None), Asked(FIRST, LAST), date(2026, 3, 16))
    assert on_its_date.late == 0


def test_a_department_has_what_it_kept_not_what_it_passed_on(town: towns.Town) -> None:
    tec, urb = figures(town).by_department
    assert (tec.id, tec.received, tec.open, tec.late, tec.done, tec.done_late) == (town.tec.pk, 3, 2, 2, 1, 0)
    assert (urb.id, urb.received, urb.open, urb.late, urb.done, urb.done_late) == (town.urb.pk, 2, 0, 0, 2, 1)
    assert urb.days == Spread(2, 6.0, pytest.approx(9.2))  # of 2 and 10 days
    assert (figures(town).redirected, figures(town).bounced) == (1, 0)


def test_types_have_their_load_and_delays(town: towns.Town) -> None:
    road, permit = figures(town).by_kind
    assert (road.id, road.received, road.open, road.done) == (town.road.pk, 3, 2, 1)
    assert (permit.id, permit.received, permit.done, permit.done_late) == (town.permit.pk, 2, 2, 1)


def test_time_at_each_step_is_that_between_its_beginning_and_its_end(town: towns.Town) -> None:
    steps = dict(figures(town).steps)
    assert steps[Step.QUALIFY] == Spread(5, 2.0, 2.0)  # from nine to eleven, each time
    taken = steps[Step.TAKE]  # 4, 3 (until passed on), 22 and 67 hours
    assert (taken.count, taken.median) == (4, 13.0)
    assert steps[Step.HANDLE].count == 3


def test_what_was_understood_is_compared_with_what_people_decided_in_the_end(town: towns.Town) -> None:
    first, second = figures(town).agreements
    assert (first.said["department"], first.right["department"]) == (3, 2)  # the second was redirected
    assert (second.said["department"], second.right["department"]) == (2, 1)  # the fourth was corrected
    assert first.share("letter_date") == 1.0
    assert first.share("document_type") == 0.0  # nothing was suggested
    assert first.share("sender") is None  # none was entered


def test_a_filter_keeps_the_letters_of_its_department_or_type(town: towns.Town) -> None:
    of_urb = figures(town, department=town.urb.pk)
    assert (of_urb.received, [each.id for each in of_urb.by_department]) == (2, [town.urb.pk])
    of_permits = figures(town, kind=town.permit.pk)
    assert (of_permits.received, of_permits.closed) == (2, 2)


def test_a_manager_counts_the_letters_of_their_departments(town: towns.Town) -> None:
    scope = Scope(town.organisation.pk, frozenset({town.urb.pk}))
    found = Figures(scope, Asked(FIRST, LAST), TODAY)
    assert found.received == 2
    assert {each.id for each in found.by_department} == {town.urb.pk}
    other = Figures(scope, Asked(FIRST, LAST, department=town.tec.pk), TODAY)
    assert other.received == 0


def test_counting_again_looks_at_the_days_of_letters_that_changed(town: towns.Town) -> None:
    open_one = towns.Assignment.objects.open().order_by("pk")[0]
    assert count(town.organisation) == 0
    actions.accept(open_one, town.technician)
    actions.close(open_one, town.technician, "fait")
    assert count(town.organisation) == 1
    assert figures(town).closed == 4


def test_days_counted_another_way_are_counted_again(town: towns.Town) -> None:
    DayCount.objects.update(layout=0)
    assert figures(town).received == 0
    assert count(town.organisation) == 6
    assert figures(town).received == 5


def test_a_long_period_is_shown_by_months() -> None:
    found = Figures(Scope(0, None), Asked(date(2025, 11, 15), date(2026, 6, 10)), TODAY)
    assert [each.first.month for each in found.volumes] == [11, 12, 1, 2, 3, 4, 5, 6]
    assert (found.volumes[0].first, found.volumes[-1].last) == (date(2025, 11, 15), date(2026, 6, 10))
