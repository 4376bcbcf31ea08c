"""The legal delay on the letter's page: what it says, what it does, what it keeps when it refuses."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from courrier.clock.models import ClockEvent
from courrier.clock.silence import let_silence_decide
from courrier.mail.models import Mail
from courrier.organisations.models import Role, User
from courrier.replies.models import Reply
from tests import build
from tests.clock.conftest import Hall
from workflows import actions

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def in_february(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 2, 20))


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def page(user: User, mail: Mail, tab: str = "delais") -> str:
    html = client(user).get(f"/courrier/{mail.number}/?onglet={tab}").content.decode()
    return re.sub(r"\s+", " ", html)


def act(user: User, mail: Mail, verb: str, **given: str):  # type: ignore[no-untyped-def]
    return client(user).post(f"/courrier/{mail.number}/delais/{verb}/?onglet=delais", given, follow=True)


def test_it_says_the_date_its_rule_its_article_and_what_silence_will_mean(hall: Hall) -> None:
    html = page(hall.agent, hall.letter())
    for words in (
        "loi : 12 mars 2026",
        "restent 20 jours",
        "Sans réponse au 12 mars 2026 : le silence vaut décision de rejet.",
        "art. L231-4, 3° du CRPA",
        "Délai visé par la collectivité",
        "L112-6",
    ):
        assert words in html


def test_the_date_stands_above_every_tab(hall: Hall) -> None:
    mail = hall.letter()
    assert "loi : 12 mars 2026" in page(hall.agent, mail, "fiche")


def test_a_letter_without_a_rule_says_nothing_above_and_offers_to_choose_one(hall: Hall) -> None:
    mail = hall.letter("remerciements")
    assert "clock-line" not in page(hall.agent, mail, "suivi")
    assert "choisissez sa règle" in page(hall.agent, mail)


def test_asking_for_documents_leads_to_the_letter_and_shows_the_pause(hall: Hall) -> None:
    mail = hall.letter()
    answer = act(
        hall.agent,
        mail,
        "pieces-demandees",
        documents="- le budget\n- les statuts\n",
        on="2026-02-10",
        until="2026-03-10",
        with_letter="on",
    )
    assert answer.redirect_chain[-1][0].startswith(f"/courrier/{mail.number}/reponse/")
    assert "- les statuts" in answer.content.decode()
    assert ClockEvent.objects.get().documents == ["le budget", "les statuts"]
    html = page(hall.agent, mail)
    assert "Pièces demandées : le budget, les statuts (avant le 10 mars 2026)" in html
    assert "28 jours dans l'attente de pièces" in html or "28 jours dans l&#x27;attente de pièces" in html
    assert "Annuler la demande de pièces" in html


def test_a_refusal_keeps_what_was_typed_beside_the_reason(hall: Hall) -> None:
    mail = hall.letter()
    answer = act(
        hall.agent, mail, "pieces-demandees", documents="le budget", on="2026-02-25", until="2026-03-10"
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "pas encore venue" in html
    assert "le budget</textarea>" in html
    assert not Reply.objects.exists()
    answer = act(hall.agent, mail, "pieces-demandees", documents="le budget", on="2026-02-10")
    assert answer.status_code == 422
    assert "obligatoire" in answer.content.decode()


def test_the_acknowledgement_is_written_and_what_the_settings_lack_is_said(hall: Hall) -> None:
    mail = hall.letter()
    hall.organisation.phone = ""
    hall.organisation.save()
    answer = act(hall.agent, mail, "accuse")
    html = answer.content.decode()
    assert "le numéro de téléphone" in html
    assert "R421-2" in html
    assert "préparé, pas encore parti" in page(hall.agent, mail)


@pytest.mark.parametrize(
    ("verb", "given", "state"),
    [
        ("decision", {"on": "2026-02-10"}, "answered"),
        ("transmettre", {"administration": "Département", "on": "2026-02-10"}, "transmitted"),
        ("regle", {"rule": "cada"}, "running"),
        ("recu-ailleurs", {"administration": "Préfecture", "on": "2026-01-02"}, "running"),
    ],
)
def test_each_act_does_what_it_says(hall: Hall, verb: str, given: dict[str, str], state: str) -> None:
    mail = hall.letter()
    before = hall.clock(mail).deadline_on
    answer = act(hall.agent, mail, verb, **given)
    assert answer.status_code == 200
    clock = hall.clock(mail)
    assert clock.state == state
    assert state != "running" or clock.deadline_on != before


def test_an_entry_is_taken_out_with_a_reason(hall: Hall) -> None:
    mail = hall.letter()
    actions.decide(mail, hall.agent, date(2026, 2, 10))
    event = ClockEvent.objects.get()
    address = f"/courrier/{mail.number}/delais/retirer/{event.pk}/"
    assert "Donnez un motif" in client(hall.agent).post(address, follow=True).content.decode()
    client(hall.agent).post(address, {"motif": "autre courrier"})
    event.refresh_from_db()
    assert event.withdrawn


def test_who_may_not_sees_no_form_and_is_refused(hall: Hall) -> None:
    mail = hall.letter()
    reader = build.member(hall.organisation, Role.READER, hall.cul)
    assert "Ce que vous pouvez faire" not in page(reader, mail)
    assert act(reader, mail, "decision", on="2026-02-10").status_code == 403
    stranger = build.member(build.organisation("lucmau"), Role.DIRECTION)
    for verb in ("decision", "accuse"):
        assert act(stranger, mail, verb, on="2026-02-10").status_code == 404
    assert act(hall.agent, mail, "rien").status_code == 404
    assert not ClockEvent.objects.exists()


def test_reception_notes_what_arrives_and_decides_nothing(hall: Hall) -> None:
    mail = hall.letter()
    actions.request_documents(
        mail, hall.agent, ["budget"], date(2026, 2, 1), date(2026, 3, 1), with_letter=False
    )
    html = page(hall.desk, mail)
    assert "Noter leur réception" in html
    assert "Arrêter le délai" not in html
    assert act(hall.desk, mail, "pieces-recues", on="2026-02-10").status_code == 200
    assert hall.clock(mail).state == "running"


def test_a_decision_of_silence_is_said_on_the_page_and_in_the_history(hall: Hall) -> None:
    mail = hall.letter()
    let_silence_decide(date(2026, 3, 13))
    assert "la demande est rejetée depuis le 12 mars 2026" in page(hall.agent, mail)
    assert "Décision implicite de rejet née le 12 mars 2026" in page(hall.agent, mail, "historique")


def test_every_event_of_the_clock_is_told_in_french(hall: Hall) -> None:
    mail = hall.letter("declaration-prealable")
    actions.choose_rule(mail, hall.agent, "subvention")
    actions.request_documents(mail, hall.agent, ["budget"], date(2026, 2, 1), date(2026, 2, 10))
    actions.documents_received(mail, hall.agent, date(2026, 2, 5))
    actions.choose_rule(mail, hall.agent, "")
    actions.extend(mail, hall.agent, "urbanisme-un-mois", date(2026, 1, 20))
    actions.first_received_elsewhere(mail, hall.agent, "préfecture", date(2026, 1, 2))
    actions.transmit(mail, hall.agent, "département", date(2026, 2, 10))
    html = page(hall.agent, mail, "historique")
    assert not re.findall(r"step-what\">[^<]*(clock_|implicit_)", html)
    for words in ("Règle choisie", "Pièces reçues le 5 février 2026", "Délai prolongé le 20 janvier 2026"):
        assert words in html


def test_the_inbox_shows_the_date_of_the_law_beside_the_towns_own(hall: Hall) -> None:
    hall.organisation.document_types.create(code="demande-subvention", name="Subvention", delay_days=5)
    by_aim, by_law = hall.letter(), hall.letter("cada")
    hall.letter("remerciements")
    html = client(hall.agent).get(f"/bannette/{hall.cul.code}/").content.decode()
    assert by_aim.due_on == date(2026, 1, 19)
    assert "loi : 12 mars" in html
    assert by_law.due_on == hall.clock(by_law).deadline_on
    assert html.count("date légale") == 1
    let_silence_decide(date(2026, 3, 13))
    html = client(hall.agent).get(f"/bannette/{hall.cul.code}/").content.decode()
    assert "décidé par le silence le 12 mars" in html


def test_letters_with_a_date_of_the_law_cost_the_inbox_no_query_more(
    hall: Hall, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    here = client(hall.agent)

    def queries() -> int:
        with django_assert_max_num_queries(60) as seen:  # type: ignore[operator]
            here.get(f"/bannette/{hall.cul.code}/")
        return len(seen)

    hall.letter()
    queries()
    few = queries()
    for _each in range(3):
        hall.letter()
    assert queries() <= few
