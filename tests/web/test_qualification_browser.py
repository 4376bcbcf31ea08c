"""Qualification with hands on the keyboard, in a real browser."""

import pytest
from playwright.sync_api import expect

from courrier.mail.models import Assignment, Mail, MailState
from courrier.mail.qualification import Qualification
from tests.web import town as towns
from tests.web.window import TELEPHONE, window
from workflows import actions

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

READING = 500
"""Milliseconds: the shortest look at a letter."""

SHOWN_AFTER = """() => performance.getEntriesByName("letter-shown").at(-1).startTime
  - performance.getEntriesByName("letter-accepted").at(-1).startTime"""


def understood(town: towns.Town, number: int) -> list[Mail]:
    mails = town.waiting(number)
    for mail in mails:
        mail.suggestions.all().delete()
        town.suggest(mail, "department", "URB", "TEC", "FIN", confidence=0.95)
        town.suggest(mail, "subject", f"Objet de {mail.number}")
    return mails


def state(mail: Mail) -> str:
    return Mail.objects.values_list("state", flat=True).get(pk=mail.pk)


def test_one_key_sends_a_letter_and_the_next_is_there(town, live_server, chromium) -> None:  # type: ignore[no-untyped-def]
    first, second, third = understood(town, 3)
    with window(chromium, live_server.url, town.desk) as opened:
        page = opened.open("/qualifier/")
        expect(page.locator("h1")).to_have_text(first.number)
        page.wait_for_load_state("networkidle")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(second.number)
        expect(page).to_have_url(f"{live_server.url}/qualifier/{second.number}/")
        assert page.evaluate("document.querySelector('.sheet-page img').complete")
        assert page.evaluate(SHOWN_AFTER) < 1000
        expect(page.locator("#toasts")).to_contain_text(f"{first.number} transmis")
        page.wait_for_timeout(READING)
        page.keyboard.press("2")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(third.number)
        expect(page.locator("#toasts")).to_contain_text(f"{second.number} transmis")
        page.wait_for_timeout(READING)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Tout est qualifié")).to_be_visible()
    sent = dict(Assignment.objects.values_list("mail__number", "department__code"))
    assert sent == {first.number: "URB", second.number: "TEC", third.number: "URB"}


def test_a_key_that_bounces_or_is_held_sends_one_letter(town, live_server, chromium) -> None:  # type: ignore[no-untyped-def]
    first, second = understood(town, 2)
    with window(chromium, live_server.url, town.desk) as opened:
        page = opened.open(f"/qualifier/{first.number}/")
        page.wait_for_load_state("networkidle")
        page.evaluate(
            """() => { const key = (repeat) => document.body.dispatchEvent(
            new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true, repeat}));
            document.activeElement.blur(); key(false);
            const shown = new MutationObserver(() => { shown.disconnect(); key(false); key(true); });
            shown.observe(document.getElementById("desk"), {childList: true}); }"""
        )
        expect(page.locator("h1")).to_have_text(second.number)
        expect(page.locator("#toasts")).to_contain_text(f"{first.number} transmis")
        page.wait_for_load_state("networkidle")
    assert state(first) == MailState.IN_PROGRESS
    assert state(second) == MailState.TO_QUALIFY


def test_words_light_up_and_fill_the_field_they_are_dragged_for(town, live_server, chromium) -> None:  # type: ignore[no-untyped-def]
    [mail] = understood(town, 1)
    mail.pages.all().delete()
    town.page(mail)
    with window(chromium, live_server.url, town.desk) as opened:
        page = opened.open(f"/qualifier/{mail.number}/")
        page.wait_for_load_state("networkidle")
        page.keyboard.press("o")
        expect(page.locator("rect.lit")).to_have_count(1)
        frame = page.locator(".marks").bounding_box()
        assert frame is not None

        def drag(x0: float, y0: float, x1: float, y1: float) -> None:
            page.mouse.move(frame["x"] + x0 * frame["width"], frame["y"] + y0 * frame["height"])
            page.mouse.down()
            page.mouse.move(frame["x"] + x1 * frame["width"], frame["y"] + y1 * frame["height"], steps=4)
            page.mouse.up()

        drag(0.2, 0.09, 0.41, 0.13)
        expect(page.locator("[name=subject]")).to_have_value("Jeanne MARTIN")
        page.keyboard.press("Escape")
        page.keyboard.press("d")
        drag(0.48, 0.19, 0.72, 0.23)
        expect(page.locator("[name=letter_date]")).to_have_value("2026-03-03")


def test_a_letter_that_could_not_leave_comes_back_as_it_was_typed(town, live_server, chromium) -> None:  # type: ignore[no-untyped-def]
    first, second = understood(town, 2)
    with window(chromium, live_server.url, town.desk) as opened:
        page = opened.open(f"/qualifier/{first.number}/")
        page.wait_for_load_state("networkidle")
        page.fill("[name=subject]", "Tapé avec soin")
        actions.qualify(first, town.direction, Qualification(departments=[town.fin]))
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(second.number)
        page.get_by_role("button", name="Revoir").click()
        expect(page.locator("h1")).to_have_text(first.number)
        expect(page.locator("[name=subject]")).to_have_value("Tapé avec soin")
    assert Assignment.objects.get(mail=first).department == town.fin


def test_no_letter_leaves_without_a_department(town, live_server, chromium) -> None:  # type: ignore[no-untyped-def]
    [mail] = town.waiting()
    mail.suggestions.all().delete()
    with window(chromium, live_server.url, town.desk) as opened:
        page = opened.open(f"/qualifier/{mail.number}/")
        page.click("h1")
        page.keyboard.press("Enter")
        expect(page.locator("#department-error")).to_have_text(
            "Choisissez le service à qui transmettre ce courrier."
        )
        expect(page.locator("#other-department")).to_be_focused()
    assert state(mail) == MailState.TO_QUALIFY


def test_everything_works_without_scripts(town, live_server, chromium) -> None:  # type: ignore[no-untyped-def]
    first, second = understood(town, 2)
    with window(chromium, live_server.url, town.desk, scripts=False) as opened:
        page = opened.open("/qualifier/")
        page.get_by_label(town.tec.name).first.check()
        page.get_by_role("button", name="Transmettre").first.click()
        expect(page.locator("h1")).to_have_text(second.number)
        expect(page.locator("#toasts")).to_contain_text(f"{first.number} transmis")
    assert Assignment.objects.get(mail=first).department == town.tec


def test_a_telephone_shows_page_and_form_without_scrolling_sideways(town, live_server, chromium) -> None:  # type: ignore[no-untyped-def]
    [mail] = understood(town, 1)
    with window(chromium, live_server.url, town.desk, TELEPHONE) as opened:
        page = opened.open(f"/qualifier/{mail.number}/")
        expect(page.locator(".sheet-page img")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
        page.locator(".q-send-foot").click()
        expect(page.get_by_text("Tout est qualifié")).to_be_visible()


def test_a_page_is_turned_by_key_and_words_are_taken_from_it_as_it_lies(town, live_server, chromium) -> None:  # type: ignore[no-untyped-def]
    [mail] = understood(town, 1)
    mail.pages.all().delete()
    town.page(mail)
    with window(chromium, live_server.url, town.desk) as opened:
        page = opened.open(f"/qualifier/{mail.number}/")
        page.wait_for_load_state("networkidle")
        page.click("h1")
        upright = page.locator(".sheet-page").bounding_box()
        page.keyboard.press("t")
        expect(page.locator(".sheet-page")).to_have_attribute("data-turn", "90")
        lying = page.locator(".sheet-page").bounding_box()
        assert upright
        assert lying
        assert lying["height"] < lying["width"] < upright["height"]
        page.keyboard.press("o")
        page.keyboard.press("t")
        expect(page.locator(".sheet-page")).to_have_attribute("data-turn", "90")
        frame = page.locator(".marks").bounding_box()
        assert frame is not None
        # What lies from (0.2, 0.09) to (0.41, 0.13) of the page is seen from (0.87, 0.2) to (0.91, 0.41).
        page.mouse.move(frame["x"] + 0.87 * frame["width"], frame["y"] + 0.2 * frame["height"])
        page.mouse.down()
        page.mouse.move(frame["x"] + 0.91 * frame["width"], frame["y"] + 0.41 * frame["height"], steps=4)
        page.mouse.up()
        expect(page.locator("[name=subject]")).to_have_value("Jeanne MARTIN")


def test_one_key_attaches_a_letter_come_twice(town, live_server, chromium) -> None:  # type: ignore[no-untyped-def]
    first, second = town.waiting(2)
    with window(chromium, live_server.url, town.desk) as opened:
        page = opened.open(f"/qualifier/{second.number}/")
        expect(page.get_by_text("Déjà reçu ?")).to_be_visible()
        page.click("h1")
        page.keyboard.press("j")
        expect(page.locator("#toasts")).to_contain_text(f"{second.number} est joint à {first.number}")
        expect(page.locator("h1")).to_have_text(first.number)
    second.refresh_from_db()
    assert second.duplicate_of == first
