"""Two people at the same letter at the same moment: one of them does it, the other is told in words.

Threads with a connection each, begun together, on SQLite and PostgreSQL; every pair several times, for who comes
first is chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.mail.models import Assignment, AssignmentState, Mail, MailState
from courrier.organisations.models import Role, User
from courrier.replies.drafting import draft_reply, save_draft
from courrier.replies.models import Approval, ApprovalState, Reply, ReplyState
from tests import build
from tests.at_once import at_once
from tests.workflows.conftest import Town
from workflows import actions
from workflows.models import StepKind, Who
from workflows.models.circuit import Step, draw

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

ROUNDS = 5


@dataclass
class Outcome:
    """Who did it, and what the others were told."""

    won: list[str] = field(default_factory=list)
    told: dict[str, actions.ActionRefused] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)


def together(**works: Callable[[], Any]) -> Outcome:
    """Do all of it at once; a refusal in words is an outcome, anything else a fault."""
    outcome = Outcome()

    def run(name: str, work: Callable[[], Any]) -> None:
        try:
            outcome.answers[name] = work()
            outcome.won.append(name)
        except actions.ActionRefused as refused:
            outcome.told[name] = refused

    assert at_once(*[partial(run, *pair) for pair in works.items()]) == []
    assert len(outcome.won) + len(outcome.told) == len(works)
    return outcome


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def whole(mail: Mail) -> None:
    """One desk at most has the letter for action, or none where it is closed; its history is whole."""
    mail.refresh_from_db()
    desks = Assignment.objects.open().for_action().filter(mail=mail).count()
    assert desks == (1 if mail.state == MailState.IN_PROGRESS else 0)
    assert list(breaks(f"mail:{mail.pk}")) == []


def happened(mail: Mail, *verbs: str) -> int:
    return Event.objects.filter(mail_id=mail.pk, verb__in=verbs).count()


@pytest.fixture
def colleague(town: Town) -> User:
    return build.member(town.organisation, Role.AGENT, town.urb, username="collegue")


def letters(town: Town) -> list[Assignment]:
    return [town.dispatched(text=f"{build.LETTER}\n{each}")[0] for each in range(ROUNDS)]


def test_two_agents_accept_the_same_letter(town: Town, colleague: User) -> None:
    for mine in letters(town):
        outcome = together(
            first=lambda mine=mine: actions.accept(mine, fresh(town.agent)),
            second=lambda mine=mine: actions.accept(mine, fresh(colleague)),
        )
        assert len(outcome.won) == 1
        winner = town.agent if outcome.won == ["first"] else colleague
        (refused,) = outcome.told.values()
        assert f"{winner} a déjà pris ce courrier en charge" in refused.message
        assert not refused.forbidden
        mine.refresh_from_db()
        assert mine.accepted_by == winner
        assert happened(mine.mail, "accepted") == 1
        whole(mine.mail)


def test_a_redirect_crosses_an_accept(town: Town, colleague: User) -> None:
    """Accepting first, the letter may still be redirected; redirected first, nobody here accepts it any more."""
    for mine in letters(town):
        outcome = together(
            accept=lambda mine=mine: actions.accept(mine, fresh(town.agent)),
            redirect=lambda mine=mine: actions.redirect(mine, fresh(colleague), town.tec, "voirie"),
        )
        assert "redirect" in outcome.won
        if "accept" in outcome.told:
            assert "réorienté" in outcome.told["accept"].message
        mine.refresh_from_db()
        assert mine.state == AssignmentState.REDIRECTED
        assert Assignment.objects.open().get(mail=mine.mail).department == town.tec
        whole(mine.mail)


def test_two_departments_are_given_the_letter_by_two_redirects(town: Town, colleague: User) -> None:
    other = build.department(town.organisation, "FIN")
    for mine in letters(town):
        outcome = together(
            one=lambda mine=mine: actions.redirect(mine, fresh(town.agent), town.tec, "voirie"),
            two=lambda mine=mine: actions.redirect(mine, fresh(colleague), other, "facture"),
        )
        assert len(outcome.won) == 1
        (refused,) = outcome.told.values()
        assert "n'est plus dans cette bannette" in refused.message
        whole(mine.mail)


def test_a_close_crosses_a_redirect(town: Town, colleague: User) -> None:
    for mine in letters(town):
        actions.accept(mine, town.agent)
        outcome = together(
            close=lambda mine=mine: actions.close(mine, fresh(town.agent), "fait"),
            redirect=lambda mine=mine: actions.redirect(mine, fresh(colleague), town.tec, "voirie"),
        )
        assert len(outcome.won) == 1
        (refused,) = outcome.told.values()
        assert "n'est plus dans cette bannette" in refused.message
        mine.mail.refresh_from_db()
        assert mine.mail.state == (MailState.CLOSED if outcome.won == ["close"] else MailState.IN_PROGRESS)
        assert happened(mine.mail, "closed_assignment", "redirected") == 1
        whole(mine.mail)


def test_an_undo_crosses_what_the_other_department_does_next(town: Town) -> None:
    for mine in letters(town):
        new = actions.redirect(mine, town.agent, town.tec, "voirie")
        outcome = together(
            undo=lambda mine=mine: actions.undo(mine.mail, fresh(town.agent)),
            accept=lambda new=new: actions.accept(new, fresh(town.other)),
        )
        assert len(outcome.won) == 1
        (refused,) = outcome.told.values()
        assert refused.message
        desk = Assignment.objects.open().get(mail=mine.mail)
        assert desk.pk == (mine.pk if outcome.won == ["undo"] else new.pk)
        assert happened(mine.mail, "undone", "accepted") == 1
        whole(mine.mail)


def test_two_undos_of_one_action_are_one(town: Town) -> None:
    for mine in letters(town):
        actions.redirect(mine, town.agent, town.tec, "voirie")
        outcome = together(
            one=lambda mine=mine: actions.undo(mine.mail, fresh(town.agent)),
            two=lambda mine=mine: actions.undo(mine.mail, fresh(town.agent)),
        )
        assert len(outcome.won) == 1
        assert "plus rien à annuler" in next(iter(outcome.told.values())).message
        assert happened(mine.mail, "undone") == 1
        whole(mine.mail)


@pytest.mark.parametrize("second", ["approve", "refuse"])
def test_an_approval_arrives_twice_or_crosses_a_refusal(town: Town, second: str) -> None:
    mayors = [build.member(town.organisation, Role.ELECTED, username=f"elu{each}") for each in range(2)]
    draw(town.organisation, None, [Step(StepKind.SIGNATURE, Who.ELECTED)], None)
    for mine in letters(town):
        actions.accept(mine, town.agent)
        reply = draft_reply(mine, town.agent)
        save_draft(reply, town.agent, channel="post", recipient="A", email="", subject="S", body="B")
        actions.send_reply(reply, town.agent)
        visa = Approval.objects.get(reply=reply)
        outcome = together(
            one=lambda visa=visa: actions.approve(visa, fresh(mayors[0])),
            two=lambda visa=visa: getattr(actions, second)(visa, fresh(mayors[1]), "à revoir"),
        )
        assert len(outcome.won) == 1
        visa.refresh_from_db()
        assert str(visa.given_by) in next(iter(outcome.told.values())).message
        approved = visa.state == ApprovalState.APPROVED
        assert Reply.objects.get(pk=reply.pk).state == (ReplyState.SENDING if approved else ReplyState.DRAFT)
        assert happened(mine.mail, "reply_approved", "reply_refused") == 1
        whole(mine.mail)


def test_a_cancel_crosses_an_accept(town: Town) -> None:
    for mine in letters(town):
        outcome = together(
            accept=lambda mine=mine: actions.accept(mine, fresh(town.agent)),
            cancel=lambda mine=mine: actions.cancel(mine.mail, fresh(town.desk), "erreur"),
        )
        assert "cancel" in outcome.won
        if "accept" in outcome.told:
            assert "retiré" in outcome.told["accept"].message
        whole(mine.mail)


def test_the_page_tells_who_was_quicker(town: Town, colleague: User, settings: Any) -> None:
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    for mine in letters(town):
        clients = {"agent": Client(), "colleague": Client()}
        clients["agent"].force_login(town.agent)
        clients["colleague"].force_login(colleague)
        url = reverse("web:letter_act", args=[mine.mail.number, mine.pk, "prendre"])
        outcome = together(
            **{
                name: lambda client=client, url=url: client.post(url, follow=True)
                for name, client in clients.items()
            }
        )
        mine.refresh_from_db()
        pages = {name: " ".join(each.content.decode().split()) for name, each in outcome.answers.items()}
        winner = "agent" if mine.accepted_by == town.agent else "colleague"
        assert "Courrier pris en charge." in pages.pop(winner)
        assert f"{mine.accepted_by} a déjà pris ce courrier en charge" in pages.popitem()[1]


def test_the_api_tells_who_was_quicker(town: Town, colleague: User) -> None:
    for mine in letters(town):
        tokens = {user: Token.objects.get_or_create(user=user)[0].key for user in (town.agent, colleague)}
        url = reverse("api:assignment-accept", args=[mine.pk])
        outcome = together(
            **{
                user.username: lambda key=key, url=url: Client().post(
                    url, headers={"Authorization": f"Token {key}"}
                )
                for user, key in tokens.items()
            }
        )
        assert sorted(each.status_code for each in outcome.answers.values()) == [200, 409]
        mine.refresh_from_db()
        problem = next(each.json() for each in outcome.answers.values() if each.status_code == 409)
        assert problem["code"] == "not_possible"
        assert f"{mine.accepted_by} a déjà pris" in problem["detail"]
