"""Writing and checking the chains of events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from courrier.audit.models import Event
from courrier.audit.signals import recorded
from courrier.organisations.models import Organisation, User

FIRST = "0" * 64


def record(
    organisation: Organisation,
    verb: str,
    *,
    mail_id: int | None = None,
    actor: User | None = None,
    on_behalf_of: User | None = None,
    **data: Any,
) -> Event:
    """Append an event to the letter's chain, or to the organisation's where there is no letter.

    The caller is in a transaction and holds the letter's row; for the organisation's chain, a second writer at the
    same place fails on the unique constraint and its transaction with it. Who wants to know of events hears of it
    in the same transaction, by the signal `recorded`.
    """
    chain = f"mail:{mail_id}" if mail_id is not None else f"organisation:{organisation.pk}"
    last = Event.objects.filter(chain=chain).order_by("-sequence").only("sequence", "hash").first()
    if actor is not None:
        data["actor"] = str(actor)
        data["actor_id"] = actor.pk
    if on_behalf_of is not None:
        data["on_behalf_of"] = str(on_behalf_of)
        data["on_behalf_of_id"] = on_behalf_of.pk
    event = Event(
        organisation=organisation,
        chain=chain,
        sequence=last.sequence + 1 if last else 1,
        verb=verb,
        mail_id=mail_id,
        actor=actor,
        on_behalf_of=on_behalf_of,
        data=data,
        previous_hash=last.hash if last else FIRST,
    )
    event.hash = event.digest()
    event.save(force_insert=True)
    recorded.send(sender=Event, event=event)
    return event


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold."""

    chain: str
    sequence: int
    reason: str


def breaks(chain: str) -> Iterator[Break]:
    """Each place where `chain` was altered, shortened in the middle or reordered."""
    previous, expected = FIRST, 1
    for event in Event.objects.of_chain(chain).iterator():
        if event.sequence != expected:
            yield Break(chain, event.sequence, "missing")
        if event.previous_hash != previous:
            yield Break(chain, event.sequence, "link")
        if event.hash != event.digest():
            yield Break(chain, event.sequence, "content")
        previous, expected = event.hash, event.sequence + 1
