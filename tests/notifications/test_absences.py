"""Absences: letters, visas and notifications follow to the substitute, and the history says for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.mail.models import AssignmentRole
from courrier.mail.rights import acting_for, can, forget_access
from courrier.notifications.models import Notification
from courrier.organisations.absences import (
    AbsenceRefused,
    end_absence,
    may_name_for,
    name_substitute,
    people_under,
)
from courrier.organisations.models import Delegation, Membership, Role, User
from courrier.replies import approvals
from courrier.replies.models import Approval, Reply
from courrier.web.views.letter_history import story_of
from tests import build
from tests.notifications.conftest import Town
from workflows import actions, dispatching

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def today() -> date:
    return timezone.localdate()


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def named(town: Town, absent: User, substitute: User, by: User | None = None, **more: date) -> Delegation:
    first, last = more.get("first", today()), more.get("last", today() + 3 * DAY)
    return name_substitute(town.organisation, absent, substitute, first, last, by=by or absent)


def test_who_acts_only_by_replacing_is_written_down_with_for_whom(town: Town) -> None:
    named(town, town.agent, town.other)
    assignment = town.assigned()
    substitute = fresh(town.other)
    actions.accept(assignment, substitute)
    event = Event.objects.get(mail_id=assignment.mail_id, verb="accepted")
    assert event.actor == town.other
    assert event.on_behalf_of == town.agent
    step = story_of([event])[0]
    assert step.who == f"{town.other}, pour {town.agent}"
    assert not list(breaks(event.chain))


def test_who_acts_by_their_own_right_acts_for_nobody(town: Town) -> None:
    named(town, town.agent, town.colleague)
    assignment = town.assigned()
    assert acting_for(fresh(town.colleague), assignment) is None
    actions.accept(assignment, fresh(town.colleague))
    assert Event.objects.get(verb="accepted").on_behalf_of is None


def test_of_two_who_are_away_it_is_the_one_whose_right_it_was(town: Town) -> None:
    clerk = build.member(town.organisation, Role.RECEPTION, username="renfort")
    named(town, town.desk, clerk)
    named(town, town.agent, clerk)
    named(town, town.colleague, clerk)
    assignment = town.assigned()
    assert acting_for(fresh(clerk), assignment) == town.agent
    assert acting_for(fresh(clerk), assignment.mail) is None, "reception is their own function"


def test_the_desk_and_the_signature_book_say_for_whom_too(town: Town) -> None:
    named(town, town.desk, town.other)
    named(town, town.manager, town.other)
    from courrier.mail.models import MailState
    from courrier.mail.qualification import Qualification
    from tests.notifications.conftest import waiting_for_the_desk

    mail = town.letter(MailState.TO_QUALIFY)
    waiting_for_the_desk(mail)
    actions.qualify(mail, fresh(town.other), Qualification(departments=[town.urb], subject="permis"))
    assert Event.objects.get(verb="qualified").on_behalf_of == town.desk
    reply = Reply.objects.create(
        mail=mail, author=town.agent, subject="Réponse", assignment=mail.assignments.get()
    )
    approvals.submit(mail, reply, [("approval", "manager")])
    approvals.open_next(reply)
    approvals.decide(mail, Approval.objects.get(), fresh(town.other), approved=True, comment="")
    assert Event.objects.get(verb="reply_approved").on_behalf_of == town.manager


def test_notifications_follow_with_for_whom_they_are(town: Town) -> None:
    named(town, town.agent, town.other)
    Notification.objects.all().delete()
    dispatching.place(town.letter(), town.urb, AssignmentRole.ACTION)
    told = Notification.objects.get(user=town.other)
    assert told.data["names"] == [str(town.agent)]
    assert Notification.objects.filter(user=town.agent).count() == 1, "on their return they see it too"


def test_the_substitute_hears_that_they_replace_and_the_absent_if_another_named_them(town: Town) -> None:
    named(town, town.agent, town.other)
    assert town.told() == {"technicien": ["replaces"]}
    named(town, town.colleague, town.other, by=town.manager)
    assert town.told() == {"technicien": ["replaces", "replaces"], "collegue": ["replaces"]}


def test_a_manager_names_for_who_works_in_their_departments_alone(town: Town) -> None:
    assert may_name_for(town.manager, town.agent, town.organisation)
    assert not may_name_for(town.manager, town.other, town.organisation)
    assert not may_name_for(town.agent, town.colleague, town.organisation)
    assert may_name_for(town.direction, town.other, town.organisation)
    with pytest.raises(AbsenceRefused, match="Vous ne pouvez pas"):
        named(town, town.other, town.agent, by=town.manager)
    assert {each.username for each in people_under(town.manager, town.organisation)} == {"agent", "collegue"}


def test_a_manager_does_not_reach_further_through_who_has_other_functions(town: Town) -> None:
    """An agent who is also of the general direction would hand over what the manager has no right to."""
    Membership.objects.create(user=town.agent, organisation=town.organisation, role=Role.DIRECTION)
    assert not may_name_for(town.manager, town.agent, town.organisation)
    assert town.agent not in people_under(town.manager, town.organisation)


def test_a_substitute_can_not_prolong_their_own_replacement(town: Town) -> None:
    named(town, town.manager, town.other)
    with pytest.raises(AbsenceRefused, match="Vous ne pouvez pas"):
        named(town, town.manager, town.other, by=fresh(town.other), last=today() + 90 * DAY)


def test_who_left_is_replaced_where_somebody_in_charge_says_so(town: Town) -> None:
    own = named(town, town.agent, town.other)
    User.objects.filter(pk=town.agent.pk).update(is_active=False)
    mail = town.assigned().mail
    assert not can(fresh(town.other), "read", mail) or town.other == mail.holder, (
        "their own word ends with them"
    )
    end_absence(own, by=town.manager)
    named(town, fresh(town.agent), town.other, by=town.manager)
    assert can(fresh(town.other), "accept", mail)
    assert acting_for(fresh(town.other), mail.assignments.get()) == town.agent


def test_entered_twice_it_is_one_and_longer_days_lengthen_it(town: Town) -> None:
    named(town, town.agent, town.other)
    named(town, town.agent, town.other)
    named(town, town.agent, town.other, first=today() + 2 * DAY, last=today() + 9 * DAY)
    absence = Delegation.objects.get()
    assert (absence.starts_on, absence.ends_on) == (today(), today() + 9 * DAY)
    with pytest.raises(AbsenceRefused, match="déjà remplacé"):
        named(town, town.agent, town.colleague)


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [(3, 1, "avant le premier"), (-9, -5, "passés"), (0, 500, "un an au plus")],
)
def test_days_that_make_no_absence_are_refused(town: Town, first: int, last: int, why: str) -> None:
    with pytest.raises(AbsenceRefused, match=why):
        named(town, town.agent, town.other, first=today() + first * DAY, last=today() + last * DAY)
    assert not Delegation.objects.exists()


def test_a_substitute_is_another_who_works_there_and_is_not_away(town: Town) -> None:
    stranger = build.member(build.organisation("lucmau"), Role.DIRECTION)
    named(town, town.colleague, town.other)
    for substitute, why in (
        (town.agent, "autre personne"),
        (stranger, "ne travaille pas"),
        (town.colleague, "absent"),
    ):
        with pytest.raises(AbsenceRefused, match=why):
            named(town, town.agent, substitute)


def test_who_comes_back_ends_it_at_once_and_twice_is_once(town: Town) -> None:
    absence = named(town, town.agent, town.other)
    substitute = fresh(town.other)
    mail = town.assigned().mail
    assert can(substitute, "read", mail)
    end_absence(absence, by=town.agent)
    end_absence(absence, by=town.agent)
    forget_access(substitute)
    assert not can(substitute, "read", mail)
    verbs = Event.objects.of_chain(f"organisation:{town.organisation.pk}").values_list("verb", flat=True)
    assert list(verbs) == ["absence_named", "absence_ended"]


def test_the_letters_of_who_left_go_to_a_colleague_in_one_action(town: Town) -> None:
    mine, taken = town.assigned(), town.assigned()
    for each in (mine, taken):
        actions.accept(each, fresh(town.agent))
    Notification.objects.all().delete()
    User.objects.filter(pk=town.agent.pk).update(is_active=False)
    report = actions.hand_over_all(fresh(town.agent), town.colleague, fresh(town.manager))
    assert report.given == [mine.mail.number, taken.mail.number]
    assert set(mine.department.assignments.values_list("accepted_by__username", flat=True)) == {"collegue"}
    assert town.told() == {"collegue": ["given"]}, "one line for all of them"
    assert actions.hand_over_all(fresh(town.agent), town.colleague, fresh(town.manager)).given == []


def test_each_collectivite_counts_its_own_letters(town: Town) -> None:
    there = build.organisation("lucmau")
    place = build.department(there, "URB")
    for person, role in (
        (town.agent, Role.AGENT),
        (town.colleague, Role.AGENT),
        (town.manager, Role.MANAGER),
    ):
        Membership.objects.create(user=person, organisation=there, role=role, department=place)
    desk = build.member(there, Role.RECEPTION)
    elsewhere = replace(town, organisation=there, urb=place, desk=desk)
    for each in (town.assigned(), town.assigned(), elsewhere.assigned()):
        actions.accept(each, fresh(town.agent))
    actions.hand_over_all(fresh(town.agent), town.colleague, fresh(town.manager))
    told = Event.objects.filter(verb="all_handed_over").order_by("organisation")
    assert [(each.organisation, each.data["letters"]) for each in told] == [
        (town.organisation, 2),
        (there, 1),
    ]


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def test_on_the_page_one_names_a_substitute_and_ends_it(town: Town) -> None:
    browser = client(town.agent)
    page = browser.get(reverse("web:absences")).content.decode()
    assert "Aucune absence prévue" in page
    said = {"absent": town.agent.pk, "substitute": town.other.pk, "first": today(), "last": today() + DAY}
    answer = browser.post(reverse("web:absence_name"), said, follow=True)
    assert f"{town.other} vous remplace" in answer.content.decode()
    assert "en ce moment" in answer.content.decode()
    assert "Je remplace" in client(town.other).get(reverse("web:absences")).content.decode()
    absence = Delegation.objects.get()
    assert client(town.colleague).post(reverse("web:absence_end", args=[absence.pk])).status_code == 403
    browser.post(reverse("web:absence_end", args=[absence.pk]))
    assert not Delegation.objects.in_force(today()).exists()


def test_the_page_refuses_in_words_and_keeps_what_was_typed(town: Town) -> None:
    said = {
        "absent": town.agent.pk,
        "substitute": town.other.pk,
        "first": today() + DAY,
        "last": today(),
        "reason": "Congés",
    }
    answer = client(town.agent).post(reverse("web:absence_name"), said)
    assert answer.status_code == 422
    assert "avant le premier" in answer.content.decode()
    assert "Congés" in answer.content.decode()


def test_an_agent_can_not_name_for_another_through_the_form(town: Town) -> None:
    said = {"absent": town.colleague.pk, "substitute": town.other.pk, "first": today(), "last": today()}
    assert client(town.agent).post(reverse("web:absence_name"), said).status_code == 422
    assert not Delegation.objects.exists()


def test_the_manager_sees_their_people_and_who_left_with_letters(town: Town) -> None:
    assignment = town.assigned()
    actions.accept(assignment, fresh(town.agent))
    User.objects.filter(pk=town.agent.pk).update(is_active=False)
    browser = client(town.manager)
    page = browser.get(reverse("web:absences")).content.decode()
    assert "1 courrier encore à son nom" in page
    assert "a quitté la collectivité" in page
    answer = browser.post(
        reverse("web:absence_hand_over"),
        {"person": town.agent.pk, "colleague": town.colleague.pk},
        follow=True,
    )
    assert "1 courrier confié" in answer.content.decode()
    refused = client(town.other).post(
        reverse("web:absence_hand_over"), {"person": town.colleague.pk, "colleague": town.other.pk}
    )
    assert refused.status_code == 403
