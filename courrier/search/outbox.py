"""Noting in a letter's own transaction that the search index must hear of it."""

from collections.abc import Iterable

from django.db import connection

from courrier.search.models import SearchOutbox


def note_change(mail_id: int, organisation_id: int) -> None:
    """Put the letter in the outbox; the caller is in the transaction that changes it."""
    assert connection.in_atomic_block, "a change of a letter and its outbox row belong in one transaction"  # noqa: S101
    SearchOutbox.objects.create(mail_id=mail_id, organisation_id=organisation_id)


def note_changes(letters: Iterable[tuple[int, int]]) -> None:
    """The same for many, each given as its id and its collectivité's."""
    assert connection.in_atomic_block, "a change of a letter and its outbox row belong in one transaction"  # noqa: S101
    rows = [SearchOutbox(mail_id=mail, organisation_id=place) for mail, place in letters]
    SearchOutbox.objects.bulk_create(rows, batch_size=500)
