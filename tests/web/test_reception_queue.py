"""The queue of files in a real browser: paused, cut off, left by a reload, photographed; nothing lost or twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from courrier.mail.models import Mail
from tests import build
from tests.web import town as towns
from tests.web.test_reception_pieces import photograph
from tests.web.window import TELEPHONE, Window, window

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def desk(chromium: Browser, live_server: LiveServer, town: towns.Town) -> Iterator[Window]:
    with window(chromium, live_server.url, town.desk) as opened:
        opened.page.set_default_timeout(60_000)
        yield opened


def files(folder: Path, count: int) -> list[str]:
    """So many letters, each its own: a comment at the end makes the bytes differ."""
    paths = []
    for number in range(count):
        path = folder / f"scan-{number:03d}.pdf"
        path.write_bytes(build.pdf() + b"\n%% %d\n%%%%EOF\n" % number)
        paths.append(str(path))
    return paths


def hold_pieces(page: Page) -> list[Route]:
    """Have pieces wait on their way until they are let go."""
    held: list[Route] = []
    page.route("**/accueil/envois/*/*/", lambda route: held.append(route))
    return held


def test_a_reload_loses_nothing(desk: Window, tmp_path: Path) -> None:
    page = desk.open("/accueil/")
    held = hold_pieces(page)
    page.set_input_files("#files", files(tmp_path, 3))
    expect(page.locator(".upload-sending")).to_have_count(2)
    page.wait_for_timeout(1000)
    assert held
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    expect(page.locator(".upload-done")).to_have_count(3, timeout=60_000)
    assert Mail.objects.count() == 3
    page.reload()
    page.wait_for_timeout(1000)
    expect(page.locator(".upload")).to_have_count(0)
    desk.troubles.clear()


def test_an_answer_that_was_lost_is_no_refusal(desk: Window, tmp_path: Path) -> None:
    page = desk.open("/accueil/")

    def lose(route: Route) -> None:
        route.fetch()  # the server registers it, and nobody hears
        route.abort()

    page.route("**/accueil/envois/enregistrer/", lose)
    page.set_input_files("#files", files(tmp_path, 1))
    expect(page.locator(".upload-offline")).to_have_count(1, timeout=60_000)
    assert Mail.objects.count() == 1
    page.unroute_all(behavior="ignoreErrors")
    expect(page.locator(".upload-done")).to_contain_text(Mail.objects.get().number, timeout=60_000)
    assert Mail.objects.count() == 1
    desk.troubles.clear()


def test_paused_and_gone_on_with(desk: Window, tmp_path: Path) -> None:
    page = desk.open("/accueil/")
    held = hold_pieces(page)
    page.set_input_files("#files", files(tmp_path, 3))
    expect(page.locator(".upload-sending")).to_have_count(2)
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Suspendre").click()
    expect(page.locator(".upload-waiting")).to_have_count(3)
    expect(page.locator(".upload-state").first).to_have_text("suspendu")
    page.unroute_all(behavior="ignoreErrors")
    assert held
    page.get_by_role("button", name="Reprendre").click()
    expect(page.locator(".upload-done")).to_have_count(3, timeout=60_000)
    assert Mail.objects.count() == 3
    desk.troubles.clear()


def test_one_that_is_not_to_be_sent_after_all(desk: Window, tmp_path: Path) -> None:
    page = desk.open("/accueil/")
    hold_pieces(page)
    page.set_input_files("#files", files(tmp_path, 1))
    expect(page.locator(".upload-sending")).to_have_count(1)
    page.get_by_role("button", name="Ne pas envoyer").click()
    expect(page.locator(".upload")).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    page.wait_for_timeout(1000)
    expect(page.locator(".upload")).to_have_count(0)
    assert not Mail.objects.exists()
    desk.troubles.clear()


def test_registered_again_when_asked(desk: Window, tmp_path: Path) -> None:
    page = desk.open("/accueil/")
    paths = files(tmp_path, 1)
    for _each in range(2):
        page.set_input_files("#files", paths)
    expect(page.locator(".upload-known")).to_contain_text("déjà enregistré", timeout=60_000)
    assert Mail.objects.count() == 1
    page.get_by_role("button", name="Enregistrer quand même").click()
    expect(page.locator(".upload-done")).to_have_count(2, timeout=60_000)
    assert Mail.objects.count() == 2


def test_photographs_put_in_order_become_one_letter(
    chromium: Browser, live_server: LiveServer, town: towns.Town, tmp_path: Path
) -> None:
    paths = []
    for colour in ("red", "green", "blue"):
        path = tmp_path / f"{colour}.jpg"
        path.write_bytes(photograph(colour))
        paths.append(str(path))
    with window(chromium, live_server.url, town.desk, TELEPHONE) as opened:
        page = opened.open("/accueil/")
        for path in paths:
            page.set_input_files("#camera", [path])
        expect(page.locator(".photo")).to_have_count(3)
        page.reload()  # a telephone may forget the page while its camera is open
        expect(page.locator(".photo")).to_have_count(3)
        page.get_by_role("button", name="Avancer : page 3").click()
        expect(page.locator("#uploads-said")).to_have_text("Cette photo est maintenant la page 2.")
        page.get_by_role("button", name="Retirer : page 1").click()
        expect(page.locator(".photo")).to_have_count(2)
        page.screenshot(path=str(tmp_path / "photos.png"), full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
        page.get_by_role("button", name="Enregistrer ce courrier de 2 pages").click()
        expect(page.locator(".upload-done")).to_have_count(1, timeout=60_000)
        expect(page.locator("#photos")).to_be_hidden()
    assert Mail.objects.get().documents.get().page_count == 2


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_folder_of_three_hundred_files(desk: Window, tmp_path: Path) -> None:
    page = desk.open("/accueil/")
    page.set_input_files("#files", files(tmp_path, 300))
    expect(page.locator(".upload")).to_have_count(300)
    expect(page.locator(".upload-done")).to_have_count(300, timeout=800_000)
    expect(page.locator("#uploads-count")).to_have_text("300 sur 300 enregistrés, 0 refusés")
    assert Mail.objects.count() == 300
