import pytest

from courrier.mail import reading
from courrier.mail.models import MailState
from tests import build
from tests.worker import work_off

pytestmark = pytest.mark.django_db


def test_a_letter_none_of_whose_pages_could_be_read_is_set_aside_not_taken_for_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost = reading.ocr.PageReading(
        number=1, width=0, height=0, text="", words=(), confidence=0.0, rotation=0, blank=False,
        warnings=("page_failed",), barcodes=(), image=None,
    )  # fmt: skip
    answer = reading.ocr.Reading(pages=(lost,), warnings=(), language="")
    monkeypatch.setattr(reading.ocr, "read", lambda *arguments, **more: answer)
    mail = build.received(build.organisation())
    work_off()
    mail.refresh_from_db()
    assert (mail.state, mail.failure_code) == (MailState.FAILED, "failed")
    assert mail.failure_reason.startswith("La lecture a échoué")
