from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courrier.audit.chain import breaks, record
from courrier.audit.models import Event
from courrier.clock import events
from courrier.clock.deadline import DeadlineKind
from courrier.clock.events import ClockError, start_clock
from courrier.clock.models import Clock, ClockEvent
from courrier.clock.standing import clock_of, due_date, standing
from courrier.mail.locking import changed, locked
from courrier.mail.models import Assignment, Mail, Page
from courrier.organisations.models import Role, User
from courrier.search.models import SearchOutbox
from tests import build
from tests.clock.letters import letter, town

pytestmark = pytest.mark.django_db
RECEIVED = date(2026, 1, 12)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events of the tests are past, whatever the machine's date."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2027, 1, 1))


def start(mail: Mail, user: User | None = None) -> Clock | None:
    with locked(mail.pk) as held:
        clock = start_clock(held, user)
        held.due_on = due_date(held)[0]
        changed(held)
    return clock


def now(mail: Mail) -> Mail:
    return Mail.objects.get(pk=mail.pk)


def verbs(mail: Mail) -> list[str]:
    return list(Event.objects.filter(mail_id=mail.pk).order_by("sequence").values_list("verb", flat=True))


def test_a_qualified_letter_has_its_legal_date_with_its_article() -> None:
    mail = letter(town(), "demande-subvention", RECEIVED)
    start(mail)
    clock = Clock.objects.get(mail=mail)
    assert (clock.rule, clock.state, clock.deadline_on) == ("subvention", "running", date(2026, 3, 12))
    (legal, target) = clock_of(now(mail))
    assert (legal.date, legal.article) == (date(2026, 3, 12), "art. L231-4, 3° du CRPA")
    assert "12/01/2026" in legal.explanation_fr
    assert target.kind == DeadlineKind.TARGET


def test_starting_twice_tells_it_once() -> None:
    mail = letter(town(), "dia", RECEIVED)
    start(mail)
    start(mail)
    assert verbs(mail) == ["clock_started"]
    assert Clock.objects.count() == 1


def test_a_letter_without_a_rule_has_no_clock() -> None:
    mail = letter(town(), "remerciements", RECEIVED, delay_days=5)
    assert start(mail) is None
    assert not Clock.objects.exists()
    assert [each.kind for each in clock_of(now(mail))] == [DeadlineKind.TARGET]


def test_a_letter_qualified_anew_falls_under_its_new_rule() -> None:
    of = town()
    mail, other = letter(of, "cada", RECEIVED), letter(of, "dia", RECEIVED)
    start(mail)
    Mail.objects.filter(pk=mail.pk).update(document_type=other.document_type)
    clock = start(now(mail))
    assert clock is not None
    assert clock.rule == "dia"
    assert verbs(mail) == ["clock_started", "clock_started"]


@pytest.mark.parametrize(
    ("delay_days", "expected", "word"),
    [(10, date(2026, 1, 26), "jours ouvrés"), (60, date(2026, 3, 12), "L231-4, 3°")],
)
def test_the_due_date_is_the_first_of_target_and_law(delay_days: int, expected: date, word: str) -> None:
    mail = letter(town(), "demande-subvention", RECEIVED, delay_days=delay_days)
    start(mail)
    day, why = due_date(now(mail))
    assert day == expected
    assert word in why


def test_a_rule_that_is_not_sure_shows_no_date() -> None:
    mail = letter(town(), "elections", RECEIVED)
    clock = start(mail)
    assert clock is not None
    assert (clock.state, clock.deadline_on) == ("unsure", None)
    assert [each.kind for each in clock_of(now(mail))] == [DeadlineKind.TARGET]


def test_a_type_of_their_own_counts_by_its_own_columns() -> None:
    mail = letter(
        town(), "taxi", RECEIVED, silence="refus", legal_delay="3 months", article="article des taxis"
    )
    start(mail)
    assert clock_of(now(mail))[0].date == date(2026, 4, 12)
    assert clock_of(now(mail))[0].article == "article des taxis"


def test_a_type_whose_delay_cannot_be_read_has_no_legal_date() -> None:
    mail = letter(town(), "taxi", RECEIVED, silence="refus", legal_delay="trois mois")
    assert start(mail) is None


def test_a_permit_shows_the_first_date_until_someone_says_which_it_is() -> None:
    mail = letter(town(), "permis-construire", RECEIVED)
    clock = start(mail)
    assert clock is not None
    assert (clock.deadline_on, clock.earliest) == (date(2026, 3, 12), True)
    assert "12/04/2026" in clock.explanation
    noted = events.choose_rule(mail.pk, None, "permis-construire")
    assert (noted.clock.deadline_on, noted.clock.earliest) == (date(2026, 4, 12), False)
    assert standing(now(mail)).rule is not None


def test_a_permit_is_told_by_the_number_of_its_form() -> None:
    mail = letter(town(), "permis-construire", RECEIVED)
    Page.objects.create(mail=mail, number=1, width=1, height=1, text="cerfa N° 13409*15\nDemande de permis")
    clock = start(mail)
    assert clock is not None
    assert (clock.rule, clock.deadline_on, clock.earliest) == ("permis-construire", date(2026, 4, 12), False)


def test_missing_documents_move_the_date_the_due_date_and_the_desks() -> None:
    of = town()
    mail = letter(of, "demande-subvention", RECEIVED)
    start(mail)
    desk = Assignment.objects.create(
        organisation=of, mail=mail, department=build.department(of, "CUL"), due_on=now(mail).due_on
    )
    other = Assignment.objects.create(
        organisation=of, mail=mail, department=build.department(of, "FIN"), due_on=date(2026, 2, 2)
    )
    agent = build.member(of, Role.RECEPTION)
    SearchOutbox.objects.all().delete()

    noted = events.request_documents(mail.pk, agent, date(2026, 1, 20), ["budget"], date(2026, 2, 20))
    assert (noted.clock.state, noted.clock.deadline_on) == ("waiting", date(2026, 4, 12))
    noted = events.documents_received(mail.pk, agent, date(2026, 1, 30))
    assert (noted.clock.state, noted.clock.deadline_on) == ("running", date(2026, 3, 22))
    assert noted.clock.pauses == [["2026-01-20", "2026-01-30"]]

    desk.refresh_from_db()
    other.refresh_from_db()
    assert now(mail).due_on == desk.due_on == date(2026, 3, 22)
    assert other.due_on == date(2026, 2, 2)
    assert SearchOutbox.objects.filter(mail_id=mail.pk).exists()
    assert verbs(mail) == ["clock_started", "clock_documents_requested", "clock_documents_received"]
    assert list(breaks(f"mail:{mail.pk}")) == []
    told = Event.objects.get(mail_id=mail.pk, verb="clock_documents_requested")
    assert told.data["documents"] == ["budget"]
    assert told.data["deadline"] == "2026-04-12"


def test_a_due_date_set_by_hand_stays() -> None:
    mail = letter(town(), "demande-subvention", RECEIVED)
    start(mail)
    Mail.objects.filter(pk=mail.pk).update(due_on=date(2026, 2, 1))
    events.request_documents(mail.pk, None, date(2026, 1, 20), ["budget"], date(2026, 2, 20))
    assert now(mail).due_on == date(2026, 2, 1)


def test_an_event_told_twice_is_kept_once() -> None:
    mail = letter(town(), "demande-subvention", RECEIVED)
    start(mail)
    for _each in range(2):
        events.request_documents(mail.pk, None, date(2026, 1, 20), ["budget"], date(2026, 2, 20))
    assert ClockEvent.objects.count() == 1
    assert verbs(mail).count("clock_documents_requested") == 1


def test_a_request_that_moves_nothing_says_so() -> None:
    mail = letter(town(), "declaration-prealable", RECEIVED)
    start(mail)
    noted = events.request_documents(mail.pk, None, date(2026, 2, 13), ["plan de masse"])
    assert "ne change pas le délai" in noted.warning
    assert noted.clock.deadline_on == date(2026, 2, 12)
    assert "Aucune demande" in events.documents_received(mail.pk, None, date(2026, 2, 14)).warning


@pytest.mark.parametrize(
    ("on", "documents", "until", "said"),
    [
        (date(2026, 1, 11), ["budget"], date(2026, 2, 20), "antérieure"),
        (date(2027, 1, 2), ["budget"], date(2027, 2, 20), "pas encore venue"),
        (date(2026, 1, 20), [" "], date(2026, 2, 20), "pièces demandées"),
        (date(2026, 1, 20), ["budget"], date(2026, 1, 20), "finir après"),
        (date(2026, 1, 20), ["budget"], None, "Donnez un délai"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    on: date, documents: list[str], until: date | None, said: str
) -> None:
    mail = letter(town(), "demande-subvention", RECEIVED)
    start(mail)
    with pytest.raises(ClockError, match=said):
        events.request_documents(mail.pk, None, on, documents, until)
    assert verbs(mail) == ["clock_started"]


def test_other_refusals() -> None:
    mail = letter(town(), "demande-subvention", RECEIVED)
    start(mail)
    with pytest.raises(ClockError, match="n'existe pas"):
        events.choose_rule(mail.pk, None, "rien")
    with pytest.raises(ClockError, match="prolongation"):
        events.extend(mail.pk, None, "urbanisme-un-mois", date(2026, 1, 20))
    with pytest.raises(ClockError, match="administration"):
        events.transmitted_to(mail.pk, None, "  ", date(2026, 1, 20))
    with pytest.raises(ClockError, match="avant nous"):
        events.first_received_elsewhere(mail.pk, None, "préfecture", date(2026, 1, 13))
    with pytest.raises(ClockError, match="pas de ce courrier"):
        events.withdraw(mail.pk, None, 12345, "erreur")


def test_a_letter_from_another_administration_counts_from_there_where_silence_refuses() -> None:
    of = town()
    refused, granted = letter(of, "recours-gracieux", RECEIVED), letter(of, "dia", RECEIVED)
    for mail in (refused, granted):
        start(mail)
        events.first_received_elsewhere(mail.pk, None, "préfecture", date(2026, 1, 5))
    assert Clock.objects.get(mail=refused).deadline_on == date(2026, 3, 5)
    assert Clock.objects.get(mail=granted).deadline_on == date(2026, 3, 12)


def test_a_letter_sent_on_has_no_date_of_ours() -> None:
    mail = letter(town(), "recours-gracieux", RECEIVED)
    start(mail)
    events.transmitted_to(mail.pk, None, "département", date(2026, 1, 14))
    assert Clock.objects.get(mail=mail).state == "transmitted"
    (there,) = clock_of(now(mail))
    assert (there.kind, there.date) == (DeadlineKind.ELSEWHERE, date(2026, 3, 12))
    assert "département" in there.explanation_fr


def test_a_letter_without_a_rule_can_be_sent_on_too() -> None:
    mail = letter(town(), "courrier-general", RECEIVED)
    start(mail)
    events.transmitted_to(mail.pk, None, "département", date(2026, 1, 14))
    assert Clock.objects.get(mail=mail).state == "transmitted"


def test_an_answered_letter_has_no_date_left_and_keeps_the_one_it_had() -> None:
    mail = letter(town(), "cada", RECEIVED)
    start(mail)
    events.answered(mail.pk, None, date(2026, 2, 1))
    clock = Clock.objects.get(mail=mail)
    assert (clock.state, clock.deadline_on) == ("answered", date(2026, 2, 12))
    assert clock_of(now(mail)) == []


def test_an_event_withdrawn_counts_no_more_and_stays_told() -> None:
    mail = letter(town(), "cada", RECEIVED)
    start(mail)
    events.answered(mail.pk, None, date(2026, 2, 1))
    event = ClockEvent.objects.get()
    for _each in range(2):
        events.withdraw(mail.pk, None, event.pk, "mauvais courrier")
    assert Clock.objects.get(mail=mail).state == "running"
    assert verbs(mail) == ["clock_started", "clock_answered", "clock_event_withdrawn"]
    events.answered(mail.pk, None, date(2026, 2, 1))
    assert Clock.objects.get(mail=mail).state == "answered"


@pytest.mark.parametrize("replied", [True, False])
def test_closing_answers_a_letter_only_if_a_reply_was_sent(replied: bool) -> None:
    mail = letter(town(), "cada", timezone.now().date() - timedelta(days=3))
    start(mail)
    with transaction.atomic():
        if replied:
            record(mail.organisation, "reply_sent", mail_id=mail.pk, reply=1)
        record(mail.organisation, "closed", mail_id=mail.pk)
    assert Clock.objects.get(mail=mail).state == ("answered" if replied else "running")
    assert list(breaks(f"mail:{mail.pk}")) == []


def test_reckoning_anew_changes_nothing_but_what_the_rules_changed() -> None:
    mail = letter(town(), "taxi", RECEIVED, silence="refus", legal_delay="3 months", article="x")
    start(mail)
    assert events.recompute(mail.pk) is False
    mail.document_type.legal_delay = "1 month"  # type: ignore[union-attr]
    mail.document_type.save()  # type: ignore[union-attr]
    call_command("recompute_clocks")
    assert Clock.objects.get(mail=mail).deadline_on == now(mail).due_on == date(2026, 2, 12)
    call_command("recompute_clocks")
    assert verbs(mail) == ["clock_started", "clock_recomputed"]


def test_reckoning_anew_leaves_a_due_date_set_by_hand() -> None:
    mail = letter(town(), "taxi", RECEIVED, silence="refus", legal_delay="3 months", article="x")
    start(mail)
    Mail.objects.filter(pk=mail.pk).update(due_on=date(2026, 2, 1))
    mail.document_type.legal_delay = "1 month"  # type: ignore[union-attr]
    mail.document_type.save()  # type: ignore[union-attr]
    assert events.recompute(mail.pk) is True
    assert now(mail).due_on == date(2026, 2, 1)


def test_showing_the_dates_of_a_letter_costs_a_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    mail = letter(town(), "demande-subvention", RECEIVED)
    start(mail)
    events.request_documents(mail.pk, None, date(2026, 1, 20), ["budget"], date(2026, 2, 20))
    shown = Mail.objects.select_related("organisation", "document_type", "clock").get(pk=mail.pk)
    with django_assert_max_num_queries(2):
        clock_of(shown)
