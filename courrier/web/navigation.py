"""What the side bar shows to whom, with its counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from courrier.mail.models import Assignment, Mail
from courrier.mail.rights import access_of, registers_in
from courrier.organisations.models import Department, Organisation
from courrier.web.organisation import current_organisation, organisations


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the side bar; `short` is its name under the thumb on a telephone."""

    name: str
    label: str
    short: str
    icon: str
    url: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Navigation:
    organisation: Organisation | None
    organisations: list[Organisation]
    main: list[Entry]
    inboxes: list[Entry]

    @property
    def phone(self) -> list[Entry]:
        return [*self.main[:1], *self.inboxes[:1], *self.main[1:]][:5]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation`, built only where a template asks for it."""
    return {"navigation": SimpleLazyObject(lambda: build(request))}


def build(request: HttpRequest) -> Navigation:
    if not request.user.is_authenticated or not organisations(request):
        return Navigation(None, [], [], [])
    here = current_organisation(request)
    return Navigation(here, organisations(request), main_entries(request, here), inbox_entries(request, here))


def main_entries(request: HttpRequest, here: Organisation) -> list[Entry]:
    entries = []
    if registers_in(request.user, here.pk):
        waiting = Mail.objects.visible_to(request.user).filter(organisation=here).to_qualify().count()
        entries += [
            entry(request, "reception", _("Accueil du courrier"), _("Accueil"), "cloud-upload"),
            entry(request, "qualification", _("À qualifier"), _("Qualifier"), "checks", waiting),
        ]
    entries += [
        entry(request, "search", _("Recherche"), _("Recherche"), "search"),
        entry(request, "register", _("Registre"), _("Registre"), "book-2"),
    ]
    return [found for found in entries if found.url]


def inbox_entries(request: HttpRequest, here: Organisation) -> list[Entry]:
    own = access_of(request.user).departments
    if not own or not address("inbox"):
        return []
    departments = list(Department.objects.open().filter(pk__in=own, organisation=here))
    rows = Assignment.objects.open().for_action().filter(department__in=departments)
    counts = dict(rows.order_by().values_list("department").annotate(Count("pk")))
    match = request.resolver_match
    chosen = match.kwargs.get("code") if match and match.url_name == "inbox_of" else None
    entries = []
    if len(departments) > 1:
        everything = sum(counts.get(department.pk, 0) for department in departments)
        entries.append(entry(request, "inbox", _("Tous mes services"), _("Bannette"), "inbox", everything))
    for department in departments:
        found = entry(request, "inbox", department.name, _("Bannette"), "inbox", counts.get(department.pk, 0))
        current = department.code == chosen or (found.current and len(departments) == 1)
        entries.append(replace(found, url=address("inbox_of", department.code), current=current))
    return entries


def entry(request: HttpRequest, name: str, label: str, short: str, icon: str, count: int = 0) -> Entry:
    match = request.resolver_match
    return Entry(name, label, short, icon, address(name), count, bool(match and match.url_name == name))


def address(name: str, *args: str) -> str:
    """The address of a page, or "" where this installation does not have it."""
    try:
        return reverse(f"web:{name}", args=args)
    except NoReverseMatch:
        return ""
