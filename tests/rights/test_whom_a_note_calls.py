"""Whom a note can call: for every kind of letter those who read it, found by one question to the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courrier.annotations.mentions import mentioned, proposed
from courrier.annotations.notes import annotate
from courrier.mail.models import Mail
from courrier.mail.readers import readers_of
from courrier.mail.rights import can, forget_access
from courrier.organisations.models import Delegation, Membership, Role, User
from tests import build
from tests.rights.table import ANONYMOUS, reads
from tests.rights.town import Letter, Town, found

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]


@pytest.fixture
def town(db: None) -> Town:
    return found()


def one(town: Town, stage: str, confidentiality: str, place: str) -> Letter:
    return next(
        each
        for each in town.letters
        if (each.stage, each.confidentiality, each.place) == (stage, confidentiality, place)
    )


def names(people: list[User]) -> list[str]:
    return [each.username for each in people]


def test_the_readers_of_every_letter_are_those_of_the_table(town: Town) -> None:
    for letter in town.letters:
        expected = {
            person for role, person in town.people.items() if role != ANONYMOUS and reads(role, letter)
        }
        assert set(readers_of(letter.mail)) & set(town.people.values()) == expected, letter


def test_everyone_found_may_read_and_nobody_else(town: Town) -> None:
    """Those who replace somebody too: what one person is asked and what a letter is asked agree."""
    today = timezone.localdate()
    for role, days in (("colleague", 0), ("direction", 0), ("manager", 2)):
        away, instead = town.people[role], build.member(town.here, Role.ELECTED, username=f"pour-{role}")
        Delegation.objects.create(
            organisation=town.here,
            absent=away,
            substitute=instead,
            starts_on=today + timedelta(days=days),
            ends_on=today + timedelta(days=days),
        )
    User.objects.filter(pk=town.people["reader"].pk).update(is_active=False)
    people = list(User.objects.all())
    for letter in town.letters[::3]:
        readers = set(readers_of(letter.mail))
        assert readers == {each for each in people if can(each, "read", letter.mail)}, letter


def test_it_is_one_question_however_many_people_there_are(
    town: Town, django_assert_max_num_queries: Any
) -> None:
    letter = one(town, "accepted", "normal", "subtree").mail
    for rank in range(30):
        build.member(town.here, Role.ARCHIVIST, username=f"archives-{rank}")
    with django_assert_max_num_queries(
        7
    ):  # departments of the letter, two levels above, readers, those chosen
        assert len(proposed(letter, town.people["agent"], "arch")) == 8


def test_names_are_found_by_any_word_without_accents_or_capitals(town: Town) -> None:
    letter = one(town, "pending", "normal", "own").mail
    colleague = town.people["colleague"]
    User.objects.filter(pk=colleague.pk).update(first_name="Hélène", last_name="Le Goff-Martin")
    agent = town.people["agent"]
    for typed in ("hel", "HÉLÈNE le g", "goff", "martin", "colle", "Le Goff"):
        assert names(proposed(letter, agent, typed)) == ["colleague"], typed
    assert names(proposed(letter, agent, "zzz")) == []
    assert "agent" not in names(proposed(letter, agent, "")), "nobody calls themselves"


def test_only_who_may_read_a_letter_is_proposed_and_told(town: Town) -> None:
    letter, agent = one(town, "accepted", "restricted", "own").mail, town.people["agent"]
    assert names(proposed(letter, agent, "")) == ["colleague", "direction", "manager", "reader"]
    assert names(mentioned(letter, "@archivist @colleague, @stranger @elected")) == ["colleague"]
    sealed = one(town, "accepted", "personal", "own").mail
    assert proposed(sealed, agent, "") == []


def test_a_name_is_understood_in_capitals_and_as_an_address(town: Town) -> None:
    letter, agent = one(town, "accepted", "normal", "own").mail, town.people["agent"]
    User.objects.filter(pk=town.people["colleague"].pk).update(username="J.Petit@cazalis.fr")
    note = annotate(letter, agent, "Vu avec @j.petit@cazalis.fr. Et @DIRECTION ?")
    assert {each.username for each in note.mentions.all()} == {"J.Petit@cazalis.fr", "direction"}
    shown = client_of(agent).get(reverse("web:letter", args=[letter.number])).content.decode()
    assert ">@j.petit@cazalis.fr</span>." in shown
    assert ">@DIRECTION</span>" in shown


def test_the_list_is_for_who_may_write_on_the_letter(town: Town) -> None:
    letter = one(town, "accepted", "normal", "own").mail
    address = reverse("web:letter_people", args=[letter.number])
    told = client_of(town.people["agent"]).get(address, {"q": "coll"}).json()["people"]
    assert [each["username"] for each in told] == ["colleague"]
    assert told[0]["detail"] == "agent URB"
    for role, status in (("reader", 403), ("archivist", 403), ("administrator", 404), ("stranger", 404)):
        assert client_of(town.people[role]).get(address).status_code == status, role


def test_a_function_of_another_place_is_not_shown(town: Town) -> None:
    letter = one(town, "accepted", "normal", "own").mail
    colleague = town.people["colleague"]
    Membership.objects.create(user=colleague, organisation=town.elsewhere, role=Role.DIRECTION)
    [found_one] = proposed(letter, town.people["agent"], "colleague")
    assert [each.role for each in found_one.functions] == ["agent"]  # type: ignore[attr-defined]


def test_a_note_shows_as_it_was_written_whatever_stands_in_it(town: Town) -> None:
    letter, agent = one(town, "accepted", "normal", "own").mail, town.people["agent"]
    annotate(letter, agent, '<b>@colleague</b> & "@personne"\n@colleague!')
    shown = client_of(agent).get(reverse("web:letter", args=[letter.number])).content.decode()
    assert '&lt;b&gt;<span class="mention"' in shown
    assert "&quot;@personne&quot;<br>" in shown
    forget_access(agent)
    assert Mail.objects.visible_to(agent).filter(pk=letter.pk).exists()


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
