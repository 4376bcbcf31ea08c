"""Working days of a collectivité: Monday to Friday, less the public holidays of where it is."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

from courrier.organisations.models import Organisation


@lru_cache(maxsize=64)
def public_holidays(zone: str) -> holidays.HolidayBase:
    """French public holidays (Code du travail, L3133-1), and those of a subdivision such as `57` or `GP`."""
    return holidays.country_holidays("FR", subdiv=zone or None)


def is_working_day(day: date, organisation: Organisation) -> bool:
    return day.weekday() < 5 and day not in public_holidays(organisation.holiday_zone)


def add_working_days(day: date, count: int, organisation: Organisation) -> date:
    """The working day that is `count` (>= 0) working days after `day`, `day` itself not counted."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day, organisation):
            count -= 1
    return day
