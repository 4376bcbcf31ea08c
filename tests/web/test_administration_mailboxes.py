"""Telling which mailboxes make letters: tried before they serve, passwords never shown, told in the journal."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courrier.audit.models import Event
from courrier.mailboxes.models import Mailbox, Message, Outcome
from courrier.organisations.models import Role
from tests import build
from tests.conftest import address_of
from tests.web import town as towns

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(town: towns.Town) -> Client:
    return town.client(build.member(town.organisation, Role.ADMINISTRATOR))


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "address": "mairie@cazalis.example",
        "host": "imap.exemple.fr",
        "security": "tls",
        "port": "993",
        "username": "mairie",
        "password": "lettre",
        "folder": "INBOX",
        "done_folder": "Enregistrés",
        "refused_folder": "Refusés",
        **changes,
    }


@pytest.mark.imap
def test_a_mailbox_that_answers_is_saved_and_its_password_is_told_nowhere(
    client: Client, settings: Any
) -> None:
    host, _, port = (address_of("imap") or "").removeprefix("imap://").partition(":")
    settings.MAILBOX_INNER_HOSTS = [host]
    given = typed(host=host, port=port, security="plain", active="on")
    answer = client.post(reverse("web:mailbox_add"), given, follow=True)
    assert "mairie@cazalis.example répond" in answer.content.decode()
    row = Mailbox.objects.get()
    assert row.password == "lettre"
    assert "lettre" not in str(list(Event.objects.values_list("data", flat=True)))
    assert "Boîte aux lettres ajoutée" in client.get(reverse("web:journal")).content.decode()
    shown = client.get(reverse("web:mailbox", args=[row.pk])).content.decode()
    assert 'value="lettre"' not in shown


@pytest.mark.imap
def test_a_wrong_password_is_said_and_nothing_is_saved(client: Client, settings: Any) -> None:
    host, _, port = (address_of("imap") or "").removeprefix("imap://").partition(":")
    settings.MAILBOX_INNER_HOSTS = [host]
    given = typed(host=host, port=port, security="plain", active="on", password="autre")
    answer = client.post(reverse("web:mailbox_add"), given)
    assert answer.status_code == 422
    assert "vérifiez-les" in answer.content.decode()
    assert "mairie@cazalis.example" in answer.content.decode()
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"host": "https://imap.exemple.fr"}, "sans « https:// »"),
        ({"password": ""}, "Donnez le mot de passe"),
        ({"done_folder": "INBOX"}, "doivent être différents"),
        ({"security": "plain", "active": "on"}, "choisissez TLS"),
        ({"port": "6379", "active": "on"}, "993 (TLS) ou 143"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    client: Client, change: dict[str, str], said: str
) -> None:
    answer = client.post(reverse("web:mailbox_add"), typed(**change))
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_an_unused_mailbox_is_changed_without_its_password_and_removed(client: Client) -> None:
    client.post(reverse("web:mailbox_add"), typed())
    row = Mailbox.objects.get()
    client.post(reverse("web:mailbox", args=[row.pk]), typed(password="", host="imap2.exemple.fr"))
    row.refresh_from_db()
    assert (row.host, row.password) == ("imap2.exemple.fr", "lettre")
    Message.objects.create(
        mailbox=row, sha256="0" * 64, outcome=Outcome.REFUSED, reason="Trop gros.", subject="Plan"
    )
    assert "Trop gros." in client.get(reverse("web:mailbox", args=[row.pk])).content.decode()
    client.post(reverse("web:mailbox_remove", args=[row.pk]))
    assert not Mailbox.objects.exists()
    assert "Boîte aux lettres retirée" in client.get(reverse("web:journal")).content.decode()


def test_trouble_is_shown_on_the_list(client: Client) -> None:
    client.post(reverse("web:mailbox_add"), typed())
    row = Mailbox.objects.get()
    Mailbox.objects.update(active=True)
    row.let_go("Le serveur ne répond pas.")
    assert "Le serveur ne répond pas." in client.get(reverse("web:mailboxes")).content.decode()


def test_only_who_administers_the_town_sees_its_mailboxes(town: towns.Town, client: Client) -> None:
    client.post(reverse("web:mailbox_add"), typed())
    row = Mailbox.objects.get()
    elsewhere = town.client(build.member(build.organisation("ailleurs"), Role.ADMINISTRATOR))
    assert elsewhere.get(reverse("web:mailbox", args=[row.pk])).status_code == 404
    assert town.client(town.agent).get(reverse("web:mailboxes")).status_code == 403


def test_the_list_costs_the_same_whatever_its_length(client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("web:mailboxes"))
        return len(seen)

    client.post(reverse("web:mailbox_add"), typed())
    one = cost()
    for number in range(5):
        client.post(reverse("web:mailbox_add"), typed(username=f"boite{number}"))
    assert cost() == one
