"""An export holds all that a search finds and its owner may read, and is theirs alone."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from courrier.mail.content import store
from courrier.mail.models import Document, Mail
from courrier.search import hits
from courrier.search.engines import Engine
from courrier.search.exporting import open_export, run_export
from courrier.search.models import SearchExport
from tests.search.conftest import Town


def export_of(user: Any, file_format: str, text: str) -> SearchExport:
    return run_export(SearchExport.objects.create(user=user, format=file_format, text=text).pk)


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
