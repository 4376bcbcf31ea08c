"""What comes to a mailbox of a real IMAP server becomes letters, once each; what can't be one is put aside."""

from __future__ import annotations

import io
from collections.abc import Iterator
from email.message import EmailMessage
from uuid import uuid4

import pikepdf
import pytest
from django.utils import timezone
from imapclient import IMAPClient
from PIL import Image

from courrier.capture import mailbox as taking
from courrier.capture.mailbox import look_into_all
from courrier.capture.message_sheet import Sheet, sheet_of
from courrier.capture.messages import Read, read
from courrier.mail.models import Channel, DocumentRole, Mail
from courrier.mail.registration import Refused
from courrier.mailboxes.models import LEASE, Mailbox, Message, Security
from courrier.organisations.models import Organisation
from tests import build
from tests.conftest import address_of
from tests.worker import work_off

pytestmark = [pytest.mark.imap, pytest.mark.django_db]


@pytest.fixture
def box(cazalis: Organisation, settings) -> Mailbox:  # type: ignore[no-untyped-def]
    """An empty mailbox of the town."""
    host, _, port = (address_of("imap") or "").removeprefix("imap://").partition(":")
    settings.MAILBOX_INNER_HOSTS = [host]
    found = Mailbox(
        organisation=cazalis,
        address="mairie@cazalis.example",
        host=host,
        port=int(port),
        security=Security.PLAIN,
        username=f"mairie-{uuid4().hex}",
    )
    found.give_password("lettre")
    found.save()
    return found


@pytest.fixture
def server(box: Mailbox) -> Iterator[IMAPClient]:
    with IMAPClient(box.host, box.port, ssl=False) as client:
        client.login(box.username, "lettre")
        yield client


def message(text: str = "Bonjour,\n\nJe demande une place en crèche.", **files: bytes) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Jeanne Martin <jeanne.martin@exemple.fr>"
    made["To"] = "mairie@cazalis.example"
    made["Subject"] = "Demande de place en crèche"
    made["Date"] = "Tue, 03 Mar 2026 09:12:00 +0100"
    made["Message-ID"] = f"<{uuid4().hex}@exemple.fr>"
    made.set_content(text)
    for name, content in files.items():
        made.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name.replace("_", ".")
        )
    return made


def put(server: IMAPClient, made: EmailMessage | bytes) -> None:
    server.append("INBOX", made if isinstance(made, bytes) else made.as_bytes())


def inside(server: IMAPClient, folder: str) -> int:
    if not server.folder_exists(folder):
        return 0
    return int(server.select_folder(folder, readonly=True)[b"EXISTS"])


def pages_of(mail: Mail) -> int:
    return mail.documents.get(role=DocumentRole.ORIGINAL).page_count


def test_a_message_becomes_a_letter_with_its_files_and_leaves_the_inbox(
    box: Mailbox, server: IMAPClient
) -> None:
    put(server, message(plan_pdf=build.pdf(), devis_docx=b"PK\x03\x04 no pdf"))
    assert look_into_all() == {"received": 1}
    mail = Mail.objects.get()
    assert (mail.channel, mail.organisation, mail.registered_by) == (Channel.EMAIL, box.organisation, None)
    assert pages_of(mail) == 2
    kept = mail.documents.filter(role=DocumentRole.ANNEX).values_list("name", flat=True)
    assert sorted(kept) == ["devis.docx", "message d'origine.eml"]
    assert (inside(server, "INBOX"), inside(server, "Enregistrés")) == (0, 1)
    box.refresh_from_db()
    assert box.looked_at is not None
    assert box.trouble == ""


def test_what_it_says_is_read_and_understood(box: Mailbox, server: IMAPClient) -> None:
    put(server, message())
    look_into_all()
    work_off()
    mail = Mail.objects.get()
    assert "place en crèche" in mail.pages.get().text
    assert mail.suggestions.filter(field="sender").exists()
    sender = mail.suggestions.filter(field="sender").order_by("rank").first()
    assert sender is not None
    assert "jeanne.martin@exemple.fr" in str(sender.value)


def test_html_alone_is_laid_out_and_loads_nothing(box: Mailbox, server: IMAPClient) -> None:
    made = message()
    made.set_content(
        "<p>Bonjour,</p><table><tr><td>Parcelle</td><td>AB 12</td></tr></table>"
        "<img src='https://exemple.fr/pixel.gif'><script>alert(1)</script>",
        subtype="html",
    )
    put(server, made)
    look_into_all()
    work_off()
    text = Mail.objects.get().pages.get().text
    assert "AB 12" in text
    assert "alert" not in text


def test_a_photograph_becomes_a_page_and_a_logo_does_not(box: Mailbox, server: IMAPClient) -> None:
    photograph, logo = io.BytesIO(), io.BytesIO()
    Image.effect_noise((900, 1200), 60).save(photograph, "JPEG")
    Image.new("RGB", (60, 20)).save(logo, "PNG")
    made = message()
    made.set_content('<p>Voir la photo.</p><img src="cid:logo">', subtype="html")
    made.add_related(logo.getvalue(), "image", "png", cid="<logo>")
    made.add_attachment(photograph.getvalue(), maintype="image", subtype="jpeg", filename="photo.jpg")
    put(server, made)
    look_into_all()
    assert pages_of(Mail.objects.get()) == 2


def test_pictures_of_every_kind_become_pages(box: Mailbox, server: IMAPClient) -> None:
    colours = Image.effect_noise((300, 400), 60)
    made = {}
    for kind, mode in (("tiff", "I;16"), ("png", "RGBA"), ("webp", "RGB"), ("heif", "RGB")):
        picture = io.BytesIO()
        (Image.new(mode, (300, 400)) if mode == "I;16" else colours.convert(mode)).save(picture, kind)
        made[f"photo_{kind}"] = picture.getvalue()
    put(server, message("Photos", **made))
    look_into_all()
    assert pages_of(Mail.objects.get()) == 1 + len(made)


def test_a_look_that_dies_before_moving_the_message_registers_it_once(
    box: Mailbox, server: IMAPClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(server, message())

    def dies(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(taking, "move", dies)
        with pytest.raises(KeyboardInterrupt):
            look_into_all()
    assert inside(server, "INBOX") == 1
    assert look_into_all() == {"received": 1}
    assert Mail.objects.count() == 1
    assert (inside(server, "INBOX"), inside(server, "Enregistrés")) == (0, 1)


def test_a_registration_that_fails_leaves_no_number_and_the_message_where_it_was(
    box: Mailbox, server: IMAPClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(server, message())

    def full(*_given: object, **_more: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(taking, "keep_beside", full)
        look_into_all()
    assert (Mail.objects.count(), Message.objects.count(), inside(server, "INBOX")) == (0, 0, 1)
    box.refresh_from_db()
    assert box.trouble
    assert look_into_all() == {"received": 1}
    assert Mail.objects.get().sequence == 1


def test_a_message_that_nothing_can_be_made_of_stays_and_the_others_go_on(
    box: Mailbox, server: IMAPClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(server, message("première"))
    put(server, message("seconde"))

    def choke(given: Read) -> Sheet:
        if "première" in given.text:
            raise RuntimeError("no page can be laid out")
        return sheet_of(given)

    with monkeypatch.context() as patched:
        patched.setattr(taking, "sheet_of", choke)
        assert look_into_all() == {"left": 1, "received": 1, "trouble": 1}
    assert (Mail.objects.count(), inside(server, "INBOX"), inside(server, "Enregistrés")) == (1, 1, 1)
    box.refresh_from_db()
    assert "reste dans la boîte" in box.trouble
    assert look_into_all() == {"received": 1}
    box.refresh_from_db()
    assert box.trouble == ""
    assert inside(server, "INBOX") == 0


def test_the_same_message_twice_is_one_letter(box: Mailbox, server: IMAPClient) -> None:
    made = message()
    put(server, made)
    put(server, made)
    assert look_into_all() == {"received": 2}
    assert Mail.objects.count() == 1
    assert inside(server, "Enregistrés") == 2


def test_what_is_refused_is_put_aside_with_the_reason(
    box: Mailbox, server: IMAPClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(server, message())

    def refuse(*_given: object) -> None:
        raise Refused("too_many_pages", "Trop de pages.", 413)

    monkeypatch.setattr(taking, "receive", refuse)
    assert look_into_all() == {"refused": 1}
    assert Message.objects.get().reason == "Trop de pages."
    assert (inside(server, "INBOX"), inside(server, "Refusés")) == (0, 1)


def test_a_message_beyond_the_limit_is_refused_without_being_fetched(
    box: Mailbox, server: IMAPClient, settings
) -> None:  # type: ignore[no-untyped-def]
    settings.UPLOAD_MAX_BYTES = 2**20
    put(server, message(gros_bin=b"x" * 2**20))
    assert look_into_all() == {"refused": 1}
    assert "trop gros" in Message.objects.get().reason


@pytest.mark.parametrize(
    "content",
    [
        b"\r\n",
        b"\x00\xff\xfe" * 300,
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: text/plain; charset=nope\r\n\r\n\xe9t\xe9",
        b"From: =?utf-8?q?=E2=80=AEevil?= <a@b>\r\nSubject: =?x?y?z?=\r\nDate: never\r\n\r\ntexte",
        b"Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny",
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 3000,
    ],
    ids=["empty", "noise", "unknown charset", "odd headers", "nested", "deep html"],
)
def test_a_broken_message_is_kept_all_the_same(box: Mailbox, server: IMAPClient, content: bytes) -> None:
    put(server, content)
    assert sum(look_into_all().values()) == 1
    assert inside(server, "INBOX") == 0
    assert Message.objects.count() == 1


def test_a_broken_file_is_kept_beside_the_letter(box: Mailbox, server: IMAPClient) -> None:
    put(server, message(plan_pdf=b"%PDF-1.7 broken"))
    assert look_into_all() == {"received": 1}
    mail = Mail.objects.get()
    assert pages_of(mail) == 1
    assert mail.documents.filter(role=DocumentRole.ANNEX, name="plan.pdf").exists()


def test_a_wrong_password_is_said_on_the_mailbox_and_the_others_go_on(
    box: Mailbox, server: IMAPClient
) -> None:
    put(server, message())
    wrong = Mailbox.objects.get(pk=box.pk)
    wrong.pk, wrong.username = None, "quelqu-un"
    wrong.give_password("autre")
    wrong.save()
    assert look_into_all() == {"received": 1, "trouble": 1}
    wrong.refresh_from_db()
    assert "mot de passe" in wrong.trouble
    assert wrong.trouble_since is not None


def test_one_worker_at_a_time_looks_into_a_mailbox_and_a_dead_one_is_followed(box: Mailbox) -> None:
    now = timezone.now()
    assert box.take_hold(now)
    assert not box.take_hold(now)
    assert box.take_hold(now + LEASE + LEASE)


def test_a_server_outside_is_reached_by_tls_on_the_ports_of_imap(box: Mailbox, settings) -> None:  # type: ignore[no-untyped-def]
    settings.MAILBOX_INNER_HOSTS = []
    look_into_all()
    box.refresh_from_db()
    assert "chiffrement" in box.trouble


def test_a_sealed_password_is_not_in_the_database(box: Mailbox, settings) -> None:  # type: ignore[no-untyped-def]
    assert "lettre" not in Mailbox.objects.values_list("sealed_password", flat=True).get()
    settings.SECRET_KEY = "another"
    assert box.password is None
    settings.SECRET_KEY_FALLBACKS = ["only for tests"]
    assert box.password == "lettre"


def test_the_sheet_of_a_message_can_be_opened(box: Mailbox, server: IMAPClient) -> None:
    sheet = sheet_of(read(message("\n".join(["ligne"] * 200), plan_pdf=build.pdf()).as_bytes()))
    assert len(pikepdf.open(io.BytesIO(sheet.pdf)).pages) > 3
