"""What somebody has not read yet, and marking it read."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count
from django.utils import timezone

from courrier.mail.models import Mail
from courrier.notifications.models import Notification
from courrier.organisations.models import User

MOST_COUNTED = 99
"""Beyond that a bell says no number."""


def unread_count(user: User) -> int:
    """How many things `user` has not read; MOST_COUNTED + 1 where there are more."""
    return Notification.objects.unread().filter(user=user)[: MOST_COUNTED + 1].count()


def unread_counts(people: Collection[int]) -> dict[int, int]:
    """As `unread_count` for many people (ids), in one query."""
    rows = Notification.objects.unread().filter(user__in=people).order_by().values_list("user")
    found = dict(rows.annotate(Count("pk")))
    return {person: min(found.get(person, 0), MOST_COUNTED + 1) for person in people}


def letter_opened(user: User, mail: Mail) -> None:
    """Who looks at a letter has read what they were told of it."""
    told = Notification.objects.unread().filter(user=user, mail=mail)
    if told.exists():
        told.update(read_at=timezone.now())


def mark(user: User, pk: int, *, read: bool) -> bool:
    """Mark one of the user's notifications read or unread; whether there is such a one."""
    when = timezone.now() if read else None
    return bool(Notification.objects.filter(user=user, pk=pk).update(read_at=when))


def mark_all_read(user: User) -> int:
    """Mark all of the user's notifications read; returns how many were not."""
    return Notification.objects.unread().filter(user=user).update(read_at=timezone.now())
