"""The square on a receipt: a telephone reads it, it leads to the follow-up page, and says what the paper says."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import zxingcpp
from django.test import Client
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Request, expect

from courrier.kiosk.square import carried, square
from courrier.mail.models import Mail
from tests.kiosk.conftest import Hand, Town, pdf
from tests.web.window import TELEPHONE

SCALE = 6


def read(page: str) -> str:
    """What a telephone reads from the square on this page."""
    frame = re.search(
        r'<figure class="kiosk-square"><svg viewBox="0 0 (\d+) (\d+)".*?<path d="([^"]+)"', page
    )
    assert frame, page
    side = int(frame[1])
    image = Image.new("L", (side * SCALE, side * SCALE), 255)
    pen = ImageDraw.Draw(image)
    for x, y, width, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\3Z", frame[3]):
        corner = (int(x) * SCALE, int(y) * SCALE)
        pen.rectangle((*corner, corner[0] + int(width) * SCALE - 1, corner[1] + int(height) * SCALE - 1), 0)
    [found] = zxingcpp.read_barcodes(image)
    return str(found.text)


def test_a_telephone_reads_the_address_the_number_and_the_code(
    town: Town, hand_in: Hand, settings: Any
) -> None:
    settings.SITE_URL = "https://courrier.cazalis.example"
    town.open()
    answer = hand_in(pdf(), name="Jeanne Martin", email="jeanne@exemple.fr")
    address = urlsplit(read(answer.content.decode()))
    assert address[:4] == ("https", "courrier.cazalis.example", "/suivi/", "")
    said = {"numero": Mail.objects.get().number, "code": answer.context["code"]}
    assert dict(parse_qsl(address.fragment)) == said, "what the paper says, and nothing else"
    figure = answer.content.decode().split("<figure")[1].split("</figure>")[0]
    assert "style" not in figure


def test_there_is_none_while_nothing_is_told_of_deposits(town: Town, hand_in: Hand) -> None:
    town.open(tells_state=False)
    assert "kiosk-square" not in hand_in(pdf()).content.decode()


@pytest.mark.parametrize("length", [20, 60, 200])
def test_longer_addresses_make_finer_squares_that_are_read(length: int) -> None:
    address = carried(f"https://{'a' * length}.example/suivi/", "A-2026-00012", "ABCD-EFGH")
    drawn = square(address)
    page = f'<figure class="kiosk-square"><svg viewBox="0 0 {drawn.side} {drawn.side}"><path d="{drawn.outline}"/>'
    assert read(page) == address


@pytest.mark.chromium
@pytest.mark.django_db(transaction=True)
def test_the_page_it_leads_to_has_both_and_leaves_them_in_no_address(
    town: Town, hand_in: Hand, live_server: Any, chromium: Browser
) -> None:
    town.open()
    answer = hand_in(pdf())
    number, code = Mail.objects.get().number, answer.context["code"]
    page = chromium.new_context(viewport=TELEPHONE, locale="fr-FR").new_page()  # type: ignore[arg-type]
    asked: list[Request] = []
    page.on("request", lambda each: asked.append(each))
    page.goto(carried(f"{live_server.url}/suivi/", number, code))
    expect(page.get_by_label("Numéro")).to_have_value(number)
    expect(page.get_by_label("Code")).to_have_value(code)
    assert page.url == f"{live_server.url}/suivi/"
    page.keyboard.press("Enter")  # the button has the focus
    expect(page.get_by_text("Reçu. L'accueil va le transmettre")).to_be_visible()
    for each in asked:
        assert number not in each.url.split("#")[0]
        assert code not in each.url.split("#")[0]
        assert code not in str(each.headers.get("referer"))


def test_the_server_takes_neither_from_an_address(town: Town) -> None:
    town.open()
    page = Client().get("/suivi/", {"numero": "A-2026-00012", "code": "ABCD"}).content.decode()
    assert "A-2026-00012" not in page
