"""What happened to a letter since its page was opened, and who else has it open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from courrier.audit.models import Event
from courrier.live.changes import SILENT
from courrier.web.views.letter import back_to_letter, readable_letter
from courrier.web.views.letter_history import story_of

MOST_TOLD = 3
"""Sentences shown; what came before them is in the history."""


@require_GET
def letter_news(request: HttpRequest, number: str) -> HttpResponse:
    """Sentences about what came after the event at `depuis`; empty where nothing did."""
    mail = readable_letter(request, number)
    since = request.GET.get("depuis", "")
    after = int(since) if since.isdecimal() and len(since) < 19 else 0
    events = Event.objects.filter(mail_id=mail.pk, pk__gt=after).exclude(verb__in=SILENT).order_by("sequence")
    steps = story_of(events)
    context = {"steps": steps[-MOST_TOLD:], "url": back_to_letter(request, mail)}
    answer = render(request, "web/letter/news.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
