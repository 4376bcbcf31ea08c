"""Playing a town's weeks, day by day, through the flows and actions that people use."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from courrier import search
from courrier.classification import training
from courrier.mail.rights import forget_access
from courrier.notifications.reminders import remind_in
from courrier.organisations.calendar import is_working_day
from courrier.organisations.models import User
from courrier.search.models import SearchOutbox
from courrier.simulation.absences import Absences
from courrier.simulation.clock import Clock, at
from courrier.simulation.departments import Departments
from courrier.simulation.doing import Hands
from courrier.simulation.letters import Writer
from courrier.simulation.reception import Desk
from courrier.simulation.town import NAME, Town
from courrier.simulation.worker import Worker

PEAKS = (1.5, 1.05, 0.95, 0.85, 0.65)
"""Letters of a Monday to a Friday beside those of an average working day."""

AFTER_DAY_OFF = 1.3
"""And of a day after one on which the town hall was closed, Mondays aside."""

ELECTED_SIGNS = (1, 3)
"""Days of the week on which the elected member signs: Tuesday and Thursday."""

LESSONS_AFTER = (7, 28)
"""Days after which the town's corrections are learned from."""


@dataclass(slots=True)
class Game:
    """A town, what it is given to do, and who does it."""

    town: Town
    clock: Clock
    chance: random.Random
    first: date
    days: int
    letters_per_day: int
    learns: bool = True
    worker: Worker = field(init=False)
    hands: Hands = field(init=False)
    writer: Writer = field(init=False)
    desk: Desk = field(init=False)
    departments: Departments = field(init=False)
    absences: Absences = field(init=False)
    reminders: int = 0

    def __post_init__(self) -> None:
        self.worker = Worker(self.clock, self.chance)
        self.hands = Hands(self.clock, self.chance)
        self.writer = Writer(list(self.town.departments), NAME, self.chance)
        self.desk = Desk(self.town, self.worker, self.hands, self.chance)
        self.departments = Departments(self.town, self.worker, self.hands, self.chance)
        self.absences = Absences(self.town, self.first, self.days, self.chance)

    def play(self) -> Iterator[date]:
        """Play the days in turn; each is given when it is over."""
        for number in range(self.days):
            day = self.first + timedelta(days=number)
            self.clock.until(at(day, 7))
            if is_working_day(day, self.town.organisation):
                self.work_day(day)
            if self.learns and number in LESSONS_AFTER:
                self.clock.until(at(day, 21))
                with warnings.catch_warnings():
                    warnings.simplefilter(
                        "ignore", UserWarning
                    )  # few letters of many types, says scikit-learn
                    training.train(self.town.organisation)
            yield day
        self.clock.until(at(self.first + timedelta(days=self.days - 1), 22))
        self.worker.work_off()
        bring_to_index(self.clock)

    def work_day(self, day: date) -> None:
        self.absences.name_for(day)
        for person in self.town.everyone:
            forget_access(person)
        self.worker.sweep()
        self.reminders += remind_in(self.town.organisation, day)
        count = self.letters_of(day)
        self.clock.until(at(day, 8, 30))
        self.take_in(count * 2 // 3, day)
        self.desk.qualify_waiting()
        self.visit(day)
        self.clock.until(at(day, 13, 30))
        self.take_in(count - count * 2 // 3, day)
        self.desk.qualify_waiting()
        self.desk.arbitrate_waiting()
        self.visit(day)
        self.sign(day)
        self.worker.sweep()
        self.worker.work()
        bring_to_index(self.clock)

    def letters_of(self, day: date) -> int:
        share = PEAKS[day.weekday()]
        if day.weekday() and not is_working_day(day - timedelta(days=1), self.town.organisation):
            share *= AFTER_DAY_OFF
        return max(round(self.chance.gauss(1, 0.12) * share * self.letters_per_day), 0)

    def take_in(self, count: int, day: date) -> None:
        for _each in range(count):
            self.desk.take_in(self.writer.letter(day), day)
        self.worker.work()

    def visit(self, day: date) -> None:
        """All who are there look into their inboxes, in no particular order."""
        replacing = self.absences.away(day)
        away = frozenset().union(*replacing.values())
        people = [each for people in self.town.agents.values() for each in people if each.pk not in away]
        self.chance.shuffle(people)
        for agent in people:
            self.departments.sit_down(agent, replacing.get(agent.pk, frozenset()))

    def sign(self, day: date) -> None:
        signing: list[User] = list(self.departments.signing())
        if day.weekday() in ELECTED_SIGNS:
            signing.append(self.town.elected)
        for person in signing:
            self.departments.sign(person)


def bring_to_index(clock: Clock) -> None:
    """Send the outbox until it is empty, or the search engine takes no more; each time a version of its own."""
    while SearchOutbox.objects.due(clock.now).exists():
        clock.forward(1)
        if not search.flush():
            return
