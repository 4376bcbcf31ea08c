"""The statement of accessibility, made from the last audit that was kept (law 2005-102, article 47; RGAA 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from courrier.organisations.models import Organisation
from courrier.web.organisation import current_organisation, organisations

KEPT = Path(__file__).resolve().parent.parent / "accessibility" / "audit.json"


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at and found. `screens` and `faults` are names of screens and what was wrong on them;
    `unmet` what is known not to be met, each with its criterion of the RGAA."""

    day: date
    tool: str
    browser: str
    rules: int
    screens: list[str]
    faults: list[tuple[str, str]]
    unmet: list[tuple[str, str]]


@cache
def last_audit() -> Audit:
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return Audit(
        day=date.fromisoformat(kept["day"]),
        tool=kept["tool"],
        browser=kept["browser"],
        rules=int(kept["rules"]),
        screens=list(kept["screens"]),
        faults=[(each["screen"], each["fault"]) for each in kept["faults"]],
        unmet=[(each["criterion"], each["what"]) for each in kept["unmet"]],
    )


@login_not_required
@require_GET
def statement(request: HttpRequest) -> HttpResponse:
    """Public: whoever is kept out must be able to read it."""
    return render(
        request, "web/accessibility.html", {"audit": last_audit(), "organisation": answerable(request)}
    )


def answerable(request: HttpRequest) -> Organisation | None:
    """The collectivité to complain to: the reader's, or the only one of the installation."""
    if request.user.is_authenticated and organisations(request):
        return current_organisation(request)
    alone = list(Organisation.objects.all()[:2])
    return alone[0] if len(alone) == 1 else None
