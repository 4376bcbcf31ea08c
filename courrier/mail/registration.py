"""Taking a letter into the register: bytes, number, line, in that order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import ocr
from courrier.audit.chain import record
from courrier.mail.content import Spooled, keep, spooled
from courrier.mail.locking import changed, enter, locked
from courrier.mail.models import (
    Channel,
    Direction,
    Document,
    DocumentRole,
    Mail,
    MailState,
    RegisterCounter,
)
from courrier.mail.refusals import Refused, refusal_of
from courrier.mail.rights import acting_for
from courrier.organisations.models import Organisation, User

__all__ = ["Prepared", "Refused", "Upload", "cancel", "prepared", "register"]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody hands in, with what they say of it; `again` to register it though it is there already."""

    name: str
    file: IO[bytes]
    channel: Channel = Channel.UPLOAD
    received_on: date | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """An upload whose bytes are checked and kept."""

    sha256: str
    size: int
    media_type: str
    page_count: int
    name: str
    channel: Channel
    received_on: date
    again: bool = False


@contextmanager
def prepared(upload: Upload) -> Iterator[Prepared]:
    """Check the file and keep its bytes; raises Refused and keeps nothing where it can't be a letter."""
    received_on = upload.received_on or timezone.localdate()
    if received_on > timezone.localdate():
        raise Refused("future", _("La date de réception est dans l'avenir : vérifiez-la."), 400)
    with spooled(upload.file, limit=settings.UPLOAD_MAX_BYTES) as spool:
        inspection = inspected(spool)
        keep(spool)
        yield Prepared(
            sha256=spool.sha256,
            size=spool.size,
            media_type=inspection.kind,
            page_count=inspection.pages,
            name=safe_name(upload.name),
            channel=upload.channel,
            received_on=received_on,
            again=upload.again,
        )


def inspected(spool: Spooled) -> ocr.Inspection:
    if spool.size > settings.UPLOAD_MAX_BYTES:
        raise refusal_of("too_large")
    try:
        return ocr.inspect(spool.path, max_pages=settings.UPLOAD_MAX_PAGES)
    except ocr.ReadError as error:
        raise refusal_of(error.code) from error


def safe_name(name: str) -> str:
    """The last part of a file name, without anything that a path or a terminal would obey."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f\x7f]", "", last).strip(". ")[:200] or "courrier"


def register(organisation: Organisation, upload: Prepared, user: User | None) -> Mail:
    """Give the next number and write the letter down; raises Refused for a file that is already there.

    The counter's row is locked first: numbers follow without a gap, and the same file handed in twice at once
    is seen as the same file.
    """
    with transaction.atomic():
        now = timezone.now()
        year = timezone.localdate(now).year
        counter = locked_counter(organisation, Direction.INCOMING, year)
        if not upload.again:
            refuse_known(organisation, upload.sha256)
        counter.last += 1
        counter.save(update_fields=["last"])
        mail = Mail(
            organisation=organisation,
            direction=Direction.INCOMING,
            year=year,
            sequence=counter.last,
            number=f"{organisation.number_prefix}-{year}-{counter.last:05d}",
            channel=upload.channel,
            received_on=upload.received_on,
            registered_at=now,
            registered_by=user,
        )
        changed(mail)
        Document.objects.create(
            organisation=organisation,
            mail=mail,
            role=DocumentRole.ORIGINAL,
            sha256=upload.sha256,
            size=upload.size,
            media_type=upload.media_type,
            name=upload.name,
            page_count=upload.page_count,
        )
        record(
            organisation,
            "registered",
            mail_id=mail.pk,
            actor=user,
            number=mail.number,
            channel=upload.channel,
            file=upload.name,
            sha256=upload.sha256,
        )
        return mail


def locked_counter(organisation: Organisation, direction: Direction, year: int) -> RegisterCounter:
    """The counter's row, held until the transaction ends."""
    RegisterCounter.objects.get_or_create(organisation=organisation, direction=direction, year=year)
    counters = RegisterCounter.objects.select_for_update()
    return counters.get(organisation=organisation, direction=direction, year=year)


def refuse_known(organisation: Organisation, sha256: str) -> None:
    known = (
        Document.objects.filter(organisation=organisation, sha256=sha256, role=DocumentRole.ORIGINAL)
        .exclude(mail__state=MailState.CANCELLED)
        .select_related("mail")
        .first()
    )
    if known is not None:
        message = _("Ce fichier est déjà enregistré sous le numéro %(number)s.") % {
            "number": known.mail.number
        }
        raise Refused("duplicate", message, 409, mail=known.mail)


def cancel(mail_id: int, user: User, reason: str) -> Mail:
    """Cancel a letter registered by mistake: its number stays in the register with the reason."""
    with locked(mail_id) as mail:
        enter(mail, MailState.CANCELLED)
        mail.cancelled_reason = reason
        changed(mail)
        record(
            mail.organisation,
            "cancelled",
            mail_id=mail.pk,
            actor=user,
            on_behalf_of=acting_for(user, mail),
            reason=reason,
        )
        return mail
