"""A browser window for a person of the town, which notes everything that should not happen in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from courrier.organisations.models import User

WIDE = {"width": 1440, "height": 900}
TELEPHONE = {"width": 390, "height": 844}


@dataclass
class Window:
    """A page with what went wrong in it: errors of the console, and requests to another host."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def note(self, message: ConsoleMessage) -> None:
        refused = "the server responded with a status of 4" in message.text  # a refused file is no fault
        if message.type == "error" and not refused:
            self.troubles.append(message.text)

    def watch(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.troubles.append(request.url)


def draw_on_sheet(page: Page) -> None:
    """Drag a box over the upper middle of the page's first sheet, as with a mouse."""
    sheet = page.locator(".sheet-turn").bounding_box()
    assert sheet
    page.mouse.move(sheet["x"] + sheet["width"] * 0.2, sheet["y"] + sheet["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(sheet["x"] + sheet["width"] * 0.6, sheet["y"] + sheet["height"] * 0.2, steps=4)
    page.mouse.up()


@contextmanager
def window(
    running: Browser,
    address: str,
    user: User | None,
    size: dict[str, int] | None = None,
    *,
    scripts: bool = True,
) -> Iterator[Window]:
    """A window in which `user` is signed in, or nobody; leaving it fails where anything went wrong in it."""
    context = running.new_context(viewport=size or WIDE, locale="fr-FR", java_script_enabled=scripts)  # type: ignore[arg-type]
    if user is not None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])
    opened = Window(context.new_page(), address)
    opened.page.on("console", opened.note)
    opened.page.on("pageerror", lambda error: opened.troubles.append(str(error)))
    opened.page.on("request", opened.watch)
    yield opened
    context.close()
    assert opened.troubles == [], opened.troubles
