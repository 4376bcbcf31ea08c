"""Who sees figures of what: the general direction of the whole, a manager of the departments under theirs."""

from __future__ import annotations

from dataclasses import dataclass

from courrier.mail.rights import Access


@dataclass(frozen=True, slots=True)
class Scope:
    """A collectivité, and the departments whose letters count; None where all do."""

    organisation_id: int
    departments: frozenset[int] | None


def scope_of(access: Access, organisation_id: int) -> Scope | None:
    """What this person sees figures of there; None where of nothing."""
    if organisation_id in access.direction:
        return Scope(organisation_id, None)
    if access.managed and organisation_id in access.organisations:
        return Scope(organisation_id, access.managed)
    return None
