"""Counting delays as the law does.

Days: the day of the event does not count (Code de procédure civile, art. 641, al. 1). Months: to the day of the
last month that has the same number as the day of the event, or to the end of that month where it has none
(art. 641, al. 2). A delay ends on its last day at midnight (art. 642, al. 1). These articles are those of civil
procedure; administrative courts count a delay in months from number to number in the same way. Moving the end to
the next working day (art. 642, al. 2) is another matter: it holds only where a rule says so, and never for the
delay at whose end an administration's silence becomes a decision.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

WRITTEN = re.compile(r"(\d{1,3}) (month|day)s?")


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a delay, in months or in days of the calendar."""

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Length:
        """Of `2 months`, `1 month`, `30 days`. Raises ValueError for anything else, and for nothing."""
        found = WRITTEN.fullmatch(text.strip())
        if found is None or int(found[1]) == 0:
            raise ValueError(
                f"« {text} » n'est pas une durée : écrivez par exemple « 2 months » ou « 30 days »."
            )
        count = int(found[1])
        return cls(months=count) if found[2] == "month" else cls(days=count)

    def after(self, start: date) -> date:
        """The last day of a delay of this length that `start` sets running; months first, then days."""
        return add_months(start, self.months) + timedelta(days=self.days)

    def and_also(self, other: Length) -> Length:
        return Length(self.months + other.months, self.days + other.days)

    def __str__(self) -> str:
        parts = []
        if self.months:
            parts.append(f"{self.months} mois")
        if self.days:
            parts.append(f"{self.days} jour" + ("s" if self.days > 1 else ""))
        return " et ".join(parts)


def add_months(day: date, count: int) -> date:
    """The day with the same number `count` (>= 0) months later, or the last of that month where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def clear_end(start: date, length: Length) -> date:
    """The last day of a « délai franc »: neither the first nor the last day counts, so it is one day longer.

    So are the delays for going to the administrative court (Code de justice administrative, R421-1) and for an
    appeal to the administration that keeps it open (Conseil d'État, 19 septembre 2014, n° 362568).
    """
    return length.after(start) + timedelta(days=1)
