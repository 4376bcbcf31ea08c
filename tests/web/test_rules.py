"""Rules on screen: written, tried, put in service, ordered; what they set reaches the desk and the letter."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.classification.models import RoutingRule
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Assignment, AssignmentRole, Mail, Page
from courrier.organisations.models import Role, User
from tests import build
from tests.web import town as towns
from tests.web.desk import placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(town: towns.Town) -> User:
    return build.member(town.organisation, Role.ADMINISTRATOR)


@pytest.fixture
def client(town: towns.Town, admin: User) -> Client:
    return town.client(admin)


def typed(town: towns.Town, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Permis",
        "words": "permis de construire",
        "department": town.urb.pk,
        "do": "on",
        **changes,
    }


def past(town: towns.Town, department: Any, text: str, **more: Any) -> Mail:
    mail = placed(town, department, **more).mail
    Page.objects.create(mail=mail, number=1, width=1, height=1, text=text)
    return mail


def only_rule() -> RoutingRule:
    return RoutingRule.objects.get()


def tried_and_put_in_service(client: Client, address: str, data: dict[str, Any]) -> None:
    tried = client.post(address, data | {"do": "try"})
    assert tried.status_code == 200
    assert client.post(address, data | {"tried": tried.context["tried"], "do": "on"}).status_code == 302


def test_a_rule_is_tried_before_it_is_put_in_service(town: towns.Town, client: Client) -> None:
    wrong = past(town, town.tec, "Je dépose un permis de construire", subject="Ma maison")
    right = past(town, town.urb, "Mon permis de construire")
    past(town, town.tec, "Un trou dans la chaussée")
    answer = client.post(reverse("web:rule_add"), typed(town))
    assert not RoutingRule.objects.exists(), "asked for without a trial, it is tried first"
    assert "Rien n'est encore enregistré" in answer.content.decode().replace("&#x27;", "'")
    trials = answer.context["trials"]
    assert [each.mail for each in trials.found] == [right, wrong]
    assert [each.mail for each in trials.changed] == [wrong]
    assert (trials.looked_at, trials.sent_elsewhere) == (3, 1)
    client.post(reverse("web:rule_add"), typed(town, tried=answer.context["tried"]))
    assert only_rule().active


def test_what_was_changed_since_the_trial_is_tried_again(town: towns.Town, client: Client) -> None:
    tried = client.post(reverse("web:rule_add"), typed(town, do="try")).context["tried"]
    client.post(reverse("web:rule_add"), typed(town, tried=tried, words="permis"))
    assert not RoutingRule.objects.exists()


def test_a_rule_can_be_kept_for_later(town: towns.Town, client: Client) -> None:
    client.post(reverse("web:rule_add"), typed(town, do="save", copies=[town.fin.pk], tag="bâti"))
    rule = only_rule()
    assert (rule.active, list(rule.copies.all()), rule.tag) == (False, [town.fin], "bâti")
    page = client.get(reverse("web:rules")).content.decode()
    assert "hors service" in page
    assert "« permis de construire »" in page


def test_the_content_of_letters_is_not_told_to_who_may_not_read_them(
    town: towns.Town, client: Client
) -> None:
    past(town, town.tec, "Un permis de construire", subject="Secret bien gardé")
    page = client.post(reverse("web:rule_add"), typed(town, do="try")).content.decode()
    assert "Secret bien gardé" not in page
    assert "contenu réservé" in page


def test_a_rule_stopped_half_way_is_as_it_was(
    town: towns.Town, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changed and put out of service by one button: never changed, untried, and still in service."""
    tried_and_put_in_service(client, reverse("web:rule_add"), typed(town))
    rule = only_rule()

    def killed(*_asked: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("courrier.web.views.rules.switch_rule", killed)
    with pytest.raises(KeyboardInterrupt):
        client.post(reverse("web:rule", args=[rule.pk]), typed(town, words="tout autre chose", do="off"))
    rule.refresh_from_db()
    assert (rule.words, rule.active) == ("permis de construire", True)


def test_a_rule_that_comes_first_is_named_in_the_trial(town: towns.Town, client: Client) -> None:
    past(town, town.tec, "Un permis de construire")
    tried_and_put_in_service(client, reverse("web:rule_add"), typed(town, name="Première"))
    answer = client.post(reverse("web:rule_add"), typed(town, name="Seconde", do="try"))
    assert answer.context["trials"].forestalled == 1
    assert "« Première » décide avant" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"words": ""}, "au moins une condition"),
        ({"words": "", "without_words": "facture"}, "au moins une condition"),
        ({"department": "", "tag": ""}, "Dites ce que fait la règle"),
        ({"reference_pattern": r"^FA-\d+$"}, "n'a pas de sens ici"),
        ({"reference_pattern": "(a+)+b"}, "n'a pas de sens ici"),
        ({"reference_pattern": "**"}, "convient à toutes les références"),
        ({"tag": "un, deux"}, "Une seule étiquette"),
        ({"channel": "pigeon"}, "pigeon"),
        ({"name": ""}, "obligatoire"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_and_stays_typed(
    town: towns.Town, client: Client, changes: dict[str, str], said: str
) -> None:
    answer = client.post(reverse("web:rule_add"), typed(town, sender_words="", **{"tag": "bâti", **changes}))
    page = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 422
    assert said in page
    assert 'value="Permis"' in page or changes.get("name") == ""
    assert not RoutingRule.objects.exists()


def test_rules_are_moved_stopped_and_taken_away_and_the_journal_tells(
    town: towns.Town, client: Client, admin: User
) -> None:
    for name in ("A", "B", "C"):
        tried_and_put_in_service(client, reverse("web:rule_add"), typed(town, name=name))
    last = RoutingRule.objects.get(name="C")
    client.post(reverse("web:rule_move", args=[last.pk]), {"way": "up"})
    client.post(reverse("web:rule_move", args=[last.pk]), {"way": "up"})
    client.post(reverse("web:rule_move", args=[last.pk]), {"way": "up"})
    order = RoutingRule.objects.order_by("position").values_list("name", flat=True)
    assert list(order) == ["C", "A", "B"]
    client.post(reverse("web:rule_off", args=[last.pk]))
    last.refresh_from_db()
    assert not last.active
    client.post(reverse("web:rule_remove", args=[last.pk]))
    assert not RoutingRule.objects.filter(name="C").exists()
    chain = f"organisation:{town.organisation.pk}"
    assert not list(breaks(chain))
    verbs = Event.objects.of_chain(chain).filter(data__thing="C").values_list("verb", flat=True)
    assert list(verbs) == [
        "rule_added",
        "rule_switched_on",
        "rule_moved",
        "rule_moved",
        "rule_switched_off",
        "rule_removed",
    ]
    journal = client.get(reverse("web:journal")).content.decode()
    assert "Règle mise en service : A" in journal
    assert "permis de construire" in journal


def test_a_rule_in_service_is_changed_after_a_trial_alone(town: towns.Town, client: Client) -> None:
    tried_and_put_in_service(client, reverse("web:rule_add"), typed(town))
    address = reverse("web:rule", args=[only_rule().pk])
    answer = client.post(address, typed(town, words="permis", do="save"))
    assert only_rule().words == "permis de construire"
    client.post(address, typed(town, words="permis", do="save", tried=answer.context["tried"]))
    assert (only_rule().words, only_rule().active) == ("permis", True)


def test_a_rule_for_one_sender_follows_the_person(town: towns.Town, client: Client) -> None:
    sender = Correspondent.objects.create(organisation=town.organisation, name="Régie des eaux")
    mail = past(town, town.tec, "Bonjour", sender=sender)
    address = f"{reverse('web:rule_add')}?expediteur={sender.pk}"
    answer = client.post(address, typed(town, words="", sender=sender.pk, do="try"))
    assert [each.mail for each in answer.context["trials"].found] == [mail]
    client.post(address, typed(town, words="", sender=sender.pk, do="save"))
    assert only_rule().sender == sender


def test_rules_belong_to_one_town_and_to_its_administrators(town: towns.Town, client: Client) -> None:
    elsewhere = build.organisation("ailleurs")
    other = RoutingRule.objects.create(organisation=elsewhere, name="x", words="x")
    assert client.get(reverse("web:rule", args=[other.pk])).status_code == 404
    assert client.post(reverse("web:rule_off", args=[other.pk])).status_code == 404
    for user in (town.desk, town.agent):
        assert town.client(user).get(reverse("web:rules")).status_code == 403


def test_lists_and_trials_ask_a_constant_number_of_queries(
    town: towns.Town, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        mail = past(town, town.tec, "Un permis de construire", subject=f"Objet {number}")
        Assignment.objects.create(
            organisation=town.organisation, mail=mail, department=town.fin, role=AssignmentRole.COPY
        )
        client.post(
            reverse("web:rule_add"), typed(town, name=f"Règle {number}", do="save", copies=[town.fin.pk])
        )
    with django_assert_max_num_queries(16):
        client.get(reverse("web:rules"))
    with django_assert_max_num_queries(28):
        client.post(reverse("web:rule_add"), typed(town, do="try"))
