"""Writing and checking the chains of events."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Subquery

from courrier.audit.models import Event
from courrier.audit.signals import recorded, recorded_together
from courrier.organisations.models import Organisation, User

FIRST = "0" * 64
BATCH = 500
"""Events that one statement writes."""


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
    in the same transaction, by the signal `recorded`; while events are `gathered`, once they are written.
    """
    chain = chain_of(mail_id) if mail_id is not None else f"organisation:{organisation.pk}"
    gathering = _gathering.get()
    if gathering is not None and chain not in gathering.ends:
        gathering = None
    sequence, previous = gathering.ends[chain] if gathering else end_of(chain)
    if actor is not None:
        data["actor"] = str(actor)
        data["actor_id"] = actor.pk
    if on_behalf_of is not None:
        data["on_behalf_of"] = str(on_behalf_of)
        data["on_behalf_of_id"] = on_behalf_of.pk
    event = Event(
        organisation=organisation,
        chain=chain,
        sequence=sequence + 1,
        verb=verb,
        mail_id=mail_id,
        actor=actor,
        on_behalf_of=on_behalf_of,
        data=data,
        previous_hash=previous,
    )
    event.hash = event.digest()
    if gathering:
        gathering.add(event)
    else:
        event.save(force_insert=True)
        tell([event])
    return event


def chain_of(mail_id: int) -> str:
    return f"mail:{mail_id}"


End = tuple[int, str]
"""The place and the hash of a chain's last event."""


def end_of(chain: str) -> End:
    last = Event.objects.filter(chain=chain).order_by("-sequence").only("sequence", "hash").first()
    return (last.sequence, last.hash) if last else (0, FIRST)


def tell(events: Sequence[Event]) -> None:
    for event in events:
        recorded.send(sender=Event, event=event)
    recorded_together.send(sender=Event, events=events)


@dataclass(slots=True)
class Gathered:
    """Events of some letters' chains, linked as they come and written together."""

    ends: dict[str, End]
    events: list[Event] = field(default_factory=list)

    def add(self, event: Event) -> None:
        self.events.append(event)
        self.ends[event.chain] = (event.sequence, event.hash)

    def drop_after(self, count: int) -> None:
        """Forget all but the first `count`: what they tell was undone."""
        for event in reversed(self.events[count:]):
            self.ends[event.chain] = (event.sequence - 1, event.previous_hash)
        del self.events[count:]


_gathering: ContextVar[Gathered | None] = ContextVar("events gathered", default=None)


@contextmanager
def gathered(mail_ids: Collection[int]) -> Iterator[Gathered]:
    """Have the events of these letters written at the end, in few queries; the caller holds the letters' rows.

    Who listens hears of them then, in the order in which they came.
    """
    chains = [chain_of(pk) for pk in mail_ids]
    last = Event.objects.filter(chain=OuterRef("chain")).order_by("-sequence").values("sequence")[:1]
    ends = Event.objects.filter(chain__in=chains, sequence=Subquery(last))
    found: dict[str, End] = {each.chain: (each.sequence, each.hash) for each in ends}
    gathering = Gathered({chain: found.get(chain, (0, FIRST)) for chain in chains})
    token = _gathering.set(gathering)
    try:
        yield gathering
    finally:
        _gathering.reset(token)
    Event.objects.bulk_create(gathering.events, batch_size=BATCH)
    tell(gathering.events)


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
