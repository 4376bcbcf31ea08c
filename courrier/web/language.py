"""The language a page speaks: the one its reader chose, and French before they choose."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from courrier.organisations.models import User

YEAR = 365 * 24 * 3600


class LanguageMiddleware:
    """Speaks the account's language, or a visitor's by cookie.

    The browser's wishes are not asked: a town hall's screens are French unless somebody says otherwise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):
            answer = self.get_response(request)
            answer.headers.setdefault(
                "Content-Language", translation.get_language() or settings.LANGUAGE_CODE
            )
            return answer


def language_of(request: HttpRequest) -> str:
    user = request.user
    wanted = (
        user.language if isinstance(user, User) else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    )
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language on the account, or for a visitor in a cookie, and lead back to where one was.

    `next` is the path of that page; what it was asked with stands in the address of this one.
    """
    wanted = request.POST.get("language", "")
    back, asked = request.POST.get("next", ""), request.GET.urlencode()
    here = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    there = f"{back}?{asked}" if asked else back
    answer = redirect(there if here and back.startswith("/") else "web:home")
    if wanted not in dict(settings.LANGUAGES):
        return answer
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(language=wanted)
    else:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer
