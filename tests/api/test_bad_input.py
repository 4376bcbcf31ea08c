"""Whatever is handed in at the door of the API gets a clear answer, and no letter already taken is lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.test import APIClient

from courrier.api.views.mails import MailRoutes
from courrier.mail.content import open_content
from courrier.mail.models import Document, Mail, RegisterCounter
from tests import bad_files, build
from tests.api.conftest import Town


@pytest.fixture(autouse=True)
def already_there(town: Town) -> Mail:
    return build.received(town.organisation, town.reception)


@pytest.fixture(autouse=True)
def nothing_lost(already_there: Mail, town: Town):  # type: ignore[no-untyped-def]
    """After each refusal: the letter that was there still is, with its bytes, and no number was used up."""
    yield
    assert list(Mail.objects.values_list("number", flat=True)) == [already_there.number]
    assert RegisterCounter.objects.get().last == 1
    kept = Document.objects.get(mail=already_there)
    assert open_content(kept.sha256).read() == build.pdf()


def hand_in(client: APIClient, content: bytes, name: str = "lettre.pdf", **more: object):  # type: ignore[no-untyped-def]
    file = io.BytesIO(content)
    file.name = name
    return client.post("/api/v1/mails/", {"file": file, **more}, format="multipart")


@pytest.mark.parametrize(
    ("made", "name", "status", "code", "said"),
    [
        (lambda: b"", "vide.pdf", 400, "empty", "vide"),
        (
            lambda: b"Bonjour,\nceci est du texte.\n",
            "lettre.pdf",
            415,
            "not_supported",
            "ni un PDF ni une image",
        ),
        (lambda: b"\x00" * 4096, "nul.pdf", 415, "not_supported", "ni un PDF"),
        (bad_files.truncated_pdf, "coupe.pdf", 422, "truncated", "incomplet"),
        (bad_files.encrypted_pdf, "secret.pdf", 422, "encrypted", "mot de passe"),
        (lambda: bad_files.pdf_of(0), "rien.pdf", 422, "no_pages", "aucune page"),
        (lambda: bad_files.pdf_of(600), "six-cents.pdf", 413, "too_many_pages", "trop de pages"),
        (bad_files.huge_png, "immense.png", 413, "bomb", "démesurée"),
        (bad_files.zip_of_pdfs, "lot.zip", 415, "not_supported", "ni un PDF"),
        (bad_files.zip_of_pdfs, "lot.pdf", 415, "not_supported", "ni un PDF"),
    ],
)
def test_a_file_that_cannot_be_a_letter_is_refused_with_its_reason(
    desk: APIClient, made: Callable[[], bytes], name: str, status: int, code: str, said: str
) -> None:
    answer = hand_in(desk, made(), name)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert said in answer.json()["detail"]


def test_the_limits_are_named(desk: APIClient) -> None:
    assert "500" in hand_in(desk, bad_files.pdf_of(501)).json()["detail"]


def test_the_same_bytes_again_are_answered_with_the_first_number(
    desk: APIClient, already_there: Mail
) -> None:
    answer = hand_in(desk, build.pdf(), "autre-nom.pdf")
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")
    assert already_there.number in answer.json()["detail"]
    assert answer.json()["mail"] == {"id": already_there.pk, "number": already_there.number}


def test_a_file_over_the_limit_is_refused(desk: APIClient, settings) -> None:  # type: ignore[no-untyped-def]
    settings.UPLOAD_MAX_BYTES = 10_000
    answer = hand_in(desk, bad_files.zip_of_pdfs())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_body_that_says_it_is_too_big_is_refused_unread(desk: APIClient, settings) -> None:  # type: ignore[no-untyped-def]
    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

    answer = desk.generic(
        "POST",
        "/api/v1/mails/",
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(settings.UPLOAD_MAX_BYTES * 50), "wsgi.input": Unread()},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "trop gros" in answer.json()["detail"]


def test_a_body_whose_length_is_unsaid_is_refused_rather_than_taken_for_empty(desk: APIClient) -> None:
    request = RequestFactory().post("/api/v1/mails/", HTTP_TRANSFER_ENCODING="chunked")
    request.META.pop("CONTENT_LENGTH", None)
    request.META["HTTP_AUTHORIZATION"] = desk._credentials["HTTP_AUTHORIZATION"]
    answer = MailRoutes.as_view({"post": "create"})(request)
    assert (answer.status_code, answer.data["code"]) == (411, "length_required")


def test_json_that_is_too_big_is_refused_unread(desk: APIClient) -> None:
    answer = desk.generic(
        "POST",
        "/api/v1/assignments/1/accept/",
        content_type="application/json",
        **{"CONTENT_LENGTH": str(50_000_000), "wsgi.input": io.BytesIO(b"{}")},
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_deposit_without_a_file_says_so(desk: APIClient) -> None:
    answer = desk.post("/api/v1/mails/", {"channel": "api"}, format="multipart")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["file"]


def test_text_in_place_of_the_file_says_so(desk: APIClient) -> None:
    answer = desk.post("/api/v1/mails/", {"file": "lettre.pdf"}, format="multipart")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["file"]


def test_two_files_at_once_are_refused_rather_than_one_forgotten(desk: APIClient) -> None:
    files = [SimpleUploadedFile(f"{each}.pdf", build.pdf(f"lettre {each}")) for each in range(2)]
    answer = desk.post("/api/v1/mails/", {"file": files}, format="multipart")
    assert answer.status_code == 400
    assert "Un seul fichier" in answer.json()["detail"]


def test_a_file_under_another_name_beside_the_letter_is_refused_too(desk: APIClient) -> None:
    sent = {"file": SimpleUploadedFile("a.pdf", build.pdf("a")), "annexe": SimpleUploadedFile("b.pdf", b"b")}
    answer = desk.post("/api/v1/mails/", sent, format="multipart")
    assert answer.status_code == 400
    assert "Un seul fichier" in answer.json()["detail"]


def test_a_thousand_files_at_once_are_refused(desk: APIClient) -> None:
    files = [SimpleUploadedFile(f"{each}.pdf", b"%PDF-1.7") for each in range(1000)]
    answer = desk.post("/api/v1/mails/", {"file": files}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("day", ["demain", "2026-02-30", "30/02/2026", "2026-13-01", "0000-00-00", "9" * 500])
def test_a_day_that_does_not_exist_is_refused(desk: APIClient, day: str) -> None:
    answer = hand_in(desk, build.pdf("autre"), received_on=day)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["received_on"]


def test_a_letter_cannot_have_come_tomorrow(desk: APIClient) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = hand_in(desk, build.pdf("autre"), received_on=tomorrow.isoformat())
    assert (answer.status_code, answer.json()["code"]) == (400, "future")
    assert "avenir" in answer.json()["detail"]


def test_a_channel_that_does_not_exist_is_refused(desk: APIClient) -> None:
    answer = hand_in(desk, build.pdf("autre"), channel="pigeon")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["channel"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x\r\n",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF',
        b"\xff" * 99,
    ],
)
def test_a_broken_multipart_body_is_refused(desk: APIClient, body: bytes) -> None:
    answer = desk.generic("POST", "/api/v1/mails/", body, content_type="multipart/form-data; boundary=x")
    assert 400 <= answer.status_code < 500
    assert answer.json()["detail"]


def test_a_multipart_body_without_a_boundary_is_refused(desk: APIClient) -> None:
    answer = desk.generic("POST", "/api/v1/mails/", b"abc", content_type="multipart/form-data")
    assert answer.status_code == 400


def test_a_deposit_as_json_is_told_what_is_wanted(desk: APIClient) -> None:
    answer = desk.post("/api/v1/mails/", {"file": "x"}, format="json")
    assert answer.status_code == 415
