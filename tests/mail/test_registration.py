import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from courrier.mail.content import open_content
from courrier.mail.models import Channel, Document, Mail, MailState
from courrier.mail.registration import Refused, Upload, cancel
from courrier.organisations.models import Role
from tests import build
from workflows.reception import receive

pytestmark = pytest.mark.django_db


def test_a_letter_gets_the_next_number_of_its_year() -> None:
    town = build.organisation()
    first = receive(town, build.upload(), None)
    second = receive(town, build.upload(build.pdf("autre lettre")), None)
    year = timezone.localdate().year
    assert [first.number, second.number] == [f"A-{year}-00001", f"A-{year}-00002"]


def test_each_collectivite_counts_for_itself() -> None:
    one, other = build.organisation("cazalis"), build.organisation("lucmau")
    assert receive(one, build.upload(), None).sequence == 1
    assert receive(other, build.upload(), None).sequence == 1


def test_the_bytes_are_kept_as_they_came() -> None:
    content = build.pdf()
    mail = receive(build.organisation(), build.upload(content), None)
    original = mail.documents.get()
    with open_content(original.sha256) as kept:
        assert kept.read() == content


def test_the_same_file_again_is_refused_with_the_number_it_has() -> None:
    town, content = build.organisation(), build.pdf()
    first = receive(town, build.upload(content), None)
    with pytest.raises(Refused, match=first.number) as refusal:
        receive(town, build.upload(content, name="copie.pdf"), None)
    assert (refusal.value.code, refusal.value.status) == ("duplicate", 409)
    assert Mail.objects.count() == 1
    following = receive(town, build.upload(build.pdf("autre lettre")), None)
    assert following.sequence == 2, "a refusal takes no number"


def test_the_same_file_is_no_duplicate_in_another_collectivite() -> None:
    content = build.pdf()
    receive(build.organisation("cazalis"), build.upload(content), None)
    receive(build.organisation("lucmau"), build.upload(content), None)
    assert Document.objects.count() == 2


def test_a_cancelled_letter_keeps_its_number_and_frees_its_file() -> None:
    town, content = build.organisation(), build.pdf()
    desk = build.member(town, Role.RECEPTION)
    first = receive(town, build.upload(content), desk)
    cancel(first.pk, desk, "numérisé deux fois")
    first.refresh_from_db()
    assert (first.state, first.cancelled_reason, first.sequence) == (
        MailState.CANCELLED,
        "numérisé deux fois",
        1,
    )
    assert receive(town, build.upload(content), desk).sequence == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b"just a text", "not_supported"), (b"%PDF-1.7\ntruncated", "truncated")],
)
def test_a_file_that_is_no_letter_is_refused_and_leaves_nothing(
    content: bytes, code: str, data_folder: Path
) -> None:
    with pytest.raises(Refused) as refusal:
        receive(build.organisation(), build.upload(content), None)
    assert refusal.value.code == code
    assert 400 <= refusal.value.status < 500
    assert not Mail.objects.exists()
    assert not [path for path in data_folder.rglob("*") if path.is_file()]


def test_a_reception_date_in_the_future_is_refused() -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused) as refusal:
        receive(build.organisation(), build.upload(received_on=tomorrow), None)
    assert refusal.value.code == "future"


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\boot.ini", "\x00\x1b[2Jlettre.pdf", "/"])
def test_a_hostile_name_stays_a_name(name: str) -> None:
    file = Upload(name, io.BytesIO(build.pdf()), Channel.UPLOAD)
    kept = receive(build.organisation(), file, None).documents.get().name
    assert kept
    assert not set(kept) & set("/\\\x00\x1b")
    assert not kept.startswith(".")
