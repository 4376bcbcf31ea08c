"""The name a file comes with is shown, never obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest
from rest_framework.test import APIClient

from courrier.mail.models import Document
from tests import build

FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: application/pdf\r\n\r\n'


def hand_in(client: APIClient, name: bytes):  # type: ignore[no-untyped-def]
    """A deposit whose file name reaches the server as it is, not tidied by a client."""
    body = FILE % name + build.pdf() + b"\r\n--x--\r\n"
    return client.generic("POST", "/api/v1/mails/", body, content_type="multipart/form-data; boundary=x")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (b"../../../../etc/cron.d/lettre.pdf", "lettre.pdf"),
        (b"..\\\\..\\\\windows\\\\lettre.pdf", "lettre.pdf"),
        (b"/etc/passwd", "passwd"),
        (b"C:\\\\scans\\\\lettre.pdf", "lettre.pdf"),
        ("réclamation n° 12 – été.pdf".encode(), "réclamation n° 12 – été.pdf"),
        (b"lettre\x1b[31m.pdf", "lettre[31m.pdf"),
        (b"<script>alert(1)</script>.pdf", "script>.pdf"),
        (b"lettre.pdf;rm -rf .pdf", "lettre.pdf;rm -rf .pdf"),
    ],
)
def test_a_hostile_name_leaves_a_letter_with_a_harmless_one(
    desk: APIClient, data_folder: Path, name: bytes, kept: str
) -> None:
    answer = hand_in(desk, name)
    assert answer.status_code == 201, answer.content
    assert Document.objects.get().name == kept
    outside = list(data_folder.parent.rglob("*lettre*"))
    assert outside == []


@pytest.mark.parametrize(
    "name", [b"..", b"../", b".", b"...", "\u202efdp.exe".encode(), b"\xff\xfe.pdf", b"a" * 5000]
)
def test_a_name_that_is_none_is_never_a_failure(desk: APIClient, name: bytes) -> None:
    answer = hand_in(desk, name)
    assert answer.status_code in {201, 400}, answer.content
    assert answer.json().get("detail") or Document.objects.get().name


def test_a_download_says_the_name_without_breaking_its_header(desk: APIClient) -> None:
    mail = hand_in(desk, 'l\'été "x".pdf'.replace('"', '\\"').encode()).json()["id"]
    answer = desk.get(f"/api/v1/mails/{mail}/original/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment;")
    assert b"".join(answer.streaming_content) == build.pdf()
