from __future__ import annotations

import pytest
from django.test import Client

from courrier.audit.models import Event
from courrier.kiosk.models import Kiosk
from tests.kiosk.conftest import Town

ADDRESS = "/administration/borne/"


def test_an_administrator_opens_it_and_the_journal_tells(town: Town) -> None:
    client = Client()
    client.force_login(town.admin)
    assert client.get(ADDRESS).status_code == 200
    assert client.post(ADDRESS, {"takes_letters": "on"}).status_code == 302
    assert Client().get("/borne/cazalis/").status_code == 200
    assert Client().get("/suivi/").status_code == 404
    event = Event.objects.get(verb="kiosk_changed")
    assert (event.actor, event.data["after"]) == (town.admin, {"takes_letters": True, "tells_state": False})
    page = client.get("/administration/journal/").content.decode()
    assert "Borne et page de suivi changées" in page
    assert "Dépôt à la borne" in page
    client.post(ADDRESS, {})
    assert Client().get("/borne/cazalis/").status_code == 404
    assert Event.objects.filter(verb="kiosk_changed").count() == 2


@pytest.mark.parametrize("who", ["desk", "agent"])
def test_nobody_else_does(town: Town, who: str) -> None:
    client = Client()
    client.force_login(getattr(town, who))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, {"takes_letters": "on"}).status_code == 403
    assert not Kiosk.objects.exists()
