"""Taking a letter that somebody brings to the kiosk, and saying later what became of it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courrier.kiosk.models import Deposit
from courrier.mail.models import Assignment, Confidentiality, Mail, MailState
from courrier.mail.registration import Refused, Upload
from courrier.organisations.models import Organisation
from courrier.organisations.typed_code import as_typed, new_code
from courrier.replies.models import ReplyPurpose, ReplyState
from workflows.reception import receive

NOT_FOUND = gettext_lazy("Aucun dépôt ne correspond à ce numéro et à ce code. Vérifiez-les sur votre reçu.")
"""The same words whether the number, the code or both are wrong."""


def hashed(code: str) -> str:
    """What is kept of a code: of 130 bits, so one round of a keyed hash is enough."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"kiosk {code}".encode(), hashlib.sha256).hex()


def deposit(organisation: Organisation, upload: Upload, name: str = "", email: str = "") -> tuple[Mail, str]:
    """Take the letter in as reception does; returns it with the code, which is nowhere else.

    Raises Refused, for a file that is there already too: without saying under which number.
    """
    code = new_code()
    try:
        with transaction.atomic():
            mail = receive(organisation, upload, None)
            Deposit.objects.create(
                organisation=organisation,
                mail=mail,
                code_hash=hashed(code),
                name=name.strip()[:120],
                email=email.strip(),
            )
    except Refused as refused:
        if refused.code != "duplicate":
            raise
        raise Refused("duplicate", _("La mairie a déjà reçu ce document."), 409) from refused
    return mail, code


@dataclass(frozen=True, slots=True)
class Standing:
    """What everybody who has number and code may know; nothing of the letter itself."""

    number: str
    organisation: str
    received_at: datetime
    step: str
    """received, handled, answered, closed or cancelled"""
    departments: Sequence[str] = ()
    since: datetime | None = None


def standing(number: str, code: str) -> Standing | None:
    """What became of a deposit; None for a number, a code or both that are wrong, in the same time.

    The code alone finds the row, by its hash; the number is then compared, to whatever was found. What became of the
    letter is asked for once both are right.
    """
    rows = Deposit.objects.select_related("mail", "organisation__kiosk")
    found = rows.filter(code_hash=hashed(as_typed(code)), organisation__kiosk__tells_state=True).first()
    known = found.mail.number if found else "?"
    fits = hmac.compare_digest(plain(known).encode(), plain(number).encode())
    return told(found) if found and fits else None


def plain(number: str) -> str:
    return "".join(each for each in number.upper() if each.isalnum())[:40]


def told(found: Deposit) -> Standing:
    mail = found.mail
    step, since = step_of(mail)
    personal = mail.confidentiality == Confidentiality.PERSONAL
    working = Assignment.objects.open().for_action().filter(mail=mail).order_by("pk")
    return Standing(
        number=mail.number,
        organisation=str(found.organisation),
        received_at=found.at,
        step=step,
        departments=list(working.values_list("department__name", flat=True))
        if step == "handled" and not personal
        else (),
        since=since,
    )


def step_of(mail: Mail) -> tuple[str, datetime | None]:
    sent = [each.sent_at for each in mail.replies.all() if answers(each.state, each.purpose) and each.sent_at]
    if mail.state == MailState.CANCELLED:
        return "cancelled", mail.state_since
    if sent:
        return "answered", max(sent)
    if mail.state == MailState.CLOSED:
        return "closed", mail.closed_at
    if mail.state == MailState.IN_PROGRESS:
        return "handled", mail.state_since
    return "received", None


def answers(state: str, purpose: str) -> bool:
    return state == ReplyState.SENT and purpose == ReplyPurpose.ANSWER
