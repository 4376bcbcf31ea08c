"""The receipt by e-mail, for who gave an address at the kiosk."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from courrier.mail.models import Mail

logger = logging.getLogger(__name__)

PATIENCE = 8
"""Seconds: somebody stands at the kiosk and waits."""


def send_receipt(mail: Mail, code: str, email: str, address: str) -> bool:
    """Whether the mail server took the message; the receipt is on screen whether or not it did."""
    here = mail.organisation
    body = render_to_string("kiosk/receipt.txt", {"mail": mail, "code": code, "address": address})
    message = EmailMessage(
        _("Votre dépôt %(number)s") % {"number": mail.number},
        body,
        to=[email],
        reply_to=[here.email] if here.email else None,
        headers={"Auto-Submitted": "auto-generated"},
        connection=get_connection(timeout=PATIENCE),
    )
    try:
        return message.send() == 1
    except (SMTPException, OSError):
        logger.warning("the receipt of %s could not be sent", mail.number, exc_info=True)
        return False
