"""Letters that resemble the one on screen; fetched after the page, so that it waits for nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from courrier.mail.rights import access_of
from courrier.search import similar
from courrier.web.answers import by_htmx
from courrier.web.organisation import signed_in
from courrier.web.views.letter import readable_letter
from courrier.web.views.letter_neighbours import letter_url


@require_GET
def similar_letters(request: HttpRequest, number: str) -> HttpResponse:
    """Those the person may read: a part of the letter's page, or without script a page of its own."""
    mail = readable_letter(request, number)
    hits = similar(mail.pk, access_of(signed_in(request)))
    template = "web/search/similar.html" if by_htmx(request) else "web/search/similar_page.html"
    found = [(hit, letter_url(hit.number)) for hit in hits]
    answer = render(request, template, {"mail": mail, "similar": found})
    patch_cache_control(answer, private=True, no_cache=True)
    return answer
