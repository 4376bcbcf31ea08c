from __future__ import annotations

from celery import shared_task

from courrier.capture.mailbox import look_into_all
from courrier.capture.watching import watch_all


@shared_task(name="courrier.capture.tasks.watch_folders")
def watch_folders() -> dict[str, int]:
    """One look into every scan folder. Lost, late or twice does no harm: the next look sees what is there."""
    return dict(watch_all())


@shared_task(name="courrier.capture.tasks.look_into_mailboxes")
def look_into_mailboxes() -> dict[str, int]:
    """One look into every mailbox. Twice at once, one look waits for nobody: it leaves what the other holds."""
    return dict(look_into_all())
