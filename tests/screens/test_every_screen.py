"""Every screen in Chromium: no rule of accessibility broken, nothing wider than the window, light, without trouble."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import get_resolver
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.screens import audit
from tests.screens.furnished import Furnished, furnish
from tests.screens.places import NO_SCREENS, PLACES, Place, named_routes
from tests.web.window import Window, window

pytestmark = [pytest.mark.chromium]


def test_each_address_is_a_screen_looked_at_or_told_to_be_none() -> None:
    """A new address goes into PLACES, or into NO_SCREENS with what it is."""
    web = [each for each in get_resolver().url_patterns if str(each.pattern) == ""]
    routes = named_routes(web)
    shown = {place.route for place in PLACES} - {"-"}
    assert routes - shown - set(NO_SCREENS) == set(), (
        "neither in PLACES nor in NO_SCREENS (tests/screens/places.py)"
    )
    assert (shown | set(NO_SCREENS)) - routes == set()
    assert shown & set(NO_SCREENS) == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
@pytest.mark.parametrize("group", sorted({place.group for place in PLACES}))
def test_screens_are_for_everybody(group: str, chromium: Browser, live_server: LiveServer) -> None:
    here = furnish()
    seen: list[audit.Seen] = []
    places = [place for place in PLACES if place.group == group]
    for who in dict.fromkeys(place.who for place in places):
        with opened(chromium, live_server, here, who) as at:
            seen += [look(at, here, place) for place in places if place.who == who]
    keep(group, seen)
    faults = {each.name: each.faults for each in seen if each.faults}
    assert faults == {}, json.dumps(faults, indent=1, ensure_ascii=False)
    assert len(seen) == len(places)


def look(at: Window, here: Furnished, place: Place) -> audit.Seen:
    expected = 404 if place.name == "not-found" else 200
    return audit.look(at, place.name, place.path(here), expected)


def opened(chromium: Browser, live_server: LiveServer, here: Furnished, who: str) -> Any:
    return window(chromium, live_server.url, here.people[who] if who else None)


def keep(group: str, seen: list[audit.Seen]) -> None:
    """What was found stays beside the pictures, for the statement of accessibility."""
    path = audit.pictures() / f"audit-{group}.json"
    path.write_text(json.dumps([each.kept() for each in seen], indent=1, ensure_ascii=False))
