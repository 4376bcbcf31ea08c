"""Search over every word of every letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from courrier.mail.models import Mail
from courrier.mail.rights import access_of
from courrier.search import FacetValue, Hit, Results
from courrier.search import complete as completions
from courrier.search.language.reading import read
from courrier.search.lateness import waiting_for
from courrier.search.planning import worth_misreading
from courrier.web.organisation import signed_in
from courrier.web.views.letter_neighbours import letter_url
from courrier.web.views.search_list import FACETS, LAST_PAGE, PAGE_SIZE, SORTS, Search
from courrier.web.views.search_saved import kept_by

FEW = 10
"""Letters found below which misread words are worth a look."""

VALUES_SHOWN = 8
"""Values of a facet shown at once; the rest unfold."""


@dataclass(frozen=True, slots=True)
class Value:
    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet in the side column; `rest` unfolds."""

    name: str
    title: str
    shown: list[Value]
    rest: list[Value]


@dataclass(frozen=True, slots=True)
class Found:
    """A result: the hit, and the letter's address with the words to light up."""

    hit: Hit
    url: str

    @property
    def state(self) -> str:
        return self.hit.state

    def get_state_display(self) -> str:
        return self.hit.state_label


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    asked = Search.of(request.GET)
    if asked.empty:
        start = {"asked": asked, "start": True, "kept": kept_by(user)}
        return render(request, "web/search/search.html", start)
    results = asked.run(user)
    if results.goes_to and "chercher" not in request.GET:
        number = Mail.objects.visible_to(user).values_list("number", flat=True).get(pk=results.goes_to)
        return redirect(letter_url(number))
    list_url = request.get_full_path()
    context: dict[str, Any] = {
        "asked": asked,
        "results": results,
        "found": [Found(hit, letter_url(hit.number, list_url, asked.text)) for hit in results.hits],
        "facets": facets_of(asked, results),
        "chosen": chosen_values(asked, results),
        "sorts": [
            {"label": label, "url": asked.query(sort=name), "current": name == asked.sort}
            for name, (_field, label) in SORTS.items()
        ],
        "late": waiting_for(access_of(user)) if results.available else 0,
        "misread_url": misread_url(asked, results),
        **pager_of(asked, results.total),
    }
    return render(request, "web/search/search.html", context)


@require_GET
def complete(request: HttpRequest) -> JsonResponse:
    """Ways to end what is being typed: `{"completions": [{"text", "label"}, …]}`, `text` the whole query."""
    found = completions(request.GET.get("q", "")[:200], access_of(signed_in(request)))
    answer = JsonResponse({"completions": [{"text": each.text, "label": each.label} for each in found]})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


def misread_url(asked: Search, results: Results) -> str:
    """Where few letters have the words as they are: the same search among words a scan may have misread."""
    if not 0 < results.total < FEW or not worth_misreading(read(asked.text)):
        return ""
    return asked.query(text=f"{asked.text} mal-lus:oui")


def facets_of(asked: Search, results: Results) -> list[Facet]:
    """The facets that have something to choose from, each value with the address that puts it in or out."""
    found = []
    for name, (key, title) in FACETS.items():
        values = [value_of(asked, name, each) for each in results.facets.get(key, []) if each.value]
        if len(values) > 1 or name in asked.chosen:
            chosen_first = sorted(values, key=lambda value: not value.chosen)
            found.append(Facet(name, str(title), chosen_first[:VALUES_SHOWN], chosen_first[VALUES_SHOWN:]))
    return found


def value_of(asked: Search, name: str, each: FacetValue) -> Value:
    chosen = each.value in asked.chosen.get(name, [])
    return Value(each.label, each.count, asked.query(toggled=(name, each.value)), chosen)


def chosen_values(asked: Search, results: Results) -> list[Value]:
    """What is chosen, with the address that takes it out; its label is the facet's where the results have it."""
    chosen = []
    for name, values in asked.chosen.items():
        labels = {each.value: each.label for each in results.facets.get(FACETS[name][0], [])}
        chosen += [
            Value(labels.get(value, value), 0, asked.query(toggled=(name, value)), True) for value in values
        ]
    return chosen


def pager_of(asked: Search, total: int) -> dict[str, Any]:
    first = (asked.page - 1) * PAGE_SIZE + 1
    last = min(asked.page * PAGE_SIZE, total)
    more = last < total and asked.page < LAST_PAGE
    return {
        "first": first,
        "last": last,
        "previous_url": asked.query(page=asked.page - 1) if asked.page > 1 else "",
        "next_url": asked.query(page=asked.page + 1) if more else "",
    }
