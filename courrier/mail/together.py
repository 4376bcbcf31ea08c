"""Many letters held for one action on all of them: what each costs alone is done once for all, at the end.

In between, what is done to a letter works on the one instance held here, as `locked` and `changed` give and take it;
letters, outbox, events and what follows from them are written when the block ends, in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from courrier.audit.chain import Gathered, gathered
from courrier.mail.models import Mail
from courrier.search.outbox import note_changes

FIELDS = [each for each in Mail._meta.concrete_fields if not each.primary_key and each.name != "changed_at"]
Values = dict[str, Any]


@dataclass(slots=True)
class Together:
    """The letters held, by id. `work` is what an action leaves to be done for all of them before the block ends."""

    letters: dict[int, Mail]
    events: Gathered
    before: dict[int, Values]
    noted: list[int] = field(default_factory=list)
    work: list[Any] = field(default_factory=list)

    @contextmanager
    def attempt(self, mail: Mail) -> Iterator[None]:
        """An action on one letter, which leaves nothing behind where it raises."""
        counts = len(self.events.events), len(self.noted), len(self.work)
        values = values_of(mail)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            self.events.drop_after(counts[0])
            del self.noted[counts[1] :], self.work[counts[2] :]
            for name, value in values.items():
                setattr(mail, name, value)
            raise

    def note(self, mail: Mail) -> None:
        assert mail is self.letters[mail.pk], "a letter held together is changed by the instance held"  # noqa: S101
        self.noted.append(mail.pk)

    def save(self) -> None:
        """Write the letters that changed, those alike in one statement, and tell the search index of them."""
        alike: dict[tuple[str, ...], list[Mail]] = defaultdict(list)
        now = timezone.now()
        for pk in dict.fromkeys(self.noted):
            mail = self.letters[pk]
            before, after = self.before[pk], values_of(mail)
            mail.changed_at = now
            alike[tuple(name for name in after if after[name] != before[name])].append(mail)
        for names, mails in alike.items():
            if names:
                Mail.objects.bulk_update(mails, [*names, "changed_at"], batch_size=100)
            else:
                Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(changed_at=now)
        note_changes((pk, self.letters[pk].organisation_id) for pk in self.noted)


def values_of(mail: Mail) -> Values:
    """Columns as they are now; lists are copied, since an action may add to them in place."""
    values = {each.attname: getattr(mail, each.attname) for each in FIELDS}
    return {name: list(value) if isinstance(value, list) else value for name, value in values.items()}


_under_way: ContextVar[Together | None] = ContextVar("letters held together", default=None)


def held_together(mail_id: int) -> Together | None:
    """What is under way with many letters, if this one is among them."""
    under_way = _under_way.get()
    return under_way if under_way is not None and mail_id in under_way.letters else None


@contextmanager
def together(mails: Iterable[Mail]) -> Iterator[Together]:
    """Do one action on many letters, locked by the caller in its transaction."""
    letters = {mail.pk: mail for mail in mails}
    with gathered(letters) as events:
        under_way = Together(letters, events, {pk: values_of(mail) for pk, mail in letters.items()})
        token = _under_way.set(under_way)
        try:
            yield under_way
        finally:
            _under_way.reset(token)
        under_way.save()
