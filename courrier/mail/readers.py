"""Who may read a letter: `rights.readable_by` asked from the letter's side, in one query."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from courrier.mail.models import Mail
from courrier.mail.models.mail import Confidentiality
from courrier.mail.rights import DESK_STATES, WHOLE
from courrier.organisations.models import Delegation, Department, Membership, Role, User


def readers_of(mail: Mail) -> QuerySet[User]:
    """The people with an open account who may read the letter today, by what they are or by whom they replace."""
    by_function = functions_that_read(mail)
    replaced = Delegation.objects.in_force(timezone.localdate()).filter(
        organisation=mail.organisation_id, absent__in=by_function.values("user")
    )
    rule = Q(pk__in=by_function.values("user")) | Q(pk__in=replaced.values("substitute"))
    if mail.confidentiality == Confidentiality.PERSONAL:
        rule = Q(pk=mail.holder_id)
    return User.objects.filter(rule, is_active=True)


def functions_that_read(mail: Mail) -> QuerySet[Membership]:
    """What one has to be in the letter's collectivité to read it; nothing opens a personal letter."""
    if mail.confidentiality == Confidentiality.PERSONAL:
        return Membership.objects.none()
    roles: set[Role] = {Role.DIRECTION} if mail.confidentiality == Confidentiality.RESTRICTED else {*WHOLE}
    if mail.state in DESK_STATES:
        roles.add(Role.RECEPTION)
    if mail.shown_to_elected:
        roles.add(Role.ELECTED)
    having = set(mail.assignments.values_list("department_id", flat=True))
    rule = (
        Q(organisation=mail.organisation_id, role__in=roles)
        | Q(role__in=[Role.AGENT, Role.READER], department__in=having)
        | Q(role=Role.MANAGER, department__in=with_those_above(having))
    )
    return Membership.objects.filter(rule)


def with_those_above(departments: set[int]) -> set[int]:
    """The departments and all they are part of; one query a level."""
    found, level = set(departments), set(departments)
    while level:
        above = Department.objects.filter(pk__in=level, parent__isnull=False).values_list(
            "parent_id", flat=True
        )
        level = {each for each in above if each} - found
        found |= level
    return found
