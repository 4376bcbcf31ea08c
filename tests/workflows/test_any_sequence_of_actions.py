"""Random sequences of actions by several people; after each, every letter is somewhere and its history explains it.

The walks are the same at every run, so that a failure is one of the change at hand. COURRIER_TEST_WALKS makes others,
that many; COURRIER_TEST_WALK makes them longer. 200 walks of 100 actions take some minutes.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
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
from courrier.clock.events import ClockError
from courrier.clock.models import ClockEvent
from courrier.mail.models import Assignment, AssignmentRole, AssignmentState, Channel, Mail, MailState
from courrier.mail.qualification import Qualification
from courrier.mail.registration import Prepared, register
from courrier.mail.rights import can, forget_access
from courrier.organisations.absences import AbsenceRefused, end_absence, name_substitute
from courrier.organisations.closing import ClosingRefused
from courrier.organisations.models import Delegation, Department, Role, User
from courrier.replies.drafting import DraftRefused, draft_reply, save_draft
from courrier.replies.models import Approval, Reply, ReplyState
from tests import build
from tests.worker import work_off
from workflows import actions
from workflows.actions.attaching import attach, detach
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
    """Three departments, eight people, circuits that change; letters come past reading, which has its own tests."""

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
        self.types = [
            build.document_type(self.town, code)
            for code in ("permis-construire", "dia", "demande-cada", "autre")
        ]
        self.people: list[User] = [
            build.member(self.town, Role.RECEPTION),
            build.member(self.town, Role.DIRECTION),
            build.member(self.town, Role.ELECTED),
            build.member(self.town, Role.AGENT, urb),
            build.member(self.town, Role.AGENT, urb, username="collegue"),
            build.member(self.town, Role.MANAGER, tec),
            build.member(self.town, Role.AGENT, dgs),
            build.member(self.town, Role.ADMINISTRATOR),
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

    @rule(
        mail=which,
        who=which,
        first=which,
        second=st.none() | which,
        copy=st.none() | which,
        kind=st.none() | which,
        confidentiality=st.sampled_from(["normal", "normal", "restricted", "personal"]),
    )
    def somebody_qualifies(
        self,
        mail: int,
        who: int,
        first: int,
        second: int | None,
        copy: int | None,
        kind: int | None,
        confidentiality: str,
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
            Qualification(
                departments=wanted,
                copies=copies,
                document_type=pick(self.types, kind) if kind is not None else None,
                confidentiality=confidentiality,
            ),
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

    @rule(mail=which, first=which, who=which, apart=st.booleans())
    def somebody_joins_or_parts_duplicates(self, mail: int, first: int, who: int, apart: bool) -> None:
        letter, other = self.mail(mail), self.mail(first)
        if letter is None or other is None:
            return
        if apart:
            attempt(detach, letter, self.person(who))
        else:
            attempt(attach, letter, self.who_may("qualify", letter, who), other)

    @rule(
        mail=which,
        who=which,
        days=st.integers(-40, 5),
        what=st.sampled_from(
            ["request_documents", "documents_received", "first_received_elsewhere", "transmit", "decide"]
        ),
    )
    def somebody_moves_the_legal_delay(self, mail: int, who: int, days: int, what: str) -> None:
        letter = self.mail(mail)
        if letter is None:
            return
        words: dict[str, list[object]] = {
            "request_documents": [["un plan"]],
            "first_received_elsewhere": ["la préfecture"],
            "transmit": ["la préfecture"],
        }
        day = timezone.localdate() + timedelta(days=days)
        right = "clock_fact" if what in {"documents_received", "first_received_elsewhere"} else "clock"
        person = self.who_may(right, letter, who)
        attempt(getattr(actions, what), letter, person, *words.get(what, []), day)

    @rule(mail=which, who=which, index=which, receipt=st.booleans())
    def somebody_takes_a_fact_back_or_acknowledges(
        self, mail: int, who: int, index: int, receipt: bool
    ) -> None:
        letter = self.mail(mail)
        if letter is None:
            return
        person = self.who_may("clock", letter, who)
        fact = pick(list(ClockEvent.objects.filter(clock__mail=letter)), index)
        if receipt:
            attempt(actions.acknowledge_receipt, letter, person)
        elif fact is not None:
            attempt(actions.withdraw_clock_event, letter, person, fact.pk, "saisi par erreur")

    @rule(who=which, absent=which, substitute=which, ends=st.booleans())
    def somebody_is_away(self, who: int, absent: int, substitute: int, ends: bool) -> None:
        by, today = self.person(who), timezone.localdate()
        delegation = pick(list(Delegation.objects.all()), absent)
        with contextlib.suppress(AbsenceRefused):
            if ends and delegation is not None:
                end_absence(delegation, by=by)
            elif not ends:
                away, other = self.person(absent), self.person(substitute)
                name_substitute(self.town, away, other, today, today + timedelta(days=3), by=by)

    @rule(who=which, person=which, colleague=which)
    def somebody_s_letters_are_given_away(self, who: int, person: int, colleague: int) -> None:
        by = self.person(who)
        attempt(actions.hand_over_all, self.person(person), self.person(colleague), by)

    @rule(who=st.sampled_from([1, 7, 3]), place=which, successor=which, opens=st.booleans())
    def a_department_closes_or_opens(self, who: int, place: int, successor: int, opens: bool) -> None:
        here, there = self.department(place), self.department(successor)
        here.refresh_from_db()
        there.refresh_from_db()
        if opens:
            attempt(actions.reopen_department, here, self.person(who))
        elif Department.objects.open().filter(organisation=self.town).count() > 1:
            attempt(actions.close_department, here, there, self.person(who))

    @rule(
        indexes=st.lists(which, min_size=1, max_size=4),
        who=which,
        what=st.sampled_from(["accept_all", "acknowledge_all", "close_all", "redirect_all", "give_all"]),
        to=which,
        then=st.booleans(),
    )
    def somebody_acts_on_many(self, indexes: list[int], who: int, what: str, to: int, then: bool) -> None:
        ids = [held.pk for held in map(self.assignment, indexes) if held is not None]
        more: dict[str, list[object]] = {
            "close_all": ["fait"],
            "redirect_all": [self.department(to), "voirie"],
            "give_all": [self.person(to)],
        }
        person = self.person(who)
        with contextlib.suppress(actions.ActionRefused):
            report = getattr(actions, what)(ids, person, *more.get(what, []))
            if then:
                actions.undo_all(report.done, person)

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

    @invariant()
    def personal_letters_are_read_in_hand_alone(self) -> None:
        for mail in Mail.objects.filter(confidentiality="personal").prefetch_related("assignments"):
            in_hand = {
                each.accepted_by_id
                for each in mail.assignments.all()
                if each.role == AssignmentRole.ACTION and each.state == AssignmentState.ACCEPTED
            }
            readers = {each.pk for each in self.people if can(each, "read", mail)}
            assert len(readers) <= 1, f"{mail} is read by {readers}"
            assert not in_hand or readers <= {mail.holder_id}
            if len(in_hand) == 1 and mail.state == MailState.IN_PROGRESS:
                assert {mail.holder_id} == in_hand, f"{mail}: held by {mail.holder_id}, in hand of {in_hand}"

    @invariant()
    def nothing_stands_where_nobody_can_go_on(self) -> None:
        for each in self.people:
            forget_access(each)
        for mail in Mail.objects.under_way():
            action = {MailState.TO_QUALIFY: "qualify", MailState.TO_DISPATCH: "arbitrate"}.get(
                MailState(mail.state)
            )
            assert action is None or any(can(each, action, mail) for each in self.people), f"{mail}: {action}"
        for held in Assignment.objects.open().for_action().select_related("mail", "department"):
            assert held.department.closed_on is None, f"{held} lies in a closed department"
            assert any(can(each, "redirect", held) for each in self.people), f"{held} {held.state}: nobody's"

    @invariant()
    def a_duplicate_hangs_on_a_letter_that_lives(self) -> None:
        for mail in Mail.objects.filter(duplicate_of__isnull=False).select_related("duplicate_of"):
            assert mail.state == MailState.CLOSED, f"{mail} {mail.state} is attached"


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
        elif verb == "moved":
            desks.discard(data.get("joined", 0))
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
    with contextlib.suppress(actions.ActionRefused, ClosingRefused, ClockError):
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
