"""Random sequences of actions by several people; after each, every letter is somewhere and its history explains it.

The walks are the same at every run, so that a failure is one of the change at hand. COURRIER_TEST_WALKS makes others,
that many; COURRIER_TEST_WALK makes them longer. 200 walks of 100 actions take some minutes.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS, STATUS

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.mail.models import Assignment, AssignmentRole, AssignmentState, Channel, Mail, MailState
from courrier.mail.qualification import Qualification
from courrier.mail.registration import Prepared, register
from courrier.mail.rights import can, forget_access
from courrier.organisations.models import Department, Role, User
from courrier.replies.drafting import DraftRefused, draft_reply, save_draft
from courrier.replies.models import Approval, Reply, ReplyState
from tests import build
from tests.worker import work_off
from workflows import actions
from workflows.actions.moves import return_to
from workflows.models import HandlingProcess, JobRun, ReceptionProcess, StepKind, Who
from workflows.models.circuit import Step, draw
from workflows.reception import ReceptionFlow

WALKS = int(os.environ.get("COURRIER_TEST_WALKS", "15"))
LENGTH = int(os.environ.get("COURRIER_TEST_WALK", "40"))

DONE: Counter[str] = Counter()
"""What came to pass in all walks together, by the verb of its event."""

LIVE = [STATUS.NEW, STATUS.ASSIGNED, STATUS.SCHEDULED, STATUS.STARTED]
Picked = TypeVar("Picked")
which = st.integers(0, 60)


def pick(things: Sequence[Picked], index: int) -> Picked | None:
    return things[index % len(things)] if things else None


class TownHall(RuleBasedStateMachine):
    """Three departments, seven people, circuits that change; letters come past reading, which has its own tests."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.town = build.organisation()
        self.departments: list[Department] = [
            build.department(self.town, code) for code in ("URB", "TEC", "DGS")
        ]
        Department.objects.filter(code="DGS").update(arbitrates=True)
        urb, tec, dgs = self.departments
        self.people: list[User] = [
            build.member(self.town, Role.RECEPTION),
            build.member(self.town, Role.DIRECTION),
            build.member(self.town, Role.ELECTED),
            build.member(self.town, Role.AGENT, urb),
            build.member(self.town, Role.AGENT, urb, username="collegue"),
            build.member(self.town, Role.MANAGER, tec),
            build.member(self.town, Role.AGENT, dgs),
        ]
        self.letters = 0

    def teardown(self) -> None:
        DONE.update(Event.objects.values_list("verb", flat=True))
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def person(self, index: int) -> User:
        person = self.people[index % len(self.people)]
        forget_access(person)
        return person

    def who_may(self, action: str, target: Mail | Assignment, index: int) -> User:
        """Mostly somebody who may do it, so that the walk gets on; one time in four, anybody."""
        for each in self.people:
            forget_access(each)
        allowed = [each for each in self.people if can(each, action, target)]
        return allowed[index % len(allowed)] if allowed and index % 4 != 3 else self.person(index)

    def department(self, index: int) -> Department:
        return self.departments[index % len(self.departments)]

    def mail(self, index: int) -> Mail | None:
        return pick(list(Mail.objects.order_by("pk")), index)

    def assignment(self, index: int) -> Assignment | None:
        found = Assignment.objects.order_by("-pk")
        return pick(list(found if index % 5 == 4 else found.open()), index)

    @initialize()
    def a_morning(self) -> None:
        for place in (0, 1, 0):
            self.a_letter_arrives()
            wanted = Qualification(departments=[self.department(place)])
            actions.qualify(Mail.objects.latest("pk"), self.people[0], wanted)
            actions.accept(Assignment.objects.latest("pk"), self.people[3 if place == 0 else 5])
        self.a_letter_arrives()

    @precondition(lambda self: self.letters < 8)
    @rule()
    def a_letter_arrives(self) -> None:
        self.letters += 1
        file = Prepared(
            f"{self.letters:064x}", 1, "application/pdf", 1, "a.pdf", Channel.SCAN, timezone.localdate()
        )
        mail = register(self.town, file, None)
        ReceptionFlow.start.run(mail=mail)
        mail.job_runs.all().delete()
        return_to(ReceptionProcess.objects.get(mail=mail), ReceptionFlow.qualify)
        Mail.objects.filter(pk=mail.pk).update(state=MailState.TO_QUALIFY)

    @rule(mail=which, who=which, first=which, second=st.none() | which, copy=st.none() | which)
    def somebody_qualifies(
        self, mail: int, who: int, first: int, second: int | None, copy: int | None
    ) -> None:
        letter = self.mail(mail)
        if letter is None:
            return
        wanted = [self.department(first), *([self.department(second)] if second is not None else [])]
        copies = [self.department(copy)] if copy is not None else []
        attempt(
            actions.qualify,
            letter,
            self.who_may("qualify", letter, who),
            Qualification(departments=wanted, copies=copies),
        )

    @rule(mail=which, who=which, first=which)
    def somebody_arbitrates(self, mail: int, who: int, first: int) -> None:
        letter = self.mail(mail)
        if letter is not None:
            attempt(
                actions.arbitrate,
                letter,
                self.who_may("arbitrate", letter, who),
                [self.department(first)],
                [],
            )

    @rule(
        index=which,
        who=which,
        to=which,
        what=st.sampled_from(["redirect", "split", "ask_opinion", "send_back", "close", "answer_opinion"]),
    )
    def somebody_acts(self, index: int, who: int, to: int, what: str) -> None:
        held = self.assignment(index)
        if held is None:
            return
        places = [self.department(to)] if what in {"redirect", "split", "ask_opinion"} else []
        right = "answer" if what == "answer_opinion" else what
        attempt(getattr(actions, what), held, self.who_may(right, held, who), *places, "parce que")

    @rule(
        index=which,
        who=which,
        what=st.sampled_from(["accept", "take_over", "acknowledge", "withdraw_question"]),
    )
    def somebody_takes(self, index: int, who: int, what: str) -> None:
        held = self.assignment(index)
        if held is not None:
            attempt(getattr(actions, what), held, self.who_may(what, held, who))

    @rule(index=which, who=which, colleague=which)
    def somebody_hands_over(self, index: int, who: int, colleague: int) -> None:
        held = self.assignment(index)
        if held is not None:
            attempt(actions.hand_over, held, self.who_may("hand_over", held, who), self.person(colleague))

    @rule(index=which, who=which)
    def somebody_answers(self, index: int, who: int) -> None:
        held = self.assignment(index)
        if held is None:
            return
        person = self.who_may("reply", held, who)
        try:
            reply = draft_reply(held, person)
            save_draft(reply, person, channel="post", recipient="A", email="", subject="S", body="B")
            actions.send_reply(reply, person)
        except (actions.ActionRefused, DraftRefused):
            pass

    @rule(index=which, who=which, approve=st.booleans())
    def somebody_decides_in_the_signature_book(self, index: int, who: int, approve: bool) -> None:
        approval = pick(list(Approval.objects.order_by("-pk")[:6]), index)
        if approval is not None:
            attempt(actions.approve if approve else actions.refuse, approval, self.person(who), "vu")

    @rule(index=which, who=which)
    def somebody_takes_a_reply_back(self, index: int, who: int) -> None:
        reply = pick(list(Reply.objects.order_by("-pk")[:6]), index)
        if reply is not None:
            attempt(actions.take_back, reply, self.person(who))

    @rule(mail=which, who=which)
    def somebody_undoes(self, mail: int, who: int) -> None:
        letter = self.mail(mail)
        if letter is not None:
            able = [each for each in self.people if actions.undoable(letter, each)]
            attempt(actions.undo, letter, able[0] if able else self.person(who))

    @rule(mail=which, who=which)
    def somebody_cancels(self, mail: int, who: int) -> None:
        letter = self.mail(mail)
        if letter is not None and mail % 5 == 0:
            attempt(actions.cancel, letter, self.person(who), "erreur")

    @rule(
        kinds=st.lists(
            st.sampled_from(["dispatch", "opinion", "approval", "signature"]), unique=True, max_size=3
        )
    )
    def the_circuit_changes(self, kinds: list[str]) -> None:
        known = {
            "dispatch": Step(StepKind.DISPATCH, Who.DIRECTION),
            "opinion": Step(StepKind.OPINION, department="TEC"),
            "approval": Step(StepKind.APPROVAL, Who.DIRECTION),
            "signature": Step(StepKind.SIGNATURE, Who.ELECTED),
        }
        draw(self.town, None, [known[kind] for kind in known if kind in kinds], None)

    @rule()
    def the_worker_works(self) -> None:
        work_off()

    @invariant()
    def every_letter_is_somewhere(self) -> None:
        for mail in Mail.objects.prefetch_related("assignments"):
            actions_open = [
                each
                for each in mail.assignments.all()
                if each.role == AssignmentRole.ACTION
                and each.state in (AssignmentState.PENDING, AssignmentState.ACCEPTED)
            ]
            process = ReceptionProcess.objects.get(mail=mail)
            live = [task.flow_task for task in Task.objects.filter(process=process, status__in=LIVE)]
            expected = {
                MailState.TO_QUALIFY: [ReceptionFlow.qualify],
                MailState.TO_DISPATCH: [ReceptionFlow.arbitrate],
                MailState.IN_PROGRESS: [ReceptionFlow.handled],
                MailState.CLOSED: [],
                MailState.CANCELLED: [],
            }
            assert live == expected[MailState(mail.state)], f"{mail} {mail.state}: {live}"
            if mail.state == MailState.IN_PROGRESS:
                assert actions_open, f"{mail} is on nobody's desk"
            if mail.state in (MailState.CLOSED, MailState.CANCELLED):
                assert not actions_open, f"{mail} is {mail.state} and still on a desk"
                assert process.status != PROCESS.NEW

    @invariant()
    def every_desk_has_its_process(self) -> None:
        for assignment in Assignment.objects.exclude(role=AssignmentRole.COPY).select_related("mail"):
            process = HandlingProcess.objects.get(assignment=assignment)
            live = Task.objects.filter(process=process, status__in=LIVE).count()
            is_open = assignment.state in (AssignmentState.PENDING, AssignmentState.ACCEPTED)
            assert live == (1 if is_open else 0), f"{assignment} {assignment.state}: {live}"
            if assignment.role == AssignmentRole.ACTION and is_open:
                in_hand = assignment.state == AssignmentState.ACCEPTED
                assert (assignment.accepted_by_id is not None) == in_hand

    @invariant()
    def every_reply_on_its_way_is_awaited(self) -> None:
        for reply in Reply.objects.filter(state=ReplyState.AWAITING):
            assert reply.approvals.filter(state="pending").count() == 1
        for reply in Reply.objects.filter(state=ReplyState.SENDING):
            assert JobRun.objects.filter(mail=reply.mail, job="send").exists()

    @invariant()
    def the_history_explains_the_desks(self) -> None:
        for mail in Mail.objects.all():
            assert list(breaks(f"mail:{mail.pk}")) == []
            desks = Assignment.objects.open().filter(mail=mail, role=AssignmentRole.ACTION)
            assert told_desks(mail) == set(desks.values_list("pk", flat=True)), f"{mail} {mail.state}"


def told_desks(mail: Mail) -> set[int]:
    """The open assignments for action as the history alone tells them."""
    events = list(Event.objects.filter(mail_id=mail.pk).order_by("sequence"))
    by_sequence = {event.sequence: event for event in events}
    desks: set[int] = set()
    placed_since: dict[int, list[int]] = {}
    for event in events:
        verb, data = event.verb, event.data
        if verb in {"qualified", "arbitrated"}:
            placed_since[event.sequence] = []
        if verb == "dispatched" and data["role"] == AssignmentRole.ACTION:
            desks.add(data["assignment"])
            for placed in placed_since.values():
                placed.append(data["assignment"])
        elif verb in {"redirected", "sent_back", "closed_assignment"}:
            desks.discard(data["assignment"])
        elif verb == "cancelled":
            desks.clear()
        elif verb == "undone":
            undone = by_sequence[data["event"]]
            desks.discard(undone.data.get("new", 0))
            if undone.verb in {"redirected", "sent_back", "closed_assignment"}:
                desks.add(undone.data["assignment"])
            if undone.sequence in placed_since:
                desks -= set(placed_since[undone.sequence])
    return desks


def attempt(action: object, *arguments: object) -> None:
    """Do it; a refusal in words is an answer, anything else is a fault."""
    with contextlib.suppress(actions.ActionRefused):
        action(*arguments)  # type: ignore[operator]


@pytest.mark.django_db
@pytest.mark.timeout(3600)
def test_any_sequence_of_actions_leaves_every_letter_somewhere() -> None:
    run_state_machine_as_test(
        TownHall,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=LENGTH,
            deadline=None,
            derandomize="COURRIER_TEST_WALKS" not in os.environ,
            suppress_health_check=list(HealthCheck),
            phases=[
                Phase.explicit,
                Phase.reuse,
                Phase.generate,
            ],  # shrinking a walk of databases takes an hour
            print_blob=True,
        ),
    )
    moves = {
        "redirected",
        "split",
        "sent_back",
        "closed_assignment",
        "handed_over",
        "opinion_asked",
        "undone",
    }
    assert len(moves & set(DONE)) >= 4, f"the walks hardly moved: {DONE}"
