"""Two people before one letter: each is told of the other, and of what the other does, while typing."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from courrier.annotations.models import Annotation, PageTurn
from tests.browser import patience
from tests.web.desk import Placed, placed
from tests.web.town import Town
from tests.web.window import window

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def real_processes_answer() -> Iterator[None]:
    with patience(30_000):
        yield


@pytest.fixture
def address(town: Town, port: int) -> str:
    return f"http://127.0.0.1:{port}"


@pytest.fixture
def letter(town: Town) -> Placed:
    found = placed(town, town.urb, subject="Permis de M. Martin")
    town.page(found.mail)
    return found


def test_who_else_has_the_letter_open_is_named_until_they_leave(
    chromium: Browser, address: str, town: Town, letter: Placed
) -> None:
    path = f"/courrier/{letter.mail.number}/"
    with window(chromium, address, town.agent) as one:
        here = one.open(path)
        expect(here.locator("body")).to_have_attribute("data-live-by", "stream")
        expect(here.locator("#letter-present")).to_be_empty()
        with window(chromium, address, town.direction) as two:
            two.open(path)
            expect(here.locator("#letter-present")).to_have_text(
                f"{town.direction} a aussi ce courrier ouvert"
            )
            expect(two.page.locator("#letter-present")).to_have_text(
                f"{town.agent} a aussi ce courrier ouvert"
            )
        expect(here.locator("#letter-present")).to_be_empty()


def test_what_another_does_is_told_and_leaves_what_was_typed(
    chromium: Browser, address: str, town: Town, letter: Placed
) -> None:
    path = f"/courrier/{letter.mail.number}/"
    with window(chromium, address, town.agent) as one, window(chromium, address, town.direction) as two:
        typing, acting = two.open(path), one.open(path)
        for page in (typing, acting):
            expect(page.locator("body")).to_have_attribute("data-live-by", "stream")
        typing.locator("#note-text").fill("Je rappelle M. Martin")
        acting.keyboard.press("p")
        expect(acting.locator("#toasts")).to_contain_text("Courrier pris en charge.")
        news = typing.locator("#letter-news")
        expect(news).to_contain_text("Pris en charge par URB")
        expect(news).to_contain_text(str(town.agent))
        expect(typing.locator("#note-text")).to_have_value("Je rappelle M. Martin")
        expect(acting.locator("#letter-news")).to_be_empty()
        news.get_by_role("link", name="Actualiser").click()
        expect(news).to_be_empty()
        expect(typing.locator("#letter-side .assigned-state")).to_contain_text(str(town.agent))
        expect(typing.locator("#note-text")).to_have_value("Je rappelle M. Martin")
        typing.get_by_role("button", name="Ajouter la note").click()
        expect(typing.locator(".note-text")).to_have_text("Je rappelle M. Martin")
        expect(acting.locator("#letter-news")).to_contain_text("Actualiser")
    assert Annotation.objects.get().author == town.direction


def test_a_page_turned_on_the_desk_stays_turned_though_it_was_left_at_once(
    chromium: Browser, address: str, town: Town
) -> None:
    waiting = town.letter()
    town.page(waiting)
    town.page(waiting, 2)
    with window(chromium, address, town.desk) as opened:
        page = opened.open(f"/qualifier/{waiting.number}/")
        page.click("h1")
        page.keyboard.press("t")
        page.goto(f"{address}/accueil/")
        until = time.monotonic() + 20
        while not PageTurn.objects.exists() and time.monotonic() < until:
            page.wait_for_timeout(200)
        page.goto(f"{address}/qualifier/{waiting.number}/")
        expect(page.locator("#page-1")).to_have_attribute("data-turn", "90")
        lying = page.locator("#page-1").bounding_box()
        assert lying
        assert lying["height"] < lying["width"]
    assert PageTurn.objects.get().degrees == 90
