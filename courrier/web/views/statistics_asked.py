"""What somebody asked of the statistics: a period, perhaps a department or a type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from courrier.classification.models import DocumentType
from courrier.organisations.models import Department
from courrier.statistics.figures import Asked
from courrier.web.views.register_list import day

FILTERS = ("du", "au", "service", "type")
USUAL = 91
"""Days shown where no period is asked for."""
LONGEST = 5 * 366


@dataclass(frozen=True, slots=True)
class Period:
    """A period one click away."""

    label: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Question:
    """The texts as typed, kept for the form and the links; `asked` is what they come to."""

    texts: dict[str, str]
    problems: dict[str, str]
    asked: Asked

    def query(self, **other: str) -> str:
        """The query string of these filters with `other` in their place, for links."""
        pairs = {name: value for name, value in (self.texts | other).items() if value}
        return f"?{urlencode(pairs)}" if pairs else ""


def question_of(
    typed: QueryDict, departments: Sequence[Department], kinds: Sequence[DocumentType], today: date
) -> Question:
    """Read the form; a date that is wrong is said and the usual period shown."""
    texts = {name: typed.get(name, "").strip() for name in FILTERS}
    problems: dict[str, str] = {}
    first, last = (day(texts[name], name, problems) for name in ("du", "au"))
    if first and last and first > last:
        problems["au"] = _("La date de fin est avant la date de début.")
    if first and (last or today) - first > timedelta(days=LONGEST):
        problems["du"] = _("La période est de cinq ans au plus.")
    if problems:
        first = last = None
    end = last or max(today, first or today)
    department = next((each.pk for each in departments if each.code == texts["service"]), None)
    kind = next((each.pk for each in kinds if each.code == texts["type"]), None)
    return Question(texts, problems, Asked(first or end - timedelta(days=USUAL - 1), end, department, kind))


def usual_periods(today: date) -> list[Period]:
    return [
        Period(_("30 jours"), today - timedelta(days=29), today),
        Period(_("3 mois"), today - timedelta(days=USUAL - 1), today),
        Period(_("12 mois"), today - timedelta(days=364), today),
    ]
