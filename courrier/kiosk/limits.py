"""How often one may deposit and ask: counted in the database, so the same for all processes of the site."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from courrier.kiosk.models import Count


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` times in each stretch of `minutes`."""

    name: str
    most: int
    minutes: int


DEPOSITS_OF_ADDRESS = Limit("deposit-address", 40, 60)
"""From one network address: a kiosk in the hall is one, and serves one person after the other."""

DEPOSITS_OF_ALL = Limit("deposit-all", 600, 24 * 60)
"""For one collectivité, wherever they come from: a flood fills no register."""

QUESTIONS_OF_ADDRESS = Limit("question-address", 20, 10)
QUESTIONS_ON_NUMBER = Limit("question-number", 20, 60)
"""After one number, wherever they come from."""


def too_often(limit: Limit, of: str) -> int:
    """Count one more; 0 where that is allowed, otherwise the seconds until it is again.

    What is counted is kept as a keyed hash: no network address or number stands in the table.
    """
    now = timezone.now()
    length = limit.minutes * 60
    begins = datetime.fromtimestamp(int(now.timestamp()) // length * length, UTC)
    ends = begins + timedelta(seconds=length)
    key = hmac.digest(settings.SECRET_KEY.encode(), f"{limit.name} {of}".encode(), hashlib.sha256).hex()
    with transaction.atomic():
        row, new = Count.objects.get_or_create(key=key, starts_at=begins, defaults={"ends_at": ends})
        if new:
            Count.objects.filter(ends_at__lt=now).delete()
        Count.objects.filter(pk=row.pk).update(number=F("number") + 1)
        row.refresh_from_db(fields=["number"])
    return 0 if row.number <= limit.most else max(1, int((ends - now).total_seconds()))


def address_of(request: HttpRequest) -> str:
    """The network address of who asks. Behind the proxy (BEHIND_PROXY) the one it saw, the last of its header: those
    before are what the browser claims."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded[:60]
    return str(request.META.get("REMOTE_ADDR", ""))
