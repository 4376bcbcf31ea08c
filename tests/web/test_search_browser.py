"""Search in a real browser: from the words to their place on the page image, and the list of exports as it grows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from courrier.mail.locking import changed, locked
from courrier.search import flush
from courrier.search.exporting import run_export
from courrier.search.models import SavedSearch, SearchExport
from tests.web import town as towns
from tests.web.desk import Placed, placed
from tests.web.search_desk import indexed
from tests.web.window import TELEPHONE, Window, window

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def on_desk(town: towns.Town) -> Placed:
    """A letter of two pages that both say MARTIN."""
    found = placed(town, town.urb, subject="Clôture")
    for number in (1, 2):
        page = town.page(found.mail, number)
        page.text = "Madame Jeanne MARTIN le 3 mars 2026"
        page.save()
    with locked(found.mail.pk) as held:
        changed(held)
    flush(100)
    return found


@pytest.fixture
def here(chromium: Browser, live_server: LiveServer, town: towns.Town) -> Iterator[Window]:
    with window(chromium, live_server.url, town.agent) as opened:
        yield opened


def test_a_hit_opens_with_its_words_lit_and_keys_go_from_one_to_the_next(
    here: Window, on_desk: Placed
) -> None:
    page = here.open("/recherche/")
    page.locator("#q").fill("martin mars")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche/?q=martin+mars")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/courrier/{on_desk.mail.number}/**")
    hits = page.locator("rect.hit")
    assert hits.count() == 4
    at = page.locator("[data-hit-at]")
    sheet, first = page.locator(".sheet-turn").first.bounding_box(), hits.first.bounding_box()
    assert sheet
    assert first
    assert (first["x"] - sheet["x"]) / sheet["width"] == pytest.approx(0.31, abs=0.01)
    assert (first["y"] - sheet["y"]) / sheet["height"] == pytest.approx(0.1, abs=0.01)
    page.wait_for_function("document.querySelector('[data-hit-at]').textContent === '1'")
    for key, place in (("g", 2), ("g", 3), ("g", 4), ("g", 1), ("G", 4)):
        page.keyboard.press(key)
        assert at.inner_text() == str(place)
        lit = page.locator("rect.hit.is-at")
        assert lit.count() == 1
        box = lit.bounding_box()
        assert box
        assert 0 < box["y"] < 900, "the word is not on screen"
    page.keyboard.press("u")
    page.wait_for_url("**/recherche/?q=martin+mars")


def test_a_search_is_kept_deleted_and_brought_back_without_leaving_the_list(
    here: Window, town: towns.Town, on_desk: Placed
) -> None:
    page = here.open("/recherche/?q=martin")
    page.get_by_text("Enregistrer", exact=True).click()
    page.get_by_label("Nom de la recherche").fill("Martin")
    page.get_by_role("button", name="Enregistrer la recherche").click()
    page.get_by_text("Recherche « Martin » enregistrée").wait_for()
    here.open("/recherche/enregistrees/")
    page.get_by_role("button", name="Supprimer « Martin »").click()
    page.get_by_role("button", name="Rétablir").click()
    page.get_by_role("link", name="Martin", exact=True).wait_for()
    assert SavedSearch.objects.kept().count() == 1


def test_the_list_of_exports_says_by_itself_when_one_is_ready(
    here: Window, town: towns.Town, on_desk: Placed
) -> None:
    export = SearchExport.objects.create(user=town.agent, format="csv", text="martin")
    page = here.open("/recherche/exports/")
    page.get_by_text("en attente").wait_for()
    run_export(export.pk)
    page.get_by_role("link", name="Télécharger").wait_for()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Télécharger").click()
    assert fetched.value.suggested_filename.endswith(".csv")


def test_similar_letters_come_when_they_are_scrolled_to(
    here: Window, town: towns.Town, on_desk: Placed
) -> None:
    text = "La haie mitoyenne du voisin dépasse sur la clôture et gêne le passage des piétons."
    one = indexed(placed(town, town.urb, subject="Haie").mail, text)
    indexed(placed(town, town.urb, subject="Encore la haie").mail, text)
    page = here.open(f"/courrier/{one.number}/")
    page.get_by_role("heading", name="Courriers semblables").scroll_into_view_if_needed()
    page.get_by_role("link", name="Encore la haie").wait_for()


@pytest.mark.parametrize("path", ["/recherche/?q=martin", "/recherche/enregistrees/", "/recherche/exports/"])
def test_nothing_hangs_over_the_edge_of_a_telephone(
    chromium: Browser, live_server: LiveServer, town: towns.Town, on_desk: Placed, path: str
) -> None:
    SavedSearch.objects.create(user=town.agent, name="Un nom long " * 8, text="martin", alert=True)
    SearchExport.objects.create(user=town.agent, format="csv", text="des mots à chercher " * 6)
    with window(chromium, live_server.url, town.agent, TELEPHONE, scripts=False) as opened:
        page = opened.open(path)
        for each in page.locator("details > summary").all():
            if each.is_visible():
                each.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
