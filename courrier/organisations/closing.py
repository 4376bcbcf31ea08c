"""Closing a department, or merging it into another: its place in the tree, its people, what sends letters to it.

Its letters are moved by `workflows.actions.close_department`, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.classification.models import DocumentType, RoutingRule
from courrier.organisations.models import Department, Membership, Role


class ClosingRefused(Exception):
    """A department that can't be closed so; `message` says in French why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def held_open(departments: Collection[int]) -> dict[int, Department]:
    """Departments as they are now, kept from closing until the transaction is over; several may hold one at once.

    A closing under way is waited for. On SQLite nobody closes a department while another writes.
    """
    rows: QuerySet[Department] = Department.objects.filter(pk__in=departments)
    if not departments or not connection.features.has_select_for_no_key_update:
        return {each.pk: each for each in rows}
    places = ", ".join(["%s"] * len(departments))
    lock = f"SELECT * FROM {Department._meta.db_table} WHERE id IN ({places}) ORDER BY id FOR KEY SHARE"  # noqa: S608
    return {each.pk: each for each in Department.objects.raw(lock, sorted(departments))}


def in_service(department: Department) -> Department:
    """The department kept from closing, or who took its letters over where it is closed."""
    seen: set[int] = set()
    here = held_open([department.pk])[department.pk]
    while here.closed_on and here.successor_id and here.successor_id not in seen:
        seen.add(here.pk)
        here = held_open([here.successor_id])[here.successor_id]
    return here


def held_to_close(department: Department) -> Department:
    """The department for who closes it: nobody is putting a letter there any more, and who wants to waits."""
    return Department.objects.select_for_update().get(pk=department.pk)


def check_successor(department: Department, successor: Department) -> None:
    """Raise ClosingRefused where `successor` can't take over."""
    if department.pk == successor.pk:
        raise ClosingRefused(_("Choisissez un autre service que celui qui ferme."))
    if department.organisation_id != successor.organisation_id:
        raise ClosingRefused(_("Ce service est d'une autre collectivité."))
    if successor.closed_on is not None:
        raise ClosingRefused(_("%(name)s est fermé : choisissez un service ouvert.") % {"name": successor})
    if department.closed_on is not None and department.successor_id not in {None, successor.pk}:
        raise ClosingRefused(
            _("%(name)s est déjà fermé et repris par %(other)s.")
            % {"name": department, "other": department.successor}
        )


def shut(department: Department, successor: Department) -> None:
    """Close the department; what was under it, or sent to it, goes to its successor."""
    if is_under(successor, department):
        successor.parent = department.parent
        successor.save(update_fields=["parent"])
    Department.objects.filter(parent=department).exclude(pk=successor.pk).update(parent=successor)
    if department.arbitrates:
        successor.arbitrates, department.arbitrates = True, False
        successor.save(update_fields=["arbitrates"])
    department.closed_on = department.closed_on or timezone.localdate()
    department.successor = successor
    department.save(update_fields=["closed_on", "successor", "arbitrates"])
    DocumentType.objects.filter(department=department).update(department=successor)
    RoutingRule.objects.filter(department=department).update(department=successor)
    for rule in RoutingRule.objects.filter(copies=department):
        rule.copies.add(successor)
        rule.copies.remove(department)


def is_under(department: Department, other: Department) -> bool:
    above = department.parent
    while above is not None and above.pk != other.pk:
        above = above.parent
    return above is not None


def follow(department: Department, successor: Department) -> int:
    """Have the people of a department work in its successor too; how many did not yet.

    They keep their place in the closed one, by which they read its former letters. Who managed it is an agent of the
    other: who manages that one does not change.
    """
    joined = 0
    for held in Membership.objects.filter(department=department):
        role = Role.READER if held.role == Role.READER else Role.AGENT
        works_there = Membership.objects.filter(user=held.user_id, department=successor)
        if not works_there.exists():
            Membership.objects.create(
                user_id=held.user_id, organisation_id=held.organisation_id, department=successor, role=role
            )
            joined += 1
    return joined


def reopen(department: Department) -> None:
    """Open a department again; what went to its successor stays there."""
    department.closed_on = department.successor = None
    department.save(update_fields=["closed_on", "successor"])
