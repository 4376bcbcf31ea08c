"""Jobs of search, outside the request."""

from __future__ import annotations

from time import monotonic

from celery import shared_task

from courrier.search import exporting, saved
from courrier.search.flushing import flush

LONGEST_FLUSH = 20.0
"""Seconds after which a flush leaves the rest to the next one."""


@shared_task(name="courrier.search.tasks.flush_outbox")
def flush_outbox() -> int:
    """Send what waits, batch after batch; the beat starts it every few seconds."""
    began, sent = monotonic(), 0
    while (taken := flush()) and monotonic() - began < LONGEST_FLUSH:
        sent += taken
    return sent


@shared_task(name="courrier.search.tasks.check_saved_searches")
def check_saved_searches() -> int:
    """Tell people of letters that came for the searches they saved."""
    return saved.check_saved_searches()


@shared_task(name="courrier.search.tasks.run_search_export")
def run_search_export(export_id: int) -> None:
    """Make the file of an export."""
    exporting.run_export(export_id)


@shared_task(name="courrier.search.tasks.tend_exports")
def tend_exports() -> int:
    """Start again exports left unfinished, and remove files past their time."""
    return exporting.tend_exports()
