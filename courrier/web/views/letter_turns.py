"""Turning a page of a letter for everyone who looks at it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from courrier.annotations.notes import NoteRefused
from courrier.annotations.turning import turn_page
from courrier.web.organisation import signed_in
from courrier.web.views.letter import readable_letter


@require_POST
def turn(request: HttpRequest, number: str, page: int) -> HttpResponse:
    """`degres` to the right from how the page was read: 0, 90, 180 or 270."""
    mail = readable_letter(request, number)
    asked = request.POST.get("degres", "")
    try:
        turn_page(mail, signed_in(request), page, int(asked) if asked in {"0", "90", "180", "270"} else -1)
    except NoteRefused as refused:
        return JsonResponse({"message": refused.message}, status=403)
    return HttpResponse(status=204)
