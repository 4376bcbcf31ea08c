"""Implicit decisions: born once on their day, told to whom it concerns, and taken out where they had not been."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.clock import events
from courrier.clock.models import Clock, ClockEvent
from courrier.clock.reckoning import Fact, Happened, State, reckon
from courrier.clock.rules import SHIPPED, Silence, read_law
from courrier.clock.silence import let_silence_decide
from courrier.clock.standing import standing
from courrier.mail.models import Mail, MailState
from courrier.notifications.models import Kind, Notification
from courrier.notifications.sentences import sentence_of
from tests.at_once import at_once
from tests.clock.conftest import Hall
from tests.clock.test_counting_properties import days, histories, rules
from workflows import actions

BORN = date(2026, 3, 12)
AFTER = BORN + timedelta(days=1)


def implicit(mail: Mail) -> list[Event]:
    return list(Event.objects.filter(mail_id=mail.pk, verb="implicit_decision"))


@pytest.mark.django_db
@pytest.mark.usefixtures("in_2027")
class TestOnALetter:
    def test_nothing_is_born_on_the_last_day_itself(self, hall: Hall) -> None:
        mail = hall.letter()
        assert let_silence_decide(BORN) == 0
        assert let_silence_decide(AFTER) == 1
        (event,) = implicit(mail)
        assert (event.data["on"], event.data["silence"]) == ("2026-03-12", "refus")
        assert (event.actor, event.data["article"]) == (None, "art. L231-4, 3° du CRPA")
        assert hall.clock(mail).state == "decided"
        assert list(breaks(f"mail:{mail.pk}")) == []

    def test_after_a_stop_of_months_it_has_its_own_day_and_is_told_once(self, hall: Hall) -> None:
        mail = hall.letter()
        assert [let_silence_decide(date(2026, 9, each)) for each in (1, 1, 2)] == [1, 0, 0]
        assert len(implicit(mail)) == 1
        assert ClockEvent.objects.get().on == BORN
        told = Notification.objects.filter(kind=Kind.SILENCE)
        assert {each.user for each in told} == {hall.agent, hall.manager, hall.direction}
        assert "rejetée depuis le 12 mars 2026" in sentence_of(told[0])

    def test_acceptance_is_told_as_acceptance(self, hall: Hall) -> None:
        mail = hall.letter("dia")
        let_silence_decide(AFTER)
        assert implicit(mail)[0].data["silence"] == "acceptation"
        assert standing(Mail.objects.get(pk=mail.pk)).implicit is not None

    def test_a_letter_closed_without_a_reply_is_decided_all_the_same(self, hall: Hall) -> None:
        mail = hall.letter()
        actions.close(mail.assignments.get(), hall.agent, "sans suite")
        assert let_silence_decide(AFTER) == 1
        assert hall.agent in {each.user for each in Notification.objects.filter(kind=Kind.SILENCE)}

    @pytest.mark.parametrize(
        "type_code", ["facture", "donnees-personnelles", "elections", "permis-construire"]
    )
    def test_silence_decides_nothing_where_the_law_says_nothing_or_the_rule_is_not_known(
        self, hall: Hall, type_code: str
    ) -> None:
        hall.letter(type_code)
        assert let_silence_decide(date(2027, 1, 1)) == 0

    def test_what_was_answered_sent_on_or_cancelled_in_time_is_left_alone(self, hall: Hall) -> None:
        answered, sent_on, cancelled = (hall.letter() for _each in range(3))
        actions.decide(answered, hall.agent, BORN)
        actions.transmit(sent_on, hall.agent, "département", date(2026, 2, 1))
        Mail.objects.filter(pk=cancelled.pk).update(state=MailState.CANCELLED)
        assert let_silence_decide(date(2026, 12, 31)) == 0

    def test_documents_that_never_come_refuse_a_permit(self, hall: Hall) -> None:
        mail = hall.letter("declaration-prealable")
        actions.request_documents(mail, hall.agent, ["plan"], date(2026, 1, 20))
        assert let_silence_decide(date(2026, 4, 20)) == 0
        assert let_silence_decide(date(2026, 4, 21)) == 1
        (event,) = implicit(mail)
        assert (event.data["on"], event.data["silence"]) == ("2026-04-20", "refus")
        assert "opposition tacite" in event.data["means"]

    def test_an_answer_noted_late_but_given_in_time_takes_the_decision_out(self, hall: Hall) -> None:
        mail = hall.letter()
        let_silence_decide(AFTER)
        actions.decide(mail, hall.agent, BORN - timedelta(days=1))
        assert hall.clock(mail).state == "answered"
        assert not ClockEvent.objects.filter(kind="silence", withdrawn=False).exists()
        assert Event.objects.filter(mail_id=mail.pk, verb="implicit_decision_void").count() == 1
        actions.undo(mail, hall.agent)
        assert let_silence_decide(AFTER) == 1
        assert hall.clock(mail).state == "decided"

    def test_an_answer_given_after_it_leaves_it_in_the_history(self, hall: Hall) -> None:
        mail = hall.letter()
        let_silence_decide(AFTER)
        actions.decide(mail, hall.agent, date(2026, 4, 1))
        assert hall.clock(mail).state == "answered"
        assert ClockEvent.objects.filter(kind="silence", withdrawn=False).exists()
        assert let_silence_decide(date(2026, 12, 31)) == 0

    def test_documents_asked_in_time_and_noted_late_move_it(self, hall: Hall) -> None:
        mail = hall.letter()
        let_silence_decide(AFTER)
        actions.request_documents(mail, hall.agent, ["budget"], date(2026, 2, 1), date(2026, 2, 28))
        assert hall.clock(mail).state == "waiting"
        assert let_silence_decide(date(2026, 12, 31)) == 1
        assert [each.data["on"] for each in implicit(mail)] == ["2026-03-12", "2026-04-08"]

    def test_it_is_no_entry_to_withdraw(self, hall: Hall) -> None:
        mail = hall.letter()
        let_silence_decide(AFTER)
        with pytest.raises(events.ClockError, match="silence a décidé"):
            events.withdraw(mail.pk, None, ClockEvent.objects.get().pk, "erreur")

    def test_nothing_to_decide_costs_one_query(self, hall: Hall, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        hall.letter()
        with django_assert_num_queries(1):
            let_silence_decide(BORN)

    def test_a_day_that_the_rules_no_longer_give_is_taken_out(self, hall: Hall) -> None:
        mail = hall.letter("facture")
        Clock.objects.filter(mail=mail).update(silence_on=BORN)
        assert let_silence_decide(AFTER) == 0
        assert hall.clock(mail).silence_on is None


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_write_it_once(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("needs two writers: COURRIER_TEST_ON_POSTGRESQL=1")
    letters = [hall.letter() for _each in range(5)]
    found: list[int] = []
    assert at_once(*[lambda: found.append(let_silence_decide(AFTER))] * 2) == []
    assert sum(found) == len(letters)
    assert all(len(implicit(mail)) == 1 for mail in letters)
    assert ClockEvent.objects.count() == len(letters)


def test_the_clock_strikes_for_it() -> None:
    tasks = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "courrier.clock.tasks.let_silence_decide" in tasks


LAW = read_law(SHIPPED, 0)


@given(days, rules, st.data())
def test_silence_decides_at_the_date_that_was_shown_and_never_against_an_answer(
    received: date, rule: object, data: st.DataObject
) -> None:
    facts = data.draw(histories(received))
    extensions = LAW.extensions_of(rule)  # type: ignore[arg-type]
    now = reckon(rule, received, facts, None, extensions)  # type: ignore[arg-type]
    if now.implicit is None:
        return
    answers = [each.on for each in facts if each.kind in (Happened.ANSWERED, Happened.TRANSMITTED)]
    assert all(on > now.implicit.on for on in answers)
    if now.answer is not None and now.state is not State.ANSWERED:
        assert now.answer.date == now.implicit.on
    assert now.implicit.silence is not Silence.NONE
    born = [*facts, Fact(Happened.SILENCE, now.implicit.on)]
    after = reckon(rule, received, born, None, extensions)  # type: ignore[arg-type]
    assert after.implicit == now.implicit
    assert after.state is (State.DECIDED if not answers else now.state)
