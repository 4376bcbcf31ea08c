"""Searches a person keeps: saved from the results, opened, renamed, told of or not, deleted and brought back."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courrier.organisations.models import User
from courrier.search import saved as domain
from courrier.search.models import SavedSearch
from courrier.web.organisation import signed_in
from courrier.web.views.search_list import FACETS, Search


@dataclass(frozen=True)
class Kept:
    """A line of the list: the search, and how many letters were found for it since it was last opened."""

    row: SavedSearch
    new: int

    @cached_property
    def asked(self) -> Search:
        return Search.asking(self.row.text, self.row.filters)

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """What narrows it: the name of each facet and its values."""
        return [(str(FACETS[name][1]), ", ".join(values)) for name, values in self.asked.chosen.items()]


def kept_by(user: User) -> list[Kept]:
    """The person's searches by name, three queries whatever their number."""
    rows = list(SavedSearch.objects.kept().filter(user=user))
    new = domain.new_of(user, rows) if rows else {}
    return [Kept(row, len(new[row.pk])) for row in rows]


@require_GET
def saved_searches(request: HttpRequest) -> HttpResponse:
    return show(request)


def show(request: HttpRequest, *, renamed: int = 0, typed: str = "", problem: str = "") -> HttpResponse:
    """The list; after a refusal, with what was `typed` for the search that was to be `renamed`, and why."""
    user = signed_in(request)
    removed = SavedSearch.objects.filter(user=user, removed_at__gt=timezone.now() - domain.BROUGHT_BACK)
    context = {
        "kept": kept_by(user),
        "removed": removed.order_by("-removed_at").first(),
        "renamed": renamed,
        "typed": typed,
        "problem": problem,
    }
    return render(request, "web/search/saved.html", context, status=422 if problem else 200)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the search of the results page; it is shown again, whatever comes of it."""
    asked = Search.of(request.POST)
    back = reverse("web:search") + asked.query()
    if asked.empty:
        messages.error(request, _("Il n'y a rien à enregistrer : cherchez d'abord."))
        return redirect("web:search")
    try:
        kept = domain.save_search(
            signed_in(request),
            request.POST.get("name", ""),
            asked.text,
            asked.filters,
            alert=request.POST.get("alert") == "1",
        )
    except domain.SavedSearchRefused as refusal:
        messages.error(request, refusal.message)
        return redirect(back)
    if kept.alert:
        said = _("Recherche « %(name)s » enregistrée ; vous serez averti des nouveaux courriers.")
    else:
        said = _("Recherche « %(name)s » enregistrée.")
    messages.success(request, said % {"name": kept.name})
    return redirect(back)


def own(request: HttpRequest, pk: int) -> SavedSearch:
    return get_object_or_404(SavedSearch, pk=pk, user=signed_in(request))


@require_GET
def saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to its results, the newest first where some are new; they are new no longer."""
    kept = own(request, pk)
    new = domain.new_matches(kept)
    domain.looked_at(kept)
    sort = "recents" if new else ""
    return redirect(reverse("web:search") + Search.asking(kept.text, kept.filters).query(sort=sort))


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    name = request.POST.get("name", "")
    try:
        domain.rename(own(request, pk), name)
    except domain.SavedSearchRefused as refusal:
        return show(request, renamed=pk, typed=name, problem=refusal.message)
    return redirect("web:saved_searches")


@require_POST
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Be told of what is new, or no longer."""
    kept = own(request, pk)
    domain.set_alert(kept, request.POST.get("alert") == "1")
    if kept.alert:
        messages.success(
            request, _("Vous serez averti des nouveaux courriers de « %(name)s ».") % {"name": kept}
        )
    else:
        messages.success(request, _("Plus d'avertissement pour « %(name)s ».") % {"name": kept})
    return redirect("web:saved_searches")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    domain.remove(own(request, pk))
    return redirect("web:saved_searches")


@require_POST
def bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    kept = own(request, pk)
    if kept.removed_at is not None:
        domain.bring_back(kept)
        messages.success(request, _("Recherche « %(name)s » rétablie.") % {"name": kept})
    return redirect("web:saved_searches")
