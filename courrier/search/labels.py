"""The French names of values that the index keeps as codes."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic

from django.utils.translation import get_language

from courrier.classification.models import DocumentType
from courrier.mail.models import Channel, MailState
from courrier.mail.rights import Access
from courrier.organisations.models import Department

REMEMBERED = 30.0
"""Seconds a name is remembered: every search shows dozens of names that change once a year."""

MOST_REMEMBERED = 1_000

Names = dict[str, str]
remembered: dict[tuple[str, str, frozenset[int]], tuple[float, Names]] = {}


def facet_labels(facet: str, values: Sequence[str], access: Access) -> list[str]:
    """The name to show for each of `values`, in their order, as the organisations of `access` call them."""
    names = names_of(facet, access) if values else {}
    return [names.get(value, value) for value in values]


def names_of(facet: str, access: Access) -> Names:
    """The names of a facet's values by value; empty for a facet whose values are names themselves."""
    if facet not in {"state", "channel", "departments", "document_type"}:
        return {}
    key, now = (facet, get_language() or "", access.organisations), monotonic()
    known = remembered.get(key)
    if known is None or known[0] < now:
        if len(remembered) >= MOST_REMEMBERED:
            remembered.clear()
        known = remembered[key] = (now + REMEMBERED, names_looked_up(facet, access))
    return known[1]


def names_looked_up(facet: str, access: Access) -> Names:
    if facet == "state":
        return {value: str(label) for value, label in MailState.choices}
    if facet == "channel":
        return {value: str(label) for value, label in Channel.choices}
    if facet == "departments":
        found = Department.objects.filter(organisation__in=access.organisations)
        return dict(found.values_list("code", "name"))
    kinds = DocumentType.objects.filter(organisation__in=access.organisations)
    return dict(kinds.values_list("code", "name"))
