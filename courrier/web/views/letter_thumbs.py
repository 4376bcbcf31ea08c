"""Small images of pages for the strip beside the letter."""

from __future__ import annotations

import io

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_GET
from PIL import Image

from courrier.mail.content import page_image
from courrier.mail.models import Page
from courrier.web.views.pages import A_DAY, readable_page

LONGEST_SIDE = 200
"""Pixels: twice what is shown, for fine screens."""


def small_image(page: Page) -> bytes:
    """The page as WebP, LONGEST_SIDE pixels at most; raises FileNotFoundError where it has no image."""
    with page_image(page) as file, Image.open(file) as image:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
        small = io.BytesIO()
        image.save(small, "WEBP", quality=60, method=2)
        return small.getvalue()


@require_GET
def page_thumb(request: HttpRequest, number: str, page: int) -> HttpResponse:
    """Kept by the reader's browser alone, under the hash of the page's image."""
    shown = readable_page(request, number, page)
    etag = f'"{shown.image}-{LONGEST_SIDE}"'
    if shown.image and request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        try:
            answer = HttpResponse(small_image(shown), content_type="image/webp")
        except FileNotFoundError as error:
            raise Http404 from error
    answer["ETag"] = etag
    answer["Cache-Control"] = f"private, max-age={A_DAY}"
    return answer
