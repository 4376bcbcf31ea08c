"""The figures of a period: volumes, delays, lateness, load, time at each step, what was understood rightly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from courrier.mail.models import AssignmentState, Channel, MailState
from courrier.statistics.day import (
    CHANNELS,
    FIELDS,
    HANDLING_STATES,
    LAYOUT,
    STATES,
    Step,
    Table,
    Tables,
)
from courrier.statistics.models import DayCount
from courrier.statistics.scope import Scope

LONGEST_IN_WEEKS = 190
"""Days of a period that is still shown week by week; a longer one is shown by months."""

OPEN = tuple(HANDLING_STATES.index(state) for state in (AssignmentState.PENDING, AssignmentState.ACCEPTED))
DONE = HANDLING_STATES.index(AssignmentState.DONE)
WITHDRAWN = HANDLING_STATES.index(AssignmentState.WITHDRAWN)
REDIRECTED = HANDLING_STATES.index(AssignmentState.REDIRECTED)
CLOSED = STATES.index(MailState.CLOSED)


@dataclass(frozen=True, slots=True)
class Asked:
    """A period, both days included, and perhaps one department or one type, by id."""

    first: date
    last: date
    department: int | None = None
    kind: int | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How long things took: how many, the median and the value that nine in ten do not exceed; None for none."""

    count: int
    median: float | None
    p90: float | None

    @classmethod
    def of(cls, values: Table) -> Spread:
        if not len(values):
            return cls(0, None, None)
        median, p90 = np.percentile(values, [50, 90])
        return cls(len(values), float(median), float(p90))


@dataclass(frozen=True, slots=True)
class Load:
    """What came to one department, or of one type: received, open, late of those, done, too late; days it took."""

    id: int
    received: int
    open: int
    late: int
    done: int
    done_late: int
    days: Spread


@dataclass(frozen=True, slots=True)
class Volume:
    """Letters received in one week or month, from `first` to `last`, by channel."""

    first: date
    last: date
    channels: dict[Channel, int]

    @property
    def total(self) -> int:
        return sum(self.channels.values())


@dataclass(frozen=True, slots=True)
class Agreement:
    """In one week or month, for each field: letters of which it can be said, and how many were understood rightly."""

    first: date
    last: date
    said: dict[str, int]
    right: dict[str, int]

    def share(self, field: str) -> float | None:
        return self.right[field] / self.said[field] if self.said[field] else None


class Figures:
    """All the figures that one person asked for: one query, then arithmetic."""

    def __init__(self, scope: Scope, asked: Asked, today: date) -> None:
        self.asked, self.today = asked, today.toordinal()
        rows = DayCount.objects.filter(
            organisation=scope.organisation_id, layout=LAYOUT, day__range=(asked.first, asked.last)
        )
        contents = rows.order_by("day").values_list("content", flat=True)
        tables = Tables.joined(Tables.from_bytes(bytes(content)) for content in contents)
        self.letters, self.handlings, self.passages = narrowed(tables, scope, asked)

    @property
    def by_month(self) -> bool:
        return (self.asked.last - self.asked.first).days >= LONGEST_IN_WEEKS

    @cached_property
    def received(self) -> int:
        return len(self.letters)

    @cached_property
    def closed(self) -> int:
        return int(np.count_nonzero(self.letters["state"] == CLOSED))

    @cached_property
    def days(self) -> Spread:
        """Calendar days from reception to the closing of the letter."""
        done = self.letters[self.letters["state"] == CLOSED]
        return Spread.of(done["closed"] - done["received"])

    @cached_property
    def late(self) -> int:
        """Letters under way whose date has passed."""
        rows = self.letters
        return int(
            np.count_nonzero((rows["state"] != CLOSED) & (rows["due"] > 0) & (rows["due"] < self.today))
        )

    @cached_property
    def closed_in_time(self) -> float | None:
        """Share of the closed letters, of those that had a date, that were closed by it; from 0 to 1."""
        rows = self.letters[(self.letters["state"] == CLOSED) & (self.letters["due"] > 0)]
        return float(np.mean(rows["closed"] <= rows["due"])) if len(rows) else None

    @cached_property
    def redirected(self) -> int:
        return int(np.count_nonzero(self.handlings["state"] == REDIRECTED))

    @cached_property
    def bounced(self) -> int:
        """Letters that two departments or more passed on."""
        passed_on = self.handlings[self.handlings["state"] == REDIRECTED]
        _letters, times = np.unique(passed_on["letter"], return_counts=True)
        return int(np.count_nonzero(times >= 2))

    @cached_property
    def volumes(self) -> list[Volume]:
        found = []
        for first, last, rows in self.spans(self.letters["received"]):
            counts = np.bincount(self.letters["channel"][rows], minlength=len(CHANNELS))
            found.append(Volume(first, last, dict(zip(CHANNELS, map(int, counts), strict=True))))
        return found

    @cached_property
    def by_department(self) -> list[Load]:
        """Handlings by department, most first; those withdrawn or passed on do not count."""
        done = self.handlings["state"] == DONE
        kept = done | np.isin(self.handlings["state"], OPEN)
        return self.loads(self.handlings[kept], done[kept], "department", "arrived", "finished")

    @cached_property
    def by_kind(self) -> list[Load]:
        """Letters by type, most first; id 0 for those without one."""
        return self.loads(self.letters, self.letters["state"] == CLOSED, "kind", "received", "closed")

    def loads(self, rows: Table, done: Table, key: str, first: str, last: str) -> list[Load]:
        """What came to each of `key`, taken from the day `first` to the day `last`; most first."""
        found = []
        for each in np.unique(rows[key]):
            of_each = rows[key] == each
            ended, still = rows[of_each & done], rows[of_each & ~done]
            found.append(
                Load(
                    int(each),
                    len(ended) + len(still),
                    len(still),
                    int(np.count_nonzero((still["due"] > 0) & (still["due"] < self.today))),
                    len(ended),
                    int(np.count_nonzero((ended["due"] > 0) & (ended[last] > ended["due"]))),
                    Spread.of(ended[last] - ended[first]),
                )
            )
        return sorted(found, key=lambda load: (-load.received, load.id))

    @cached_property
    def steps(self) -> list[tuple[Step, Spread]]:
        """Hours at each step, each time a letter went through it; nights and days off included."""
        rows = self.passages
        return [(step, Spread.of(rows["seconds"][rows["step"] == step] / 3600)) for step in Step]

    @cached_property
    def agreements(self) -> list[Agreement]:
        found = []
        for first, last, rows in self.spans(self.letters["received"]):
            letters = self.letters[rows]
            said = {str(field): int(np.count_nonzero(letters[str(field)] >= 0)) for field in FIELDS}
            right = {str(field): int(np.count_nonzero(letters[str(field)] == 1)) for field in FIELDS}
            found.append(Agreement(first, last, said, right))
        return found

    def spans(self, days: Table) -> Iterator[tuple[date, date, Table]]:
        """The weeks or months of the period, cut at its ends, with which of `days` fall in each."""
        following: Callable[[date], date] = next_month if self.by_month else next_week
        first = self.asked.first
        while first <= self.asked.last:
            start = following(first)
            last = min(start - timedelta(days=1), self.asked.last)
            yield first, last, (days >= first.toordinal()) & (days <= last.toordinal())
            first = start


def next_week(day: date) -> date:
    """The Monday after `day`."""
    return day + timedelta(days=7 - day.weekday())


def next_month(day: date) -> date:
    """The first of the month after that of `day`."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def narrowed(tables: Tables, scope: Scope, asked: Asked) -> tuple[Table, Table, Table]:
    """The rows that count: letters of the type, that one of the departments has or had; withdrawn ones it never had."""
    letters, handlings, passages = tables.letters, tables.handlings, tables.passages
    kept = np.ones(len(letters), bool)
    if asked.kind is not None:
        kept &= letters["kind"] == asked.kind
    departments = scope.departments
    if asked.department is not None:
        departments = frozenset({asked.department}) & (departments or frozenset({asked.department}))
    if departments is not None:
        there = np.isin(handlings["department"], list(departments))
        here = handlings[there & (handlings["state"] != WITHDRAWN)]
        had = np.zeros(len(letters), bool)
        had[here["letter"]] = True
        kept &= had
        handlings = handlings[there]
        passages = passages[
            (passages["department"] == 0) | np.isin(passages["department"], list(departments))
        ]
    return letters[kept], handlings[kept[handlings["letter"]]], passages[kept[passages["letter"]]]
