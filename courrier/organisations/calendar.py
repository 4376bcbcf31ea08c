"""Working days of a collectivité: Monday to Friday, less the public holidays of where it is and its own days off."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import holidays
from django.db.models.signals import post_delete, post_save

from courrier.organisations.models import LocalDay, Organisation

logger = logging.getLogger(__name__)

ONE_DAY = timedelta(days=1)
FRESH_FOR = 60.0
"""Seconds after which the local days of a collectivité are read again: another process may have changed them."""

DEPARTMENTS = {
    "67": "6AE",
    "68": "6AE",
    "977": "BL",
    "978": "MF",
    "975": "PM",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
"""Codes of departments and territories that the library names otherwise."""

CUSTOMARY = frozenset({"Vendredi saint", "Mi-Carême", "Fête de Victor Schoelcher"})
"""Days off by usage or in some communes only: Good Friday in Alsace-Moselle is a holiday only where there is a
Protestant church (Code du travail, L3134-13). They move the delays of the house, never those of the law."""


def subdivision(zone: str) -> str:
    """The library's name for a zone: `67` and `68` are Alsace, a mainland department has nothing of its own.

    Raises ValueError, with a sentence for the administrator, where the zone is not known.
    """
    code = zone.strip()
    known = holidays.country_holidays("FR")
    code = DEPARTMENTS.get(code, code)
    if not code or is_mainland(code):
        return ""
    if code in known.subdivisions or code in known.subdivisions_aliases:
        return code
    raise ValueError(
        f"La zone de jours fériés « {zone} » n'est pas connue : indiquez un numéro de département."
    )


def is_mainland(code: str) -> bool:
    """A department of the mainland with the national holidays alone: all but Moselle, Bas-Rhin and Haut-Rhin."""
    if code in {"2A", "2B"}:
        return True
    return code.isdecimal() and len(code) <= 2 and 1 <= int(code) <= 95 and code not in {"57", "67", "68"}


@lru_cache(maxsize=512)
def public_holidays(zone: str, year: int) -> Mapping[date, str]:
    """French public holidays of a year with their names (Code du travail, L3133-1; L3134-13 in Alsace-Moselle;
    L3422-2 overseas). A zone that is not known counts as the mainland, and the log says so."""
    try:
        place = subdivision(zone)
    except ValueError as error:
        logger.error("%s Les jours fériés nationaux sont comptés.", error)
        place = ""
    days = holidays.country_holidays("FR", subdiv=place or None, years=year, language="fr")
    return MappingProxyType({day: str(name) for day, name in days.items() if day.year == year})


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked at one place: its holiday zone, its own days off, and holidays worked all the same."""

    zone: str = ""
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def holiday(self, day: date) -> str:
        """The public holiday's name, or ""."""
        return public_holidays(self.zone, day.year).get(day, "")

    def is_working_day(self, day: date) -> bool:
        if day.weekday() >= 5 or day in self.off:
            return False
        return day in self.worked or not self.holiday(day)

    def add_working_days(self, day: date, count: int) -> date:
        """The working day `count` working days after `day`, before it where `count` is negative; `day` itself is
        not counted, and is returned as it is for 0."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _each in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days come after `first`, up to and with `last`; negative where `last` is earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(map(self.is_working_day, days))

    def next_working_day(self, day: date) -> date:
        """`day` itself where it is worked, else the next day that is."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """`day` itself where it is worked, else the last one before it that is."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def next_legal_day(self, day: date) -> date:
        """`day` itself unless it is a Saturday, a Sunday or a public holiday, else the next day that is none of them.

        The collectivité's own days off and holidays by usage do not count: a deadline of the law is never shown
        later than it is (Code de procédure civile, art. 642; règlement 1182/71, art. 3, § 4).
        """
        while day.weekday() >= 5 or (self.holiday(day) and self.holiday(day) not in CUSTOMARY):
            day += ONE_DAY
        return day


Remembered = tuple[float, str, WorkingCalendar]
_calendars: dict[tuple[int, datetime], Remembered] = {}


def calendar_of(organisation: Organisation) -> WorkingCalendar:
    """The collectivité's calendar: one query a minute and process, however many letters ask for it."""
    key = (organisation.pk, organisation.created_at)
    found = _calendars.get(key)
    if found and time.monotonic() - found[0] < FRESH_FOR and found[1] == organisation.holiday_zone:
        return found[2]
    days = LocalDay.objects.filter(organisation=organisation).values_list("day", "worked")
    off, worked = (frozenset(day for day, is_worked in days if is_worked is kind) for kind in (False, True))
    calendar = WorkingCalendar(organisation.holiday_zone, off, worked)
    _calendars[key] = (time.monotonic(), organisation.holiday_zone, calendar)
    return calendar


def forget(**_signal: Any) -> None:
    """Read local days again at the next question."""
    _calendars.clear()


post_save.connect(forget, sender=LocalDay, dispatch_uid="calendar-saved")
post_delete.connect(forget, sender=LocalDay, dispatch_uid="calendar-deleted")


def is_working_day(day: date, organisation: Organisation) -> bool:
    return calendar_of(organisation).is_working_day(day)


def add_working_days(day: date, count: int, organisation: Organisation) -> date:
    """The working day that is `count` working days after `day`, `day` itself not counted."""
    return calendar_of(organisation).add_working_days(day, count)


def subtract_working_days(day: date, count: int, organisation: Organisation) -> date:
    """The working day that is `count` working days before `day`, `day` itself not counted."""
    return calendar_of(organisation).add_working_days(day, -count)
