"""An @ in a note, in a real browser: who may read the letter is proposed, chosen by keys, told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from courrier.annotations.models import Annotation
from courrier.annotations.notes import annotate
from courrier.notifications.models import Notification
from courrier.organisations.models import Role, User
from tests import build
from tests.web import town as towns
from tests.web.desk import Placed, placed
from tests.web.window import TELEPHONE, Window, draw_on_sheet, window

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def on_desk(town: towns.Town) -> Placed:
    found = placed(town, town.urb, subject="Permis de M. Martin")
    town.page(found.mail)
    for username, first, last, role, place in (
        ("h.legoff", "Hélène", "Le Goff", Role.AGENT, town.urb),
        ("h.martin", "Hugo", "Martin", Role.MANAGER, town.urb),
        ("h.secret", "Hector", "Sans Droit", Role.AGENT, town.tec),
    ):
        build.member(town.organisation, role, place, username=username)
        User.objects.filter(username=username).update(first_name=first, last_name=last)
    return found


@pytest.fixture
def here(chromium: Browser, live_server: LiveServer, town: towns.Town) -> Iterator[Window]:
    with window(chromium, live_server.url, town.agent) as opened:
        yield opened


def options(page: Page) -> list[str]:
    return page.locator("#mention-list [role=option] .mention-name").all_text_contents()


def test_who_may_read_is_proposed_chosen_by_keys_and_told(
    here: Window, town: towns.Town, on_desk: Placed
) -> None:
    page = here.open(f"/courrier/{on_desk.mail.number}/")
    page.keyboard.press("n")
    page.keyboard.type("Vu avec @h")
    chosen = page.locator("#mention-list [aria-selected=true]")
    expect(chosen).to_contain_text("Hélène Le Goff")
    assert options(page) == ["Hélène Le Goff", "Hugo Martin"], "who may not read is not proposed"
    field = page.locator("#note-text")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert field.get_attribute("aria-controls") == "mention-list"
    expect(page.locator("#mentions [role=status]")).to_have_text("2 personnes proposées")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("Hugo Martin")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("Hélène Le Goff")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Vu avec @h.martin ")
    expect(page.locator("#mention-list")).to_be_hidden()
    page.keyboard.type("hier")
    page.keyboard.press("Control+Enter")
    page.locator(".note .mention").wait_for()
    assert page.locator(".note .mention").get_attribute("title") == "Hugo Martin"
    assert Annotation.objects.get().text == "Vu avec @h.martin hier"
    told = Notification.objects.get()
    assert (told.user.username, told.kind) == ("h.martin", "mention")


def test_escape_lets_the_name_be_typed_and_keeps_the_note_open(here: Window, on_desk: Placed) -> None:
    page = here.open(f"/courrier/{on_desk.mail.number}/")
    page.keyboard.press("n")
    page.keyboard.type("@h")
    page.locator("#mention-list [role=option]").first.wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#mention-list")).to_be_hidden()
    page.keyboard.type(".legoff")
    page.wait_for_timeout(400)
    expect(page.locator("#mention-list")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#note-text")).to_have_value("@h.legoff\n")
    page.keyboard.type("une adresse a@h")
    page.wait_for_timeout(400)
    expect(page.locator("#mention-list")).to_be_hidden()


def test_an_answer_and_a_mark_on_the_page_call_people_too(
    here: Window, town: towns.Town, on_desk: Placed
) -> None:
    annotate(on_desk.mail, town.agent, "À voir")
    page = here.open(f"/courrier/{on_desk.mail.number}/")
    page.get_by_text("Répondre à la note").click()
    page.get_by_label("Réponse à la note").press_sequentially("@legoff")
    page.locator("#mention-list [role=option]").first.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Enter")
    page.locator(".note-answer .mention").wait_for()
    page.keyboard.press("e")
    draw_on_sheet(page)
    page.keyboard.type("@mar")
    page.locator("#mention-list [role=option]").first.click()
    expect(page.locator("#mark-text")).to_have_value("@h.martin ")
    page.keyboard.type("@leg")
    page.locator("#mention-list [role=option]").first.wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#mark-form")).to_be_visible()
    page.get_by_role("button", name="Poser la marque").click()
    page.locator(".pins a").wait_for()
    assert [
        {each.username for each in note.mentions.all()} for note in Annotation.objects.order_by("pk")
    ] == [
        set(),
        {"h.legoff"},
        {"h.martin"},
    ]


def test_on_a_telephone_the_list_stays_in_the_window(
    chromium: Browser, live_server: LiveServer, town: towns.Town, on_desk: Placed
) -> None:
    with window(chromium, live_server.url, town.agent, TELEPHONE) as opened:
        page = opened.open(f"/courrier/{on_desk.mail.number}/")
        page.locator("#note-text").click()
        page.keyboard.type("@h")
        page.locator("#mention-list [role=option]").first.wait_for()
        box = page.locator("#mention-list").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= TELEPHONE["width"]
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= TELEPHONE["height"]


def test_without_scripts_the_name_is_typed(
    chromium: Browser, live_server: LiveServer, town: towns.Town, on_desk: Placed
) -> None:
    with window(chromium, live_server.url, town.agent, scripts=False) as opened:
        page = opened.open(f"/courrier/{on_desk.mail.number}/")
        page.get_by_label("Nouvelle note").fill("@H.legoff, c'est pour vous")
        page.get_by_role("button", name="Ajouter la note").click()
        page.locator(".note .mention").wait_for()
    assert Notification.objects.get().user.username == "h.legoff"
