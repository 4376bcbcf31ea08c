"""Who may read and do what: the one place of rights. Every page, API route and search goes through it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from courrier.mail.models.assignment import OPEN_STATES, Assignment, AssignmentRole, AssignmentState
from courrier.mail.models.mail import Confidentiality, Mail, MailState
from courrier.organisations.models import Delegation, Department, Membership, Role, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

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
    replaces: tuple[tuple[int, int], ...] = ()
    """People this person works in place of today, each with the organisation."""


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
    with suppress(AttributeError):
        del user._access  # type: ignore[attr-defined]  # not of __dict__: a request's user stands before the real one


def computed_access(user: User) -> Access:
    return accesses_of([user])[user.pk]


Held = tuple[str, int, int | None]
"""A role, its organisation and its department."""


def accesses_of(people: Collection[User]) -> dict[int, Access]:
    """What each of `people` may read and do today, by id: as many queries for many as for one."""
    active = {person.pk for person in people if person.is_active}
    replaced: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Delegation.objects.in_force(timezone.localdate()).filter(substitute__in=active).order_by("pk")
    for substitute, *pair in rows.values_list("substitute_id", "absent_id", "organisation_id"):
        replaced[substitute].append((pair[0], pair[1]))
    held = held_by(active | {absent for pairs in replaced.values() for absent, _organisation in pairs})
    places = {
        person: held[person]
        + [
            place
            for absent, organisation in replaced[person]
            for place in held[absent]
            if place[1] == organisation and place[0] != Role.ADMINISTRATOR
        ]
        for person in active
    }
    return {person.pk: NOBODY for person in people} | accesses_from(places, replaced)


def own_accesses(people: Collection[int]) -> dict[int, Access]:
    """What each of these users may do by their own functions, replacements left out, were their account open."""
    held = held_by(people)
    return accesses_from({person: held[person] for person in people}, {})


def held_by(people: Collection[int]) -> dict[int, list[Held]]:
    held: dict[int, list[Held]] = defaultdict(list)
    rows = Membership.objects.filter(user__in=people).order_by("pk")
    for person, role, *place in rows.values_list("user_id", "role", "organisation_id", "department_id"):
        held[person].append((role, place[0], place[1]))
    return held


def accesses_from(
    places: Mapping[int, list[Held]], replaced: Mapping[int, list[tuple[int, int]]]
) -> dict[int, Access]:
    managers = {each[2] for held in places.values() for each in held if each[0] == Role.MANAGER}
    below = subtrees(each for each in managers if each)
    return {
        person: access_from(person, held, below, tuple(replaced.get(person, ())))
        for person, held in places.items()
    }


def access_from(
    user_id: int, held: list[Held], below: dict[int, set[int]], replaces: tuple[tuple[int, int], ...]
) -> Access:
    def organisations(*roles: Role) -> frozenset[int]:
        return frozenset(organisation for role, organisation, _ in held if role in roles)

    def departments(*roles: Role) -> frozenset[int]:
        return frozenset(department for role, _, department in held if role in roles and department)

    managed = frozenset(each for root in departments(Role.MANAGER) for each in below[root])
    return Access(
        user_id=user_id,
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
        replaces=replaces,
    )


def subtrees(roots: Iterable[int]) -> dict[int, set[int]]:
    """Each of the departments with all below it; one query a level for all of them together."""
    found = {root: {root} for root in roots}
    level = {root: {root} for root in found}
    while level:
        following: dict[int, set[int]] = defaultdict(set)
        children = Department.objects.filter(parent__in=level)
        for child, parent in children.values_list("pk", "parent_id"):
            for root in level.get(parent or 0, ()):
                if child not in found[root]:
                    found[root].add(child)
                    following[child].add(root)
        level = dict(following)
    return found


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


DESK_ACTIONS = frozenset({"register", "qualify", "retry", "cancel", "reopen", "arbitrate"})
"""Done by reception, and by the general direction in its place; to arbitrate is the direction's alone."""

UNREAD_ACTIONS = frozenset({"qualify", "cancel", "arbitrate"})
"""What may be done to a personal letter without opening it."""

CLOCK_ACTIONS = frozenset({"clock", "clock_fact"})
"""Moving a letter's legal delay: by what the department does, or by a fact that reception sees as well."""

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
    "arbitrate": (MailState.TO_DISPATCH,),
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
    if action in DESK_ACTIONS:
        state_fits = action not in STATES_OF or target.state in STATES_OF[action]
        return state_fits and is_for(access, action, target)
    if action in CLOCK_ACTIONS and moves_clock(access, action, target):
        return True
    return any(can_on_assignment(access, action, each) for each in open_assignments(target))


def moves_clock(access: Access, action: str, mail: Mail) -> bool:
    """Beyond the department that has a letter in hand: reception, which sees what arrives, while it is handled; the
    general direction once it is closed, since silence goes on meaning something. Each as far as they read it."""
    if mail.confidentiality == Confidentiality.PERSONAL:
        return False
    if mail.confidentiality == Confidentiality.RESTRICTED and mail.organisation_id not in access.restricted:
        return False
    if mail.state == MailState.CLOSED:
        return mail.organisation_id in access.direction
    at_desk = mail.organisation_id in access.desk | access.direction
    return action == "clock_fact" and mail.state == MailState.IN_PROGRESS and at_desk


def is_for(access: Access, action: str, mail: Mail) -> bool:
    """Whether one of DESK_ACTIONS is this person's to do on the letter, whatever state it is in.

    A personal letter is sent on or cancelled without being read; reading it again is for nobody.
    """
    if mail.confidentiality == Confidentiality.PERSONAL and action not in UNREAD_ACTIONS:
        return False
    places = access.direction if action == "arbitrate" else access.desk | access.direction
    return mail.organisation_id in places


def can_on_assignment(access: Access, action: str, assignment: Assignment) -> bool:
    acts = acts_on(access, assignment)
    if assignment.role == AssignmentRole.COPY:
        return action == "acknowledge" and assignment.state in OPEN_STATES and acts
    if assignment.role == AssignmentRole.OPINION:
        return action == "answer" and acts and assignment.state in OPEN_STATES
    if action == "accept":
        return acts and assignment.state == AssignmentState.PENDING
    if action in {"redirect", "send_back", "split"}:
        return acts and assignment.state in OPEN_STATES
    if action in {
        "reply",
        "close",
        "ask_opinion",
        "withdraw_question",
        "hand_over",
        "take_over",
        *CLOCK_ACTIONS,
    }:
        return acts and assignment.state == AssignmentState.ACCEPTED
    return False


def acts_on(access: Access, assignment: Assignment) -> bool:
    """Whether it is this person's to act on the assignment, whatever its state; readers too put copies away.

    A personal letter is its department's until somebody takes it, and theirs alone from then on.
    """
    if (
        assignment.role == AssignmentRole.ACTION
        and assignment.mail.confidentiality == Confidentiality.PERSONAL
    ):
        if assignment.state == AssignmentState.ACCEPTED:
            return assignment.accepted_by_id == access.user_id
        return assignment.department_id in access.acting
    there = access.departments if assignment.role == AssignmentRole.COPY else access.acting
    return assignment.department_id in there or assignment.organisation_id in access.direction


def may_write(access: Access, mail: Mail) -> bool:
    """Of those who read a letter, who may write on it: not archivists, nor readers of a department that has it."""
    places = access.desk | access.direction | access.elected
    if mail.organisation_id in places or mail.holder_id == access.user_id:
        return True
    return any(each.department_id in access.acting for each in mail.assignments.all())


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


def replaced_in(user: User | None, organisation_id: int, holds: Callable[[Access], bool]) -> User | None:
    """Whom `user` replaces where they act by a right that `holds` looks for; None where it is their own."""
    if user is None:
        return None
    absent = [each for each, place in access_of(user).replaces if place == organisation_id]
    if not absent:
        return None
    own = own_accesses([user.pk, *absent])
    if holds(own[user.pk]):
        return None
    replaced = next((each for each in absent if holds(own[each])), None)
    return User.objects.get(pk=replaced) if replaced else None


def acting_for(user: User | None, target: Mail | Assignment) -> User | None:
    """The person in whose place `user` acts on a letter or an assignment, if only by replacing them."""
    organisation = target.organisation_id
    if isinstance(target, Mail):
        return replaced_in(user, organisation, lambda access: organisation in access.desk | access.direction)
    return replaced_in(user, organisation, lambda access: acts_on(access, target))
