"""The letter and its inbox in a real browser: keys, marks drawn on a page, words selected where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from courrier.annotations.models import Annotation
from courrier.mail.models import AssignmentState
from tests.web import town as towns
from tests.web.desk import Placed, placed
from tests.web.window import Window, draw_on_sheet, window

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def on_desk(town: towns.Town) -> Placed:
    found = placed(town, town.urb, subject="Permis de M. Martin")
    town.page(found.mail)
    return found


@pytest.fixture
def here(chromium: Browser, live_server: LiveServer, town: towns.Town) -> Iterator[Window]:
    """A window of the agent of URB; nothing may go wrong in it."""
    with window(chromium, live_server.url, town.agent) as opened:
        yield opened


def test_a_letter_is_found_taken_and_left_by_keys_alone(
    here: Window, town: towns.Town, on_desk: Placed
) -> None:
    second = placed(town, town.urb, subject="Un autre")
    page = here.open("/bannette/URB/")
    page.keyboard.press("j")
    page.keyboard.press("p")
    page.locator("#toasts").get_by_text("Courrier pris en charge.").wait_for()
    on_desk.assignment.refresh_from_db()
    assert on_desk.assignment.accepted_by == town.agent
    here.open("/bannette/URB/?vue=libres")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/courrier/{second.mail.number}/**")
    page.keyboard.press("p")
    page.get_by_role("button", name="Répondre").first.wait_for()
    page.keyboard.press("u")
    page.wait_for_url("**/bannette/URB/**")


def test_a_box_drawn_on_the_page_becomes_a_note_there(
    here: Window, town: towns.Town, on_desk: Placed
) -> None:
    page = here.open(f"/courrier/{on_desk.mail.number}/")
    page.keyboard.press("e")
    draw_on_sheet(page)
    page.get_by_label("Note", exact=False).last.fill("À vérifier")
    page.get_by_role("button", name="Poser la marque").click()
    page.locator(".pins a").wait_for()
    note = Annotation.objects.get()
    assert (note.kind, note.page, note.text) == ("box", 1, "À vérifier")
    assert note.box == pytest.approx([0.2, 0.1, 0.6, 0.2], abs=0.005)


def test_words_can_be_selected_where_they_stand(here: Window, town: towns.Town, on_desk: Placed) -> None:
    page = here.open(f"/courrier/{on_desk.mail.number}/")
    words = page.locator(".words text")
    words.first.wait_for(state="attached")
    assert words.all_text_contents() == ["Madame", "Jeanne", "MARTIN", "le", "3", "mars", "2026"]
    first, sheet = words.first.bounding_box(), page.locator(".sheet-turn").bounding_box()
    assert first
    assert sheet
    assert (first["x"] - sheet["x"]) / sheet["width"] == pytest.approx(0.1, abs=0.01)
    page.mouse.move(first["x"] + 1, first["y"] + first["height"] / 2)
    page.mouse.down()
    last = words.nth(2).bounding_box()
    assert last
    page.mouse.move(last["x"] + last["width"], last["y"] + last["height"] / 2, steps=5)
    page.mouse.up()
    assert page.evaluate("getSelection().toString()").split() == ["Madame", "Jeanne", "MARTIN"]
    page.locator("#select-mark").click()
    page.get_by_role("button", name="Poser la marque").click()
    page.locator(".pins a").wait_for()
    assert Annotation.objects.get().kind == "highlight"


def test_a_refused_form_stays_open_with_what_was_typed(
    here: Window, town: towns.Town, on_desk: Placed
) -> None:
    page = here.open(f"/courrier/{on_desk.mail.number}/")
    page.keyboard.press("p")
    page.get_by_role("button", name="Répondre").first.wait_for()
    page.keyboard.press("c")
    page.get_by_role("button", name="Clore ce courrier").click()
    page.get_by_text("dites pourquoi ce courrier est clos sans réponse").wait_for()
    page.get_by_label("Suite donnée").fill("Vu au guichet.")
    page.get_by_role("button", name="Clore ce courrier").click()
    page.get_by_text("Courrier traité : il quitte votre bannette.").wait_for()
    on_desk.assignment.refresh_from_db()
    assert on_desk.assignment.state == AssignmentState.DONE


def test_the_palette_does_what_the_page_offers_and_goes_to_pages(here: Window, on_desk: Placed) -> None:
    page = here.open(f"/courrier/{on_desk.mail.number}/")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Aller à une page ou à un courrier, agir")
    page.keyboard.type("prendre en")
    palette.get_by_role("option", name="Prendre en charge", selected=True).wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Courrier pris en charge.").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("collegue")
    page.keyboard.press("Escape")
    palette.wait_for(state="hidden")
    page.keyboard.press("Control+k")
    page.keyboard.type("regis")
    palette.get_by_role("option", name="Registre", selected=True).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/registre/")


def test_the_palette_opens_the_form_of_an_act_that_is_folded_away(here: Window, on_desk: Placed) -> None:
    page = here.open(f"/courrier/{on_desk.mail.number}/")
    page.keyboard.press("p")
    page.get_by_text("Courrier pris en charge.").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("demander un avis")
    page.get_by_role("option", name="Demander un avis", selected=True).wait_for()
    page.keyboard.press("Enter")
    page.get_by_label("Votre question").wait_for()


def test_a_note_that_did_not_leave_is_still_in_its_field(
    here: Window, town: towns.Town, on_desk: Placed
) -> None:
    town.page(on_desk.mail, 2)
    page = here.open(f"/courrier/{on_desk.mail.number}/")
    page.route(re.compile("/notes/"), lambda route: route.abort())
    page.locator("#note-text").fill("À rappeler")
    page.locator("#note-page").select_option("2")
    page.get_by_role("button", name="Ajouter la note").click()
    page.locator("#toasts .toast-line").first.wait_for()
    assert page.locator("#note-text").input_value() == "À rappeler"
    assert page.locator("#note-page").input_value() == "2"
    here.troubles.clear()  # the console says that the connection was cut
    page.unroute(re.compile("/notes/"))
    page.get_by_role("button", name="Ajouter la note").click()
    page.locator(".note-text").wait_for()
    note = Annotation.objects.get()
    assert (note.text, note.page) == ("À rappeler", 2)


def test_words_come_where_scrolling_rests_and_leave_pages_far_away(
    here: Window, town: towns.Town, on_desk: Placed
) -> None:
    for number in range(2, 21):
        town.page(on_desk.mail, number)
    page = here.open(f"/courrier/{on_desk.mail.number}/")
    page.locator("#page-1 .words text").first.wait_for(state="attached")
    page.locator("[data-sheets]").evaluate("(sheets) => { sheets.scrollTop = sheets.scrollHeight; }")
    page.locator("#page-20 .words text").first.wait_for(state="attached")
    page.locator("#page-1 .words text").first.wait_for(state="detached")
    assert page.locator(".words:has(text)").count() <= 5
    assert page.locator("[data-page-at]").text_content() == "20"
    assert page.locator("[data-thumb][aria-current]").get_attribute("data-thumb") == "20"
