"""Two records of one correspondent made one, so that it can be seen and undone."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from courrier.audit.chain import record
from courrier.classification.models import RoutingRule
from courrier.correspondents.matching import Match, matches
from courrier.correspondents.models import Correspondent, Merge
from courrier.correspondents.proposing import told_apart
from courrier.mail.locking import changed
from courrier.mail.models import Mail
from courrier.organisations.models import User

FIELDS = ("kind", "name", "email", "phone", "address", "postcode", "city", "siret")


class MergeError(Exception):
    """Two records that cannot be merged; the message says why, in French."""


@transaction.atomic
def merge(kept: Correspondent, absorbed: Correspondent, user: User | None = None) -> Merge:
    """Move the letters of `absorbed` to `kept` and fill what `kept` lacked. `absorbed` stays, pointing to `kept`."""
    rows = {
        row.pk: row
        for row in Correspondent.objects.select_for_update()
        .filter(pk__in=[kept.pk, absorbed.pk])
        .order_by("pk")
    }
    if len(rows) < 2:
        raise MergeError("Une fiche ne peut être réunie à elle-même.")
    first, second = rows[kept.pk], rows[absorbed.pk]
    if first.organisation_id != second.organisation_id:
        raise MergeError("Ces fiches n'appartiennent pas à la même collectivité.")
    if first.merged_into_id or second.merged_into_id:
        raise MergeError("L'une de ces fiches a déjà été réunie à une autre.")
    before = {"kept": _as_data(first), "absorbed": _as_data(second), "letters": _move_letters(second, first)}
    rules = RoutingRule.objects.filter(sender=second)
    before["rules"] = list(rules.values_list("pk", flat=True))
    rules.update(sender=first)
    for field in FIELDS:
        if not getattr(first, field) and getattr(second, field):
            setattr(first, field, getattr(second, field))
    first.save()
    Correspondent.objects.filter(merged_into=second).update(merged_into=first)
    second.merged_into = first
    second.save(update_fields=["merged_into"])
    second.keys.all().delete()
    done = Merge.objects.create(
        organisation=first.organisation, kept=first, absorbed=second, merged_by=user, before=before
    )
    record(
        first.organisation,
        "correspondents_merged",
        actor=user,
        kept=first.pk,
        absorbed=second.pk,
        merge=done.pk,
    )
    return done


@transaction.atomic
def undo(done: Merge, user: User | None = None) -> None:
    """Take a merge back: both records say what they said before; moved letters that are still there return."""
    done = Merge.objects.select_for_update().select_related("kept", "absorbed").get(pk=done.pk)
    if done.undone_at is not None:
        raise MergeError("Cette réunion a déjà été annulée.")
    absorbed, kept = done.absorbed, done.kept
    absorbed.merged_into = None
    absorbed.save()
    for field in FIELDS:
        filled = not done.before["kept"][field] and getattr(kept, field) == done.before["absorbed"][field]
        if filled:
            setattr(kept, field, "")
    kept.save()
    for mail in Mail.objects.select_for_update().filter(pk__in=done.before["letters"], sender=kept):
        mail.sender = absorbed
        mail.save(update_fields=["sender", "changed_at"])
        changed(mail)
    rules = RoutingRule.objects.filter(pk__in=done.before.get("rules", []), sender=kept)
    rules.update(sender=absorbed)
    done.undone_at = timezone.now()
    done.save(update_fields=["undone_at"])
    record(
        done.organisation,
        "correspondents_parted",
        actor=user,
        kept=kept.pk,
        absorbed=absorbed.pk,
        merge=done.pk,
    )


def likely_duplicates(correspondent: Correspondent, limit: int = 5) -> list[Match]:
    """Other records that may be the same correspondent, most likely first; not those a person said are another."""
    apart = {correspondent.pk, *told_apart(correspondent)}
    found = matches(correspondent.organisation, _as_data(correspondent), limit + len(apart))
    return [match for match in found if match.correspondent.pk not in apart][:limit]


def _move_letters(source: Correspondent, target: Correspondent) -> list[int]:
    moved = []
    for mail in Mail.objects.select_for_update().filter(sender=source).order_by("pk"):
        mail.sender = target
        mail.save(update_fields=["sender", "changed_at"])
        changed(mail)
        moved.append(mail.pk)
    return moved


def _as_data(row: Correspondent) -> dict[str, Any]:
    return {field: getattr(row, field) for field in FIELDS}
