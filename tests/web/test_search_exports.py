"""Exports: asked for from the results, made in the background, fetched by their owner as long as they may read them."""

from __future__ import annotations

import html
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from courrier.mail.content import store
from courrier.mail.models import Mail
from courrier.search import exporting
from courrier.search.exporting import KEPT, MOST_ATTEMPTS, SILENT, run_export, tend_exports
from courrier.search.models import ExportState, SearchExport
from tests.web import town as towns
from tests.web.desk import placed
from tests.web.search_desk import indexed

pytestmark = pytest.mark.django_db
LIST = "/recherche/exports/"


@pytest.fixture
def client(town: towns.Town) -> Client:
    return town.client(town.agent)


def shown(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def ready(town: towns.Town, file_format: str = "csv", text: str = "haie") -> SearchExport:
    return run_export(SearchExport.objects.create(user=town.agent, format=file_format, text=text).pk)


def test_a_table_is_asked_for_followed_and_fetched(
    town: towns.Town, client: Client, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = indexed(placed(town, town.urb, subject="Clôture").mail, "une haie")
    indexed(placed(town, town.tec, confidentiality="restricted").mail, "une haie fermée")
    started: list[int] = []
    monkeypatch.setattr(exporting, "start", started.append)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{LIST}ajouter/", {"q": "haie", "format": "csv"})["Location"] == LIST
    waiting = shown(client.get(LIST))
    assert "en attente" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    (pk,) = started
    run_export(pk)
    page = shown(client.get(LIST))
    assert "prêt" in page
    assert "every 2s" not in page
    answer = client.get(f"{LIST}{pk}/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert mail.number in content.decode("utf-8-sig")
    assert len(content.decode("utf-8-sig").strip().splitlines()) == 2


def test_documents_come_in_one_archive(town: towns.Town, client: Client) -> None:
    mail = indexed(placed(town, town.urb).mail, "une haie")
    sha256, _size = store(io.BytesIO(b"%PDF-1.7 haie"))
    mail.documents.update(sha256=sha256)
    export = ready(town, "zip")
    content = b"".join(client.get(f"{LIST}{export.pk}/").streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        assert mail.number in name
        assert archive.read(name) == b"%PDF-1.7 haie"


def test_a_file_with_a_letter_closed_since_is_not_given(town: towns.Town, client: Client) -> None:
    mail = indexed(placed(town, town.urb).mail, "une haie")
    indexed(placed(town, town.urb).mail, "une autre haie")
    export = ready(town)
    path = export.file
    assert default_storage.exists(path)
    Mail.objects.filter(pk=mail.pk).update(confidentiality="personal")
    answer = client.get(f"{LIST}{export.pk}/", follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "Un courrier de cet export vous a été fermé depuis" in shown(answer)
    assert not default_storage.exists(path)
    assert client.get(f"{LIST}{export.pk}/").status_code == 404


def test_a_person_who_lost_their_department_gets_no_file(town: towns.Town, client: Client) -> None:
    indexed(placed(town, town.urb, confidentiality="restricted").mail, "une haie")
    export = ready(town)
    assert export.done == 1
    town.agent.memberships.all().delete()
    client.get(f"{LIST}{export.pk}/")
    export.refresh_from_db()
    assert (export.state, export.file) == (ExportState.FAILED, "")


def test_an_export_is_its_owners_alone(town: towns.Town) -> None:
    indexed(placed(town, town.urb).mail, "une haie")
    export = ready(town)
    other = town.client(town.direction)
    assert other.get(f"{LIST}{export.pk}/").status_code == 404
    assert other.post(f"{LIST}{export.pk}/supprimer/").status_code == 404
    assert "Aucun export" in shown(other.get(LIST))


def test_the_engine_away_is_said(town: towns.Town, client: Client, settings: Any) -> None:
    settings.SEARCH_URL, settings.SEARCH_TIMEOUT = "http://127.0.0.1:9", 0.2
    assert ready(town).state == ExportState.FAILED
    page = shown(client.get(LIST))
    assert "échoué" in page
    assert "La recherche ne répond pas" in page


def test_a_file_is_removed_after_a_week_and_by_its_owner(town: towns.Town, client: Client) -> None:
    indexed(placed(town, town.urb).mail, "une haie")
    old, kept = ready(town), ready(town)
    SearchExport.objects.filter(pk=old.pk).update(finished_at=timezone.now() - KEPT - timedelta(minutes=1))
    assert tend_exports() == 1
    assert not default_storage.exists(old.file)
    assert default_storage.exists(kept.file)
    assert "périmé" in shown(client.get(LIST))
    client.post(f"{LIST}{kept.pk}/supprimer/")
    assert not default_storage.exists(kept.file)
    assert not SearchExport.objects.filter(pk=kept.pk).exists()


def test_an_export_left_unfinished_is_started_again_and_given_up_in_the_end(
    town: towns.Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    monkeypatch.setattr(exporting, "start", started.append)
    long_ago = timezone.now() - SILENT - timedelta(seconds=1)
    export = SearchExport.objects.create(
        user=town.agent, format="csv", text="haie", state=ExportState.RUNNING, heard_at=long_ago, attempts=1
    )
    assert tend_exports() == 1
    assert started == [export.pk]
    assert run_export(export.pk).state == ExportState.READY
    SearchExport.objects.update(state=ExportState.RUNNING, heard_at=long_ago, attempts=MOST_ATTEMPTS)
    tend_exports()
    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert "interrompu" in export.error


def test_of_two_workers_one_makes_the_file(town: towns.Town) -> None:
    export = SearchExport.objects.create(
        user=town.agent, format="csv", text="haie", state=ExportState.RUNNING
    )
    assert run_export(export.pk).state == ExportState.RUNNING
    assert exporting.claim(export.pk) is None


def test_nobody_has_more_than_three_under_way(town: towns.Town, client: Client) -> None:
    for _ in range(3):
        client.post(f"{LIST}ajouter/", {"q": "haie", "format": "zip"})
    assert "Vous avez déjà 3 exports" in shown(
        client.post(f"{LIST}ajouter/", {"q": "haie", "format": "zip"}, follow=True)
    )
    assert SearchExport.objects.count() == 3


def test_nothing_is_exported_of_no_search(client: Client) -> None:
    client.post(f"{LIST}ajouter/", {"q": "", "format": "csv"})
    client.post(f"{LIST}ajouter/", {"q": "haie", "format": "exe"})
    assert not SearchExport.objects.exists()
    assert "Aucun export" in shown(client.get(LIST))
