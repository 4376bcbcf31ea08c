"""The reception desk in a real browser: files in, the list alive."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from courrier.mail.models import Mail, MailState
from tests import build
from tests.web.window import TELEPHONE, WIDE, window
from tests.worker import work_off

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]


def test_files_are_registered_one_by_one_and_the_list_follows(
    town, live_server, chromium, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    for name, content in {"un.pdf": build.pdf(), "deux.pdf": build.pdf("autre"), "vide.pdf": b""}.items():
        (tmp_path / name).write_bytes(content)
    with window(chromium, live_server.url, town.desk) as opened:
        page = opened.open("/accueil/")
        page.set_input_files("#files", [str(tmp_path / name) for name in ("vide.pdf", "un.pdf", "deux.pdf")])
        expect(page.locator(".upload-done")).to_have_count(2)
        expect(page.locator(".upload-refused")).to_contain_text("Ce fichier est vide")
        expect(page.locator(".letter")).to_have_count(2)
        page.set_input_files("#files", [str(tmp_path / "un.pdf")])
        known = page.locator(".upload-known")
        expect(known).to_contain_text("déjà enregistré")
        expect(known.get_by_role("link")).to_be_visible()
        work_off()
        expect(page.locator(".letter-to_qualify")).to_have_count(2, timeout=25_000)
        expect(page.locator(".call")).to_contain_text("courriers attendent votre relecture")
    assert Mail.objects.count() == 2


def test_a_dropped_file_is_taken_anywhere_on_the_page(town, live_server, chromium) -> None:  # type: ignore[no-untyped-def]
    with window(chromium, live_server.url, town.desk) as opened:
        page = opened.open("/accueil/")
        transfer = page.evaluate_handle(
            """(bytes) => { const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "glisse.pdf", {type: "application/pdf"}));
            return transfer; }""",
            list(build.pdf()),
        )
        page.dispatch_event("main", "dragover", {"dataTransfer": transfer})
        expect(page.get_by_text("Lâchez pour enregistrer")).to_be_visible()
        page.dispatch_event("main", "drop", {"dataTransfer": transfer})
        expect(page.locator(".upload-done")).to_have_count(1)
        expect(page.locator("#drop-veil")).to_be_hidden()


def test_what_the_network_dropped_can_be_sent_again(town, live_server, chromium, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "un.pdf").write_bytes(build.pdf())
    with window(chromium, live_server.url, town.desk) as opened:
        page = opened.open("/accueil/")
        page.route("**/accueil/envois/**", lambda route: route.abort())
        page.set_input_files("#files", [str(tmp_path / "un.pdf")])
        expect(page.locator(".upload-offline")).to_contain_text("Rien n'est perdu")
        page.unroute("**/accueil/envois/**")
        page.get_by_role("button", name="Réessayer").click()
        expect(page.locator(".upload-done")).to_have_count(1)
        opened.troubles.clear()  # the dropped request itself


def test_cancelling_in_the_dialog(town, live_server, chromium) -> None:  # type: ignore[no-untyped-def]
    mail = build.received(town.organisation, town.desk)
    with window(chromium, live_server.url, town.desk) as opened:
        page = opened.open("/accueil/")
        page.get_by_label(f"Annuler {mail.number}").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Motif")).to_be_focused()
        page.keyboard.type("publicité")
        page.keyboard.press("Enter")
        expect(dialog).to_be_hidden()
        expect(page.locator("#toasts")).to_contain_text("est annulé")
        expect(page.locator(".letter")).to_have_count(0)
    mail.refresh_from_db()
    assert (mail.state, mail.cancelled_reason) == (MailState.CANCELLED, "publicité")


@pytest.mark.parametrize("size", [WIDE, TELEPHONE], ids=["wide", "telephone"])
def test_nothing_scrolls_sideways(town, live_server, chromium, size: dict[str, int]) -> None:  # type: ignore[no-untyped-def]
    town.letter(subject="Un objet si long qu'il ne tient sur aucune ligne " * 5)
    town.letter(MailState.FAILED, failure_reason="La lecture a échoué. " * 5)
    with window(chromium, live_server.url, town.desk, size) as opened:
        page = opened.open("/accueil/")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
