"""Bringing the index up to date from the outbox: late when the engine is away, never lost."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courrier.search.documents import documents_of
from courrier.search.engines import Engine, EngineRefused, EngineUnavailable, Rejection
from courrier.search.engines.opening import engine
from courrier.search.models import EngineOutage, IndexBuild, SearchOutbox
from courrier.search.single_flight import alone

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60
"""Seconds between two attempts, at most."""

MOST_ATTEMPTS = 12
"""Times a single letter is sent again that the engine puts off while it takes others; then it is set aside."""


def flush(limit: int = 500) -> int:
    """Send the letters of the oldest `limit` outbox rows that are due; how many letters the index took.

    One sender at a time: 0 while another is at work, or while the engine is away and its pause is not over.
    """
    with alone() as free:
        if not free or resting():
            return 0
        rows = list(SearchOutbox.objects.due(timezone.now()).order_by("pk")[:limit])
        return send(engine(), rows) if rows else 0


def resting() -> bool:
    return EngineOutage.objects.filter(next_attempt_at__gt=timezone.now()).exists()


def pause(attempts: int) -> timedelta:
    return timedelta(seconds=min(2 ** min(attempts, 10), LONGEST_PAUSE))


def send(to: Engine, rows: Sequence[SearchOutbox]) -> int:
    """Send each letter of `rows` once, as it is in the database now."""
    of_mail: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        of_mail[row.mail_id].append(row.pk)
    try:
        rejections = write(to, list(of_mail))
    except (EngineUnavailable, EngineRefused) as error:
        note_outage(str(error))
        return 0
    end_outage()
    refused = {each.mail_id: each for each in rejections}
    taken = [mail_id for mail_id in of_mail if mail_id not in refused]
    forget(taken, max(row.pk for row in rows))
    for mail_id, rejection in refused.items():
        put_off(rejection, of_mail[mail_id])
    return len(taken)


def write(to: Engine, mail_ids: Sequence[int], into: str = "") -> list[Rejection]:
    """Have the index hold the letters as the database does now; those that are gone leave it."""
    version = time.time_ns() // 1_000
    documents = documents_of(mail_ids, version)
    there = {each.mail_id for each in documents}
    gone = [mail_id for mail_id in mail_ids if mail_id not in there]
    return to.write(documents, gone, version, into)


def forget(mail_ids: Sequence[int], last: int) -> None:
    """The index took these letters: their rows up to `last` are done, but for an index under construction."""
    with transaction.atomic():
        done = SearchOutbox.objects.filter(mail_id__in=mail_ids, pk__lte=last)
        if IndexBuild.objects.exists():
            done.update(taken=True, set_aside=False, error="")
        else:
            done.delete()


def put_off(rejection: Rejection, rows: Sequence[int]) -> None:
    """Try a letter again later, or set it aside with the engine's reason where that would be no use."""
    found = SearchOutbox.objects.filter(pk__in=rows)
    first = found.order_by("-attempts").first()
    attempts = first.attempts + 1 if first else 1
    aside = not rejection.passing or attempts >= MOST_ATTEMPTS
    if aside:
        log.error("letter %s set aside by the search index: %s", rejection.mail_id, rejection.reason)
    found.update(
        attempts=attempts,
        error=rejection.reason,
        set_aside=aside,
        next_attempt_at=timezone.now() + pause(attempts),
    )


def note_outage(error: str) -> None:
    """The engine took nothing: all wait, in their order."""
    now = timezone.now()
    with transaction.atomic():
        outage = EngineOutage.objects.first()
        if outage is None:
            log.warning("the search engine does not answer: %s", error)
            EngineOutage.objects.create(since=now, next_attempt_at=now + pause(1), error=error)
            return
        outage.attempts = F("attempts") + 1
        outage.error = error
        outage.next_attempt_at = now + pause(EngineOutage.objects.values_list("attempts", flat=True)[0] + 1)
        outage.save()


def end_outage() -> None:
    if EngineOutage.objects.exists():
        EngineOutage.objects.all().delete()
        log.warning("the search engine answers again")


def send_again(rows: Sequence[int]) -> int:
    """Have letters that were set aside sent again, as soon as may be; how many."""
    return (
        SearchOutbox.objects.set_aside()
        .filter(pk__in=rows)
        .update(set_aside=False, attempts=0, next_attempt_at=timezone.now())
    )
