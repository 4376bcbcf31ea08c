"""What administrators do with rules: write, order, put in service, take away; each in the collectivité's journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max, QuerySet, TextChoices

from courrier.audit.chain import record
from courrier.audit.changes import held, shown
from courrier.classification.models import Priority, RoutingRule
from courrier.mail.models import Channel, Confidentiality
from courrier.organisations.models import Department, Organisation, User


def rules_of(organisation: Organisation) -> QuerySet[RoutingRule]:
    """All rules in the order in which they are asked."""
    rows = RoutingRule.objects.filter(organisation=organisation).order_by("position", "pk")
    return rows.select_related("sender", "document_type", "department").prefetch_related("copies")


def save_rule(
    rule: RoutingRule, values: Mapping[str, Any], copies: Sequence[Department], by: User | None
) -> bool:
    """Give a rule, new or stored, these values; False where nothing was different. A new rule comes last."""
    with held(rule.organisation) as place:
        new = rule._state.adding
        before = {} if new else _as_told(rule, list(rule.copies.all()))
        for name, value in values.items():
            setattr(rule, name, value)
        after = _as_told(rule, copies)
        if before == after:
            return False
        if new:
            last = RoutingRule.objects.filter(organisation=place).aggregate(last=Max("position"))["last"]
            rule.position = (last or 0) + 1
        rule.save()
        rule.copies.set(copies)
        told = {name: value for name, value in after.items() if before.get(name, "") != value}
        _note(
            place,
            "rule_added" if new else "rule_changed",
            rule,
            by,
            before={name: before[name] for name in told if name in before},
            after=told,
        )
        return True


def switch_rule(rule: RoutingRule, on: bool, by: User | None) -> None:
    """Put a rule in service or out of it, for the letters that are read from now on."""
    with held(rule.organisation) as place:
        row = RoutingRule.objects.select_for_update().get(pk=rule.pk)
        if row.active != on:
            row.active = on
            row.save(update_fields=["active"])
            _note(place, "rule_switched_on" if on else "rule_switched_off", row, by)
        rule.active = on


def move_rule(rule: RoutingRule, way: int, by: User | None) -> None:
    """Have a rule asked one place earlier (-1) or later (1); at the end of the list nothing happens."""
    with held(rule.organisation) as place:
        rows = list(RoutingRule.objects.filter(organisation=place).order_by("position", "pk"))
        at = next(number for number, row in enumerate(rows) if row.pk == rule.pk)
        to = at + way
        if not 0 <= to < len(rows):
            return
        rows[at], rows[to] = rows[to], rows[at]
        for number, row in enumerate(rows, start=1):
            row.position = number
        RoutingRule.objects.bulk_update(rows, ["position"])
        _note(place, "rule_moved", rule, by, before={"position": at + 1}, after={"position": to + 1})


def remove_rule(rule: RoutingRule, by: User | None) -> None:
    """Take a rule away; the journal keeps what it said."""
    with held(rule.organisation) as place:
        _note(place, "rule_removed", rule, by, before=_as_told(rule, list(rule.copies.all())))
        rule.delete()


TOLD = (
    "name",
    "sender",
    "sender_words",
    "words",
    "without_words",
    "document_type",
    "channel",
    "reference_pattern",
    "department",
    "priority",
    "confidentiality",
    "tag",
)


def _as_told(rule: RoutingRule, copies: Sequence[Department]) -> dict[str, Any]:
    """What the rule says, by the names of its fields, in words."""
    told = {name: shown(_in_words(rule, name)) for name in TOLD}
    return {**told, "copies": ", ".join(sorted(each.code for each in copies))}


def _in_words(rule: RoutingRule, name: str) -> Any:
    value = getattr(rule, name)
    names: dict[str, type[TextChoices]] = {
        "channel": Channel, "priority": Priority, "confidentiality": Confidentiality
    }  # fmt: skip
    return names[name](value).label if value and name in names else value


def _note(place: Organisation, verb: str, rule: RoutingRule, by: User | None, **more: Any) -> None:
    record(
        place,
        verb,
        actor=by,
        kind=RoutingRule._meta.label_lower,
        thing=rule.name,
        thing_id=rule.pk,
        **more,
    )
