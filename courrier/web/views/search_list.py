"""What somebody asks the search for: words, facets chosen, order and page, as they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courrier.mail.rights import access_of
from courrier.organisations.models import User
from courrier.search import Results, search

PAGE_SIZE = 20
LAST_PAGE = 200

FACETS: dict[str, tuple[str, Promise]] = {
    "service": ("departments", _("Service")),
    "type": ("document_type", _("Type")),
    "etat": ("state", _("État")),
    "annee": ("year", _("Année")),
    "expediteur": ("sender", _("Expéditeur")),
    "canal": ("channel", _("Arrivé par")),
    "etiquette": ("tags", _("Étiquette")),
}
"""Facets in the order shown: their name in the address, in the index, and on screen."""

SORTS: dict[str, tuple[str, Promise]] = {
    "": ("relevance", _("les plus pertinents")),
    "recents": ("newest", _("les plus récents")),
    "anciens": ("oldest", _("les plus anciens")),
    "numero": ("number", _("par numéro")),
    "echeance": ("due", _("par échéance")),
}


@dataclass(frozen=True, slots=True)
class Search:
    """A search as asked for; `page` counts from 1."""

    text: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1

    @classmethod
    def of(cls, asked: QueryDict) -> Search:
        chosen = {name: list(dict.fromkeys(filter(None, asked.getlist(name)))) for name in FACETS}
        page = asked.get("page", "1")
        sort = asked.get("tri", "")
        return cls(
            text=asked.get("q", "").strip()[:500],
            chosen={name: values for name, values in chosen.items() if values},
            sort=sort if sort in SORTS else "",
            page=min(max(int(page), 1), LAST_PAGE) if page.isdecimal() and len(page) < 6 else 1,
        )

    @classmethod
    def asking(cls, text: str, filters: Mapping[str, Sequence[str]]) -> Search:
        """The search page's form of a search that was kept."""
        names = {key: name for name, (key, _title) in FACETS.items()}
        return cls(text, {names[key]: list(values) for key, values in filters.items() if key in names})

    @property
    def filters(self) -> dict[str, list[str]]:
        """What is chosen, as `courrier.search` names it."""
        return {FACETS[name][0]: list(values) for name, values in self.chosen.items()}

    @property
    def empty(self) -> bool:
        return not self.text and not self.chosen

    def query(
        self,
        *,
        page: int = 1,
        sort: str | None = None,
        toggled: tuple[str, str] | None = None,
        text: str = "",
    ) -> str:
        """The query string of this search on another page, in another order, with a facet's value in or out, or with
        other words."""
        chosen = {name: list(values) for name, values in self.chosen.items()}
        if toggled:
            name, value = toggled
            values = chosen.setdefault(name, [])
            if value in values:
                values.remove(value)
            else:
                values.append(value)
        words = text or self.text
        pairs = [("q", words)] if words else []
        pairs += [(name, value) for name, values in chosen.items() for value in values]
        wanted_sort = self.sort if sort is None else sort
        pairs += [("tri", wanted_sort)] if wanted_sort else []
        pairs += [("page", str(page))] if page > 1 else []
        return f"?{urlencode(pairs)}"

    def run(self, user: User, *, before: int = 0, after: int = 0, facets: bool = True) -> Results:
        """The page's results, with `before` more ahead of them and `after` more behind."""
        first = max((self.page - 1) * PAGE_SIZE - before, 0)
        last = self.page * PAGE_SIZE + after
        return search(
            self.text,
            access_of(user),
            filters=self.filters,
            sort=SORTS[self.sort][0],
            offset=first,
            limit=last - first,
            facets=facets,
        )


def numbers_around(user: User, asked: QueryDict) -> tuple[list[str], int, int]:
    """Register numbers of a page of results and one on each side; the place of the first, from 1; how many in all."""
    wanted = Search.of(asked)
    results = wanted.run(user, before=1, after=1, facets=False)
    first = max((wanted.page - 1) * PAGE_SIZE - 1, 0) + 1
    return [hit.number for hit in results.hits], first, results.total
