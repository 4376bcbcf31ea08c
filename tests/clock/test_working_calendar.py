from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from courrier.organisations.calendar import (
    WorkingCalendar,
    add_working_days,
    calendar_of,
    is_working_day,
    public_holidays,
    subdivision,
    subtract_working_days,
)
from courrier.organisations.models import LocalDay, Organisation
from tests import build

GOOD_FRIDAY = date(2026, 4, 3)


@pytest.mark.django_db
def test_a_local_day_off_is_not_counted() -> None:
    town = build.organisation()
    thursday = date(2026, 5, 14)  # Ascension
    assert add_working_days(thursday, 1, town) == date(2026, 5, 15)
    LocalDay.objects.create(organisation=town, day=date(2026, 5, 15), name="Pont de l'Ascension")
    assert add_working_days(thursday, 1, town) == date(2026, 5, 18)
    assert subtract_working_days(date(2026, 5, 18), 1, town) == date(2026, 5, 13)


@pytest.mark.django_db
def test_a_holiday_worked_here_is_counted() -> None:
    town = build.organisation(holiday_zone="67")
    assert not is_working_day(GOOD_FRIDAY, town)
    LocalDay.objects.create(
        organisation=town, day=GOOD_FRIDAY, name="Vendredi saint, sans temple", worked=True
    )
    assert is_working_day(GOOD_FRIDAY, town)


@pytest.mark.django_db
def test_local_days_are_those_of_one_collectivite() -> None:
    here, there = build.organisation("cazalis"), build.organisation("lucmau")
    LocalDay.objects.create(organisation=here, day=date(2026, 6, 1), name="Fête du village")
    assert not is_working_day(date(2026, 6, 1), here)
    assert is_working_day(date(2026, 6, 1), there)


@pytest.mark.django_db
def test_a_local_day_taken_back_is_worked_again() -> None:
    town = build.organisation()
    day = LocalDay.objects.create(organisation=town, day=date(2026, 6, 1), name="Fête du village")
    assert not is_working_day(day.day, town)
    day.delete()
    assert is_working_day(date(2026, 6, 1), town)


@pytest.mark.django_db
def test_many_letters_cost_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    town = build.organisation()
    rows = [Organisation.objects.get(pk=town.pk) for _each in range(3)]
    with django_assert_num_queries(1):
        for row in rows:
            for shift in range(50):
                add_working_days(date(2026, 1, 1) + timedelta(days=shift), 15, row)


@pytest.mark.django_db
def test_a_collectivite_that_moves_to_another_zone_has_its_holidays_at_once() -> None:
    town = build.organisation()
    assert calendar_of(town).zone == ""
    town.holiday_zone = "57"
    town.save()
    assert not is_working_day(GOOD_FRIDAY, town)


def test_local_days_do_not_move_the_delays_of_the_law() -> None:
    monday = date(2026, 6, 1)
    place = WorkingCalendar(off=frozenset({monday}))
    assert place.next_working_day(monday) == date(2026, 6, 2)
    assert place.next_legal_day(monday) == monday
    assert place.previous_working_day(monday) == date(2026, 5, 29)


@pytest.mark.parametrize(
    ("zone", "name"), [("67", "6AE"), ("57", "57"), ("974", "974"), ("33", ""), ("2A", ""), ("", "")]
)
def test_a_zone_is_the_number_of_a_department(zone: str, name: str) -> None:
    assert subdivision(zone) == name


def test_an_unknown_zone_is_said_and_counts_as_the_mainland(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ValueError, match="Ruritanie"):
        subdivision("Ruritanie")
    assert public_holidays("Ruritanie", 2026) == public_holidays("", 2026)
    assert "Ruritanie" in caplog.text
