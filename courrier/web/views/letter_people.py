"""Whom a note on a letter can call: those who may read it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from courrier.annotations.mentions import proposed
from courrier.mail.rights import can
from courrier.organisations.models import Membership
from courrier.web.organisation import signed_in
from courrier.web.templatetags.ui import hue, initials
from courrier.web.views.letter import readable_letter

LONGEST = 60


@require_GET
def people(request: HttpRequest, number: str) -> JsonResponse:
    """Those whose names begin as `q`, for the list that opens behind an @ in a note."""
    mail = readable_letter(request, number)
    user = signed_in(request)
    if not can(user, "annotate", mail):
        raise PermissionDenied(_("Vous ne pouvez pas annoter ce courrier."))
    found = proposed(mail, user, request.GET.get("q", "")[:LONGEST])
    answer = JsonResponse(
        {
            "people": [
                {
                    "username": each.username,
                    "name": str(each),
                    "detail": ", ".join(place_of(held) for held in each.functions),  # type: ignore[attr-defined]
                    "initials": initials(each),
                    "hue": hue(each),
                }
                for each in found
            ]
        }
    )
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def place_of(held: Membership) -> str:
    """What somebody is, and where."""
    role = held.get_role_display()
    return f"{role} {held.department.code}" if held.department else role
