"""What was understood of letters: the rule that fired, tags, letters come twice; and how right it was."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.formats import number_format

from courrier.classification.models import Priority
from courrier.classification.rules import fired
from courrier.mail.models import Mail
from courrier.mail.rights import access_of, is_for
from courrier.web.organisation import signed_in
from courrier.web.views.qualification_suggestions import as_dialled

register = template.Library()


@register.inclusion_tag("web/letter/understood.html", takes_context=True)
def letter_understood(context: dict[str, Any], mail: Mail) -> dict[str, Any]:
    """Three queries, whatever the letter."""
    request: HttpRequest = context["request"]
    user = signed_in(request)
    others = Mail.objects.visible_to(user)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "mail": mail,
        "urgent": mail.priority == Priority.HIGH,
        "rule": fired(mail.suggestions.only("mail", "reason")),
        "first": others.filter(pk=mail.duplicate_of_id).first() if mail.duplicate_of_id else None,
        "may_detach": bool(mail.duplicate_of_id) and is_for(access_of(user), "qualify", mail),
        "again": list(others.filter(duplicate_of=mail).order_by("year", "sequence")[:5]),
    }


@register.filter
def percent(share: object) -> str:
    """A part from 0 to 1 as a clerk reads it: 92,5 %; a dash where there is none."""
    if not isinstance(share, int | float):
        return "—"
    return f"{number_format(100 * share, 1)}\N{NO-BREAK SPACE}%"


@register.filter
def dialled(phone: str) -> str:
    """A telephone number as one reads it in France."""
    return as_dialled(phone)


@register.filter
def dot(share: float) -> str:
    """A number as HTML attributes want it, whatever the language."""
    return f"{share:.4f}"
