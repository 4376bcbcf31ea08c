"""Who may read and do what: the one place of rights. Every page, API route and search goes through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from courrier.mail.models.assignment import OPEN_STATES, Assignment, AssignmentRole, AssignmentState
from courrier.mail.models.mail import Confidentiality, Mail, MailState
from courrier.organisations.models import Delegation, Department, Membership, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from courrier.organisations.models import User

DESK_STATES = (
    MailState.RECEIVED,
    MailState.READING,
    MailState.TO_QUALIFY,
    MailState.TO_DISPATCH,
    MailState.FAILED,
)
"""States in which a letter lies on the reception desk."""

WHOLE = (Role.RECEPTION, Role.ARCHIVIST, Role.DIRECTION)
"""Roles that read every ordinary letter of the organisation."""


@dataclass(frozen=True, slots=True)
class Access:
    """What one person may read and where they act; sets of organisation or department ids."""

    user_id: int
    whole: frozenset[int] = frozenset()
    restricted: frozenset[int] = frozenset()
    desk: frozenset[int] = frozenset()
    departments: frozenset[int] = frozenset()
    acting: frozenset[int] = frozenset()
    managed: frozenset[int] = frozenset()
    direction: frozenset[int] = frozenset()
    elected: frozenset[int] = frozenset()
    archive: frozenset[int] = frozenset()
    administered: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()


NOBODY = Access(user_id=0)


def access_of(user: User | AnonymousUser) -> Access:
    """What `user` may read and do today, replacements included; computed once for a user object."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    known: Access | None = getattr(user, "_access", None)
    if known is None:
        known = computed_access(user)
        user._access = known  # type: ignore[attr-defined]
    return known


def forget_access(user: User) -> None:
    """Have the next question computed anew, after the user's memberships changed."""
    user.__dict__.pop("_access", None)


def computed_access(user: User) -> Access:
    today = timezone.localdate()
    delegations = Delegation.objects.in_force(today).filter(substitute=user, absent__is_active=True)
    replaced = list(delegations.values_list("absent_id", "organisation_id"))
    who = Q(user=user)
    for absent_id, organisation_id in replaced:
        who |= Q(user_id=absent_id, organisation_id=organisation_id) & ~Q(role=Role.ADMINISTRATOR)
    held = list(Membership.objects.filter(who).values_list("role", "organisation_id", "department_id"))

    def organisations(*roles: Role) -> frozenset[int]:
        return frozenset(organisation for role, organisation, _ in held if role in roles)

    def departments(*roles: Role) -> frozenset[int]:
        return frozenset(department for role, _, department in held if role in roles and department)

    managed = with_subtree(departments(Role.MANAGER))
    return Access(
        user_id=user.pk,
        whole=organisations(*WHOLE),
        restricted=organisations(Role.DIRECTION),
        desk=organisations(Role.RECEPTION),
        departments=managed | departments(Role.AGENT, Role.READER),
        acting=managed | departments(Role.AGENT),
        managed=managed,
        direction=organisations(Role.DIRECTION),
        elected=organisations(Role.ELECTED),
        archive=organisations(Role.ARCHIVIST),
        administered=organisations(Role.ADMINISTRATOR),
        organisations=organisations(*Role),
    )


def with_subtree(roots: frozenset[int]) -> frozenset[int]:
    """The departments and all below them, one query a level."""
    found, level = set(roots), set(roots)
    while level:
        level = set(Department.objects.filter(parent__in=level).values_list("pk", flat=True)) - found
        found |= level
    return frozenset(found)


def readable_by(user: User | AnonymousUser) -> Q:
    """Letters whose content `user` may read. Its twin for the index is in `courrier.search.rights`."""
    access = access_of(user)
    return reads(access)


def reads(access: Access) -> Q:
    if not access.user_id:
        return Q(pk__in=[])
    assigned = Exists(Assignment.objects.filter(mail=OuterRef("pk"), department__in=access.departments))
    rule = Q(confidentiality=Confidentiality.PERSONAL, holder=access.user_id)
    if access.whole:
        rule |= Q(confidentiality=Confidentiality.NORMAL, organisation__in=access.whole)
    if access.restricted:
        rule |= Q(confidentiality=Confidentiality.RESTRICTED, organisation__in=access.restricted)
    if access.desk:
        rule |= Q(organisation__in=access.desk, state__in=DESK_STATES) & ~Q(
            confidentiality=Confidentiality.PERSONAL
        )
    if access.elected:
        rule |= Q(organisation__in=access.elected, shown_to_elected=True) & ~Q(
            confidentiality=Confidentiality.PERSONAL
        )
    if access.departments:
        rule |= Q(assigned) & ~Q(confidentiality=Confidentiality.PERSONAL)
    return rule


def listed_for(user: User | AnonymousUser) -> Q:
    """Letters whose register line `user` may read: all of theirs, and the whole register for who keeps it."""
    access = access_of(user)
    return reads(access) | Q(organisation__in=access.desk | access.archive | access.direction)


DESK_ACTIONS = frozenset({"register", "qualify", "retry", "cancel", "reopen"})
"""Done by reception, and by the general direction in its place."""

STATES_OF = {
    "qualify": (MailState.TO_QUALIFY, MailState.FAILED),
    "retry": (MailState.FAILED,),
    "cancel": (
        MailState.RECEIVED,
        MailState.READING,
        MailState.TO_QUALIFY,
        MailState.TO_DISPATCH,
        MailState.FAILED,
        MailState.IN_PROGRESS,
    ),
    "reopen": (MailState.CLOSED,),
}


def can(user: User | AnonymousUser, action: str, target: Mail | Assignment) -> bool:
    """Whether `user` may do `action` on a letter or an assignment now, in its present state.

    For a letter, an action of departments may be done if it may be done on one of its open assignments.
    """
    access = access_of(user)
    if not access.user_id:
        return False
    if isinstance(target, Assignment):
        return can_on_assignment(access, action, target)
    if action == "read":
        return Mail.objects.filter(reads(access), pk=target.pk).exists()
    if action == "list":
        return Mail.objects.filter(listed_for(user), pk=target.pk).exists()
    if action == "export":
        return target.organisation_id in access.desk | access.archive | access.direction
    if action == "annotate":
        return may_write(access, target) and can(user, "read", target)
    if action == "arbitrate":
        return target.organisation_id in access.direction and target.state == MailState.TO_DISPATCH
    if action in DESK_ACTIONS:
        allowed_here = target.organisation_id in access.desk | access.direction
        state_fits = action not in STATES_OF or target.state in STATES_OF[action]
        not_personal = target.confidentiality != Confidentiality.PERSONAL or action == "cancel"
        return allowed_here and state_fits and not_personal
    return any(can_on_assignment(access, action, each) for each in open_assignments(target))


def can_on_assignment(access: Access, action: str, assignment: Assignment) -> bool:
    acts = assignment.department_id in access.acting or assignment.organisation_id in access.direction
    reads_copy = assignment.department_id in access.departments
    if assignment.role == AssignmentRole.COPY:
        return action == "acknowledge" and assignment.state in OPEN_STATES and (acts or reads_copy)
    if assignment.role == AssignmentRole.OPINION:
        return action == "answer" and acts and assignment.state in OPEN_STATES
    if action == "accept":
        return acts and assignment.state == AssignmentState.PENDING
    if action in {"redirect", "send_back", "split"}:
        return acts and assignment.state in OPEN_STATES
    if action in {"reply", "close", "ask_opinion", "withdraw_question", "hand_over", "take_over"}:
        return acts and assignment.state == AssignmentState.ACCEPTED
    return False


def may_write(access: Access, mail: Mail) -> bool:
    """Readers and archivists look; everyone else who reads a letter may write on it."""
    places = access.desk | access.direction | access.elected
    return mail.organisation_id in places or mail.holder_id == access.user_id or bool(access.acting)


def open_assignments(mail: Mail) -> Iterable[Assignment]:
    return [each for each in mail.assignments.all() if each.state in OPEN_STATES]


def registers_in(user: User | AnonymousUser, organisation_id: int) -> bool:
    """Whether `user` may hand letters in there."""
    return organisation_id in access_of(user).desk | access_of(user).direction


def gives(access: Access, role: str, organisation_id: int, department_id: int) -> bool:
    """Whether a visa or signature of `role` (manager, direction, elected) is this person's to give."""
    if role == "manager":
        return department_id in access.managed
    return organisation_id in {"direction": access.direction, "elected": access.elected}.get(
        role, frozenset()
    )
