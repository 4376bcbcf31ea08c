"""The statement of accessibility: open to everybody, says what was looked at and whom to write to."""

from __future__ import annotations

import html

import pytest
from django.test import Client
from django.urls import reverse

from courrier.organisations.models import Role
from courrier.web.views.accessibility import last_audit
from tests import build

pytestmark = pytest.mark.django_db


def shown() -> str:
    answer = Client().get(reverse("web:accessibility"))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_it_says_what_the_last_audit_found_and_what_is_not_met() -> None:
    audit = last_audit()
    text = shown()
    assert f"{len(audit.screens)} écrans ou états d'écran" in text
    assert all(what in text for _criterion, what in [*audit.unmet, *audit.faults])
    assert "non conforme" in text
    assert "Défenseur des droits" in text


def test_it_names_the_only_collectivite_and_none_where_there_are_several() -> None:
    here = build.organisation(email="mairie@cazalis.example")
    assert here.email in shown()
    build.organisation("ailleurs")
    assert here.email not in shown()


def test_the_sign_in_page_leads_to_it() -> None:
    build.member(build.organisation(), Role.RECEPTION)
    assert reverse("web:accessibility") in Client().get(reverse("web:login")).content.decode()
