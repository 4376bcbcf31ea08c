"""The law, case by case: `cases.toml` was written from the texts."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from courrier.clock.deadline import DeadlineKind
from courrier.clock.months import Length, clear_end
from courrier.clock.reckoning import Fact, Happened, reckon
from courrier.clock.rules import SHIPPED, read_law
from courrier.organisations.calendar import WorkingCalendar

CASES = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))
LAW = read_law(SHIPPED, 0)


def each(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", CASES[kind], ids=lambda case: case["text"])


def test_the_table_is_not_small() -> None:
    assert len(CASES["case"]) >= 40


@each("months")
def test_a_length_ends_where_the_text_says(case: dict[str, Any]) -> None:
    length = Length.parse(case["length"])
    if case.get("clear"):
        assert WorkingCalendar().next_legal_day(clear_end(case["start"], length)) == case["end"]
    else:
        assert length.after(case["start"]) == case["end"]


@each("working")
def test_working_days_are_counted_where_one_is(case: dict[str, Any]) -> None:
    assert WorkingCalendar(case.get("zone", "")).add_working_days(case["start"], case["count"]) == case["end"]


@each("case")
def test_a_request_is_to_be_answered_when_the_text_says(case: dict[str, Any]) -> None:
    rule = LAW.rules[case["rule"]]
    facts = [
        Fact(Happened(fact["kind"]), fact["on"], fact.get("until"), fact.get("what", ""))
        for fact in case.get("facts", [])
    ]
    calendar = WorkingCalendar(case.get("zone", ""))
    found = reckon(rule, case["received"], facts, calendar, LAW.extensions_of(rule))

    assert (found.answer.date if found.answer else "") == case["expect"]
    assert found.state == case.get("state", "running")
    dates = {other.kind: other.date for other in found.others}
    if "elsewhere" in case:
        assert dates[DeadlineKind.ELSEWHERE] == case["elsewhere"]
    if "documents" in case:
        assert dates[DeadlineKind.DOCUMENTS] == case["documents"]
    for deadline in found.deadlines:
        assert deadline.article
        assert deadline.explanation_fr
    if found.answer:
        assert rule.article in found.answer.article


def test_every_rule_that_is_sure_has_a_case() -> None:
    sure = {rule.code for rule in LAW.rules.values() if rule.sure}
    told = {case["rule"] for case in CASES["case"]}
    same_as_others = {"svr-non-individuelle", "titre-recette", "indemnisation"}
    assert sure - told == same_as_others
