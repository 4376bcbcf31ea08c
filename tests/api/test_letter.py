"""What the API says of one letter."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from rest_framework.test import APIClient

from courrier.mail.content import place_of
from courrier.mail.models import Mail
from tests import build
from tests.api.conftest import Town
from tests.worker import work_off

PROMISED = {"number", "state", "pages", "subject", "sender", "letter_date", "document_type", "assignments"}
PROMISED_SUGGESTIONS = {"department", "document_type", "sender", "subject", "letter_date", "references"}


@pytest.fixture
def mail(town: Town) -> Mail:
    """A two-page letter that was read and understood."""
    second = "<div style='page-break-before: always'></div>Annexe : plan de masse de la parcelle"
    mail = build.received(town.organisation, town.reception, build.LETTER + second)
    work_off()
    mail.refresh_from_db()
    return mail


def test_a_letter_has_the_promised_fields(desk: APIClient, mail: Mail) -> None:
    said = desk.get(f"/api/v1/mails/{mail.pk}/").json()
    assert said.keys() >= PROMISED | {"suggestions"}
    assert said["number"] == mail.number
    assert said["state"] == "to_qualify"
    assert said["pages"] == 2
    assert said["assignments"] == []


def test_suggestions_come_best_first_with_their_evidence(desk: APIClient, mail: Mail) -> None:
    suggestions = desk.get(f"/api/v1/mails/{mail.pk}/").json()["suggestions"]
    assert suggestions.keys() >= PROMISED_SUGGESTIONS
    assert suggestions["department"][0]["value"] in {"URB", "FIN"}
    assert suggestions["letter_date"][0]["value"] == "2026-03-03"
    assert isinstance(suggestions["sender"][0]["value"], dict)
    for candidates in suggestions.values():
        assert [each["confidence"] for each in candidates] == sorted(
            (each["confidence"] for each in candidates), reverse=True
        )
        for each in candidates:
            assert 0 <= each["confidence"] <= 1
            for evidence in each["evidence"]:
                assert evidence["page"] in {1, 2}
                x0, y0, x1, y1 = evidence["box"]
                assert 0 <= x0 <= x1 <= 1
                assert 0 <= y0 <= y1 <= 1


def test_before_it_is_read_every_suggestion_list_is_there_and_empty(desk: APIClient, town: Town) -> None:
    mail = build.received(town.organisation)
    suggestions = desk.get(f"/api/v1/mails/{mail.pk}/").json()["suggestions"]
    assert suggestions.keys() >= PROMISED_SUGGESTIONS
    assert not any(suggestions.values())


def test_the_text_is_plain_with_form_feeds_between_pages(desk: APIClient, mail: Mail) -> None:
    answer = desk.get(f"/api/v1/mails/{mail.pk}/text/")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    first, second = answer.content.decode().split("\f")
    assert "permis de construire" in first
    assert "plan de masse" in second


@pytest.mark.parametrize("accept", ["application/pdf", "*/*", "application/json"])
def test_the_searchable_pdf_comes_whatever_is_accepted(desk: APIClient, mail: Mail, accept: str) -> None:
    answer = desk.get(f"/api/v1/mails/{mail.pk}/document.pdf", HTTP_ACCEPT=accept)
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(b"".join(answer.streaming_content))) as pdf:
        assert len(pdf.pages) == 2


def test_the_original_comes_back_byte_for_byte_to_be_saved(desk: APIClient, town: Town) -> None:
    mail = build.received(town.organisation)
    answer = desk.get(f"/api/v1/mails/{mail.pk}/original/")
    assert answer["Content-Disposition"] == 'attachment; filename="lettre.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == build.pdf()


def test_pages_come_with_words_and_boxes(desk: APIClient, mail: Mail) -> None:
    pages = desk.get(f"/api/v1/mails/{mail.pk}/pages/").json()
    assert [page["number"] for page in pages] == [1, 2]
    assert any(word[0].startswith("permis") for word in pages[0]["words"])


@pytest.mark.parametrize("part", ["text/", "document.pdf"])
def test_what_is_not_read_yet_is_no_failure_but_too_early(desk: APIClient, town: Town, part: str) -> None:
    mail = build.received(town.organisation)
    answer = desk.get(f"/api/v1/mails/{mail.pk}/{part}")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_read")


def test_a_letter_that_cannot_be_read_says_why_and_is_read_again_on_demand(
    desk: APIClient, town: Town, data_folder: Path
) -> None:
    mail = build.received(town.organisation)
    kept = data_folder / "documents" / place_of(mail.documents.get().sha256)
    away = kept.rename(data_folder / "away")
    work_off()
    said = desk.get(f"/api/v1/mails/{mail.pk}/").json()
    assert (said["state"], said["failure_code"]) == ("failed", "missing")
    assert said["failure_reason"]
    answer = desk.get(f"/api/v1/mails/{mail.pk}/text/")
    assert (answer.status_code, answer.json()["detail"]) == (409, said["failure_reason"])
    away.rename(kept)
    assert desk.post(f"/api/v1/mails/{mail.pk}/retry/").status_code == 200
    work_off()
    assert desk.get(f"/api/v1/mails/{mail.pk}/").json()["state"] == "to_qualify"


def test_a_document_whose_bytes_are_gone_is_said_to_be_missing(
    desk: APIClient, town: Town, data_folder: Path
) -> None:
    mail = build.received(town.organisation)
    (data_folder / "documents" / place_of(mail.documents.get().sha256)).unlink()
    answer = desk.get(f"/api/v1/mails/{mail.pk}/original/")
    assert (answer.status_code, answer.json()["code"]) == (404, "missing")
    assert "administrateur" in answer.json()["detail"]


def test_a_number_given_by_mistake_is_cancelled_with_its_reason(desk: APIClient, town: Town) -> None:
    mail = build.received(town.organisation)
    assert desk.post(f"/api/v1/mails/{mail.pk}/cancel/", {}, format="json").status_code == 400
    said = desk.post(f"/api/v1/mails/{mail.pk}/cancel/", {"reason": "page de test"}, format="json").json()
    assert (said["state"], said["cancelled_reason"]) == ("cancelled", "page de test")
    again = desk.post(f"/api/v1/mails/{mail.pk}/cancel/", {"reason": "encore"}, format="json")
    assert again.status_code == 409
