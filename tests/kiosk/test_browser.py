"""The kiosk in Chromium: by mouse, by keyboard, without script, in the dark; and what it leaves on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from courrier.mail.models import Mail
from courrier.organisations.typed_code import as_typed, is_whole
from tests.kiosk.conftest import Town, photo
from tests.screens import audit
from tests.web.window import TELEPHONE, WIDE

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def photos(tmp_path: Path) -> list[str]:
    paths = []
    for number, shade in enumerate((60, 200), start=1):
        path = tmp_path / f"page-{number}.jpg"
        path.write_bytes(photo(shade).read())
        paths.append(str(path))
    return paths


def opened(chromium: Browser, size: dict[str, int], scripts: bool = True) -> tuple[Page, list[str]]:
    """A window of somebody without an account, and what went wrong in it."""
    context = chromium.new_context(viewport=size, locale="fr-FR", java_script_enabled=scripts)  # type: ignore[arg-type]
    page, troubles = context.new_page(), list[str]()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None)
    return page, troubles


def hand_in(page: Page, address: str, files: list[str]) -> str:
    """Deposit these files; the code of the receipt."""
    page.goto(f"{address}/borne/")
    page.get_by_label("Votre courrier").set_input_files(files)
    page.get_by_label("Votre nom").fill("Jeanne Martin")
    page.get_by_role("button", name="Déposer").click()
    expect(page.get_by_text("Votre courrier est déposé")).to_be_visible()
    return page.locator(".kiosk-code").inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_a_letter_is_handed_in_and_asked_after(
    town: Town, live_server: Any, chromium: Browser, photos: list[str], scripts: bool
) -> None:
    town.open()
    page, troubles = opened(chromium, TELEPHONE, scripts)
    code = hand_in(page, live_server.url, photos)
    assert is_whole(as_typed(code))
    number = Mail.objects.get().number
    assert number == page.locator(".kiosk-number").inner_text()
    page.get_by_role("link", name="J'ai terminé").click()
    assert code not in page.content()
    page.get_by_role("link", name="Où en est mon dépôt").click()
    page.get_by_label("Numéro").fill(number)
    page.get_by_label("Code").fill(code.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_text("Reçu. L'accueil va le transmettre")).to_be_visible()
    assert troubles == []


@pytest.mark.parametrize("size", [WIDE, TELEPHONE], ids=["wide", "telephone"])
def test_every_page_is_for_everybody(
    town: Town, live_server: Any, chromium: Browser, photos: list[str], size: dict[str, int]
) -> None:
    town.open()
    page, troubles = opened(chromium, size)
    faults: dict[str, list[str]] = {}

    def look(name: str) -> None:
        seen = audit.Seen(f"kiosk-{name}-{size['width']}", page.url)
        audit.settle(page)
        page.screenshot(path=audit.pictures() / f"{seen.name}.png", full_page=True)
        audit.judge(page, seen)
        audit.judge(page, seen, dark=True)
        page.screenshot(path=audit.pictures() / f"{seen.name}-dark.png", full_page=True)
        page.emulate_media(color_scheme="light")
        for width in (size["width"], 320):
            page.set_viewport_size({"width": width, "height": size["height"]})
            audit.reflows(page, seen)
        page.set_viewport_size(size)  # type: ignore[arg-type]
        faults[name] = seen.faults

    page.goto(f"{live_server.url}/borne/")
    look("deposit")
    page.get_by_role("button", name="Déposer").click()
    expect(page.get_by_text("Choisissez un PDF ou une photo")).to_be_visible()
    look("refused")
    code = hand_in(page, live_server.url, photos)
    look("receipt")
    page.goto(f"{live_server.url}/suivi/")
    look("following")
    page.get_by_label("Numéro").fill("A-2026-99999")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Voir").click()
    expect(page.get_by_text("Aucun dépôt ne correspond")).to_be_visible()
    look("not-found")
    page.get_by_label("Numéro").fill(Mail.objects.get().number)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Voir").click()
    look("standing")
    assert {name: found for name, found in faults.items() if found} == {}
    assert troubles == []


def test_controls_are_large(town: Town, live_server: Any, chromium: Browser) -> None:
    town.open()
    page, _troubles = opened(chromium, WIDE)
    page.goto(f"{live_server.url}/borne/")
    for control in page.locator("input:visible, button:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 48


def test_a_screen_left_alone_clears_itself_and_asks_before(
    town: Town, live_server: Any, chromium: Browser, photos: list[str]
) -> None:
    town.open()
    page, _troubles = opened(chromium, WIDE)
    page.clock.install()
    code = hand_in(page, live_server.url, photos)
    page.clock.run_for(121_000)
    expect(page.get_by_role("heading", name="Êtes-vous toujours là ?")).to_be_visible()
    page.get_by_role("button", name="Je suis toujours là").click()
    expect(page.locator(".kiosk-code")).to_have_text(code)
    page.clock.run_for(119_000)
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.clock.run_for(32_000)
    page.wait_for_url("**/borne/cazalis/")
    expect(page.get_by_role("heading", name="Déposer un courrier")).to_be_visible()
    page.go_back()
    assert code not in page.content()


def test_what_was_typed_goes_too(town: Town, live_server: Any, chromium: Browser) -> None:
    town.open()
    page, _troubles = opened(chromium, WIDE)
    page.clock.install()
    page.goto(f"{live_server.url}/borne/cazalis/")
    page.clock.run_for(400_000)
    page.get_by_label("Votre nom").fill("Jeanne Martin")
    page.clock.run_for(155_000)
    expect(page.get_by_label("Votre nom")).to_have_value("")


def test_the_receipt_alone_is_printed(
    town: Town, live_server: Any, chromium: Browser, photos: list[str]
) -> None:
    town.open()
    page, _troubles = opened(chromium, WIDE)
    hand_in(page, live_server.url, photos)
    page.emulate_media(media="print")
    expect(page.locator(".kiosk-receipt")).to_be_visible()
    expect(page.locator(".kiosk-buttons")).to_be_hidden()
