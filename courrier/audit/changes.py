"""Settings that a person changes: the row, and in the collectivité's chain what was before and what is after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction

from courrier.audit.chain import record
from courrier.organisations.models import Organisation, User


@contextmanager
def held(organisation: Organisation) -> Iterator[Organisation]:
    """A transaction in which nobody else changes a setting of the collectivité or writes in its chain."""
    with transaction.atomic():
        yield Organisation.objects.select_for_update().get(pk=organisation.pk)


def save_changes(
    organisation: Organisation, row: models.Model, values: Mapping[str, Any], verb: str, by: User | None
) -> bool:
    """Give `row`, new or stored, these values, and record those that were different; False where none was.

    The caller holds the collectivité (`held`). The event tells of what kind the row is, how it is called, and each
    value by the name of its field, in words; a new row has nothing before.
    """
    new = row._state.adding
    before = {} if new else {name: getattr(row, name) for name in values}
    after = {name: value for name, value in values.items() if name not in before or before[name] != value}
    if not after:
        return False
    for name, value in after.items():
        setattr(row, name, value)
    row.save(update_fields=None if new else list(after))
    record(
        organisation,
        verb,
        actor=by,
        kind=row._meta.label_lower,
        thing=str(row),
        thing_id=row.pk,
        before={name: shown(before[name]) for name in after if name in before},
        after={name: shown(value) for name, value in after.items()},
    )
    return True


def shown(value: Any) -> Any:
    """A value as an event keeps it: numbers, yes and no as they are, everything else in words."""
    return value if isinstance(value, bool | int | float) else "" if value is None else str(value)
