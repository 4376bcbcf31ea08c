"""Correspondents on screen: found, shown with the letters one may read, merged with a preview, taken apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from courrier.classification.models import Example, ExampleSource, RoutingRule, TrainingRun
from courrier.correspondents.models import Correspondent, Merge
from courrier.mail.models import MailState
from courrier.organisations.models import Role
from tests import build
from tests.web import town as towns
from tests.web.desk import placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(town: towns.Town) -> Client:
    return town.client()


def known(town: towns.Town, name: str, **more: Any) -> Correspondent:
    return Correspondent.objects.create(organisation=town.organisation, name=name, **more)


def names(client: Client, typed: str = "") -> list[str]:
    answer = client.get(reverse("web:correspondents"), {"q": typed})
    return [row.name for row, _count in answer.context["rows"]]


def page(client: Client, row: Correspondent) -> str:
    return client.get(reverse("web:correspondent", args=[row.pk])).content.decode().replace("&#x27;", "'")


def test_people_are_found_by_name_mail_telephone_and_siret(town: towns.Town, client: Client) -> None:
    known(town, "Thierry Lacombe", email="t.lacombe@courriel.example", phone="+33639981234")
    known(town, "Régie des eaux", siret="21330115300019")
    known(town, "Ancienne fiche", merged_into=known(town, "Zoé Zimmer"))
    build_elsewhere = build.organisation("ailleurs")
    Correspondent.objects.create(organisation=build_elsewhere, name="Thierry Lacombe d'ailleurs")
    assert names(client) == ["Régie des eaux", "Thierry Lacombe", "Zoé Zimmer"]
    for typed in ("lacom", "LACOMBE thierry", "T.Lacombe@courriel.example", "06 39 98 12 34"):
        assert names(client, typed) == ["Thierry Lacombe"], typed
    assert names(client, "213 301 153 00019") == ["Régie des eaux"]
    assert names(client, "personne") == []


def test_a_record_shows_the_letters_one_may_read_and_no_others(town: towns.Town, client: Client) -> None:
    row = known(town, "Thierry Lacombe")
    placed(town, town.urb, sender=row, subject="Ma clôture")
    placed(town, town.tec, sender=row, subject="Mon trottoir")
    placed(town, town.tec, sender=row, subject="Ma santé", confidentiality="restricted")
    desk = page(client, row)
    assert "Ma clôture" in desk
    assert "Mon trottoir" in desk
    assert "Ma santé" not in desk
    agent = page(town.client(town.agent), row)
    assert "Ma clôture" in agent
    assert "Mon trottoir" not in agent
    assert "Oublier" not in agent
    stranger = known(town, "Inconnu du service")
    assert town.client(town.agent).get(reverse("web:correspondent", args=[stranger.pk])).status_code == 404
    assert town.client(town.agent).get(reverse("web:correspondents")).status_code == 403


def test_two_records_are_merged_after_a_look_and_taken_apart_again(town: towns.Town, client: Client) -> None:
    kept = known(town, "Thierry Lacombe", postcode="33430", city="Bazas")
    other = known(town, "LACOMBE Thierry", postcode="33430", email="t@courriel.example")
    mail = town.letter(sender=other)
    rule = RoutingRule.objects.create(organisation=town.organisation, name="x", sender=other)
    assert "LACOMBE Thierry" in page(client, kept), "proposed on the record"
    address = reverse("web:correspondent_join", args=[kept.pk, other.pk])
    look = client.get(address).content.decode()
    assert "t@courriel.example" in look
    assert not Merge.objects.exists(), "a look changes nothing"
    assert "1 courrier a suivi" in client.post(address, follow=True).content.decode()
    mail.refresh_from_db()
    rule.refresh_from_db()
    assert (mail.sender, rule.sender) == (kept, kept)
    assert client.get(reverse("web:correspondent", args=[other.pk])).status_code == 302
    assert "Fiches réunies à celle-ci" in page(client, kept)
    client.post(reverse("web:correspondent_part", args=[Merge.objects.get().pk]))
    mail.refresh_from_db()
    rule.refresh_from_db()
    assert (mail.sender, rule.sender) == (other, other)
    again = client.post(reverse("web:correspondent_part", args=[Merge.objects.get().pk]), follow=True)
    assert "déjà été annulée" in again.content.decode()


def test_likely_duplicates_are_proposed_until_somebody_says_no(town: towns.Town, client: Client) -> None:
    one = known(town, "Thierry Lacombe", phone="+33639981234")
    other = known(town, "T. Lacombe", phone="+33639981234")
    known(town, "Sylvie Martin", postcode="33430")
    known(town, "MARTIN Sylvie", postcode="33430")
    known(town, "Sylvie Martin", postcode="75001")
    pairs = client.get(reverse("web:correspondent_duplicates")).context["pairs"]
    assert {(pair.kept.name, pair.absorbed.name) for pair in pairs} >= {
        ("Thierry Lacombe", "T. Lacombe"),
        ("Sylvie Martin", "MARTIN Sylvie"),
    }
    assert "75001" not in {pair.absorbed.postcode for pair in pairs}, (
        "the same name elsewhere is another person"
    )
    client.post(reverse("web:correspondent_apart", args=[other.pk, one.pk]), {"back": "list"})
    client.post(reverse("web:correspondent_apart", args=[other.pk, one.pk]), {"back": "list"})
    left = client.get(reverse("web:correspondent_duplicates")).context["pairs"]
    assert one.pk not in {pair.kept.pk for pair in left}
    assert "Peut-être la même fiche" not in page(client, one)


def test_forgetting_a_person_is_the_administrators(town: towns.Town, client: Client) -> None:
    row = known(town, "Thierry Lacombe")
    mail = town.letter(MailState.IN_PROGRESS, sender=row)
    Example.objects.create(
        organisation=town.organisation, mail=mail, source=ExampleSource.QUALIFICATION, department="URB"
    )
    address = reverse("web:correspondent_forget", args=[row.pk])
    assert client.post(address).status_code == 403
    admin = town.client(build.member(town.organisation, Role.ADMINISTRATOR))
    assert "Oublier cette personne" in page(admin, row)
    assert "1 courrier est retiré" in admin.post(address, follow=True).content.decode().replace("&#x27;", "'")
    assert not Example.objects.exists()
    assert TrainingRun.objects.get().replaces


def test_records_of_another_town_are_not_there(town: towns.Town, client: Client) -> None:
    own = known(town, "Thierry Lacombe")
    other = Correspondent.objects.create(organisation=build.organisation("ailleurs"), name="Thierry Lacombe")
    assert client.get(reverse("web:correspondent", args=[other.pk])).status_code == 404
    assert client.post(reverse("web:correspondent_join", args=[own.pk, other.pk])).status_code == 404
    assert (
        town.client(town.agent).post(reverse("web:correspondent_join", args=[own.pk, own.pk])).status_code
        == 403
    )
    itself = client.post(reverse("web:correspondent_join", args=[own.pk, own.pk]))
    assert itself.status_code == 409


def test_lists_ask_a_constant_number_of_queries(
    town: towns.Town, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = known(town, "Personne Zéro", phone="+33639981234")
    for number in range(30):
        row = known(town, f"Personne {number}", phone="+33639981234")
        town.letter(sender=row)
        town.letter(sender=first)
    for address in (
        reverse("web:correspondents"),
        reverse("web:correspondent_duplicates"),
        reverse("web:correspondent", args=[first.pk]),
    ):
        with django_assert_max_num_queries(32):
            client.get(address)
