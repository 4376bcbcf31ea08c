"""All the letters of a search in one file: asked for, followed while it is made, fetched, thrown away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courrier.search import exporting
from courrier.search.models import ExportFormat, SearchExport
from courrier.web.organisation import signed_in
from courrier.web.views.search_list import Search

SHOWN = 30
"""Exports listed, the newest first."""


@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """The person's exports; asked again every two seconds by the page while one is under way."""
    own = SearchExport.objects.filter(user=signed_in(request)).defer("letters")
    shown = list(own[:SHOWN])
    context: dict[str, Any] = {
        "exports": shown,
        "under_way": any(each.under_way for each in shown),
        "days": exporting.KEPT.days,
    }
    return render(request, "web/search/exports.html", context)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Have a search's letters written to a file."""
    asked = Search.of(request.POST)
    file_format = request.POST.get("format", "")
    if file_format not in ExportFormat.values or asked.empty:
        messages.error(request, _("Choisissez ce qu'il faut exporter : un tableau ou les documents."))
        return redirect(reverse("web:search") + asked.query())
    try:
        exporting.request_export(signed_in(request), file_format, asked.text, asked.filters)
    except exporting.ExportRefused as refusal:
        messages.error(request, refusal.message)
    return redirect("web:search_exports")


def own(request: HttpRequest, pk: int) -> SearchExport:
    return get_object_or_404(SearchExport, pk=pk, user=signed_in(request))


@require_GET
def fetch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file; the person's rights are checked again, letter by letter."""
    export = own(request, pk)
    try:
        file = exporting.open_export(export, signed_in(request))
    except FileNotFoundError as missing:
        raise Http404 from missing
    except exporting.ExportRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("web:search_exports")
    kind = "text/csv; charset=utf-8" if export.format == ExportFormat.CSV else "application/zip"
    day = timezone.localtime(export.created_at).date().isoformat()
    answer = FileResponse(
        file, as_attachment=True, filename=f"courriers-{day}-{export.pk}.{export.format}", content_type=kind
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    exporting.remove(own(request, pk))
    messages.success(request, _("Export supprimé."))
    return redirect("web:search_exports")
