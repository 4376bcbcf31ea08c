"""Facts, departments, types, reply templates: what is set, what is refused, what the journal keeps."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.classification.dispatch import threshold_of
from courrier.notifications.models import ReminderPolicy
from courrier.organisations.models import Role, User
from tests import build
from tests.web import town as towns

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(town: towns.Town) -> User:
    return build.member(town.organisation, Role.ADMINISTRATOR)


@pytest.fixture
def client(town: towns.Town, admin: User) -> Client:
    return town.client(admin)


def last(town: towns.Town) -> Event:
    chain = f"organisation:{town.organisation.pk}"
    assert not list(breaks(chain))
    return Event.objects.of_chain(chain).last()  # type: ignore[return-value]


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Commune de Cazalis",
        "address": "1, place de la Mairie",
        "email": "mairie@cazalis.example",
        "phone": "05",
        "siret": "213 301 153 00019",
        "holiday_zone": "67",
        "number_prefix": "CAZ",
        "dispatch_threshold": "0.95",
        **changes,
    }


def test_facts_are_set_and_the_journal_tells_before_and_after(
    town: towns.Town, admin: User, client: Client
) -> None:
    address = reverse("web:administration_facts")
    assert client.post(address, facts(siret="")).status_code == 302
    town.organisation.refresh_from_db()
    assert (town.organisation.name, town.organisation.number_prefix) == ("Commune de Cazalis", "CAZ")
    assert (town.organisation.dispatch_threshold, town.organisation.holiday_zone) == (0.95, "67")
    event = last(town)
    assert (event.verb, event.actor) == ("organisation_changed", admin)
    assert event.data["before"]["number_prefix"] == "A"
    assert event.data["after"]["number_prefix"] == "CAZ"
    assert "siret" not in event.data["after"], "what stayed is not told"
    page = client.get(reverse("web:journal")).content.decode()
    assert "<del>tout est relu</del>" in page
    assert "<ins>95\N{NO-BREAK SPACE}%</ins>" in page
    client.post(address, facts(siret=""))
    assert last(town).pk == event.pk, "the same once more is no change"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "mairie"}, "email"),
        ({"siret": "213 301 153 00018"}, "siret"),
        ({"number_prefix": "a/b"}, "number_prefix"),
        ({"holiday_zone": "XX"}, "holiday_zone"),
        ({"dispatch_threshold": "0"}, "dispatch_threshold"),
    ],
)
def test_wrong_facts_are_refused_and_stay_in_the_form(
    town: towns.Town, client: Client, changes: dict[str, Any], field: str
) -> None:
    answer = client.post(
        reverse("web:administration_facts"), facts(phone="05 56 99", **{"siret": "", **changes})
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert 'value="05 56 99"' in answer.content.decode()
    assert "<strong>" not in answer.content.decode(), "a notice has the title it was given, not the page's"
    town.organisation.refresh_from_db()
    assert town.organisation.phone == ""


def test_a_department_is_opened_and_changed(town: towns.Town, client: Client) -> None:
    typed = {"code": "EAU", "name": "Eau", "parent": town.tec.pk, "email": "", "arbitrates": "on"}
    client.post(reverse("web:department_add"), typed)
    made = town.organisation.departments.get(code="EAU")
    assert (made.parent, made.arbitrates) == (town.tec, True)
    client.post(
        reverse("web:department_edit", args=["URB"]), {"name": "Urbanisme", "parent": "", "arbitrates": "on"}
    )
    assert [each.code for each in town.organisation.departments.filter(arbitrates=True)] == ["URB"], (
        "one settles"
    )
    assert "department_changed" in Event.objects.values_list("verb", flat=True)
    assert "URB · Urbanisme" in client.get(reverse("web:journal")).content.decode()


def test_a_code_is_given_once(town: towns.Town, client: Client) -> None:
    answer = client.post(reverse("web:department_add"), {"code": "URB", "name": "Encore"})
    assert answer.status_code == 422
    assert "déjà le code URB" in answer.content.decode()


def test_departments_make_no_circle(town: towns.Town, client: Client) -> None:
    town.tec.parent = town.urb
    town.tec.save()
    answer = client.post(reverse("web:department_edit", args=["URB"]), {"name": "Urb", "parent": town.tec.pk})
    assert answer.status_code == 422
    assert "dépend de" in answer.content.decode()
    town.urb.refresh_from_db()
    assert town.urb.parent is None


def test_a_type_takes_what_the_town_chose(town: towns.Town, client: Client) -> None:
    typed = {
        "name": "Factures",
        "department": town.tec.pk,
        "delay_days": 7,
        "retention_years": 10,
        "dispatch_threshold": "0.9",
    }
    assert client.post(reverse("web:document_type", args=["facture"]), typed).status_code == 302
    kind = town.organisation.document_types.get(code="facture")
    assert (kind.name, kind.department, kind.delay_days, kind.active) == ("Factures", town.tec, 7, False)
    assert threshold_of(town.organisation, "facture") == 0.9
    client.post(
        reverse("web:document_type", args=["facture"]), {**typed, "dispatch_threshold": "", "active": "on"}
    )
    assert threshold_of(town.organisation, "facture") == town.organisation.dispatch_threshold
    assert last(town).data["before"] == {"dispatch_threshold": 0.9, "active": False}


def test_a_type_of_the_town_s_own_is_added_under_a_free_code(town: towns.Town, client: Client) -> None:
    given = {
        "name": "Facture !",
        "active": "on",
        "delay_days": "10",
        "retention_years": "5",
        "department": town.fin.pk,
    }
    client.post(reverse("web:document_type_add"), given)
    added = town.organisation.document_types.get(code="facture-2")
    assert (added.name, added.department, added.delay_days) == ("Facture !", town.fin, 10)
    assert "Type de courrier ajouté : Facture !" in client.get(reverse("web:journal")).content.decode()
    again = client.post(reverse("web:document_type_add"), given)
    assert again.status_code == 422
    assert "porte déjà ce nom" in again.content.decode()


def test_a_department_of_another_collectivite_can_not_be_chosen(town: towns.Town, client: Client) -> None:
    foreign = build.department(build.organisation("lucmau"), "XXX")
    typed = {"name": "Factures", "department": foreign.pk, "delay_days": 7, "retention_years": 10}
    assert client.post(reverse("web:document_type", args=["facture"]), typed).status_code == 422
    assert (
        client.post(
            reverse("web:department_add"), {"code": "N", "name": "N", "parent": foreign.pk}
        ).status_code
        == 422
    )


def test_reply_templates_come_change_and_go(town: towns.Town, client: Client) -> None:
    typed = {
        "name": "Accusé",
        "department": "",
        "subject": "Reçu",
        "body": "Bonjour,\r\n\r\nreçu le {received_on}.",
    }
    client.post(reverse("web:reply_template_add"), typed)
    made = town.organisation.reply_templates.get()
    assert made.body == "Bonjour,\n\nreçu le {received_on}."
    client.post(reverse("web:reply_template", args=[made.pk]), {**typed, "body": "Bonsoir"})
    made.refresh_from_db()
    assert made.body == "Bonsoir"
    client.post(reverse("web:reply_template_remove", args=[made.pk]))
    assert not town.organisation.reply_templates.exists()
    assert (last(town).verb, last(town).data["before"]["body"]) == ("reply_template_removed", "Bonsoir")


def test_an_empty_template_is_refused(town: towns.Town, client: Client) -> None:
    answer = client.post(reverse("web:reply_template_add"), {"name": "Accusé", "body": "  \n "})
    assert answer.status_code == 422
    assert not town.organisation.reply_templates.exists()


def test_reminders_are_in_the_journal_too(town: towns.Town, admin: User, client: Client) -> None:
    client.post(reverse("web:reminders"), {"days_before": 4, "days_before_legal": 10, "days_late": 9})
    client.post(reverse("web:reminders"), {"days_before": 5, "days_before_legal": 10, "days_late": 9})
    assert ReminderPolicy.objects.get().days_before == 5
    assert last(town).data["before"] == {"days_before": 4}
    page = client.get(reverse("web:journal")).content.decode()
    assert "Rappels des échéances changés" in page
    assert str(admin) in page


def test_the_journal_shows_hostile_names_as_text(town: towns.Town, client: Client) -> None:
    client.post(reverse("web:department_add"), {"code": "N", "name": "<script>x</script>%(actor)s"})
    page = client.get(reverse("web:journal")).content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x&lt;/script&gt;%(actor)s" in page
