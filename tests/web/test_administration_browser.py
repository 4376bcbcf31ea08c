"""From an empty installation to a second account, in a real browser, on a desk and on a telephone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from courrier.organisations.models import Organisation, Role, User
from courrier.organisations.setup_code import setup_code
from courrier.organisations.typed_code import in_groups
from tests import build
from tests.web import town as towns
from tests.web.window import TELEPHONE, WIDE, window

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"#id_{name}", value)


def test_one_person_begins_alone_and_opens_a_second_account(live_server: Any, chromium: Browser) -> None:
    page = chromium.new_page(locale="fr-FR")
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(live_server.url)
    fill(page, name="Mairie de Cazalis", first_name="Nadia", last_name="Belkacem", username="n.belkacem")
    fill(page, password="quatre mots sans suite", again="quatre mots sans suite")
    fill(page, code=in_groups(setup_code()))
    page.get_by_label("Petite enfance").uncheck()
    page.get_by_label("Je fais aussi l'accueil et la direction").check()
    page.get_by_role("button", name="Commencer").click()
    expect(page.get_by_role("heading", name="Pour commencer")).to_be_visible()
    page.get_by_role("link", name="Personnes").first.click()
    page.get_by_role("link", name="Ajouter une personne").click()
    fill(page, first_name="Julie", last_name="Peyrat", username="j.peyrat")
    page.get_by_label("Urbanisme").select_option("agent")
    page.get_by_role("button", name="Créer le compte").click()
    expect(page.get_by_role("link", name="Julie Peyrat")).to_be_visible()
    assert not troubles
    assert not Organisation.objects.get().departments.filter(code="PET").exists()
    assert User.objects.get(username="j.peyrat").memberships.get().role == Role.AGENT


@pytest.mark.parametrize("size", [WIDE, TELEPHONE], ids=["wide", "telephone"])
def test_pages_of_settings_fit_the_screen(live_server: Any, chromium: Browser, size: dict[str, int]) -> None:
    town = towns.found()
    admin = build.member(town.organisation, Role.ADMINISTRATOR)
    kind = build.document_type(town.organisation, "un-type-au-nom-vraiment-tres-long-pour-un-telephone")
    addresses = ["", "collectivite/", "services/", "services/ajouter/", "personnes/", "personnes/ajouter/"]
    addresses += ["types/", f"circuits/type/{kind.code}/", "circuits/", "modeles/", "rappels/", "journal/"]
    with window(chromium, live_server.url, admin, size) as opened:
        for address in addresses:
            page = opened.open(f"/administration/{address}")
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
            here = page.locator(".settings-side [aria-current]" if size == WIDE else ".settings-menu summary")
            expect(here).to_be_in_viewport()
            assert here.inner_text()


def test_a_setting_is_found_by_a_word_of_what_it_decides(live_server: Any, chromium: Browser) -> None:
    town = towns.found()
    admin = build.member(town.organisation, Role.ADMINISTRATOR)
    with window(chromium, live_server.url, admin) as opened:
        page = opened.open("/administration/")
        page.keyboard.press("Control+k")
        page.keyboard.type("jours feries")
        page.get_by_role("option", name="Jours ouvrés", selected=True).wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url("**/jours/")
        expect(page.locator(".settings-side [aria-current]")).to_have_text("Jours ouvrés")


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_on_a_telephone_the_list_unfolds_above_the_page(
    live_server: Any, chromium: Browser, scripts: bool
) -> None:
    town = towns.found()
    admin = build.member(town.organisation, Role.ADMINISTRATOR)
    with window(chromium, live_server.url, admin, TELEPHONE, scripts=scripts) as opened:
        page = opened.open("/administration/modeles/")
        expect(page.locator(".settings-side")).to_be_hidden()
        page.locator(".settings-menu summary").click()
        page.locator(".settings-menu").get_by_role("link", name="Journal").click()
        page.wait_for_url("**/administration/journal/")


def test_the_general_direction_sees_its_settings_alone(live_server: Any, chromium: Browser) -> None:
    town = towns.found()
    with window(chromium, live_server.url, town.direction) as opened:
        page = opened.open("/administration/services/")
        assert page.locator(".settings-side a").all_inner_texts() == ["Services", "Parcours", "Rappels"]
