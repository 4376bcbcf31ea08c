"""Answers that tell the person something, shown as a toast by `app.js`."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

Answer = TypeVar("Answer", bound=HttpResponse)


def by_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page asks, and not the browser for a whole one."""
    return request.headers.get("HX-Request") == "true"


def said(response: Answer, text: str, kind: str = "ok") -> Answer:
    """`response` with a sentence for the person; `kind` is info, ok, warn or danger."""
    return trigger_client_event(response, "toast", {"text": str(text), "kind": kind})


def refusal(text: str, status: int = 409) -> HttpResponse:
    """Nothing was changed, and why."""
    return said(HttpResponse(status=status), text, "danger")
