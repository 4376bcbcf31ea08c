"""Search: one schema, two engines, an outbox.

`flush` brings the index up to date, `search` answers a query, `complete` proposes the end of one. They are found here
when first asked for: Django imports this package before its models are ready.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from courrier.search.completion import Completion, complete
    from courrier.search.flushing import flush
    from courrier.search.places import hit_boxes
    from courrier.search.resembling import similar
    from courrier.search.results import FacetValue, Hit, Results
    from courrier.search.searching import search

__all__ = [
    "Completion",
    "FacetValue",
    "Hit",
    "Results",
    "complete",
    "flush",
    "hit_boxes",
    "search",
    "similar",
]

PLACES = {
    "Completion": "completion",
    "FacetValue": "results",
    "Hit": "results",
    "Results": "results",
    "complete": "completion",
    "flush": "flushing",
    "hit_boxes": "places",
    "search": "searching",
    "similar": "resembling",
}


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{PLACES[name]}"), name)
