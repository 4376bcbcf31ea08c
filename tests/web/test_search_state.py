"""Administrators see whether the search answers, how late it is and what it refused, and have that sent again."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courrier.organisations.models import Organisation, Role
from courrier.search.models import EngineOutage, IndexBuild, SearchOutbox
from tests import build
from tests.web import town as towns
from tests.web.desk import placed
from tests.web.search_desk import indexed

pytestmark = pytest.mark.django_db
PAGE = "/administration/recherche/"


@pytest.fixture
def client(town: towns.Town) -> Client:
    return town.client(build.member(town.organisation, Role.ADMINISTRATOR))


def shown(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def set_aside(town: towns.Town, error: str) -> SearchOutbox:
    mail = placed(town, town.urb).mail
    SearchOutbox.objects.filter(mail_id=mail.pk).delete()
    return SearchOutbox.objects.create(
        mail_id=mail.pk, organisation_id=town.organisation.pk, error=error, set_aside=True
    )


def test_what_was_refused_is_shown_with_its_reason_and_without_the_letters_words(
    town: towns.Town, client: Client
) -> None:
    row = set_aside(
        town, "document_parsing_exception: failed to parse field [due_on]. Preview of field's value: 'secret'"
    )
    page = shown(client.get(PAGE))
    assert "A-2026-00001" in page
    assert "failed to parse field [due_on]" in page
    assert "secret" not in page
    client.post(f"{PAGE}renvoyer/", {"courrier": row.pk})
    row.refresh_from_db()
    assert not row.set_aside
    assert "Aucun" in shown(client.get(PAGE))


def test_all_are_sent_again_but_those_of_another_town(town: towns.Town, client: Client) -> None:
    own = [set_aside(town, "no"), set_aside(town, "no")]
    elsewhere = Organisation.objects.create(name="Ailleurs", slug="ailleurs")
    other = SearchOutbox.objects.create(
        mail_id=99, organisation_id=elsewhere.pk, error="étranger", set_aside=True
    )
    assert "étranger" not in shown(client.get(PAGE))
    client.post(f"{PAGE}renvoyer/", {"courrier": other.pk})
    client.post(f"{PAGE}renvoyer/")
    assert set(SearchOutbox.objects.set_aside()) == {other}
    assert own


def test_an_outage_its_cause_and_what_waits_are_shown(town: towns.Town, client: Client) -> None:
    assert "en service" in shown(client.get(PAGE))
    EngineOutage.objects.create(next_attempt_at=timezone.now(), error="HTTP 503: unavailable")
    IndexBuild.objects.create(index="letters-v1-0002", indexed=3)
    placed(town, town.urb)
    SearchOutbox.objects.create(mail_id=1, organisation_id=town.organisation.pk)
    page = shown(client.get(PAGE))
    assert "La recherche est momentanément indisponible" in page
    assert "HTTP 503" in page
    assert "1 courrier" in page
    assert "3 courriers sur 1" in page


def test_only_administrators_come_here(town: towns.Town) -> None:
    for user in (town.agent, town.desk):
        assert town.client(user).get(PAGE).status_code == 403
        assert town.client(user).post(f"{PAGE}renvoyer/").status_code == 403


def test_readers_are_told_how_late_the_search_is_for_what_they_may_read(town: towns.Town) -> None:
    indexed(placed(town, town.urb).mail, "une haie")
    late = timezone.now() - timedelta(minutes=5)
    for department, level in ((town.urb, "normal"), (town.urb, "restricted"), (town.tec, "restricted")):
        mail = placed(town, department, confidentiality=level).mail
        SearchOutbox.objects.filter(mail_id=mail.pk).delete()
        SearchOutbox.objects.create(mail_id=mail.pk, organisation_id=town.organisation.pk, created_at=late)
    page = shown(town.client(town.agent).get("/recherche/?q=haie"))
    assert "en retard de 2 courriers" in page


def test_an_outage_is_said_on_the_results_page(town: towns.Town, settings: Any) -> None:
    settings.SEARCH_URL, settings.SEARCH_TIMEOUT = "http://127.0.0.1:9", 0.2
    page = shown(town.client(town.agent).get("/recherche/?q=haie"))
    assert "La recherche est momentanément indisponible" in page
    assert "Aucun courrier ne répond" not in page
