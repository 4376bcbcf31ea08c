"""Actions on the legal delay: rights, what they keep, the letters they prepare, who hears of it, how they undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.clock.models import ClockEvent
from courrier.mail.models import Assignment, Mail, MailState
from courrier.mail.rights import can
from courrier.notifications.models import Kind, Notification
from courrier.organisations.models import Role
from courrier.replies.models import Reply, ReplyPurpose, ReplyState
from tests import build
from tests.clock.conftest import Hall
from tests.worker import work_off
from workflows import actions
from workflows.actions import ActionRefused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_2027")]
ASKED, UNTIL = date(2026, 1, 20), date(2026, 2, 20)


def standing_of(hall: Hall, mail: Mail) -> tuple[object, ...]:
    clock, now = hall.clock(mail), Mail.objects.get(pk=mail.pk)
    desks = list(Assignment.objects.filter(mail=mail).values_list("due_on", flat=True))
    return clock.state, clock.rule, clock.deadline_on, clock.silence_on, now.due_on, desks


def test_asking_for_documents_suspends_the_delay_and_prepares_the_letter(hall: Hall) -> None:
    mail = hall.letter()
    moved = actions.request_documents(mail, hall.agent, ["le budget", " "], ASKED, UNTIL)
    assert (moved.clock.state, moved.clock.deadline_on) == ("waiting", date(2026, 4, 12))
    assert moved.letter is not None
    assert moved.letter.purpose == ReplyPurpose.DOCUMENTS
    assert moved.letter.email == "jeanne@example.org"
    for words in ("- le budget", "20 février 2026", "L114-5", "est suspendu", "05 56 00 00 00", mail.number):
        assert words in moved.letter.body
    assert "\n- \n" not in moved.letter.body
    told = Event.objects.get(mail_id=mail.pk, verb="clock_documents_requested")
    assert (told.actor, told.data["documents"], told.data["reply"]) == (
        hall.agent,
        ["le budget"],
        moved.letter.pk,
    )
    assert list(breaks(f"mail:{mail.pk}")) == []


def test_where_silence_accepts_the_letter_says_that_nothing_runs_yet(hall: Hall) -> None:
    hall.organisation.document_types.create(
        code="taxi", name="Taxi", silence="acceptation", legal_delay="2 months", article="art. x"
    )
    mail = hall.letter("taxi")
    moved = actions.request_documents(mail, hall.agent, ["le permis"], ASKED, UNTIL)
    assert (moved.clock.state, moved.clock.deadline_on) == ("waiting", None)
    assert moved.letter is not None
    assert "ne court qu'à compter de leur réception" in moved.letter.body


def test_a_permit_without_its_documents_is_told_the_three_months(hall: Hall) -> None:
    mail = hall.letter("declaration-prealable")
    moved = actions.request_documents(mail, hall.agent, ["plan de masse"], ASKED)
    assert moved.letter is not None
    assert "trois mois" in moved.letter.body
    assert "R*423-39" in moved.letter.body
    assert moved.clock.silence_on == date(2026, 4, 20)


def test_a_request_that_comes_too_late_says_so_and_promises_nothing(hall: Hall) -> None:
    mail = hall.letter("declaration-prealable")
    moved = actions.request_documents(mail, hall.agent, ["plan de masse"], date(2026, 3, 2))
    assert "ne change pas le délai" in moved.warning
    assert moved.letter is not None
    assert "délai d'instruction" not in moved.letter.body


def test_the_answer_under_way_is_left_as_it_is(hall: Hall) -> None:
    from courrier.replies.drafting import draft_reply

    mail = hall.letter()
    answer = draft_reply(mail.assignments.get(), hall.agent)
    Reply.objects.filter(pk=answer.pk).update(body="déjà écrit")
    actions.request_documents(mail, hall.agent, ["le budget"], ASKED, UNTIL)
    actions.request_documents(mail, hall.agent, ["les statuts"], ASKED + timedelta(days=1), UNTIL)
    assert Reply.objects.get(pk=answer.pk).body == "déjà écrit"
    assert Reply.objects.filter(mail=mail).count() == 2
    assert draft_reply(mail.assignments.get(), hall.agent).pk == answer.pk


def test_documents_seen_by_reception_start_the_delay_again_and_the_agent_hears(hall: Hall) -> None:
    mail = hall.letter()
    actions.request_documents(mail, hall.agent, ["le budget"], ASKED, UNTIL)
    moved = actions.documents_received(mail, hall.desk, date(2026, 1, 30))
    assert (moved.clock.state, moved.clock.deadline_on) == ("running", date(2026, 3, 22))
    (told,) = Notification.objects.filter(kind=Kind.CLOCK, mail=mail)
    assert told.user == hall.agent
    assert told.data["due_on"] == "2026-03-22"


def test_sent_on_the_sender_is_told_and_the_letter_may_be_closed_on_it(hall: Hall) -> None:
    mail = hall.letter()
    moved = actions.transmit(mail, hall.agent, "Département de la Gironde", date(2026, 1, 14))
    assert moved.clock.state == "transmitted"
    assert moved.letter is not None
    assert "Département de la Gironde" in moved.letter.body
    assert "L114-2" in moved.letter.body
    actions.send_reply(moved.letter, hall.agent)
    work_off()
    actions.close(mail.assignments.get(), hall.agent)
    assert Mail.objects.get(pk=mail.pk).state == MailState.CLOSED
    assert hall.clock(mail).state == "transmitted"


def test_the_acknowledgement_is_drafted_with_what_the_law_asks(hall: Hall) -> None:
    mail = hall.letter()
    found = actions.acknowledge_receipt(mail, hall.agent)
    assert found.gaps == ()
    assert found.letter.purpose == ReplyPurpose.RECEIPT
    assert found.letter.state == ReplyState.DRAFT
    for words in ("12 janvier 2026", "12 mars 2026", "réputée rejetée", "Service CUL", "R421-2"):
        assert words in found.letter.body
    again = actions.acknowledge_receipt(mail, hall.agent)
    assert again.letter.pk == found.letter.pk


def test_an_acknowledgement_sent_is_no_answer(hall: Hall) -> None:
    mail = hall.letter()
    actions.send_reply(actions.acknowledge_receipt(mail, hall.agent).letter, hall.agent)
    work_off()
    assert Reply.objects.get().state == ReplyState.SENT
    with pytest.raises(ActionRefused, match="sans réponse"):
        actions.close(mail.assignments.get(), hall.agent)
    actions.close(mail.assignments.get(), hall.agent, "sans suite")
    assert hall.clock(mail).state == "running"


def test_no_acknowledgement_where_none_is_due(hall: Hall) -> None:
    with pytest.raises(ActionRefused, match="ne s'applique pas"):
        actions.acknowledge_receipt(hall.letter("facture"), hall.agent)
    assert not Reply.objects.exists()


def test_a_decision_stops_the_delay(hall: Hall) -> None:
    mail = hall.letter()
    assert actions.decide(mail, hall.agent, date(2026, 2, 1)).clock.state == "answered"


def test_the_rule_can_be_corrected_and_given_back_to_the_type(hall: Hall) -> None:
    mail = hall.letter()
    assert actions.choose_rule(mail, hall.agent, "cada").clock.deadline_on == date(2026, 2, 12)
    assert actions.choose_rule(mail, hall.agent, "").clock.rule == "subvention"


Act = Callable[[Hall, Mail], object]
ACTS: dict[str, Act] = {
    "documents": lambda hall, mail: actions.request_documents(mail, hall.agent, ["budget"], ASKED, UNTIL),
    "elsewhere": lambda hall, mail: actions.first_received_elsewhere(
        mail, hall.agent, "préfecture", date(2026, 1, 2)
    ),
    "sent on": lambda hall, mail: actions.transmit(mail, hall.agent, "département", ASKED),
    "decision": lambda hall, mail: actions.decide(mail, hall.agent, ASKED),
    "rule": lambda hall, mail: actions.choose_rule(mail, hall.agent, "cada"),
}


@pytest.mark.parametrize("name", list(ACTS))
def test_undone_it_is_as_if_it_had_not_been(hall: Hall, name: str) -> None:
    mail = hall.letter()
    before = standing_of(hall, mail)
    ACTS[name](hall, mail)
    assert standing_of(hall, mail) != before
    undone = actions.undo(mail, hall.agent)
    assert undone.startswith("clock_")
    assert standing_of(hall, mail) == before
    assert not Reply.objects.exists()
    ACTS[name](hall, mail)
    assert standing_of(hall, mail) != before
    assert list(breaks(f"mail:{mail.pk}")) == []


def test_a_letter_somebody_worked_on_outlives_the_undo(hall: Hall) -> None:
    mail = hall.letter()
    moved = actions.request_documents(mail, hall.agent, ["budget"], ASKED, UNTIL)
    assert moved.letter is not None
    Reply.objects.filter(pk=moved.letter.pk).update(changed_at=moved.letter.changed_at + timedelta(minutes=1))
    actions.undo(mail, hall.agent)
    assert Reply.objects.filter(pk=moved.letter.pk).exists()


def test_undoing_the_closing_takes_back_that_it_was_answered(hall: Hall) -> None:
    from courrier.replies.drafting import draft_reply, save_draft

    mail = hall.letter()
    desk = mail.assignments.get()
    draft = draft_reply(desk, hall.agent)
    save_draft(draft, hall.agent, channel="email", recipient="", email="a@example.org", subject="s", body="b")
    actions.send_reply(draft, hall.agent)
    work_off()
    actions.close(desk, hall.agent)
    assert hall.clock(mail).state == "answered"
    assert actions.undo(mail, hall.agent) == "closed_assignment"
    assert Mail.objects.get(pk=mail.pk).state == MailState.IN_PROGRESS
    assert hall.clock(mail).state == "running"


def test_who_may(hall: Hall) -> None:
    mail = hall.letter()
    reader = build.member(hall.organisation, Role.READER, hall.cul)
    archivist = build.member(hall.organisation, Role.ARCHIVIST)
    stranger = build.member(build.organisation("lucmau"), Role.DIRECTION)
    full, fact = (hall.agent, hall.manager, hall.direction), (hall.desk,)
    for person in (*full, *fact, hall.other, reader, archivist, stranger):
        assert can(person, "clock", mail) == (person in full), person
        assert can(person, "clock_fact", mail) == (person in (*full, *fact)), person
    for person in (hall.other, reader, archivist, stranger):
        with pytest.raises(ActionRefused) as refused:
            actions.documents_received(mail, person, ASKED)
        assert refused.value.forbidden
    assert not ClockEvent.objects.exists()


def test_the_letter_is_first_taken_in_hand(hall: Hall) -> None:
    mail = hall.letter("demande-subvention", hall.tec)
    with pytest.raises(ActionRefused, match="Prenez d'abord") as refused:
        actions.request_documents(mail, hall.other, ["budget"], ASKED, UNTIL)
    assert not refused.value.forbidden


def test_once_closed_only_the_general_direction_corrects_the_delay(hall: Hall) -> None:
    mail = hall.letter()
    actions.close(mail.assignments.get(), hall.agent, "sans suite")
    with pytest.raises(ActionRefused, match="Aucun service ne traite"):
        actions.decide(mail, hall.agent, ASKED)
    with pytest.raises(ActionRefused, match="aucune lettre"):
        actions.request_documents(mail, hall.direction, ["budget"], ASKED, UNTIL)
    assert actions.decide(mail, hall.direction, ASKED).clock.state == "answered"


def test_what_the_clock_refuses_is_refused_in_its_words_and_leaves_nothing(hall: Hall) -> None:
    mail = hall.letter()
    with pytest.raises(ActionRefused, match="pièces demandées"):
        actions.request_documents(mail, hall.agent, [" "], ASKED, UNTIL)
    with pytest.raises(ActionRefused, match="Donnez un délai"):
        actions.request_documents(mail, hall.agent, ["budget"], ASKED)
    with pytest.raises(ActionRefused, match="administration"):
        actions.transmit(mail, hall.agent, " ", ASKED)
    assert not Reply.objects.exists()
    assert not ClockEvent.objects.exists()
