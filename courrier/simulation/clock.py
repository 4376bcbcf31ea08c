"""The time of a simulation: the clock of this process, moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import time_machine
from django.utils import timezone


class Clock:
    """Stands still until it is moved, and never goes back: what follows in a letter's history follows in time."""

    def __init__(self, traveller: time_machine.Traveller, moment: datetime) -> None:
        self.traveller = traveller
        self.now = moment

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.traveller.move_to(self.now)

    def until(self, moment: datetime) -> None:
        """Go to `moment`; nothing where it has passed."""
        if moment > self.now:
            self.now = moment.astimezone(UTC)
            self.traveller.move_to(self.now)


@contextmanager
def simulated_clock(start: datetime) -> Iterator[Clock]:
    """Have everything in this process, fields with a default of now included, take `start` for now."""
    moment = start.astimezone(UTC)
    with time_machine.travel(moment, tick=False) as traveller:
        yield Clock(traveller, moment)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That moment of the day in the collectivité's time zone."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
