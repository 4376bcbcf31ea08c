"""Days as people write them: 2025, 2025-01, 15/01/2025, janvier 2025, hier."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from courrier.search.analysis import folded
from courrier.search.documents import day_number

MONTHS = [
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
]  # fmt: skip
FORMS = [
    re.compile(r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?)?"),
    re.compile(r"(?:(?P<day>\d{1,2})[-/.])?(?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
]
NAMED = re.compile(r"(?:(?P<day>\d{1,2})(?:er)?\s+)?(?P<month>[a-z]+)\s+(?P<year>\d{4})")
RELATIVE = {"aujourd hui": 0, "aujourdhui": 0, "hier": 1, "avant hier": 2}


def period(text: str, today: date) -> tuple[int, int] | None:
    """The first and last day that `text` means, as numbers such as 20250131; None if it is no date."""
    written = text.strip()
    plain = " ".join(re.findall(r"\w+", written.lower().replace("’", "'")))
    if plain in RELATIVE:
        day = day_number(today - timedelta(days=RELATIVE[plain])) or 0
        return day, day
    for form in FORMS:
        if found := form.fullmatch(written):
            return days_of(int(found["year"]), number(found["month"]), number(found["day"]))
    if (found := NAMED.fullmatch(" ".join(folded(written)))) and found["month"] in MONTHS:
        return days_of(int(found["year"]), MONTHS.index(found["month"]) + 1, number(found["day"]))
    return None


def number(text: str | None) -> int | None:
    return None if text is None else int(text)


def days_of(year: int, month: int | None, day: int | None) -> tuple[int, int] | None:
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day is not None:
        last = first
    elif month is not None:
        last = first.replace(day=calendar.monthrange(year, month)[1])
    else:
        last = date(year, 12, 31)
    return day_number(first) or 0, day_number(last) or 0
