"""The departments: agents take letters in hand, pass on what is not theirs, ask, answer, close; others sign."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from courrier.mail.models import Assignment, AssignmentRole, AssignmentState
from courrier.mail.rights import access_of
from courrier.organisations.models import Department, User
from courrier.replies import approvals
from courrier.replies.drafting import draft_reply, save_draft
from courrier.replies.models import Reply, ReplyState
from courrier.simulation.doing import Hands
from courrier.simulation.town import Town
from courrier.simulation.worker import Worker
from workflows import actions

WRONGLY_REDIRECTED, SENT_BACK, SPLIT, ASKED, HANDED_OVER, TAKEN_OVER, TAKEN_BACK, REFUSED = (
    0.012, 0.2, 0.015, 0.05, 0.04, 0.02, 0.03, 0.07,
)  # fmt: skip
"""How often: a right letter is passed on; a wrong one goes back to the desk rather than on; a letter is split; an
opinion asked; a letter given to a colleague or taken from one; a reply taken back; a visa refused."""

ANSWERED, IMPATIENT = 0.65, 0.03
"""How often a letter is answered; how often somebody does without the opinion they asked for."""
SLOW = {"TEC": 1.9, "CCAS": 1.5, "URB": 1.3}
"""Departments with more to do than they can."""

EACH_VISIT = 9
"""Letters an agent goes through at a sitting."""


class Departments:
    """What agents, managers, the direction and the elected member do in their departments."""

    def __init__(self, town: Town, worker: Worker, hands: Hands, chance: random.Random) -> None:
        self.town, self.worker, self.hands, self.chance = town, worker, hands, chance
        self.codes = {each.pk: code for code, each in town.departments.items()}
        self.ready: dict[int, datetime] = {}
        self.noticed: dict[int, datetime] = {}

    def sit_down(self, agent: User, stands_in_for: frozenset[int]) -> None:
        """One agent's look into their inboxes; `stands_in_for` are the people they replace today."""
        own = Assignment.objects.open().filter(department__in=access_of(agent).acting)
        lines = own.filter(organisation=self.town.organisation).order_by("pk")
        rows = Assignment.objects.select_related("mail", "department", "organisation", "accepted_by")
        hands, left = {agent.pk, *stands_in_for}, EACH_VISIT
        for pk, state, holder in list(lines.values_list("pk", "state", "accepted_by")):
            if left == 0:
                return
            if self.is_for(pk, state, holder in hands) and self.handle(rows.get(pk=pk), agent):
                left -= 1

    def is_for(self, pk: int, state: str, in_hand: bool) -> bool:
        """Whether the agent has come to a letter by now: one nobody has, or one in their hands that is ready."""
        now = self.hands.clock.now
        if state == AssignmentState.PENDING:
            wait = timedelta(hours=self.chance.expovariate(1 / 14))
            return now >= self.noticed.setdefault(pk, now + wait)
        return in_hand and now >= self.ready.get(pk, now)

    def handle(self, assignment: Assignment, agent: User) -> bool:
        """Do what is to be done with it now; whether anything was."""
        if assignment.role == AssignmentRole.COPY:
            return self.hands.attempt(actions.acknowledge, assignment, agent)
        if assignment.role == AssignmentRole.OPINION:
            return self.hands.attempt(actions.answer_opinion, assignment, agent, "Avis favorable.")
        if assignment.state == AssignmentState.PENDING:
            return self.first_look(assignment, agent)
        return self.finish(assignment, agent)

    def first_look(self, assignment: Assignment, agent: User) -> bool:
        """Pass on what is not ours; take the rest in hand."""
        right = self.town.departments[self.worker.letters[assignment.mail_id].department]
        if assignment.department_id != right.pk and not self.shared(assignment):
            return self.pass_on(assignment, agent, right)
        if self.chance.random() < WRONGLY_REDIRECTED:
            return self.pass_on(assignment, agent, self.other(assignment))
        if not self.hands.attempt(actions.accept, assignment, agent):
            return False
        if self.hands.undo_sometimes(assignment.mail, agent):
            return True
        self.ready[assignment.pk] = self.hands.clock.now + timedelta(days=self.effort(assignment))
        self.then(assignment, agent)
        return True

    def shared(self, assignment: Assignment) -> bool:
        """Whether the letter was sent to this department beside the right one, or split off for it."""
        came_from = assignment.came_from
        if came_from is not None:
            return came_from.state != AssignmentState.REDIRECTED
        return (
            assignment.mail.assignments.exclude(pk=assignment.pk)
            .filter(role=AssignmentRole.ACTION, created_at=assignment.created_at)
            .exists()
        )

    def pass_on(self, assignment: Assignment, agent: User, to: Department) -> bool:
        if assignment.came_from_id is None and self.chance.random() < SENT_BACK:
            return self.hands.attempt(actions.send_back, assignment, agent, "Ne relève pas de notre service")
        if self.hands.attempt(actions.redirect, assignment, agent, to, "Relève de votre service"):
            self.hands.undo_sometimes(assignment.mail, agent)
            return True
        return self.hands.attempt(actions.accept, assignment, agent)

    def effort(self, assignment: Assignment) -> float:
        """Days until it is done, half of them within four."""
        slow = SLOW.get(self.codes[assignment.department_id], 1.0)
        return slow * self.chance.lognormvariate(1.35, 0.9)

    def then(self, assignment: Assignment, agent: User) -> None:
        """What may happen to a letter in hand."""
        draw = self.chance.random()
        assignment.refresh_from_db()
        colleagues = self.colleagues(assignment, agent)
        if draw < SPLIT:
            other, request = self.other(assignment), "La seconde demande"
            if self.hands.attempt(actions.split, assignment, agent, other, request):
                self.hands.undo_sometimes(assignment.mail, agent)
        elif draw < SPLIT + ASKED:
            self.hands.attempt(actions.ask_opinion, assignment, agent, self.other(assignment), "Votre avis ?")
        elif draw < SPLIT + ASKED + HANDED_OVER and colleagues:
            self.hands.attempt(actions.hand_over, assignment, agent, self.chance.choice(colleagues))
        elif draw < SPLIT + ASKED + HANDED_OVER + TAKEN_OVER and colleagues:
            colleague = self.chance.choice(colleagues)
            self.hands.attempt(actions.accept, assignment, colleague)  # too late, and told so
            self.hands.attempt(actions.take_over, assignment, colleague)

    def colleagues(self, assignment: Assignment, agent: User) -> list[User]:
        return [
            each for each in self.town.agents[self.codes[assignment.department_id]] if each.pk != agent.pk
        ]

    def other(self, assignment: Assignment) -> Department:
        left = [each for each in self.town.departments.values() if each.pk != assignment.department_id]
        return self.chance.choice(left)

    def finish(self, assignment: Assignment, agent: User) -> bool:
        """Answer, wait for what was asked, or close."""
        if Assignment.objects.open().filter(asked_by=assignment).exists():
            impatient = self.chance.random() < IMPATIENT
            return impatient and self.hands.attempt(actions.withdraw_question, assignment, agent)
        replies = list(Reply.objects.filter(assignment=assignment))
        if any(each.state == ReplyState.SENT for each in replies):
            return self.close(assignment, agent, "")
        if any(each.state in {ReplyState.AWAITING, ReplyState.SENDING} for each in replies):
            return False
        refused = any(each.state in {ReplyState.DRAFT, ReplyState.FAILED} for each in replies)
        if refused or self.chance.random() < ANSWERED:
            return self.answer(assignment, agent)
        return self.close(assignment, agent, "Pris en compte, sans réponse à faire")

    def answer(self, assignment: Assignment, agent: User) -> bool:
        if not self.hands.attempt(write_and_send, assignment, agent):
            return False
        reply = Reply.objects.filter(assignment=assignment).latest("pk")
        if reply.state == ReplyState.AWAITING and self.chance.random() < TAKEN_BACK:
            self.hands.attempt(actions.take_back, reply, agent)
        self.worker.work()
        return True

    def close(self, assignment: Assignment, agent: User, reason: str) -> bool:
        if not self.hands.attempt(actions.close, assignment, agent, reason):
            return False
        self.hands.undo_sometimes(assignment.mail, agent)
        return True

    def sign(self, person: User) -> None:
        """Go through one's signature book."""
        for approval in list(approvals.waiting_for(access_of(person))):
            if approval.organisation_id != self.town.organisation.pk:
                continue
            if self.chance.random() < REFUSED:
                self.hands.attempt(actions.refuse, approval, person, "Précisez le délai")
            else:
                self.hands.attempt(actions.approve, approval, person)
        self.worker.work()

    def signing(self) -> Iterator[User]:
        """Who may have visas to give: managers, and the direction."""
        yield from (people[0] for people in self.town.agents.values())
        yield self.town.direction


def write_and_send(assignment: Assignment, agent: User) -> None:
    """Write a reply, keep it, and send it on its way."""
    reply = draft_reply(assignment, agent)
    reply = save_draft(
        reply,
        agent,
        channel="post",
        recipient=reply.recipient or "À l'expéditeur",
        email="",
        subject=reply.subject,
        body="Madame, Monsieur,\n\nVotre demande a été examinée et reçoit une suite favorable.",
    )
    actions.send_reply(reply, agent)
