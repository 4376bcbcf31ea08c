"""What the database says has happened since one last looked: events of letters, progress of reading, notifications."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet

from courrier.audit.models import Event
from courrier.notifications.models import Notification
from workflows.models import JobRun

SILENT = frozenset({"viewed"})
"""Verbs that change nothing for anybody else."""

LOOK_BACK = 20.0
"""Seconds. A transaction may commit after one that took its number later: what is older than this is settled."""

MOST_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a letter. `pk` is its place, which grows with time."""

    pk: int
    mail_id: int
    verb: str
    actor_id: int | None


def last_place() -> int:
    """The place of the last event there is; 0 where there is none."""
    return int(Event.objects.aggregate(last=Max("pk"))["last"] or 0)


def happened_after(place: int, most: int) -> list[Happened]:
    """Events of letters after `place`, oldest first, `most` at most."""
    rows = Event.objects.filter(pk__gt=place, mail_id__isnull=False).exclude(verb__in=SILENT).order_by("pk")
    fields = rows.values_list("pk", "mail_id", "verb", "actor_id")[:most]
    return [Happened(pk, mail_id or 0, verb, actor) for pk, mail_id, verb, actor in fields]


class Tail:
    """Rows of a table that were added since the last look, each once, also those committed out of order."""

    def __init__(self, rows: QuerySet[Any], fields: tuple[str, ...]) -> None:
        self.rows, self.fields = rows, fields
        self.floor = int(rows.aggregate(last=Max("pk"))["last"] or 0)
        self.seen: dict[int, float] = {}

    @property
    def last(self) -> int:
        return max(self.seen, default=self.floor)

    def look(self, now: float | None = None) -> list[tuple[Any, ...]]:
        """New rows as tuples of `pk` and the fields, in order."""
        now = time.monotonic() if now is None else now
        rows = self.rows.filter(pk__gt=self.floor).order_by("pk").values_list("pk", *self.fields)
        found = list(rows[:MOST_AT_ONCE])
        fresh = [row for row in found if row[0] not in self.seen]
        self.seen.update((row[0], now) for row in fresh)
        settled = [pk for pk, since in self.seen.items() if since < now - LOOK_BACK]
        if len(found) == MOST_AT_ONCE:
            settled = list(self.seen)
        if settled:
            self.floor = max(settled)
            self.seen = {pk: since for pk, since in self.seen.items() if pk > self.floor}
        return fresh


def tail_of_events() -> Tail:
    return Tail(Event.objects.all(), ("mail_id", "verb", "actor_id"))


def tail_of_notifications() -> Tail:
    return Tail(Notification.objects.all(), ("user_id",))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job of a letter is, in pages; `total` is 0 where it is not known."""

    mail_id: int
    job: str
    done: int
    total: int


def in_hand() -> dict[int, Progress]:
    """Jobs that workers hold right now, by the id of their task."""
    rows = JobRun.objects.exclude(holder="").order_by()
    return {run.task_id: Progress(run.mail_id, run.job, run.done, run.total) for run in rows.defer("error")}
