"""What the organisation's own decisions have taught: versions, how right each is, which one serves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courrier.classification.models import Example, ExampleSource, TrainedModel, TrainingRun
from courrier.classification.training import FEWEST_NEW, in_service, put_in_service, put_none_in_service
from courrier.classification.training_runs import begin
from courrier.organisations.models import Organisation
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered

SHOWN = 30
FEWEST = 2 * FEWEST_NEW
"""With fewer letters nothing can be taught."""


def versions(here: Organisation) -> QuerySet[TrainedModel]:
    rows = TrainedModel.objects.filter(organisation=here).select_related("activated_by")
    return rows.defer("content").order_by("-version")


@require_GET
def learned(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    rows = list(versions(here)[:SHOWN])
    current = next((each for each in rows if each.state == "active"), None) or in_service(here)
    examples = Example.objects.filter(organisation=here)
    new = examples.filter(created_at__gt=current.trained_at) if current else examples
    letters = examples.values("mail").distinct().count()
    context: dict[str, Any] = {
        "versions": rows,
        "current": current,
        "curve": curve_of(current or next(iter(rows), None)),
        "letters": letters,
        "new": new.values("mail").distinct().count(),
        "sources": sources_of(here),
        "enough": letters >= FEWEST,
        "fewest": FEWEST,
        "run": TrainingRun.objects.filter(organisation=here).select_related("asked_by").first(),
    }
    return render(request, "web/learning/page.html", context)


def sources_of(here: Organisation) -> list[tuple[str, int]]:
    """What taught: qualifications, redirects, corrections, each with its number."""
    rows = Example.objects.filter(organisation=here).order_by().values_list("source").annotate(Count("pk"))
    return [(str(ExampleSource(source).label), count) for source, count in rows]


def curve_of(model: TrainedModel | None) -> list[dict[str, Any]]:
    return list(model.figures.get("curve", [])) if model else []


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """How far the training is, asked every few seconds; once it is over the page is loaded anew."""
    here = administered(request)
    run = TrainingRun.objects.filter(organisation=here).select_related("asked_by").first()
    answer = render(request, "web/learning/run.html", {"run": run})
    if run is None or run.finished_at is not None or run.lost:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def train(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    if Example.objects.filter(organisation=here).values("mail").distinct().count() < FEWEST:
        messages.error(request, _("Il faut au moins %(n)d courriers qualifiés.") % {"n": FEWEST})
    else:
        begin(here, signed_in(request))
    return redirect("web:learning")


@require_POST
def serve(request: HttpRequest, version: int) -> HttpResponse:
    """Put a version in service, or with 0 the taxonomy alone."""
    here, user = administered(request), signed_in(request)
    if version == 0:
        put_none_in_service(here, user)
        messages.success(
            request, _("Aucun modèle appris n'est en service : les propositions sont celles du départ.")
        )
        return redirect("web:learning")
    model = get_object_or_404(TrainedModel, organisation=here, version=version)
    try:
        put_in_service(model, user)
    except ValueError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("La version %(n)d est en service pour les courriers lus dès maintenant.") % {"n": version},
        )
    return redirect("web:learning")
