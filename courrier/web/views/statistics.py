"""Statistics: how much mail comes, how long it takes, where it waits, what is late, what is understood rightly."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from courrier.classification.models import DocumentType
from courrier.mail.models import Channel
from courrier.mail.rights import access_of
from courrier.organisations.models import Department
from courrier.statistics.day import FIELDS
from courrier.statistics.figures import Figures
from courrier.statistics.models import CountedUntil
from courrier.statistics.scope import Scope, scope_of
from courrier.web.organisation import current_organisation
from courrier.web.views.statistics_asked import Question, question_of, usual_periods
from courrier.web.views.statistics_charts import (
    agreement_lines,
    delay_bars,
    in_percent,
    in_words,
    load_bars,
    step_bars,
    volume_chart,
)
from courrier.web.views.statistics_csv import TABLES, rows_as_csv

MOST_KINDS = 12
"""Types shown at once; the others are a click away."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a request is about: whose figures, of what, and the names of what is counted."""

    scope: Scope
    question: Question
    figures: Figures
    departments: list[Department]
    kinds: list[DocumentType]

    @property
    def department_names(self) -> dict[int, tuple[str, str]]:
        return {each.pk: (each.name, each.code) for each in self.departments}

    @property
    def kind_names(self) -> dict[int, tuple[str, str]]:
        return {each.pk: (each.name, each.code) for each in self.kinds}


def desk_of(request: HttpRequest) -> Desk:
    """The figures that were asked for; PermissionDenied for who sees none."""
    here = current_organisation(request)
    scope = scope_of(access_of(request.user), here.pk)
    if scope is None:
        raise PermissionDenied
    today = timezone.localdate()
    departments = Department.objects.filter(organisation=here).order_by("code")
    if scope.departments is not None:
        departments = departments.filter(pk__in=scope.departments)
    kinds = list(DocumentType.objects.filter(organisation=here).order_by("name"))
    question = question_of(request.GET, list(departments), kinds, today)
    return Desk(scope, question, Figures(scope, question.asked, today), list(departments), kinds)


@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request)
    figures, by_month = desk.figures, desk.figures.by_month
    counted = CountedUntil.objects.filter(organisation=desk.scope.organisation_id).first()
    kinds = load_bars(figures.by_kind, desk.kind_names)
    context = {
        "question": desk.question,
        "asked": desk.question.asked,
        "figures": figures,
        "in_time": in_percent(figures.closed_in_time),
        "counted_at": counted.at if counted else None,
        "whole": desk.scope.departments is None,
        "departments": desk.departments,
        "kinds": desk.kinds,
        "periods": usual_periods(timezone.localdate()),
        "by_month": by_month,
        "channels": list(Channel),
        "volume_chart": volume_chart(figures.volumes, by_month),
        "volumes": [(in_words(each.first, each.last, by_month), each) for each in figures.volumes],
        "loads": load_bars(figures.by_department, desk.department_names),
        "delays": delay_bars(figures.by_department, desk.department_names),
        "kind_loads": kinds[:MOST_KINDS],
        "other_kind_loads": kinds[MOST_KINDS:],
        "steps": step_bars(figures),
        "lines": agreement_lines(figures.agreements),
        "fields": list(FIELDS),
        "agreements": [
            (
                in_words(each.first, each.last, by_month),
                [in_percent(each.share(str(field))) for field in FIELDS],
            )
            for each in figures.agreements
        ],
    }
    return render(request, "web/statistics/page.html", context)


@require_GET
def statistics_csv(request: HttpRequest, what: str) -> StreamingHttpResponse:
    if what not in TABLES:
        raise Http404
    desk = desk_of(request)
    rows = TABLES[what](desk.figures, desk.department_names, desk.kind_names)
    answer = StreamingHttpResponse(rows_as_csv(rows), content_type="text/csv; charset=utf-8")
    asked = desk.question.asked
    name = f"courrier-{what}-{asked.first:%Y%m%d}-{asked.last:%Y%m%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
