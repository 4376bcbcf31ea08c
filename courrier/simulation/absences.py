"""Who is away in these weeks, and who works in their place."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from courrier.organisations.absences import AbsenceRefused, name_substitute
from courrier.organisations.models import User
from courrier.simulation.town import Town

AWAY = 0.35
"""Share of the agents who are away once in two months."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody's days off, both included, and who replaces them."""

    person: User
    substitute: User
    first: date
    last: date


class Absences:
    """Draws who is away when; each names a substitute on the eve, as people do."""

    def __init__(self, town: Town, first: date, days: int, chance: random.Random) -> None:
        self.town, self.named = town, 0
        self.leaves = list(self.drawn(first, days, chance))

    def drawn(self, first: date, days: int, chance: random.Random) -> list[Leave]:
        found: list[Leave] = []
        everyone = [person for people in self.town.agents.values() for person in people]
        for code, people in self.town.agents.items():
            for person in people:
                if chance.random() >= AWAY * max(days / 60, 0.3):
                    continue
                start = first + timedelta(days=chance.randrange(max(days, 1)))
                last = start + timedelta(days=chance.choice([2, 4, 7, 11]))
                near = [each for each in people if each.pk != person.pk] or [
                    each for each in everyone if each.pk != person.pk and code
                ]
                free = [each for each in near if not clashes(found, each, start, last)]
                if free and not clashes(found, person, start, last):
                    found.append(Leave(person, chance.choice(free), start, last))
        return found

    def name_for(self, day: date) -> None:
        """Enter the absences that begin on `day`."""
        for leave in self.leaves:
            if leave.first == day:
                try:
                    name_substitute(
                        self.town.organisation,
                        leave.person,
                        leave.substitute,
                        leave.first,
                        leave.last,
                        by=leave.person,
                        reason="Congés",
                    )
                except AbsenceRefused:
                    continue
                self.named += 1

    def away(self, day: date) -> dict[int, frozenset[int]]:
        """For each substitute of that day, the people they replace; those are away."""
        found: dict[int, set[int]] = defaultdict(set)
        for leave in self.leaves:
            if leave.first <= day <= leave.last:
                found[leave.substitute.pk].add(leave.person.pk)
        return {substitute: frozenset(people) for substitute, people in found.items()}


def clashes(leaves: list[Leave], person: User, first: date, last: date) -> bool:
    """Whether that person is away in these days already, or replaces somebody then."""
    return any(
        person.pk in {each.person.pk, each.substitute.pk} and each.first <= last and each.last >= first
        for each in leaves
    )
