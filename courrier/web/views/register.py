"""The chronological register: on screen, on paper, and as a table for a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from courrier.mail.models import MailState
from courrier.organisations.models import Department
from courrier.web.organisation import current_organisation, signed_in
from courrier.web.views.keyset import part_of
from courrier.web.views.letter_neighbours import letter_url
from courrier.web.views.register_csv import csv_rows
from courrier.web.views.register_list import (
    COUNTED,
    ORDER,
    Asked,
    all_lines,
    as_lines,
    number_of,
    register_lines,
    with_columns,
    years_of,
)

PAGE_SIZE = 60
PRINTED = 1000
"""Lines on paper at most: more is a job for the spreadsheet."""


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    here = current_organisation(request)
    asked = Asked.of(request.GET)
    size = PRINTED if "imprimer" in request.GET else PAGE_SIZE
    rows = register_lines(user, asked, here)
    part = part_of(with_columns(rows), ORDER, size, request.GET)
    lines = as_lines(user, part.rows)
    number = number_of(user, asked, here, rows, part)
    list_url = request.get_full_path()
    context: dict[str, Any] = {
        "asked": asked,
        "part": part,
        "number": len(lines) if number is None else min(number, COUNTED),
        "more": number is None or number > COUNTED,
        "lines": [(line, letter_url(line.mail.number, list_url) if line.whole else "") for line in lines],
        "years": years_of(here),
        "states": MailState.choices,
        "departments": Department.objects.filter(organisation=here),
        "organisation": here,
        "csv_query": asked.query(),
        "print_query": asked.query(imprimer="1"),
        "printing": "imprimer" in request.GET,
    }
    return render(request, "web/register/register.html", context)


@require_GET
def register_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The lines asked for as CSV, sent while they are read."""
    user = signed_in(request)
    rows = register_lines(user, Asked.of(request.GET), current_organisation(request))
    answer = StreamingHttpResponse(csv_rows(all_lines(user, rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="registre-{timezone.localdate():%Y-%m-%d}.csv"'
    answer["X-Accel-Buffering"] = "no"
    return answer
