"""Who says they brought a letter to the kiosk."""

from __future__ import annotations

from typing import Any

from django import template

from courrier.kiosk.models import Deposit
from courrier.mail.models import Channel, Mail

register = template.Library()


@register.inclusion_tag("web/kiosk/deposited_by.html")
def kiosk_deposit(mail: Mail) -> dict[str, Any]:
    """A notice with what was typed at the kiosk, for letters that came by it; a query for those alone."""
    if mail.channel != Channel.KIOSK:
        return {}
    return {"deposit": Deposit.objects.filter(mail=mail).first()}
