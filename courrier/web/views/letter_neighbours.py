"""The letters before and after this one in the list it was opened from."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from courrier.mail.models import Mail
from courrier.organisations.models import User
from courrier.web.views import inbox_list, register_list, search_list

LONGEST = 1000
"""Letters of an inbox looked through for the place of one."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a letter stands in a list: addresses of the list and of the letters beside it, "" where there is none."""

    label: str
    list_url: str
    previous: str = ""
    next: str = ""
    position: int | None = None
    total: int | None = None


def letter_url(number: str, list_url: str = "", query: str = "") -> str:
    """The address of a letter that remembers the list it was opened from and the words that found it."""
    pairs = {"q": query, "liste": list_url}
    kept = urlencode({name: value for name, value in pairs.items() if value})
    return reverse("web:letter", args=[number]) + (f"?{kept}" if kept else "")


def neighbours(user: User, list_url: str, mail: Mail) -> Neighbours | None:
    """The letter's place in the list at `list_url`; None where that is no list of ours."""
    parts = urlsplit(list_url)
    if not list_url.startswith("/") or parts.netloc or parts.scheme:
        return None
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    asked = QueryDict(parts.query)
    if match.view_name in {"web:inbox", "web:inbox_of"}:
        return in_inbox(user, list_url, str(match.kwargs.get("code", "")), asked, mail)
    if match.view_name == "web:search":
        return in_search(user, list_url, asked, mail)
    if match.view_name == "web:register":
        return in_register(user, list_url, asked, mail)
    return None


def in_inbox(user: User, list_url: str, code: str, asked: QueryDict, mail: Mail) -> Neighbours:
    departments = inbox_list.departments_of(user)
    if code:
        departments = departments.filter(code=code)
    rows = inbox_list.listed(user, list(departments), inbox_list.Choice.of(asked))
    numbers = list(dict.fromkeys(rows.values_list("mail__number", flat=True)[:LONGEST]))
    return among(_("Bannette %(code)s") % {"code": code} if code else _("Bannettes"), list_url, numbers, mail)


def in_search(user: User, list_url: str, asked: QueryDict, mail: Mail) -> Neighbours:
    numbers, first, total = search_list.numbers_around(user, asked)
    label = _("Résultats de la recherche")
    return among(label, list_url, numbers, mail, query=asked.get("q", ""), first=first, total=total)


def in_register(user: User, list_url: str, asked: QueryDict, mail: Mail) -> Neighbours:
    above, below = register_list.beside(user, register_list.Asked.of(asked), mail)
    return Neighbours(
        _("Registre"),
        list_url,
        previous=letter_url(above, list_url) if above else "",
        next=letter_url(below, list_url) if below else "",
    )


def among(
    label: str,
    list_url: str,
    numbers: list[str],
    mail: Mail,
    *,
    query: str = "",
    first: int = 1,
    total: int | None = None,
) -> Neighbours:
    """The place of the letter among `numbers`, the first of which is the list's number `first`."""
    if mail.number not in numbers:
        return Neighbours(label, list_url)
    place = numbers.index(mail.number)
    before = numbers[place - 1] if place else ""
    after = numbers[place + 1] if place + 1 < len(numbers) else ""
    return Neighbours(
        label,
        list_url,
        previous=letter_url(before, list_url, query) if before else "",
        next=letter_url(after, list_url, query) if after else "",
        position=first + place,
        total=total if total is not None else len(numbers),
    )
