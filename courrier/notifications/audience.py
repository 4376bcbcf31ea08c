"""Who hears of something: people of departments, who replaces whom, and who may read the letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Q, Value, When
from django.utils import timezone

from courrier.mail.models import Assignment, Mail
from courrier.mail.rights import accesses_of, reads
from courrier.organisations.models import Delegation, Department, Membership, Role, User

MOST_AT_ONCE = 50
"""People whose rights one query looks at."""


@dataclass(frozen=True, slots=True)
class People:
    """Who works in some departments and those above them; who left too, since others may replace them."""

    above: dict[int, int | None]
    there: dict[tuple[int | None, str], list[User]]

    @classmethod
    def around(cls, organisation_id: int, departments: Iterable[int]) -> People:
        """Two queries, for many departments as for one."""
        tree = Department.objects.filter(organisation=organisation_id)
        above: dict[int, int | None] = dict(tree.values_list("pk", "parent_id"))
        near: set[int] = set()
        for each in departments:
            place: int | None = each
            while place and place not in near:
                near.add(place)
                place = above.get(place)
        rule = Q(department__in=near) | Q(organisation=organisation_id, department__isnull=True)
        there: dict[tuple[int | None, str], list[User]] = defaultdict(list)
        for held in Membership.objects.filter(rule).select_related("user").order_by("user"):
            there[held.department_id, held.role].append(held.user)
        return cls(above, there)

    def of(self, place: int | None, *roles: Role) -> list[User]:
        """Who has one of `roles` in a department, or in the organisation as a whole where `place` is None."""
        found = {each.pk: each for role in roles for each in self.there.get((place, role), [])}
        return list(found.values())

    def at(self, place: int) -> list[User]:
        """Agents and managers of a department; where it has nobody, those over it."""
        return self.of(place, Role.AGENT, Role.MANAGER) or self.over(place)

    def in_charge(self, assignment: Assignment) -> list[User]:
        """Who has the letter in hand, or all who work where it lies. In the hands of who left it is everyone's there;
        who left is named all the same, for who replaces them."""
        holder = assignment.accepted_by
        if holder is not None and holder.is_active:
            return [holder]
        return [*([holder] if holder else []), *self.at(assignment.department_id)]

    def managers(self, place: int) -> list[User]:
        return self.of(place, Role.MANAGER) or self.over(place)

    def over(self, place: int) -> list[User]:
        """The managers of the nearest department above that has any; the general direction where none has."""
        above = self.above.get(place)
        while above is not None:
            if people := self.of(above, Role.MANAGER):
                return people
            above = self.above.get(above)
        return self.of(None, Role.DIRECTION)


Replacements = dict[int, list[tuple[int, str]]]
"""For each person who is away: ids of who replaces them, with the name of the one replaced."""


def replacements(people: Iterable[User], organisation_id: int) -> Replacements:
    """Who replaces those of `people` that are away today; one query."""
    rows = Delegation.objects.in_force(timezone.localdate()).filter(
        absent__in=[each.pk for each in people],
        organisation=organisation_id,
        substitute__is_active=True,
    )
    found: Replacements = defaultdict(list)
    for row in rows.select_related("absent").order_by("pk"):
        found[row.absent_id].append((row.substitute_id, str(row.absent)))
    return found


def hearing(people: Collection[User], replaced: Replacements) -> dict[int, list[str]]:
    """Ids of `people` whose account is open, and of who replaces them, with the names of those replaced.

    Who hears in their own right hears once, in their own right.
    """
    told: dict[int, list[str]] = {each.pk: [] for each in people if each.is_active}
    own = set(told)
    for each in people:
        for substitute, name in replaced.get(each.pk, []):
            names = told.setdefault(substitute, [])
            if substitute not in own and name not in names:
                names.append(name)
    return told


def readers(mails: Collection[int], people: Iterable[int]) -> set[tuple[int, int]]:
    """The pairs of letter and person such that the person may read the letter.

    As many queries for many letters as for one, and one more for every MOST_AT_ONCE people.
    """
    users = list(User.objects.filter(pk__in=set(people)).order_by("pk"))
    accesses = accesses_of(users)
    found = set()
    for start in range(0, len(users), MOST_AT_ONCE):
        some = users[start : start + MOST_AT_ONCE]
        rules = {f"reader_{each.pk}": asked(reads(accesses[each.pk])) for each in some}
        for row in Mail.objects.filter(pk__in=mails).order_by().annotate(**rules).values("pk", *rules):
            found |= {(row["pk"], each.pk) for each in some if row[f"reader_{each.pk}"]}
    return found


def asked(rule: Q) -> Case:
    return Case(When(rule, then=Value(True)), default=Value(False), output_field=BooleanField())
