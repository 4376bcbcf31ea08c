"""What holds of every date, rule and place, whatever they are."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from courrier.clock.months import Length, add_months, clear_end
from courrier.clock.reckoning import Fact, Happened, State, reckon
from courrier.clock.rules import SHIPPED, Missing, Rule, read_law
from courrier.organisations.calendar import CUSTOMARY, WorkingCalendar, public_holidays

LAW = read_law(SHIPPED, 0)
SURE = sorted((rule for rule in LAW.rules.values() if rule.sure), key=lambda rule: rule.code)

days = st.dates(date(2015, 1, 1), date(2045, 12, 31))
lengths = st.builds(Length, months=st.integers(0, 30), days=st.integers(0, 90))
zones = st.sampled_from(["", "33", "57", "67", "68", "971", "972", "973", "974", "976"])
places = st.builds(
    WorkingCalendar,
    zone=zones,
    off=st.frozensets(days, max_size=5),
    worked=st.frozensets(days, max_size=5),
)
rules = st.sampled_from(SURE)


@st.composite
def histories(draw: st.DrawFn, received: date) -> list[Fact]:
    """Requests, arrivals and extensions of a letter, in any order and as senseless as people can make them."""
    found = []
    for _each in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(list(Happened)))
        on = received + timedelta(days=draw(st.integers(-20, 200)))
        until = on + timedelta(days=draw(st.integers(1, 90))) if draw(st.booleans()) else None
        what = draw(st.sampled_from(sorted(LAW.extensions))) if kind is Happened.EXTENDED else ""
        found.append(Fact(kind, on, until, what))
    return found


@given(days, st.integers(0, 60))
def test_months_lead_to_the_same_number_or_to_the_end_of_the_month(start: date, count: int) -> None:
    end = add_months(start, count)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
    last = calendar.monthrange(end.year, end.month)[1]
    assert end.day == start.day if start.day <= last else end.day == last


@given(days, days, lengths)
def test_who_comes_later_has_until_later(one: date, other: date, length: Length) -> None:
    first, second = sorted((one, other))
    assert length.after(first) <= length.after(second)


@given(days, lengths)
def test_a_clear_delay_is_a_day_longer(start: date, length: Length) -> None:
    assert clear_end(start, length) - length.after(start) == timedelta(days=1)


@given(days, st.integers(1, 60), places)
def test_working_days_are_worked_and_there_and_back_is_where_one_was(
    start: date, count: int, place: WorkingCalendar
) -> None:
    end = place.add_working_days(start, count)
    assert place.is_working_day(end)
    assert place.working_days_between(start, end) == count
    if place.is_working_day(start):
        assert place.add_working_days(end, -count) == start


@given(days, places)
def test_the_next_legal_day_is_no_weekend_and_no_legal_holiday_and_skips_none(
    day: date, place: WorkingCalendar
) -> None:
    found = place.next_legal_day(day)
    assert found.weekday() < 5
    assert public_holidays(place.zone, found.year).get(found, "Vendredi saint") in CUSTOMARY
    for between in range((found - day).days):
        passed = day + timedelta(days=between)
        assert passed.weekday() >= 5 or passed in public_holidays(place.zone, passed.year)


@given(st.integers(2015, 2045))
def test_alsace_and_moselle_rest_on_the_second_day_of_christmas(year: int) -> None:
    second = date(year, 12, 26)
    for zone in ("57", "67", "68"):
        assert second in public_holidays(zone, year)
        assert set(public_holidays("", year)) < set(public_holidays(zone, year))
    assert second not in public_holidays("33", year)


@given(rules, days, days, places)
def test_a_request_received_later_is_to_be_answered_later(
    rule: Rule, one: date, other: date, place: WorkingCalendar
) -> None:
    first, second = (reckon(rule, day, (), place).answer for day in sorted((one, other)))
    assert first is not None
    assert second is not None
    assert first.date <= second.date


@settings(max_examples=300)
@given(st.data(), rules, days, places)
def test_whatever_happens_the_delay_is_sound(
    data: st.DataObject, rule: Rule, received: date, place: WorkingCalendar
) -> None:
    facts = data.draw(histories(received))
    found = reckon(rule, received, facts, place, LAW.extensions.values())
    again = reckon(rule, received, list(facts), place, LAW.extensions.values())
    assert found == again

    if found.answer:
        assert found.rule is not None
        assert found.answer.article.startswith(found.rule.article)
        assert found.started_on is not None
        assert found.started_on <= found.answer.date
        if found.rule.next_working_day:
            assert place.next_legal_day(found.answer.date) == found.answer.date
    if found.state is State.RUNNING:
        assert found.answer is not None
        assert all(pause.last is not None for pause in found.pauses)
    if found.state in (State.LAPSED, State.TRANSMITTED):
        assert found.answer is None
    for pause in found.pauses:
        assert pause.last is None or pause.first <= pause.last


@settings(max_examples=200)
@given(st.data(), rules, days)
def test_asking_for_documents_never_shortens_a_delay(data: st.DataObject, rule: Rule, received: date) -> None:
    asked = received + timedelta(days=data.draw(st.integers(0, 100)))
    arrived = asked + timedelta(days=data.draw(st.integers(0, 60)))
    until = asked + timedelta(days=data.draw(st.integers(1, 60)))
    told = [Fact(Happened.DOCUMENTS_REQUESTED, asked, until), Fact(Happened.DOCUMENTS_RECEIVED, arrived)]
    plain = reckon(rule, received).answer
    moved = reckon(rule, received, told).answer
    assert plain is not None
    assert moved is not None
    assert moved.date >= plain.date
    if rule.missing is Missing.NOTHING:
        assert moved == plain


@given(rules, days, st.integers(1, 60))
def test_the_first_administration_asked_counts_only_where_the_rule_says_so(
    rule: Rule, received: date, before: int
) -> None:
    first = received - timedelta(days=before)
    plain = reckon(rule, received)
    came = reckon(rule, received, [Fact(Happened.FIRST_ASKED, first)])
    assert came.started_on == (first if rule.starts == "first_asked" else received)
    if rule.starts != "first_asked":
        assert came == plain
