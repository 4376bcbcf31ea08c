"""An export holds all that a search finds and its owner may read, and is theirs alone."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

from courrier.mail.content import store
from courrier.mail.models import Document, Mail
from courrier.search import exporting, hits
from courrier.search.engines import Engine
from courrier.search.exporting import open_export, run_export
from courrier.search.models import SearchExport
from tests.search.conftest import Town


def export_of(user: Any, file_format: str, text: str) -> SearchExport:
    return run_export(SearchExport.objects.create(user=user, format=file_format, text=text).pk)


def files() -> set[str]:
    """What the storage holds of exports."""
    if not default_storage.exists("exports"):
        return set()
    return {f"exports/{name}" for name in default_storage.listdir("exports")[1]}


def with_document(town: Town, mail: Mail, content: bytes, role: str = "original") -> None:
    sha256, size = store(io.BytesIO(content))
    Document.objects.create(
        organisation=town.organisation, mail=mail, role=role, sha256=sha256, size=size,
        media_type="application/pdf", name="scan.pdf",
    )  # fmt: skip


def test_a_table_of_every_hit(
    town: Town, search_engine: Engine, index: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hits, "BATCH", 3)
    for _ in range(8):
        town.letter("une haie", departments=("URB",), sender="Jean Dupont", subject="Élagage ; haie")
    town.letter("une haie", departments=("URB",), subject='=HYPERLINK("http://mal.example")')
    town.letter("une haie ailleurs", departments=("FIN",))
    index()
    user = town.user("agent", "agent", "URB")
    export = export_of(user, "csv", "haie")
    assert (export.state, export.total) == ("ready", 9)
    with open_export(export, user) as file:
        content = file.read()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 10
    assert rows[1][0] == "A-2026-00001"
    assert rows[1][2:4] == ["Jean Dupont", "Élagage ; haie"]
    assert rows[9][3].startswith("'=")
    with pytest.raises(PermissionError):
        open_export(export, town.user("autre", "direction"))


def test_documents_in_one_file(town: Town, search_engine: Engine, index: Callable[[], None]) -> None:
    one, two, three = (town.letter("une haie", departments=("URB",)) for _ in range(3))
    with_document(town, one, b"%PDF original")
    with_document(town, one, b"%PDF searchable", "searchable")
    with_document(town, two, b"%PDF two")
    index()
    user = town.user("agent", "agent", "URB")
    export = export_of(user, "zip", "haie")
    assert (export.state, export.total, export.left_out) == ("ready", 3, 1)
    with open_export(export, user) as file, zipfile.ZipFile(file) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    organisation = town.organisation.pk
    assert content == {
        f"{organisation}-{one.number}.pdf": b"%PDF searchable",
        f"{organisation}-{two.number}.pdf": b"%PDF two",
    }
    assert three.pk


def test_an_export_fails_with_a_reason_when_the_engine_is_away(town: Town, settings: Any) -> None:
    settings.SEARCH_URL, settings.SEARCH_TIMEOUT = "http://127.0.0.1:9", 0.2
    export = export_of(town.user("agent", "agent", "URB"), "csv", "haie")
    assert export.state == "failed"
    assert "ne répond pas" in export.error


def test_an_export_removed_while_it_is_made_does_not_come_back(
    town: Town, search_engine: Engine, index: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    town.letter("une haie", departments=("URB",))
    index()
    user = town.user("agent", "agent", "URB")

    def removed(text: str, *_more: object) -> int:
        exporting.remove(SearchExport.objects.get())
        return 1

    monkeypatch.setattr(exporting, "count", removed)
    before = files()
    export_of(user, "csv", "haie")
    assert not SearchExport.objects.exists()
    assert files() == before


def test_a_maker_taken_for_dead_leaves_the_file_to_who_took_its_place(
    town: Town, search_engine: Engine, index: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    town.letter("une haie", departments=("URB",))
    index()
    user, counted, before = town.user("agent", "agent", "URB"), exporting.count, files()

    def slow(*asked: Any) -> int:
        monkeypatch.setattr(exporting, "count", counted)
        SearchExport.objects.update(heard_at=timezone.now() - exporting.SILENT - timedelta(seconds=1))
        run_export(SearchExport.objects.get().pk)
        return counted(*asked)

    monkeypatch.setattr(exporting, "count", slow)
    export_of(user, "csv", "haie")
    export = SearchExport.objects.get()
    assert (export.state, export.attempts, export.done) == ("ready", 2, 1)
    assert files() - before == {export.file}


def test_of_a_maker_killed_while_it_writes_no_file_stays(
    town: Town, search_engine: Engine, index: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    town.letter("une haie", departments=("URB",))
    index()
    user, saved, before = town.user("agent", "agent", "URB"), FileSystemStorage.save, files()

    def killed(*written: Any) -> str:
        saved(*written)
        raise SystemExit

    with monkeypatch.context() as once:
        once.setattr(FileSystemStorage, "save", killed)
        with pytest.raises(SystemExit):
            export_of(user, "csv", "haie")
    (half,) = files() - before
    SearchExport.objects.update(heard_at=timezone.now() - exporting.SILENT - timedelta(seconds=1))
    export = run_export(SearchExport.objects.get().pk)
    assert export.state == "ready"
    assert files() - before == {export.file}
    assert export.file != half
