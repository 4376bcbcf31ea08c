"""French first; English for who asks for it; what leaves the town hall stays French."""

from __future__ import annotations

import io
import re
from html import unescape

import pikepdf
import pytest
from django.core.mail import get_connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from courrier.notifications.digest_message import Digest, Line, message_of
from courrier.notifications.models import Kind, Notification
from courrier.replies.drafting import draft_reply, render_pdf
from tests import build
from tests.web import town as towns
from tests.web.desk import placed
from workflows import actions
from workflows.models import StepKind, Who
from workflows.models.circuit import Step, in_words

pytestmark = pytest.mark.django_db


def html(client: Client, name: str = "register") -> str:
    return client.get(reverse(f"web:{name}")).content.decode()


def test_a_page_is_french_whatever_the_browser_wishes(town: towns.Town) -> None:
    client = town.client(town.agent)
    answer = client.get(reverse("web:register"), headers={"accept-language": "en"})
    assert '<html lang="fr">' in answer.content.decode()
    assert answer["Content-Language"] == "fr"


def test_a_person_chooses_and_it_stays_on_the_account(town: towns.Town) -> None:
    client = town.client(town.agent)
    answer = client.post(reverse("web:language"), {"language": "en", "next": "/registre/"})
    assert answer["Location"] == "/registre/"
    assert '<html lang="en">' in html(town.client(town.agent))
    assert '<html lang="fr">' in html(town.client(town.desk))
    client.post(reverse("web:language"), {"language": "fr"})
    assert '<html lang="fr">' in html(client)


def test_a_visitor_chooses_by_a_cookie(town: towns.Town) -> None:
    client = Client()
    client.post(reverse("web:language"), {"language": "en", "next": reverse("web:login")})
    assert '<html lang="en">' in html(client, "login")


@pytest.mark.parametrize(
    "next_page", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", ""]
)
def test_it_leads_nowhere_else(town: towns.Town, next_page: str) -> None:
    answer = town.client(town.agent).post(reverse("web:language"), {"language": "en", "next": next_page})
    assert answer["Location"] == reverse("web:home")


def test_it_leads_back_to_what_the_page_was_asked_with(town: towns.Town) -> None:
    client = town.client(town.agent)
    page = client.get("/registre/?expediteur=L%C3%A9a+%26+fils&annee=2026").content.decode()
    (action,) = set(re.findall(r'<form method="post" action="(/langue/[^"]*)"', page))
    answer = client.post(unescape(action), {"language": "en", "next": "/registre/"})
    assert answer["Location"] == "/registre/?expediteur=L%C3%A9a+%26+fils&annee=2026"
    plain = client.get("/registre/").content.decode()
    assert f'action="{reverse("web:language")}"' in plain


@pytest.mark.parametrize("query", ["?next=https://ailleurs.example/", "?//ailleurs.example"])
def test_what_a_page_was_asked_with_leads_nowhere_else(town: towns.Town, query: str) -> None:
    client, address = town.client(town.agent), reverse("web:language") + query
    for back in ("https://ailleurs.example", "//ailleurs.example", ""):
        answer = client.post(address, {"language": "en", "next": back})
        assert answer["Location"] == reverse("web:home")
    answer = client.post(address, {"language": "en", "next": "/registre/"})
    assert answer["Location"].startswith("/registre/?")


def test_an_unknown_language_changes_nothing(town: towns.Town) -> None:
    client = town.client(town.agent)
    client.post(reverse("web:language"), {"language": "xx"})
    assert '<html lang="fr">' in html(client)


def test_one_reader_s_language_is_not_the_next_one_s(town: towns.Town) -> None:
    client = town.client(town.agent)
    client.post(reverse("web:language"), {"language": "en"})
    html(client)
    build.document_type(town.organisation, "autre", town.urb)
    assert '<html lang="fr">' in html(town.client(town.desk))


def test_a_letter_to_a_citizen_is_french_whoever_writes_it(town: towns.Town) -> None:
    found = placed(town, town.urb, subject="Clôture")
    actions.accept(found.assignment, town.agent)
    with translation.override("en"):
        reply = draft_reply(found.assignment, town.agent)
        pdf = render_pdf(reply)
    assert reply.subject == "Votre courrier : Clôture"
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == "fr"


def test_the_journal_keeps_the_town_s_words(town: towns.Town) -> None:
    with translation.override("en"):
        assert in_words([Step(StepKind.SIGNATURE, Who.ELECTED)]) == "signature (élu)"


def test_a_digest_speaks_its_reader_s_language(town: towns.Town) -> None:
    town.agent.language = "en"
    with translation.override("fr"):
        message = message_of(
            Digest(town.agent, timezone.localdate(), [Line(told(town), content=True)], 3, 1), get_connection()
        )
    assert "Hello" in str(message.body)
    assert "letters are to be dealt with" in str(message.body)


def told(town: towns.Town) -> Notification:
    mail = placed(town, town.urb, subject="Clôture").mail
    return Notification.objects.create(
        user=town.agent, organisation=town.organisation, mail=mail, kind=Kind.LATE, key="late", data={}
    )
