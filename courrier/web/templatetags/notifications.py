"""The bell, and what stands beside it in the menu of one's account."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from courrier.mail.rights import access_of
from courrier.notifications.reading import MOST_COUNTED, unread_count
from courrier.organisations.models import User

register = template.Library()


def counted_once(request: HttpRequest) -> int:
    """How many notifications the person has not read, counted once in a request."""
    known: int | None = getattr(request, "_unread", None)
    if known is None:
        known = unread_count(request.user) if isinstance(request.user, User) else 0
        request._unread = known  # type: ignore[attr-defined]
    return known


@register.inclusion_tag("web/components/bell.html", takes_context=True)
def bell(context: dict[str, Any], place: str) -> dict[str, Any]:
    """A link to the notifications with how many are unread; `place` is side, bar or menu. The one of `side` polls."""
    request: HttpRequest = context["request"]
    match = request.resolver_match
    count = counted_once(request)
    return {
        "place": place,
        "count": f"{MOST_COUNTED}+" if count > MOST_COUNTED else count,
        "current": bool(match and match.url_name == "notifications"),
    }


@register.inclusion_tag("web/components/administration_menu.html", takes_context=True)
def administration_menu(context: dict[str, Any]) -> dict[str, Any]:
    """Links to what administrators set, for them alone."""
    request: HttpRequest = context["request"]
    access = access_of(request.user)
    return {"administers": bool(access.administered), "directs": bool(access.direction)}
