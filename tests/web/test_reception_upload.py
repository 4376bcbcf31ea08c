"""Files handed in at the desk: each stands for itself."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courrier.mail.models import Channel, Mail
from tests import bad_files, build
from tests.web import town as towns

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


def scan(name: str = "lettre.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, build.pdf() if content is None else content)


def send(client: Client, *files: SimpleUploadedFile, **more: str):  # type: ignore[no-untyped-def]
    return client.post(reverse("web:upload"), {"file": list(files), **more}, **JSON)


def test_a_file_becomes_a_letter_with_its_number(town: towns.Town) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    answer = send(town.client(), scan(), received_on=yesterday.isoformat(), channel="counter")
    mail = Mail.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": mail.pk, "number": mail.number}
    assert (mail.received_on, mail.channel) == (yesterday, Channel.COUNTER)
    assert mail.registered_by == town.desk


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("vide.pdf", b"", 400),
        ("texte.pdf", b"ceci n'est pas un PDF " * 50, 415),
        ("coupe.pdf", bad_files.truncated_pdf, 422),
        ("secret.pdf", bad_files.encrypted_pdf, 422),
        ("courriers.zip", bad_files.zip_of_pdfs, 415),
    ],
)
def test_a_file_that_is_no_letter_is_refused_in_french(town, name, content, status) -> None:  # type: ignore[no-untyped-def]
    content = content() if callable(content) else content
    answer = send(town.client(), scan(name, content))
    assert answer.status_code == status
    assert answer.json()["message"].endswith((".", ":"))
    assert answer.json()["code"]
    assert not Mail.objects.exists()


def test_the_same_bytes_twice_name_the_letter_they_are(town: towns.Town) -> None:
    client = town.client()
    first = send(client, scan()).json()
    again = send(client, scan("autre nom.pdf"))
    assert again.status_code == 409
    assert again.json()["number"] == first["number"]
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("day", ["32/13/2026", "2026-02-31", "demain"])
def test_a_day_that_is_none_is_refused(town: towns.Town, day: str) -> None:
    answer = send(town.client(), scan(), received_on=day)
    assert answer.status_code == 400
    assert "date" in answer.json()["message"]


def test_a_day_to_come_is_refused(town: towns.Town) -> None:
    day = (timezone.localdate() + timedelta(days=2)).isoformat()
    assert send(town.client(), scan(), received_on=day).status_code == 400


def test_by_script_one_file_at_a_time(town: towns.Town) -> None:
    assert send(town.client()).status_code == 400
    assert send(town.client(), scan("a.pdf"), scan("b.pdf", build.pdf("autre"))).status_code == 400
    assert not Mail.objects.exists()


def test_a_plain_form_takes_the_good_files_and_names_the_others(town: towns.Town) -> None:
    good, other = scan("un.pdf"), scan("deux.pdf", build.pdf("une autre lettre"))
    answer = town.client().post(
        reverse("web:upload"),
        {"file": [good, scan("vide.pdf", b""), other]},
        HTTP_ACCEPT="text/html",
        follow=True,
    )
    page = answer.content.decode()
    assert Mail.objects.count() == 2
    assert "2 courriers enregistrés." in page
    assert "vide.pdf" in page
    assert "un.pdf" in page  # in the list, as long as its subject is not known


def test_a_plain_form_without_a_file_says_so(town: towns.Town) -> None:
    answer = town.client().post(reverse("web:upload"), HTTP_ACCEPT="text/html", follow=True)
    assert "Choisissez au moins un fichier" in answer.content.decode()


def test_only_the_desk_and_the_direction_hand_letters_in(town: towns.Town) -> None:
    assert send(town.client(town.agent), scan()).status_code == 403
    assert send(town.client(town.direction), scan()).status_code == 201


def test_a_hostile_name_stays_a_name(town: towns.Town) -> None:
    send(town.client(), scan("../../<script>alert(1)</script>.pdf"))
    page = town.client().get(reverse("web:reception")).content.decode()
    assert "<script>alert" not in page
    assert ".." not in Mail.objects.get().documents.get().name
