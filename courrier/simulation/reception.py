"""The reception desk: takes letters in, says what they are, has illegible ones read again; the direction dispatches."""

from __future__ import annotations

import io
import random
from datetime import date
from functools import partial

from courrier.classification.models import DocumentType
from courrier.mail.models import Mail, MailState
from courrier.mail.qualification import Qualification, suggested
from courrier.mail.registration import Upload
from courrier.organisations.models import Department
from courrier.simulation.doing import Hands
from courrier.simulation.letters import Letter, sheet
from courrier.simulation.town import Town
from courrier.simulation.worker import Worker
from workflows import actions
from workflows.reception import receive

MISTAKEN, CANCELLED, COPIED, TWO_DEPARTMENTS, DEPOSITED_TWICE = 0.05, 0.006, 0.08, 0.04, 0.01
"""How often the desk sends a letter wrong, cancels its number, sends a copy, sends it to two, deposits a file twice."""


class Desk:
    """What the two clerks and the direction do with what arrives."""

    def __init__(self, town: Town, worker: Worker, hands: Hands, chance: random.Random) -> None:
        self.town, self.worker, self.hands, self.chance = town, worker, hands, chance
        self.kinds = {each.code: each for each in town.organisation.document_types.all()}

    def take_in(self, letter: Letter, day: date) -> None:
        clerk = self.chance.choice(self.town.desk)
        content = sheet(letter.lines)
        name = f"scan-{day:%Y%m%d}-{len(self.worker.letters):05}.pdf"
        self.hands.clock.forward(self.chance.uniform(8, 30))
        mail = receive(self.town.organisation, Upload(name, io.BytesIO(content), letter.channel, day), clerk)
        self.worker.learn(mail.pk, letter)
        if self.chance.random() < DEPOSITED_TWICE:
            again = partial(receive, self.town.organisation, Upload(name, io.BytesIO(content)), clerk)
            again.__name__ = "receive"  # type: ignore[attr-defined]
            self.hands.attempt(again)

    def qualify_waiting(self) -> None:
        """Go through what waits at the desk, oldest first."""
        waiting = Mail.objects.filter(organisation=self.town.organisation).to_qualify()
        for mail in waiting.order_by("pk").prefetch_related("suggestions", "assignments"):
            clerk = self.chance.choice(self.town.desk)
            if mail.state == MailState.FAILED and self.chance.random() < 0.8:
                self.hands.attempt(actions.retry_reading, mail, clerk)
                self.worker.work()
            elif self.chance.random() < CANCELLED:
                self.hands.attempt(actions.cancel, mail, clerk, "Enregistré par erreur")
            elif self.hands.attempt(actions.qualify, mail, clerk, self.wanted(mail)):
                self.hands.undo_sometimes(mail, clerk)

    def wanted(self, mail: Mail) -> Qualification:
        """What the suggestions say, corrected by a clerk who knows the town and errs now and then."""
        letter = self.worker.letters[mail.pk]
        wanted = suggested(mail)
        wanted.document_type = self.kind_of(letter)
        wanted.departments = self.departments_for(mail, letter)
        wanted.confidentiality = letter.confidentiality
        wanted.registered_post = letter.registered_post
        wanted.subject = letter.subject
        wanted.letter_date = letter.letter_date
        if not wanted.sender or wanted.sender.get("name") != letter.sender["name"]:
            wanted.sender = {key: letter.sender[key] for key in ("name", "postcode", "email")}
        if self.chance.random() < COPIED:
            wanted.copies = [self.any_department(wanted.departments)]
        return wanted

    def kind_of(self, letter: Letter) -> DocumentType | None:
        return self.kinds.get(letter.kind)

    def departments_for(self, mail: Mail, letter: Letter) -> list[Department]:
        sent_back = any(each.state == "sent_back" for each in mail.assignments.all())
        right = self.town.departments[letter.department]
        if not sent_back and self.chance.random() < MISTAKEN:
            return [self.any_department([right])]
        if self.chance.random() < TWO_DEPARTMENTS:
            return [right, self.any_department([right])]
        return [right]

    def any_department(self, others: list[Department]) -> Department:
        left = [each for each in self.town.departments.values() if each not in others]
        return self.chance.choice(left or others)

    def arbitrate_waiting(self) -> None:
        """The direction dispatches what its circuit asks it to."""
        waiting = Mail.objects.filter(organisation=self.town.organisation, state=MailState.TO_DISPATCH)
        for mail in waiting.order_by("pk"):
            right = self.town.departments[self.worker.letters[mail.pk].department]
            self.hands.attempt(actions.arbitrate, mail, self.town.direction, [right], [])
