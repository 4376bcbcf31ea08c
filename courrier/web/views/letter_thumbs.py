"""Images of pages sized by where they are shown: the strip beside the letter, a telephone, a screen."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_GET

from courrier.web.page_images import THUMB, WIDTHS, scaled
from courrier.web.views.pages import A_DAY, readable_page


@require_GET
def page_thumb(request: HttpRequest, number: str, page: int) -> HttpResponse:
    return sized(request, number, page, THUMB)


@require_GET
def page_at_width(request: HttpRequest, number: str, page: int, width: int) -> HttpResponse:
    """The page in one of WIDTHS; 404 for any other, so that nobody fills the disk with all there are."""
    if width not in WIDTHS:
        raise Http404
    return sized(request, number, page, width)


def sized(request: HttpRequest, number: str, page: int, width: int) -> HttpResponse:
    """Kept by the reader's browser alone, under the hash of the page's image."""
    shown = readable_page(request, number, page)
    etag = f'"{shown.image}-{width}"'
    if shown.image and request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        try:
            answer = HttpResponse(scaled(shown, width), content_type="image/webp")
        except FileNotFoundError as error:
            raise Http404 from error
    answer["ETag"] = etag
    answer["Cache-Control"] = f"private, max-age={A_DAY}"
    return answer
