"""How many letters stand at each step, of flows and of circuits, and the way one letter took."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from viewflow.workflow.models import Task

from courrier.organisations.models import Role
from courrier.replies.drafting import draft_reply, save_draft
from tests import build
from tests.workflows.conftest import Town, town
from workflows import actions
from workflows.charts import FLOWS, chart_of, standing
from workflows.circuit_counts import counted_circuits
from workflows.journeys import journeys_of
from workflows.models import StepKind, Who
from workflows.models.circuit import Step, draw

__all__ = ["town"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", list(FLOWS))
def test_every_step_is_drawn_once_inside_the_picture_under_its_french_name(name: str) -> None:
    chart = chart_of(name)
    nodes = {node.name for node in FLOWS[name].instance.nodes()}
    assert {box.name for box in chart.boxes} == nodes
    assert all(str(box.title) and str(box.title) != box.name for box in chart.boxes)
    for box in chart.boxes:
        assert 0 < box.x < box.x + box.width < chart.width
        assert 0 < box.y < box.y + box.height < chart.height
    places = [(box.x, box.y) for box in chart.boxes]
    assert len(set(places)) == len(places)
    known = {
        (edge.src.name, edge.dst.name) for node in FLOWS[name].instance.nodes() for edge in node._outgoing()
    }
    assert {(arrow.source, arrow.target) for arrow in chart.arrows} == known


def test_letters_are_counted_where_they_stand_and_closed_ones_no_more(town: Town) -> None:
    town.waiting()
    town.waiting("une autre lettre")
    (mine,) = town.dispatched(text="encore une")
    actions.accept(mine, town.agent)
    (done,) = town.dispatched(text="et une")
    actions.accept(done, town.agent)
    actions.close(done, town.agent, "fait")
    town.dispatched(town.urb, town.tec, text="pour deux")
    assert standing("reception", town.organisation) == {"qualify": 2, "handled": 2}
    assert standing("traitement", town.organisation) == {"accept": 1, "handle": 1}
    actions.ask_opinion(mine, town.agent, town.tec, "un avis ?")
    assert standing("traitement", town.organisation) == {"accept": 1, "await_opinion": 1}
    assert standing("avis", town.organisation) == {"give": 1}


def test_another_collectivite_counts_its_own(town: Town) -> None:
    town.waiting()
    other = build.organisation("lucmau")
    assert all(standing(name, other) == {} for name in FLOWS)
    assert counted_circuits(other) == []


def test_each_flow_is_counted_by_one_query(town: Town, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for number in range(3):
        town.waiting(f"lettre {number}")
    for name in FLOWS:
        with django_assert_num_queries(1):
            standing(name, town.organisation)


def test_circuits_show_the_letters_at_each_step_and_former_versions_still_in_use(
    town: Town, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    manager = build.member(town.organisation, Role.MANAGER, town.urb)
    steps = [
        Step(StepKind.OPINION, None, "TEC"),
        Step(StepKind.APPROVAL, Who.MANAGER),
        Step(StepKind.SIGNATURE, Who.ELECTED),
    ]
    first = draw(town.organisation, None, steps, None)
    (mine,) = town.dispatched()
    (other,) = town.dispatched(text="une deuxième")
    actions.accept(mine, town.agent)
    (counted,) = counted_circuits(town.organisation)
    assert (counted.letters, [each.letters for each in counted.steps], counted.elsewhere) == (2, [1, 0, 0], 1)
    actions.withdraw_question(mine, town.agent)
    draft = draft_reply(mine, town.agent)
    save_draft(draft, town.agent, channel="post", recipient="M. Dupont", email="", subject="s", body="b")
    actions.send_reply(draft, town.agent)
    draw(town.organisation, None, [Step(StepKind.DISPATCH, Who.DIRECTION)], None)
    town.waiting("une troisième")
    with django_assert_max_num_queries(4):
        new, old = counted_circuits(town.organisation)
    assert (old.circuit, [each.letters for each in old.steps]) == (first, [0, 1, 0])
    assert (new.circuit.version, new.letters) == (2, 0)
    pending = draft.approvals.get(state="pending")
    actions.approve(pending, manager)
    assert [each.letters for each in counted_circuits(town.organisation)[1].steps] == [0, 0, 1]
    assert other.pk


def test_the_way_of_a_letter_tells_steps_times_and_people(town: Town) -> None:
    (mine,) = town.dispatched()
    actions.accept(mine, town.agent)
    Task.objects.filter(process__receptionprocess__mail=mine.mail).update(
        created=timezone.now() - timedelta(hours=3)
    )
    reception, handling = journeys_of(mine.mail)
    assert [each.box.name for each in reception.stays] == ["read", "classify", "index", "qualify", "handled"]
    assert reception.here == {"handled"}
    assert reception.time_at("handled") >= timedelta(hours=3)
    assert ("qualify", "direction_wants") in reception.taken
    assert (handling.department, handling.here) == (town.urb, {"handle"})
    (accepted, _handled) = handling.stays
    assert (accepted.box.name, accepted.who, accepted.left is not None) == ("accept", town.agent, True)


def test_a_step_gone_back_to_is_told_twice(town: Town) -> None:
    (mine,) = town.dispatched()
    actions.accept(mine, town.agent)
    actions.undo(mine.mail, town.agent)
    handling = journeys_of(mine.mail)[1]
    assert [(each.box.name, each.undone) for each in handling.stays] == [
        ("accept", False),
        ("handle", True),
        ("accept", False),
    ]
    assert handling.here == {"accept"}


def test_the_way_costs_the_same_for_many_steps(town: Town, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    (mine,) = town.dispatched()
    for _each in range(3):
        actions.accept(mine, town.agent)
        actions.undo(mine.mail, town.agent)
    with django_assert_max_num_queries(5):
        journeys_of(mine.mail)
