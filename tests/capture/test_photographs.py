"""Photographs handed in together by a plain form, without script, are the pages of one letter."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from courrier.mail.models import Channel, Mail
from tests.kiosk.conftest import pdf, photo
from tests.web import town as towns

pytestmark = pytest.mark.django_db


def hand_in(*files: Any) -> str:
    town = towns.found()
    given = {"file": files, "together": "1", "channel": Channel.COUNTER}
    answer = town.client().post(reverse("web:upload"), given, HTTP_ACCEPT="text/html", follow=True)
    return str(answer.content.decode())


def test_together_they_are_one_letter() -> None:
    assert "Un courrier enregistré." in hand_in(photo(10, "mairie.jpg"), photo(240))
    mail = Mail.objects.get()
    original = mail.documents.get()
    assert (mail.channel, original.name, original.page_count) == (Channel.COUNTER, "mairie.pdf", 2)


def test_one_that_is_none_is_named_and_nothing_is_registered() -> None:
    page = hand_in(photo(), pdf())
    assert "Photo 2" in page
    assert "Choisissez au moins un fichier" not in page
    assert not Mail.objects.exists()
