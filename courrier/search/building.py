"""A new index from the database, while search goes on with the one in use."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from courrier.mail.models import Mail
from courrier.search.engines import Engine, EngineUnavailable, Rejection
from courrier.search.engines.opening import engine
from courrier.search.flushing import write
from courrier.search.models import IndexBuild, SearchOutbox
from courrier.search.single_flight import alone

BATCH = 2_000
FEW = 200
"""Changes still to catch up on below which sending is stopped and the new index takes over."""

Progress = Callable[[int], None]


def build(batch: int = BATCH, progress: Progress = lambda _: None) -> tuple[str, list[Rejection]]:
    """Build and publish an index of every letter; its name, and the letters it refused.

    Goes on where a stopped build left off. Changes made meanwhile go to the index in use as ever, are kept, and are
    sent to the new one before it takes over. Raises EngineUnavailable; then calling again goes on.
    """
    to = engine()
    started = begin(to)
    progress(started.indexed)
    rejections = fill(to, started, batch, progress)
    rejections += catch_up(to, started, batch)
    take_over(to, started, batch)
    note_refusals(rejections)
    return started.index, rejections


def begin(to: Engine) -> IndexBuild:
    """The build under way, or a new one; from here on, changes that are sent are kept."""
    name = to.prepare()
    IndexBuild.objects.exclude(index=name).delete()
    started, _ = IndexBuild.objects.get_or_create(index=name)
    return started


def abandon() -> None:
    """Forget a stopped build; the next one starts from the first letter."""
    with transaction.atomic():
        IndexBuild.objects.all().update(last_mail_id=0, indexed=0)


def fill(to: Engine, started: IndexBuild, batch: int, progress: Progress) -> list[Rejection]:
    rejections: list[Rejection] = []
    while ids := next_letters(started.last_mail_id, batch):
        rejections += write(to, ids, into=started.index)
        started.last_mail_id = ids[-1]
        started.indexed += len(ids)
        started.save(update_fields=["last_mail_id", "indexed"])
        progress(len(ids))
    return rejections


def next_letters(after: int, batch: int) -> list[int]:
    return list(Mail.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:batch])


def catch_up(to: Engine, started: IndexBuild, batch: int) -> list[Rejection]:
    """Send what the index in use has taken meanwhile, until little is left."""
    rejections: list[Rejection] = []
    while SearchOutbox.objects.taken().count() > FEW:
        rejections += send_taken(to, started, batch)
    return rejections


def send_taken(to: Engine, started: IndexBuild, batch: int) -> list[Rejection]:
    rows = list(SearchOutbox.objects.taken().order_by("pk").values_list("pk", "mail_id")[:batch])
    refused = write(to, sorted({mail_id for _, mail_id in rows}), into=started.index)
    SearchOutbox.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
    return refused


def take_over(to: Engine, started: IndexBuild, batch: int) -> None:
    """With sending stopped for a moment: the last changes, then the new index is the one in use."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with alone() as free:
            if free:
                while SearchOutbox.objects.taken().exists():
                    send_taken(to, started, batch)
                to.publish(started.index)
                IndexBuild.objects.all().delete()
                return
        time.sleep(0.5)
    raise EngineUnavailable("changes are being sent without end; the new index could not take over")


def note_refusals(rejections: list[Rejection]) -> None:
    """Letters the new index refused are set aside with their reason, like those of a flush."""
    organisations = dict(
        Mail.objects.filter(pk__in=[each.mail_id for each in rejections]).values_list("pk", "organisation_id")
    )
    SearchOutbox.objects.bulk_create(
        SearchOutbox(
            mail_id=each.mail_id,
            organisation_id=organisations[each.mail_id],
            error=each.reason,
            attempts=1,
            set_aside=not each.passing,
            next_attempt_at=timezone.now(),
        )
        for each in rejections
        if each.mail_id in organisations
    )
