"""What is looked at on a screen: rules of axe, reflow, weight, troubles of the console; and its picture is kept."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

if TYPE_CHECKING:
    from tests.web.window import Window

WIDTHS = {1440: 900, 768: 1024, 390: 844}
"""Widths and heights of the pictures kept, CSS pixels."""

ZOOMED = {"width": 320, "height": 640}
"""A window of 1280 px at 400 %: content must reflow (WCAG 2.2, 1.4.10)."""

HEAVIEST = 60_000
"""Bytes of HTML, compressed."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE: str = Axe().axe_script


@dataclass
class Seen:
    """What was found on one screen; `passed` counts rules of axe that held on at least one element."""

    name: str
    address: str
    faults: list[str] = field(default_factory=list)
    passed: int = 0
    bytes: int = 0

    def kept(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "address": self.address,
            "faults": self.faults,
            "passed": self.passed,
            "bytes": self.bytes,
        }


def pictures() -> Path:
    folder = Path(os.environ.get("COURRIER_SCREENS", "var/tests/screens")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def look(window: Window, name: str, path: str, expected: int = 200) -> Seen:
    """Open a page and look at it in light and dark, at every width."""
    page = window.page
    page.set_viewport_size({"width": 1440, "height": 900})
    answer = page.goto(window.address + path, wait_until="load")
    assert answer is not None
    seen = Seen(name, path)
    if answer.status != expected:
        seen.faults.append(f"status {answer.status}")
        return seen
    seen.bytes = len(gzip.compress(answer.body(), 6))
    if seen.bytes > HEAVIEST:
        seen.faults.append(f"{seen.bytes} bytes of HTML, compressed")
    settle(page)
    judge(page, seen)
    judge(page, seen, dark=True)
    photograph(page, seen)
    return seen


def look_at_state(page: Page, name: str) -> Seen:
    """Look at a page as it stands: a dialog open, a form refused."""
    seen = Seen(name, page.url)
    settle(page)
    judge(page, seen)
    photograph(page, seen)
    return seen


def settle(page: Page) -> None:
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(150)


def judge(page: Page, seen: Seen, *, dark: bool = False) -> None:
    """The rules of axe that a page breaks; in the dark those on contrast alone, since nothing else changes."""
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    page.wait_for_timeout(250)  # colours may still be on their way
    page.evaluate(AXE)
    only = {"type": "rule", "values": ["color-contrast"]} if dark else {"type": "tag", "values": TAGS}
    found = page.evaluate(
        f"axe.run({json.dumps({'runOnly': only, 'resultTypes': ['violations', 'passes']})})"
    )
    for rule in found["violations"]:
        for node in rule["nodes"][:3]:
            where = " ".join(map(str, node["target"]))
            seen.faults.append(f"{'dark: ' if dark else ''}{rule['id']}: {where}: {node['html'][:120]}")
    if not dark:
        seen.passed = len(found["passes"])


def photograph(page: Page, seen: Seen) -> None:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.wait_for_timeout(300)  # colours come back from the dark
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(50)
        page.screenshot(path=pictures() / f"{seen.name}-{width}.png")
        reflows(page, seen)
    page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
    reflows(page, seen)


def reflows(page: Page, seen: Seen) -> None:
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 1:
        seen.faults.append(f"{wide} px too wide in a window of {page.viewport_size}")
