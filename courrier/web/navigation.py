"""What the side bar shows to whom, with its counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from courrier.mail.models import Mail
from courrier.mail.rights import access_of, registers_in
from courrier.organisations.models import Organisation
from courrier.replies.approvals import waiting_for
from courrier.statistics.scope import scope_of
from courrier.web.organisation import current_organisation, organisations, signed_in
from courrier.web.views.correspondents import keeps_file
from courrier.web.views.inbox_list import counted, departments_of


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
    access = access_of(request.user)
    if access.managed or here.pk in access.direction | access.elected:
        book = waiting_for(access).filter(organisation=here).count()
        entries.append(entry(request, "signature_book", _("Parapheur"), _("Parapheur"), "signature", book))
    entries += [
        entry(request, "search", _("Recherche"), _("Recherche"), "search"),
        entry(request, "register", _("Registre"), _("Registre"), "book-2"),
    ]
    if scope_of(access, here.pk) is not None:
        entries.append(entry(request, "statistics", _("Statistiques"), _("Chiffres"), "chart-bar"))
    if keeps_file(request, here):
        found = entry(request, "correspondents", _("Correspondants"), _("Contacts"), "users")
        entries.append(replace(found, current=request.path.startswith(found.url)))
    if here.pk in access.administered:
        found = entry(request, "administration", _("Administration"), _("Réglages"), "adjustments-horizontal")
        inside = request.path.startswith(found.url)
        entries.append(replace(found, current=inside))
    return [found for found in entries if found.url]


def inbox_entries(request: HttpRequest, here: Organisation) -> list[Entry]:
    """The inboxes a person may look into, with what is to be done in each; all of them for the direction."""
    user = signed_in(request)
    counts = counted(
        [each for each in departments_of(user) if each.organisation_id == here.pk and not each.closed_on]
    )
    match = request.resolver_match
    chosen = match.kwargs.get("code") if match and match.url_name == "inbox_of" else None
    entries = []
    if len(counts) > 1:
        everyones = here.pk in access_of(user).direction
        label = _("Tous les services") if everyones else _("Tous mes services")
        total = sum(each.to_do for each in counts)
        entries.append(entry(request, "inbox", label, _("Bannette"), "inbox", total))
    for each in counts:
        department = each.department
        found = entry(request, "inbox", department.name, _("Bannette"), "inbox", each.to_do)
        current = department.code == chosen or (found.current and len(counts) == 1)
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
