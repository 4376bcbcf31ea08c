"""The search page: results of a real engine, facets, what was not understood, nothing of what is closed to one."""

from __future__ import annotations

import html
import re

import pytest

from courrier.correspondents.models import Correspondent
from courrier.mail.models import Confidentiality
from tests.web import town as towns
from tests.web.desk import placed
from tests.web.search_desk import indexed

pytestmark = pytest.mark.django_db


def found(town: towns.Town, query: str, user: object = None) -> str:
    answer = town.client(user or town.desk).get(f"/recherche/{query}")  # type: ignore[arg-type]
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_words_of_the_pages_are_found_and_shown_lit(town: towns.Town) -> None:
    mail = indexed(
        placed(town, town.urb, subject="Clôture").mail, "La haie du voisin dépasse de deux mètres."
    )
    text = found(town, "?q=haie")
    assert re.search(rf'href="/courrier/{mail.number}/\?q=haie&liste=', text)
    assert "<mark>haie</mark>" in text


def test_text_of_a_letter_is_never_markup(town: towns.Town) -> None:
    indexed(placed(town, town.urb).mail, "haie <script>alert(1)</script>")
    answer = town.client().get("/recherche/?q=haie").content.decode()
    assert "<script>alert" not in answer


def test_facets_narrow_and_can_be_taken_out(town: towns.Town) -> None:
    one = indexed(placed(town, town.urb).mail, "une haie")
    two = indexed(placed(town, town.tec).mail, "une haie")
    both = found(town, "?q=haie")
    assert one.number in both
    assert two.number in both
    assert 'href="?q=haie&service=TEC"' in both
    narrowed = found(town, "?q=haie&service=TEC")
    assert two.number in narrowed
    assert f"/courrier/{one.number}/" not in narrowed
    assert 'href="?q=haie"' in narrowed


def test_nobody_finds_what_they_may_not_read(town: towns.Town) -> None:
    sender = Correspondent.objects.create(organisation=town.organisation, name="Docteur Secret")
    hidden = placed(
        town, town.tec, sender=sender, confidentiality=Confidentiality.RESTRICTED, subject="ordonnance"
    )
    indexed(hidden.mail, "une haie")
    text = found(town, "?q=haie", town.agent)
    for withheld in (hidden.mail.number, "Secret", "ordonnance"):
        assert withheld not in text
    assert "Aucun courrier ne répond" in text


def test_a_register_number_opens_the_letter(town: towns.Town) -> None:
    mail = placed(town, town.urb).mail
    answer = town.client(town.agent).get("/recherche/", {"q": mail.number})
    assert answer.status_code == 302
    assert answer["Location"] == f"/courrier/{mail.number}/"
    stranger = town.client(town.agent).get("/recherche/", {"q": placed(town, town.tec).mail.number})
    assert stranger.status_code == 200


def test_what_was_not_understood_is_said(town: towns.Town) -> None:
    text = found(town, "?q=du%3Ahierrr+haie")
    assert 'class="notice' in text


def test_next_and_previous_follow_the_results(town: towns.Town) -> None:
    first = indexed(placed(town, town.urb).mail, "une haie")
    second = indexed(placed(town, town.urb).mail, "une haie")
    page = town.client().get(f"/courrier/{second.number}/?q=haie&liste=/recherche/%3Fq%3Dhaie%26tri%3Dnumero")
    assert re.search(rf'href="/courrier/{first.number}/[^"]*" rel="next"', page.content.decode())


@pytest.mark.parametrize(
    "query", ["", "?q=", "?page=-3", "?page=99999999999", "?tri=xxx", "?q=%22%22%22", "?q=((*"]
)
def test_no_question_is_too_odd(town: towns.Town, query: str) -> None:
    found(town, query)
