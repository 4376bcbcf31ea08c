"""Handing a letter in at the kiosk, without an account."""

from __future__ import annotations

import pikepdf
import pytest
from django.core import mail as outbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.kiosk.models import Deposit
from courrier.mail.content import document_file
from courrier.mail.models import Channel, Mail, MailState
from courrier.organisations.typed_code import as_typed, is_whole
from tests import build
from tests.bad_files import encrypted_pdf, truncated_pdf
from tests.kiosk.conftest import Hand, Town, pdf, photo
from tests.worker import work_off
from workflows.models import ReceptionProcess


def test_it_is_closed_until_somebody_opens_it(town: Town, hand_in: Hand) -> None:
    assert [Client().get(path).status_code for path in ("/borne/", "/borne/cazalis/")] == [404, 404]
    assert hand_in(pdf()).status_code == 404
    town.open(takes_letters=False)
    assert hand_in(pdf()).status_code == 404
    assert not Mail.objects.exists()


def test_a_pdf_becomes_a_letter_like_others_with_a_receipt(town: Town, hand_in: Hand) -> None:
    town.open()
    answer = hand_in(pdf())
    assert answer.status_code == 201
    mail = Mail.objects.get()
    assert (mail.channel, mail.state, mail.registered_by) == (Channel.KIOSK, MailState.RECEIVED, None)
    assert ReceptionProcess.objects.filter(mail=mail).exists()
    page, code = answer.content.decode(), answer.context["code"]
    assert mail.number in page
    assert code in page
    assert is_whole(as_typed(code))
    assert "no-store" in answer["Cache-Control"]
    work_off()
    mail.refresh_from_db()
    assert mail.state == MailState.TO_QUALIFY
    assert list(breaks(f"mail:{mail.pk}")) == []


def test_the_code_is_kept_nowhere_but_as_a_hash(town: Town, hand_in: Hand) -> None:
    town.open()
    code = as_typed(hand_in(pdf(), name="Jeanne Martin").context["code"])
    deposit = Deposit.objects.get()
    assert len(deposit.code_hash) == 64
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            assert not any(code in as_typed_long(row) for row in cursor.fetchall()), table
    told = [str(event.data) for event in Event.objects.all()]
    assert not any("Jeanne" in each for each in told), "a journal that nothing leaves holds no name"


def as_typed_long(row: tuple[object, ...]) -> str:
    return "".join(each for each in str(row).upper() if each.isalnum())


def test_photographs_become_the_pages_of_one_letter(town: Town, hand_in: Hand) -> None:
    town.open()
    assert hand_in(photo(10), photo(120), photo(240)).status_code == 201
    original = Mail.objects.get().documents.get()
    assert original.page_count == 3
    with pikepdf.open(document_file(original)) as document:
        assert len(document.pages) == 3


@pytest.mark.parametrize(
    ("file", "status"),
    [
        (SimpleUploadedFile("virus.exe", b"MZ" + b"\0" * 500, "application/pdf"), 415),
        (SimpleUploadedFile("rien.pdf", b"", "application/pdf"), 400),
        (SimpleUploadedFile("page.html", b"<script>alert(1)</script>", "text/html"), 415),
    ],
)
def test_what_is_no_letter_is_refused_in_words(
    town: Town, hand_in: Hand, file: SimpleUploadedFile, status: int
) -> None:
    town.open()
    file.seek(0)
    answer = hand_in(file)
    assert answer.status_code == status
    assert answer.context["form"].errors["documents"]
    assert not Mail.objects.exists()
    assert not Deposit.objects.exists()


@pytest.mark.parametrize("content", [encrypted_pdf, truncated_pdf])
def test_what_can_not_be_read_is_refused_at_the_door(town: Town, hand_in: Hand, content) -> None:  # type: ignore[no-untyped-def]
    town.open()
    answer = hand_in(SimpleUploadedFile("lettre.pdf", content(), "application/pdf"))
    assert answer.status_code in {413, 415, 422}
    assert not Mail.objects.exists()


def test_too_many_and_too_big_are_said_before_anything_is_read(
    town: Town, hand_in: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.open()
    assert "20 photos" in hand_in(*[photo(each) for each in range(21)]).content.decode()
    monkeypatch.setattr("courrier.web.views.kiosk.MOST_BYTES", 1024**2)
    big = SimpleUploadedFile("gros.pdf", b"%PDF" + b"\0" * 1024**2, "application/pdf")
    assert "trop gros" in hand_in(big).content.decode()
    assert not Mail.objects.exists()


def test_a_pdf_among_photographs_is_refused_and_says_which(town: Town, hand_in: Hand) -> None:
    town.open()
    answer = hand_in(photo(), pdf())
    assert answer.status_code == 415
    assert "Photo 2" in answer.content.decode()


def test_the_same_file_again_tells_no_number(town: Town, hand_in: Hand) -> None:
    town.open()
    known = build.received(town.organisation, town.desk)
    answer = hand_in(pdf())
    assert answer.status_code == 409
    assert known.number not in answer.content.decode()
    assert Mail.objects.count() == 1


def test_the_receipt_goes_by_mail_where_an_address_is_given(town: Town, hand_in: Hand) -> None:
    town.open()
    answer = hand_in(pdf(), email="jeanne@exemple.fr", name="Jeanne")
    (message,) = outbox.outbox
    assert message.to == ["jeanne@exemple.fr"]
    assert message.reply_to == ["mairie@cazalis.example"]
    assert answer.context["code"] in message.body
    assert Mail.objects.get().number in message.body
    assert "/suivi/" in message.body
    hand_in(pdf("autre lettre"), email="jeanne@exemple.fr\nBcc: tous@exemple.fr")
    assert len(outbox.outbox) == 1, "an address is an address"


def test_a_mail_server_that_does_not_answer_costs_no_deposit(town: Town, hand_in: Hand, settings) -> None:  # type: ignore[no-untyped-def]
    town.open()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = hand_in(pdf(), email="jeanne@exemple.fr")
    assert answer.status_code == 201
    assert "pas pu partir" in answer.content.decode()
    assert Mail.objects.count() == 1


def test_a_flood_is_stopped_for_a_while(town: Town, hand_in: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    from courrier.kiosk.limits import Limit

    town.open()
    monkeypatch.setattr("courrier.web.views.kiosk.DEPOSITS_OF_ADDRESS", Limit("test", 2, 60))
    assert [hand_in(pdf(f"lettre {each}")).status_code for each in range(3)] == [201, 201, 429]
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert hand_in(pdf("lettre 4"), client=elsewhere).status_code == 201
    assert int(hand_in(pdf("lettre 5"))["Retry-After"]) > 0


def test_two_collectivites_are_told_apart(town: Town) -> None:
    town.open()
    assert Client().get("/borne/")["Location"] == "/borne/cazalis/"
    other = build.organisation("lucmau")
    from courrier.kiosk.models import Kiosk

    Kiosk.objects.create(organisation=other, takes_letters=True)
    page = Client().get("/borne/").content.decode()
    assert "/borne/cazalis/" in page
    assert "/borne/lucmau/" in page


def test_reception_sees_what_the_person_typed_and_that_nobody_checked_it(town: Town, hand_in: Hand) -> None:
    town.open()
    hand_in(pdf(), name="<b>Jeanne</b>", email="jeanne@exemple.fr")
    work_off()
    client = Client()
    client.force_login(town.desk)
    page = client.get(f"/qualifier/{Mail.objects.get().number}/").content.decode()
    assert "&lt;b&gt;Jeanne&lt;/b&gt; jeanne@exemple.fr" in page
    assert Mail.objects.get().sender is None, "a name typed by anybody changes no record of correspondents"
