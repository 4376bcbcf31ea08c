"""The lines people read of what happened: each written once, settled, unsaid, in the transaction of what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from courrier.mail.models import Mail
from courrier.notifications.models import Kind, Notification
from courrier.organisations.models import User


def notification(
    organisation_id: int,
    mail: Mail | None,
    user_id: int,
    kind: Kind,
    key: str,
    actor: User | None,
    names: Collection[str],
    data: dict[str, Any],
) -> Notification:
    pieces = {name: value for name, value in data.items() if value not in (None, "")}
    return Notification(
        organisation_id=organisation_id,
        mail=mail,
        user_id=user_id,
        kind=kind,
        key=key,
        by=str(actor) if actor else "",
        data=pieces | ({"names": list(names)} if names else {}),
    )


def keep(rows: Iterable[Notification]) -> None:
    """Write them, but for those whose person has heard of the same thing before."""
    Notification.objects.bulk_create(list(rows), ignore_conflicts=True, batch_size=500)


def settle(mail_id: int, key: str) -> None:
    """Nothing is left to do about a thing: who has not read of it yet need not."""
    Notification.objects.unread().filter(mail=mail_id).about(key).update(read_at=timezone.now())


def unsay(mail_id: int, since: datetime, key: str) -> None:
    """What was done with a letter since then was undone, and the thing that `key` names, told just before it.

    Who has read of it keeps the line. Notes stay written.
    """
    rows = Notification.objects.to_email().filter(Q(created_at__gte=since) | Q(key=key), mail=mail_id)
    rows.exclude(kind__in=[Kind.MENTION, Kind.ANSWER]).delete()
