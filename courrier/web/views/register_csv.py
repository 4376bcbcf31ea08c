"""The register as a table for a spreadsheet: semicolons, UTF-8 with its mark, no formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.web.views.register_list import Line

MARK = "\ufeff"
"""Tells a spreadsheet that the file is UTF-8."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""A cell that begins with one of these may be run as a formula (OWASP, CSV injection)."""


class Echo:
    """A file that gives back what is written to it, so that rows can be streamed."""

    def write(self, text: str) -> str:
        return text


def harmless(cell: str) -> str:
    """The cell as text: what a spreadsheet would run is led by an apostrophe."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_SIGNS) else cell


def csv_rows(lines: Iterable[Line]) -> Iterator[str]:
    """The file, piece by piece."""
    writer = csv.writer(Echo(), delimiter=";")
    yield MARK + writer.writerow(header())
    for line in lines:
        yield writer.writerow([harmless(cell) for cell in cells(line)])


def header() -> list[str]:
    return [
        _("Numéro"),
        _("Reçu le"),
        _("Enregistré le"),
        _("Date du courrier"),
        _("Expéditeur"),
        _("Objet"),
        _("Type"),
        _("Services"),
        _("Recommandé"),
        _("État"),
        _("Réponse attendue le"),
        _("Clos le"),
        _("Observation"),
    ]


def cells(line: Line) -> list[str]:
    mail = line.mail
    registered = timezone.localtime(mail.registered_at).strftime("%d/%m/%Y %H:%M")
    start = [mail.number, french(mail.received_on), registered]
    if not line.whole:
        return [*start, "", "", "", "", "", "", mail.get_state_display(), "", "", line.withheld]
    return [
        *start,
        french(mail.letter_date),
        mail.sender.name if mail.sender else "",
        mail.subject,
        mail.document_type.name if mail.document_type else "",
        ", ".join(each.code for each in line.departments),
        _("oui") if mail.registered_post else "",
        mail.get_state_display(),
        french(mail.due_on),
        french(timezone.localdate(mail.closed_at) if mail.closed_at else None),
        mail.cancelled_reason or mail.failure_reason,
    ]


def french(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""
