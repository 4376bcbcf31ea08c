"""Gathering what digests say: as many queries for many people as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q

from courrier.mail.models import Assignment, AssignmentRole, Confidentiality
from courrier.mail.rights import accesses_of
from courrier.notifications.audience import readers
from courrier.notifications.digest_message import Digest, Line
from courrier.notifications.models import Notification
from courrier.organisations.models import Organisation, User


def digests_for(users: list[User], organisations: list[Organisation], rule: Q, day: date) -> Iterator[Digest]:
    """The digest of each of `users`, of what they have not read or heard of and `rule` lets through.

    A letter they may no longer read is not spoken of; a personal one by its number alone.
    """
    rows = Notification.objects.to_email().filter(rule, user__in=users, organisation__in=organisations)
    found: dict[int, list[Notification]] = defaultdict(list)
    for row in rows.select_related("mail__sender", "organisation").order_by("created_at", "pk"):
        found[row.user_id].append(row)
    mails = {each.mail_id for rows_ in found.values() for each in rows_ if each.mail_id}
    allowed = readers(mails, found)
    desks = desks_of(users, organisations, day)
    for user in users:
        lines = [Line(each, content=(each.mail_id, user.pk) in allowed) for each in found[user.pk]]
        shown = [line for line in lines if line.content or may_be_named(line.notification)]
        yield Digest(user, day, shown, *desks[user.pk])


def may_be_named(notification: Notification) -> bool:
    mail = notification.mail
    return mail is None or mail.confidentiality == Confidentiality.PERSONAL


def desks_of(users: list[User], organisations: list[Organisation], day: date) -> dict[int, tuple[int, int]]:
    """For each user, how many letters wait in the departments they work in, and how many of them are late."""
    accesses = accesses_of(users)
    departments = {each for access in accesses.values() for each in access.acting}
    rows = Assignment.objects.open().exclude(role=AssignmentRole.COPY).order_by()
    rows = rows.filter(department__in=departments, organisation__in=organisations)
    numbers = rows.values("department").annotate(
        number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day))
    )
    counts = {row["department"]: (row["number"], row["late"]) for row in numbers}
    found = {}
    for user in users:
        here = [counts[each] for each in accesses[user.pk].acting if each in counts]
        found[user.pk] = (sum(each[0] for each in here), sum(each[1] for each in here))
    return found
