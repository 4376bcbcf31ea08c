"""What Celery calls by the clock."""

from __future__ import annotations

from celery import shared_task

from courrier.notifications import digests, reminders


@shared_task(name="courrier.notifications.tasks.remind")
def remind() -> int:
    """Reminders of due dates; each is made once, however often this runs."""
    return reminders.remind()


@shared_task(name="courrier.notifications.tasks.send_digests")
def send_digests() -> int:
    """This morning's digests that were not sent yet."""
    return digests.send_digests()
