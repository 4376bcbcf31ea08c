"""Who has a letter open right now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from courrier.live.models import Presence

SIGN_EVERY = timedelta(seconds=15)
"""How often an open page gives a sign of life."""

GONE_AFTER = timedelta(seconds=45)
"""Without a sign of life for so long, somebody has left."""

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Person:
    name: str
    pk: int


def touch(pairs: Iterable[tuple[int, int]]) -> None:
    """Note that these people (letter, user) are there now; one statement for all."""
    now = timezone.now()
    rows = [Presence(mail_id=mail, user_id=user, seen_at=now) for mail, user in sorted(set(pairs))]
    if rows:
        Presence.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["mail", "user"], update_fields=["seen_at"]
        )


def leave(mail_id: int, user_id: int) -> None:
    Presence.objects.filter(mail_id=mail_id, user_id=user_id).delete()


def present(mail_ids: Collection[int], now: datetime | None = None) -> dict[int, frozenset[Person]]:
    """For each of these letters, who is there; one query."""
    found: dict[int, set[Person]] = defaultdict(set)
    since = (now or timezone.now()) - GONE_AFTER
    for row in Presence.objects.since(since).filter(mail_id__in=mail_ids).select_related("user"):
        found[row.mail_id].add(Person(str(row.user), row.user_id))
    return {mail_id: frozenset(found[mail_id]) for mail_id in mail_ids}


def forget_old() -> int:
    """Delete rows that mean nothing any more; returns how many."""
    return Presence.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()[0]
