"""The letter's row is the mutex of everything that happens to the letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from courrier.mail.models import Mail, MailState
from courrier.mail.together import held_together
from courrier.search.outbox import note_change


@contextmanager
def locked(mail_id: int) -> Iterator[Mail]:
    """The letter as it is now, in a transaction, held until the end: others who want it wait."""
    if under_way := held_together(mail_id):
        yield under_way.letters[mail_id]
        return
    with transaction.atomic():
        yield Mail.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=mail_id)


@contextmanager
def all_locked(mail_ids: Iterable[int]) -> Iterator[list[Mail]]:
    """Several letters, locked in one order whoever asks, so that two bulk actions cannot wait for each other."""
    with transaction.atomic():
        rows = Mail.objects.select_for_update(of=("self",)).select_related("organisation")
        yield list(rows.filter(pk__in=set(mail_ids)).order_by("pk"))


def changed(mail: Mail) -> None:
    """Save the letter and tell the search index, in the caller's transaction."""
    if under_way := held_together(mail.pk):
        under_way.note(mail)
        return
    mail.save()
    note_change(mail.pk, mail.organisation_id)


def enter(mail: Mail, state: MailState) -> None:
    """Put the letter in `state`; the caller calls `changed`."""
    if mail.state != state:
        mail.state = state
        mail.state_since = timezone.now()
