"""What open pages are told: by a stream where the server can hold one, else by asking from time to time."""

from __future__ import annotations

import socket

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from courrier.live import presence
from courrier.live.audience import Audience
from courrier.live.changes import happened_after, in_hand, last_place
from courrier.live.handover import HandedOver, connection_of
from courrier.live.hub import hub
from courrier.live.stream import Stream
from courrier.live.telling import MOST_REPLAYED, named, step, told_of
from courrier.mail.models import Mail
from courrier.notifications.reading import unread_count
from courrier.web.navigation import build
from courrier.web.organisation import signed_in

NO_STREAM = 204
"""Tells the page's EventSource not to come back: this server holds no streams."""


@require_GET
def stream(request: HttpRequest) -> HttpResponse:
    """Server-sent events `hello`, `letters`, `progress`, `counts`, `present` and `end`, until either side leaves."""
    connection = connection_of(request)
    if connection is None:
        return HttpResponse(status=NO_STREAM)
    user = signed_in(request)
    if hub.full(user.pk):
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    asked = {
        "user_id": user.pk,
        "session_key": request.session.session_key or "",
        "password": user.password,
        "after": place_of(request.headers.get("Last-Event-ID") or request.GET.get("depuis", "")),
        "mail_id": looked_at(request),
    }

    def serve(taken: socket.socket, head: bytes) -> None:
        hub.take(Stream(taken, **asked), head)  # type: ignore[arg-type]

    return HandedOver(connection, serve)


def place_of(text: str) -> int:
    """The place a page knows of; the last one for anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 else last_place()


def looked_at(request: HttpRequest) -> int | None:
    """The letter the page shows, where the person may read it."""
    asked = request.GET.get("courrier", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    readable = Mail.objects.visible_to(signed_in(request)).filter(pk=int(asked))
    return readable.values_list("pk", flat=True).first()


@require_GET
def news(request: HttpRequest) -> JsonResponse:
    """The same by asking: what happened after the place `depuis`, with the place to ask from next."""
    user = signed_in(request)
    place = last_place()
    events = happened_after(place_of(request.GET.get("depuis", "")), MOST_REPLAYED + 1)
    jobs = [each for each in in_hand().values() if each.total]
    audience = Audience([user.pk], {each.mail_id for each in events} | {each.mail_id for each in jobs})
    answer = {
        "place": place,
        "all": len(events) > MOST_REPLAYED,
        "letters": [
            told_of(each, user.pk) for each in events[:MOST_REPLAYED] if audience.lists(user.pk, each.mail_id)
        ],
        "progress": [step(each) for each in jobs if audience.lists(user.pk, each.mail_id)],
        "counts": {"notifications": unread_count(user)},
    }
    mail_id = looked_at(request)
    if mail_id is not None:
        presence.touch([(mail_id, user.pk)])
        others = [each for each in presence.present([mail_id])[mail_id] if each.pk != user.pk]
        answer["present"] = named(mail_id, others)
    return uncached(JsonResponse(answer))


@require_GET
def counts(request: HttpRequest) -> JsonResponse:
    """How many things wait behind each entry of the menu, by its address."""
    navigation = build(request)
    found = {entry.url: entry.count for entry in [*navigation.main, *navigation.inboxes]}
    return uncached(JsonResponse(found | {"notifications": unread_count(signed_in(request))}))


def uncached(answer: JsonResponse) -> JsonResponse:
    answer["Cache-Control"] = "no-store"
    return answer
