"""The town that a simulation plays: a collectivité of its own, called a demonstration, with its people and circuits."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from courrier.organisations.founding import found_organisation
from courrier.organisations.models import Department, Membership, Organisation, Role, User
from courrier.simulation.letters import FIRST_NAMES, LAST_NAMES
from workflows.models import StepKind, Who
from workflows.models.circuit import Step, draw

NAME = "Saint-Aubin-sur-Garonne"
SIZES = {
    "DGS": 1,
    "TEC": 5,
    "URB": 4,
    "ETC": 3,
    "CCAS": 3,
    "FIN": 2,
    "SCO": 2,
    "POL": 1,
    "PET": 1,
    "CUL": 1,
    "RH": 1,
    "JUR": 1,
    "CAB": 1,
}
"""Departments in the order in which they get their first agent, with their share of the agents that follow."""

CIRCUITS = {
    "permis-construire": [Step(StepKind.APPROVAL, Who.MANAGER), Step(StepKind.SIGNATURE, Who.ELECTED)],
    "recours-gracieux": [
        Step(StepKind.OPINION, department="JUR"),
        Step(StepKind.APPROVAL, Who.DIRECTION),
        Step(StepKind.SIGNATURE, Who.ELECTED),
    ],
    "prefecture": [Step(StepKind.DISPATCH, Who.DIRECTION)],
    "demande-subvention": [Step(StepKind.APPROVAL, Who.DIRECTION)],
}
"""By type of letter; an opinion is asked only where the department is there."""


@dataclass(slots=True)
class Town:
    """The collectivité and who works there; `agents` are those of each department, the manager first."""

    organisation: Organisation
    departments: dict[str, Department]
    administrator: User
    direction: User
    elected: User
    desk: list[User] = field(default_factory=list)
    agents: dict[str, list[User]] = field(default_factory=dict)

    @property
    def everyone(self) -> list[User]:
        return [
            self.direction,
            self.elected,
            *self.desk,
            *itertools.chain.from_iterable(self.agents.values()),
        ]


def found_town(agents: int, password: str) -> Town:
    """A new collectivité with `agents` agents in as many departments as they can fill."""
    slug = free_slug()
    filled = places(agents)
    name = _("Démonstration : Mairie de %(town)s (courriers simulés)") % {"town": NAME}
    organisation = found_organisation(
        slug, name, list(filled), address=f"1, place de la Mairie\n33871 {NAME}", number_prefix="D"
    )
    departments = {each.code: each for each in organisation.departments.all()}
    people = People(organisation, slug, make_password(password))
    town = Town(
        organisation,
        departments,
        people.join("admin", Role.ADMINISTRATOR),
        people.join("direction", Role.DIRECTION),
        people.join("maire", Role.ELECTED),
        [people.join(f"accueil{number}", Role.RECEPTION) for number in (1, 2)],
    )
    for code, count in filled.items():
        place = departments[code]
        town.agents[code] = [
            people.join(f"{code.lower()}{n}", Role.AGENT if n > 1 else Role.MANAGER, place)
            for n in range(1, count + 1)
        ]
    put_in_force(town)
    return town


def free_slug() -> str:
    """The first name of the row demonstration, demonstration-2… that no collectivité and no account has."""
    for number in itertools.count(1):
        slug = "demonstration" if number == 1 else f"demonstration-{number}"
        taken = Organisation.objects.filter(slug=slug).exists()
        if not taken and not User.objects.filter(username__startswith=f"{slug}.").exists():
            return slug
    raise AssertionError("numbers do not end")


def places(agents: int) -> dict[str, int]:
    """How many agents each department has: one each as far as they go, then by its share."""
    filled = dict.fromkeys(list(SIZES)[: max(agents, 1)], 1)
    for _more in range(agents - len(filled)):
        neediest = max(filled, key=lambda code: SIZES[code] / filled[code])
        filled[neediest] += 1
    return filled


@dataclass(slots=True)
class People:
    """Opens accounts that share one password, hashed once."""

    organisation: Organisation
    prefix: str
    password: str
    count: int = 0

    def join(self, name: str, role: Role, place: Department | None = None) -> User:
        self.count += 1
        user = User.objects.create(
            username=f"{self.prefix}.{name}",
            first_name=FIRST_NAMES[self.count % len(FIRST_NAMES)],
            last_name=LAST_NAMES[self.count * 5 % len(LAST_NAMES)],
            password=self.password,
        )
        Membership.objects.create(user=user, organisation=self.organisation, department=place, role=role)
        return user


def put_in_force(town: Town) -> None:
    """The circuits, for those types that the collectivité has."""
    kinds = {each.code: each for each in town.organisation.document_types.all()}
    for code, steps in CIRCUITS.items():
        there = [each for each in steps if not each.department or each.department in town.departments]
        if code in kinds and there:
            draw(town.organisation, kinds[code], there, town.administrator)
