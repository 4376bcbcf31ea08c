"""The index compared with the database, and what differs sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from courrier.mail.models import Mail
from courrier.search.documents import documents_of
from courrier.search.engines import Engine
from courrier.search.engines.opening import engine
from courrier.search.models import SearchOutbox
from courrier.search.schema import fingerprint

BATCH = 1_000


@dataclass(slots=True)
class Differences:
    """Letter ids: `missing` from the index, `stale` in it, and `extra` there without being in the database."""

    missing: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    compared: int = 0

    @property
    def all(self) -> list[int]:
        return [*self.missing, *self.stale, *self.extra]


def compare(progress: Callable[[int], None] = lambda _: None) -> Differences:
    """What differs between the index and the database, but for letters whose change waits to be sent.

    Raises EngineUnavailable.
    """
    found = Differences()
    for first, last in stretches(engine()):
        compare_stretch(engine(), first, last, found)
        progress(found.compared)
    waiting = set(SearchOutbox.objects.values_list("mail_id", flat=True))
    for name in ("missing", "stale", "extra"):
        setattr(found, name, [each for each in getattr(found, name) if each not in waiting])
    return found


def stretches(of: Engine) -> Iterator[tuple[int, int | None]]:
    """Letter ids from after one to another, BATCH of the database at a time; the last without an end."""
    after = 0
    while True:
        ids = list(Mail.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if len(ids) < BATCH:
            yield after, None
            return
        yield after, ids[-1]
        after = ids[-1]


def compare_stretch(of: Engine, after: int, last: int | None, found: Differences) -> None:
    indexed = dict(marks_between(of, after, last))
    mails = Mail.objects.filter(pk__gt=after)
    ids = list((mails if last is None else mails.filter(pk__lte=last)).values_list("pk", flat=True))
    expected = {each.mail_id: fingerprint(each) for each in documents_of(ids, 0)}
    found.compared += len(ids)
    found.missing += sorted(expected.keys() - indexed.keys())
    found.extra += sorted(indexed.keys() - expected.keys())
    found.stale += sorted(
        each for each in expected.keys() & indexed.keys() if expected[each] != indexed[each]
    )


def marks_between(of: Engine, after: int, last: int | None) -> Iterator[tuple[int, int]]:
    while marks := of.marks(after, BATCH):
        for mail_id, mark in marks:
            if last is not None and mail_id > last:
                return
            yield mail_id, mark
        after = marks[-1][0]


def mend(differences: Differences) -> int:
    """Have the letters that differ sent again, through the outbox; how many."""
    organisations = dict(Mail.objects.filter(pk__in=differences.all).values_list("pk", "organisation_id"))
    with transaction.atomic():
        SearchOutbox.objects.bulk_create(
            SearchOutbox(mail_id=each, organisation_id=organisations.get(each, 0)) for each in differences.all
        )
    return len(differences.all)
