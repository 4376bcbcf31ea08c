"""Letters that come by e-mail: each message of a mailbox becomes a letter, once, and leaves the inbox."""

from __future__ import annotations

import hashlib
import io
import logging
from collections import Counter
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from imapclient import IMAPClient

from courrier.capture.message_sheet import sheet_of
from courrier.capture.messages import Read, read
from courrier.mail.content import store
from courrier.mail.models import Channel, Document, DocumentRole, Mail
from courrier.mail.registration import Refused, Upload, safe_name
from courrier.mailboxes.connecting import MailboxTrouble, connected, select
from courrier.mailboxes.models import Mailbox, Message, Outcome
from workflows.reception import receive

logger = logging.getLogger(__name__)

AT_ONCE = 100
"""Messages taken in one look; the rest wait for the next, so that nobody's mailbox holds up the others'."""

LEFT = "left"
"""What became of a message that could be neither registered nor refused."""

Tally = Counter[str]


def look_into_all() -> Tally:
    """Look once into every mailbox in use; trouble with one is written on it, and the others go on."""
    tally: Tally = Counter()
    for mailbox in Mailbox.objects.filter(active=True).select_related("organisation"):
        if mailbox.take_hold(timezone.now()):
            tally += look_into(mailbox)
    return tally


def look_into(mailbox: Mailbox) -> Tally:
    """Take what waits in a mailbox that this worker holds, and let it go."""
    tally: Tally = Counter()
    trouble = _("La relève s'est interrompue ; elle reprend d'elle-même.")
    try:
        with connected(mailbox) as client:
            take_all(client, mailbox, tally)
        trouble = ""
    except MailboxTrouble as found:
        trouble = found.message
        logger.warning("mailbox %s: %s", mailbox.pk, found.message)
        tally["trouble"] += 1
    except Exception:
        logger.exception("mailbox %s", mailbox.pk)
        tally["trouble"] += 1
    finally:
        mailbox.let_go(trouble)
    return tally


def take_all(client: IMAPClient, mailbox: Mailbox, tally: Tally) -> None:
    select(client, mailbox)
    for name in (mailbox.done_folder, mailbox.refused_folder):
        if not client.folder_exists(name):
            client.create_folder(name)
    waiting = sorted(client.search(["NOT", "DELETED"]))[:AT_ONCE]
    for uid, facts in sorted(client.fetch(waiting, ["RFC822.SIZE", "INTERNALDATE"]).items()):
        outcome = take(client, mailbox, uid, int(facts[b"RFC822.SIZE"]), facts[b"INTERNALDATE"])
        tally[outcome] += 1
        if outcome != LEFT:
            move(client, uid, mailbox.refused_folder if outcome == Outcome.REFUSED else mailbox.done_folder)
    if tally[LEFT]:
        raise MailboxTrouble(
            _("Un message n'a pas pu être enregistré : il reste dans la boîte et sera repris.")
        )


def move(client: IMAPClient, uid: int, folder: str) -> None:
    if client.has_capability("MOVE"):
        client.move([uid], folder)
        return
    client.copy([uid], folder)
    client.delete_messages([uid])
    client.expunge([uid]) if client.has_capability("UIDPLUS") else client.expunge()


def take(client: IMAPClient, mailbox: Mailbox, uid: int, size: int, arrived: datetime) -> str:
    """Deal with one message; what was dealt with before a crash, and not moved, keeps its outcome.

    Trouble of ours with one leaves it where it is, for the next look, and the others go on.
    """
    if size > settings.UPLOAD_MAX_BYTES:
        reason = _("Le message est trop gros : %(n)d Mo au plus.") % {"n": settings.UPLOAD_MAX_BYTES // 2**20}
        return noted(mailbox, hashlib.sha256(f"{uid}:{size}:{arrived}".encode()).hexdigest(), Read(), reason)
    content: bytes = client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
    sha256 = hashlib.sha256(content).hexdigest()
    known = Message.objects.filter(mailbox=mailbox, sha256=sha256).first()
    if known is not None:
        return known.outcome
    try:
        return dealt_with(mailbox, sha256, content, day_of(arrived))
    except Exception:
        logger.exception("message %s of mailbox %s is left for the next look", uid, mailbox.pk)
        return LEFT


def dealt_with(mailbox: Mailbox, sha256: str, content: bytes, day: date) -> str:
    message = read(content)
    try:
        return registered(mailbox, sha256, content, message, day)
    except Refused as refusal:
        return noted(mailbox, sha256, message, refusal.message, refusal.mail)


def day_of(arrived: datetime) -> date:
    """The day the server took the message in, as the town counts days; a clock ahead of ours is not believed."""
    here = timezone.localtime(arrived if timezone.is_aware(arrived) else arrived.astimezone())
    return min(here.date(), timezone.localdate())


def registered(mailbox: Mailbox, sha256: str, content: bytes, message: Read, day: date) -> str:
    """Number, letter, files and the mark that the message was dealt with, in one transaction."""
    sheet = sheet_of(message)
    name = f"{message.subject[:100] or _('Courriel')}.pdf"
    upload = Upload(name=name, file=io.BytesIO(sheet.pdf), channel=Channel.EMAIL, received_on=day)
    with transaction.atomic():
        row = Message.objects.create(
            mailbox=mailbox, sha256=sha256, outcome=Outcome.RECEIVED, **told(message)
        )
        mail = receive(mailbox.organisation, upload, None)
        row.mail = mail
        row.save(update_fields=["mail"])
        keep_beside(mail, _("message d'origine") + ".eml", "message/rfc822", content)
        for each in sheet.beside:
            keep_beside(mail, each.name, "application/octet-stream", each.content)
    return Outcome.RECEIVED


def keep_beside(mail: Mail, name: str, media_type: str, content: bytes) -> None:
    """A file of the letter that is not read: to be saved by who handles the letter, never shown by the browser."""
    sha256, size = store(io.BytesIO(content))
    Document.objects.get_or_create(
        mail=mail,
        role=DocumentRole.ANNEX,
        sha256=sha256,
        defaults={
            "organisation_id": mail.organisation_id,
            "size": size,
            "media_type": media_type,
            "name": safe_name(name),
        },
    )


def noted(mailbox: Mailbox, sha256: str, message: Read, reason: str, mail: Mail | None = None) -> str:
    """Remember why a message made no letter."""
    outcome = Outcome.DUPLICATE if mail else Outcome.REFUSED
    try:
        with transaction.atomic():
            Message.objects.create(
                mailbox=mailbox,
                sha256=sha256,
                outcome=outcome,
                mail=mail,
                reason=reason[:300],
                **told(message),
            )
    except IntegrityError:
        pass  # noted before a crash
    return outcome


def told(message: Read) -> dict[str, str]:
    return {"sender": (message.address or message.sender)[:200], "subject": message.subject[:200]}
