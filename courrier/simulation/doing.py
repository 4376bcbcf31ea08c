"""Acting as people do: one action after another, each taking its time; a refusal in words is an answer."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from courrier.mail.models import Mail
from courrier.mail.refusals import Refused
from courrier.organisations.models import User
from courrier.replies.drafting import DraftRefused
from courrier.simulation.clock import Clock
from workflows import actions

UNDONE = 0.015
"""How often somebody takes back at once what they just did."""


class Hands:
    """Does actions in simulated time and counts them: those done, those refused, those undone."""

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self.clock, self.chance = clock, chance
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def attempt(self, action: Callable[..., Any], *arguments: Any, **more: Any) -> bool:
        """Do it; False where it was refused."""
        self.clock.forward(self.chance.uniform(10, 40))
        try:
            action(*arguments, **more)
        except (actions.ActionRefused, DraftRefused, Refused):
            self.refused[action.__name__] += 1
            return False
        self.done[action.__name__] += 1
        return True

    def undo_sometimes(self, mail: Mail, user: User) -> bool:
        """Whether they took it back."""
        return self.chance.random() < UNDONE and self.attempt(actions.undo, mail, user)
