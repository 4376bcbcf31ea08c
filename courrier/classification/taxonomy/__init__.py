"""The documents of a French town hall: what each is called, what its letters say, who usually handles it.

`types.toml` names them; `vocabulary/*.toml` holds their words. Both are data that a town may edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from courrier.classification.taxonomy.catalogue import DocumentKind, Taxonomy, town_hall

if TYPE_CHECKING:
    from courrier.organisations.models import Organisation

__all__ = ["DocumentKind", "Taxonomy", "install", "town_hall"]


def install(organisation: Organisation) -> int:
    """Create the document types that `organisation` does not have yet; answer how many were created."""
    from courrier.classification.taxonomy import installation  # the taxonomy itself is read without Django

    return installation.install(organisation)
