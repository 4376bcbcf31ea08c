"""What became of a deposit, by its number and code, and nothing else."""

from __future__ import annotations

import statistics
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courrier.kiosk.limits import Limit
from courrier.kiosk.models import Count
from courrier.mail.models import Mail
from courrier.mail.qualification import Qualification
from courrier.organisations.typed_code import in_groups, new_code
from courrier.replies.drafting import draft_reply, save_draft
from tests import build
from tests.kiosk.conftest import Hand, Town, pdf
from tests.worker import work_off
from workflows import actions


@pytest.fixture
def receipt(town: Town, hand_in: Hand) -> tuple[str, str]:
    """Number and code of a deposit that waits for qualification."""
    town.open()
    answer = hand_in(pdf(), name="Jeanne Martin", email="jeanne@exemple.fr")
    work_off()
    return answer.context["mail"].number, answer.context["code"]


def ask(number: str, code: str, **more: Any) -> Any:
    return Client(**more).post("/suivi/", {"number": number, "code": code})


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_it_is_told_from_arrival_to_answer(town: Town, receipt: tuple[str, str]) -> None:
    mail = Mail.objects.get()
    assert "L'accueil va le transmettre" in text_of(ask(*receipt)).replace("&#x27;", "'")
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb], subject="permis de construire"))
    assert "En cours de traitement : Service URB" in text_of(ask(*receipt))
    mine = mail.assignments.get()
    actions.accept(mine, town.agent)
    reply = draft_reply(mine, town.agent)
    save_draft(reply, town.agent, channel="post", recipient="Jeanne", email="", subject="Re", body="Oui.")
    actions.send_reply(reply, town.agent)
    work_off()
    assert "Une réponse vous a été envoyée" in text_of(ask(*receipt))
    actions.close(mine, town.agent)
    assert "Une réponse vous a été envoyée" in text_of(ask(*receipt))


def test_it_tells_nothing_of_the_letter(town: Town, receipt: tuple[str, str]) -> None:
    mail = Mail.objects.get()
    wanted = Qualification(departments=[town.urb], subject="zobjet", sender={"name": "Zexpediteur"})
    actions.qualify(mail, town.desk, wanted)
    actions.accept(mail.assignments.get(), town.agent)
    page = text_of(ask(*receipt))
    for hidden in ("zobjet", "Zexpediteur", "Jeanne", "jeanne@", "Dupont", str(town.agent), "lettre.pdf"):
        assert hidden not in page


def test_a_personal_letter_names_no_department(town: Town, receipt: tuple[str, str]) -> None:
    wanted = Qualification(departments=[town.urb], confidentiality="personal")
    actions.qualify(Mail.objects.get(), town.desk, wanted)
    page = text_of(ask(*receipt))
    assert "En cours de traitement." in page
    assert "URB" not in page


def test_closed_and_cancelled_are_told(town: Town, receipt: tuple[str, str]) -> None:
    mail = Mail.objects.get()
    actions.cancel(mail, town.desk, "erreur de la personne")
    page = text_of(ask(*receipt))
    assert "annulé" in page
    assert "erreur" not in page


def test_wrong_number_and_wrong_code_are_the_same_answer(town: Town, receipt: tuple[str, str]) -> None:
    number, code = receipt
    other = build.received(town.organisation, town.desk, "une autre lettre")
    tries = {
        "wrong number": ("A-2026-99999", code),
        "number of another": (other.number, code),
        "wrong code": (number, in_groups(new_code())),
        "mistyped code": (number, code[:-1] + ("0" if code[-1] != "0" else "1")),
        "no code at all": (number, "x"),
        "both": ("A-1999-00001", "rien"),
    }
    answers = {name: ask(*tried) for name, tried in tries.items()}
    assert {answer.status_code for answer in answers.values()} == {404}
    said = {tuple(answer.context["form"].non_field_errors()) for answer in answers.values()}
    assert len(said) == 1


def test_wrong_number_and_wrong_code_cost_the_same(town: Town, receipt: tuple[str, str]) -> None:
    """The same queries; and over many, times whose medians lie near each other."""
    number, code = receipt
    queries: dict[str, list[str]] = {}
    spans: dict[str, list[float]] = {"number": [], "code": []}
    for _turn in range(40):
        for name, tried in {
            "number": ("A-2026-99999", code),
            "code": (number, in_groups(new_code())),
        }.items():
            Count.objects.all().delete()
            before = time.perf_counter()
            with CaptureQueriesContext(connection) as caught:
                ask(*tried)
            spans[name].append(time.perf_counter() - before)
            queries[name] = [each["sql"][:60] for each in caught if "SAVEPOINT" not in each["sql"]]
    assert queries["number"] == queries["code"], (
        "what was found by the code is not looked at before it is sure"
    )
    first, second = (statistics.median(each) for each in spans.values())
    assert max(first, second) / min(first, second) < 1.5


def test_number_and_code_as_people_type_them(town: Town, receipt: tuple[str, str]) -> None:
    number, code = receipt
    typed = code.lower().replace("-", " ").replace("0", "o")
    assert ask(f" {number.lower()} ", typed).status_code == 200
    assert ask(number.replace("-", " "), code.replace("1", "l")).status_code == 200


def test_questions_are_counted_by_address_and_by_number(
    town: Town, receipt: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    number, code = receipt
    monkeypatch.setattr("courrier.web.views.kiosk_following.QUESTIONS_OF_ADDRESS", Limit("a", 3, 10))
    assert [ask(number, "faux").status_code for _each in range(4)] == [404, 404, 404, 429]
    assert ask(number, code).status_code == 429, "the right code too: it would tell that it is right"
    assert ask(number, code, REMOTE_ADDR="192.0.2.7").status_code == 200
    monkeypatch.setattr("courrier.web.views.kiosk_following.QUESTIONS_ON_NUMBER", Limit("n", 3, 10))
    tries = [ask(number, "faux", REMOTE_ADDR=f"192.0.2.{each}").status_code for each in range(20, 25)]
    assert tries == [404, 404, 404, 429, 429]


def test_behind_a_proxy_the_address_is_what_the_proxy_saw(
    town: Town, receipt: tuple[str, str], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    number, _code = receipt
    monkeypatch.setattr("courrier.web.views.kiosk_following.QUESTIONS_OF_ADDRESS", Limit("p", 2, 10))

    def tries(*forwarded: str) -> list[int]:
        Count.objects.all().delete()
        return [ask(number, "faux", HTTP_X_FORWARDED_FOR=each).status_code for each in forwarded]

    claimed = ("192.0.2.1, 203.0.113.5", "192.0.2.2, 203.0.113.5", "192.0.2.3, 203.0.113.5")
    assert tries("192.0.2.1", "192.0.2.2", "192.0.2.3")[-1] == 429, "without a proxy the header is a claim"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert tries(*claimed)[-1] == 429, "what stands before the last is the browser's own claim"
    assert tries("192.0.2.1, 203.0.113.5", "192.0.2.1, 203.0.113.6", "192.0.2.1, 203.0.113.7")[-1] == 404


def test_counts_name_nobody_and_go_by_themselves(
    town: Town, receipt: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    ask(receipt[0], "faux")
    assert not any("127.0.0.1" in each.key or receipt[0] in each.key for each in Count.objects.all())
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr("courrier.kiosk.limits.timezone.now", lambda: later)
    ask(receipt[0], "faux")
    assert all(each.ends_at > later for each in Count.objects.all())


def test_it_is_closed_until_somebody_opens_it(town: Town, receipt: tuple[str, str]) -> None:
    town.open(tells_state=False)
    assert Client().get("/suivi/").status_code == 404
    assert ask(*receipt).status_code == 404
    from courrier.kiosk.models import Kiosk

    Kiosk.objects.create(organisation=build.organisation("lucmau"), tells_state=True)
    assert ask(*receipt).status_code == 404, "another collectivité's page tells nothing of this one"


def test_number_and_code_stand_in_no_address(town: Town, receipt: tuple[str, str]) -> None:
    number, code = receipt
    page = Client().get("/suivi/", {"number": number, "code": code})
    assert page.status_code == 200
    assert number not in text_of(page)
