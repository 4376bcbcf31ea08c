import pytest

from courrier.audit.chain import breaks
from courrier.mail.models import AssignmentRole, Mail, MailState
from courrier.mail.qualification import Qualification
from courrier.organisations.models import Role, User
from courrier.replies.drafting import draft_reply, save_draft
from courrier.replies.models import Approval, Reply, ReplyState
from tests import build
from tests.worker import work_off
from tests.workflows.conftest import Town
from workflows import actions
from workflows.models import Circuit, StepKind, Who
from workflows.models.circuit import CircuitRefused, Step, draw

pytestmark = pytest.mark.django_db

VISAS = [Step(StepKind.APPROVAL, Who.MANAGER), Step(StepKind.SIGNATURE, Who.ELECTED)]


@pytest.fixture
def manager(town: Town) -> User:
    return build.member(town.organisation, Role.MANAGER, town.urb)


@pytest.fixture
def mayor(town: Town) -> User:
    return build.member(town.organisation, Role.ELECTED)


@pytest.fixture
def direction(town: Town) -> User:
    return build.member(town.organisation, Role.DIRECTION)


def submitted(town: Town) -> Reply:
    """A reply handed in by the agent."""
    (mine,) = town.dispatched()
    actions.accept(mine, town.agent)
    reply = draft_reply(mine, town.agent)
    save_draft(reply, town.agent, channel="post", recipient="J. D.", email="", subject="Re", body="Bonjour,")
    actions.send_reply(reply, town.agent)
    return reply


def test_a_reply_leaves_once_everyone_on_its_circuit_has_approved(
    town: Town, manager: User, mayor: User
) -> None:
    draw(town.organisation, None, VISAS, None)
    reply = submitted(town)
    assert reply.state == ReplyState.AWAITING
    assert work_off() == 0, "nothing is sent before it is signed"
    visa, signature = reply.approvals.order_by("position")
    with pytest.raises(actions.ActionRefused):
        actions.approve(signature, mayor)
    actions.approve(visa, manager)
    actions.approve(signature, mayor)
    work_off()
    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT
    assert list(breaks(f"mail:{reply.mail_id}")) == []


def test_the_elected_member_reads_what_is_to_be_signed_and_nothing_else(town: Town, mayor: User) -> None:
    draw(town.organisation, None, VISAS, None)
    town.waiting("une autre lettre")
    reply = submitted(town)
    assert list(Mail.objects.visible_to(mayor)) == [reply.mail]


def test_a_refused_reply_is_the_authors_again_with_the_reason(town: Town, manager: User, mayor: User) -> None:
    draw(town.organisation, None, VISAS, None)
    reply = submitted(town)
    with pytest.raises(actions.ActionRefused, match="à reprendre"):
        actions.refuse(reply.approvals.get(position=0), manager, " ")
    actions.refuse(reply.approvals.get(position=0), manager, "citez l'article")
    reply.refresh_from_db()
    assert (reply.state, reply.failure_reason) == (ReplyState.DRAFT, "citez l'article")
    actions.send_reply(reply, town.agent)
    again = reply.approvals.filter(round=2)
    assert [each.position for each in again] == [0, 1], "the second round starts anew"
    for approval, person in zip(again, (manager, mayor), strict=True):
        actions.approve(approval, person)
    work_off()
    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT


def test_an_approval_given_twice_counts_once(town: Town, manager: User) -> None:
    draw(town.organisation, None, VISAS, None)
    reply = submitted(town)
    visa = reply.approvals.get(position=0)
    actions.approve(visa, manager)
    with pytest.raises(actions.ActionRefused, match="a déjà donné"):
        actions.approve(visa, manager)
    assert reply.approvals.filter(state="pending").count() == 1


def test_a_reply_taken_back_can_be_changed_and_handed_in_again(town: Town, manager: User) -> None:
    draw(town.organisation, None, VISAS, None)
    reply = submitted(town)
    with pytest.raises(actions.ActionRefused, match="parapheur"):
        actions.close(reply.assignment, town.agent, "fait")  # type: ignore[arg-type]
    actions.take_back(reply, town.agent)
    save_draft(
        reply, town.agent, channel="post", recipient="J. D.", email="", subject="Re", body="Autrement,"
    )
    actions.send_reply(reply, town.agent)
    assert Approval.objects.filter(reply=reply, state="pending").count() == 1


def test_the_direction_says_where_a_letter_goes_where_the_circuit_wants_it(
    town: Town, direction: User
) -> None:
    draw(town.organisation, None, [Step(StepKind.DISPATCH, Who.DIRECTION)], None)
    mail = town.waiting()
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb]))
    mail.refresh_from_db()
    assert mail.state == MailState.TO_DISPATCH
    assert not mail.assignments.exists()
    with pytest.raises(actions.ActionRefused):
        actions.arbitrate(mail, town.desk, [town.tec], [])
    actions.arbitrate(mail, direction, [town.tec], [town.urb])
    mail.refresh_from_db()
    assert mail.state == MailState.IN_PROGRESS
    assert mail.assignments.get(role=AssignmentRole.ACTION).department == town.tec
    assert mail.assignments.get(role=AssignmentRole.COPY).department == town.urb


def test_the_opinions_of_the_circuit_are_asked_when_the_letter_is_accepted(town: Town) -> None:
    draw(town.organisation, None, [Step(StepKind.OPINION, department="TEC")], None)
    (mine,) = town.dispatched()
    actions.accept(mine, town.agent)
    asked = Mail.objects.get().assignments.get(role=AssignmentRole.OPINION)
    with pytest.raises(actions.ActionRefused, match="attendez l'avis"):
        actions.close(mine, town.agent, "fait")
    actions.answer_opinion(asked, town.other, "rien à dire")
    actions.close(mine, town.agent, "fait")
    assert Mail.objects.get().state == MailState.CLOSED


def test_letters_under_way_finish_on_the_circuit_they_began(town: Town, manager: User, mayor: User) -> None:
    draw(town.organisation, None, VISAS, None)
    (mine,) = town.dispatched()
    changed = draw(town.organisation, None, [], None)
    assert changed.version == 2
    actions.accept(mine, town.agent)
    reply = draft_reply(mine, town.agent)
    save_draft(reply, town.agent, channel="post", recipient="J. D.", email="", subject="Re", body="Bonjour,")
    actions.send_reply(reply, town.agent)
    assert reply.approvals.count() == 2, "its own version still asks for both"


def test_a_type_of_letter_has_its_own_circuit(town: Town) -> None:
    permit = town.organisation.document_types.get()
    everyone = draw(town.organisation, None, [], None)
    own = draw(town.organisation, permit, VISAS, None)
    assert Circuit.objects.in_force(town.organisation, permit) == own
    assert Circuit.objects.in_force(town.organisation, None) == everyone


@pytest.mark.parametrize(
    "steps",
    [
        [Step(StepKind.APPROVAL)],
        [Step(StepKind.OPINION, department="XXX")],
        [VISAS[0], VISAS[0]],
        [VISAS[1], VISAS[0]],
        [Step(StepKind.DISPATCH, Who.ELECTED)],
    ],
)
def test_steps_that_make_no_circuit_are_refused_in_words(town: Town, steps: list[Step]) -> None:
    with pytest.raises(CircuitRefused) as refusal:
        draw(town.organisation, None, steps, None)
    assert refusal.value.message.endswith(".")
