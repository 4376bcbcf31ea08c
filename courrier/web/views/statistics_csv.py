"""The figures as tables for a spreadsheet: semicolons, UTF-8 with its mark, no formula."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _

from courrier.mail.models import Channel
from courrier.statistics.day import FIELDS
from courrier.statistics.figures import Figures, Load
from courrier.web.views.register_csv import MARK, Echo, french, harmless
from courrier.web.views.statistics_charts import STEP_LABELS, decimal, named

Names = dict[int, tuple[str, str]]
Rows = Iterator[list[str]]


def rows_as_csv(rows: Iterable[list[str]]) -> Iterator[str]:
    """The file, piece by piece."""
    writer = csv.writer(Echo(), delimiter=";")
    yield MARK
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def volumes(figures: Figures, _departments: Names, _kinds: Names) -> Rows:
    yield [_("Du"), _("Au"), *(str(each.label) for each in Channel), _("Total")]
    for each in figures.volumes:
        counts = [str(each.channels[channel]) for channel in Channel]
        yield [french(each.first), french(each.last), *counts, str(each.total)]


def departments(figures: Figures, departments: Names, _kinds: Names) -> Rows:
    yield [_("Code"), _("Service"), *load_header()]
    for each in figures.by_department:
        name, code = named(each.id, departments)
        yield [code, name, *load_cells(each)]


def kinds(figures: Figures, _departments: Names, kinds: Names) -> Rows:
    yield [_("Type"), *load_header()]
    for each in figures.by_kind:
        yield [named(each.id, kinds)[0], *load_cells(each)]


def load_header() -> list[str]:
    return [
        _("Reçus"),
        _("En cours"),
        _("En cours, en retard"),
        _("Traités"),
        _("Traités en retard"),
        _("Délai médian (jours)"),
        _("Délai de neuf sur dix (jours)"),
    ]


def load_cells(load: Load) -> list[str]:
    counts = [load.received, load.open, load.late, load.done, load.done_late]
    return [*map(str, counts), number(load.days.median), number(load.days.p90)]


def number(value: float | None) -> str:
    return "" if value is None else decimal(value)


def steps(figures: Figures, _departments: Names, _kinds: Names) -> Rows:
    yield [_("Étape"), _("Passages"), _("Durée médiane (heures)"), _("Durée de neuf sur dix (heures)")]
    for step, spread in figures.steps:
        yield [str(STEP_LABELS[step]), str(spread.count), number(spread.median), number(spread.p90)]


def agreement(figures: Figures, _departments: Names, _kinds: Names) -> Rows:
    yield [_("Du"), _("Au"), _("Champ"), _("Courriers"), _("Compris comme qualifié"), _("Part")]
    for each in figures.agreements:
        for field in FIELDS:
            share = each.share(str(field))
            part = "" if share is None else decimal(100 * share)
            counts = [str(each.said[str(field)]), str(each.right[str(field)])]
            yield [french(each.first), french(each.last), str(field.label), *counts, part]


TABLES: dict[str, Callable[[Figures, Names, Names], Rows]] = {
    "volumes": volumes,
    "services": departments,
    "types": kinds,
    "etapes": steps,
    "comprehension": agreement,
}
"""By the name in the address."""
