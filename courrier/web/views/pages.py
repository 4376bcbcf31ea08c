"""Images of pages and the words on them, for who may read the letter."""

from __future__ import annotations

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from courrier.mail.content import page_image as image_of
from courrier.mail.models import Mail, Page
from courrier.web.organisation import current_organisation, signed_in

A_DAY = 24 * 3600


def readable_page(request: HttpRequest, number: str, page: int) -> Page:
    """A page of a letter this person may read; 404 otherwise, whether the letter exists or not."""
    readable = Mail.objects.visible_to(signed_in(request)).filter(number=number)
    mails = readable.filter(organisation=current_organisation(request))
    return get_object_or_404(Page.objects.filter(mail__in=mails), number=page)


@require_GET
def page_image(request: HttpRequest, number: str, page: int) -> HttpResponse | FileResponse:
    """The WebP image. It never changes under its hash, and no shared cache may keep it."""
    shown = readable_page(request, number, page)
    etag = f'"{shown.image}"'
    if shown.image and request.headers.get("If-None-Match") == etag:
        answer: HttpResponse | FileResponse = HttpResponseNotModified()
    else:
        try:
            answer = FileResponse(image_of(shown), content_type="image/webp")
        except FileNotFoundError as error:
            raise Http404 from error
    answer["ETag"] = etag
    answer["Cache-Control"] = f"private, max-age={A_DAY}"
    return answer


@require_GET
def page_words(request: HttpRequest, number: str, page: int) -> JsonResponse:
    """`{"words": [[text, x0, y0, x1, y1, confidence, line], …]}`, boxes in fractions of the page."""
    answer = JsonResponse({"words": readable_page(request, number, page).words})
    answer["Cache-Control"] = "private, max-age=600"
    return answer
