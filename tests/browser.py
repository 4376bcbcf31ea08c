"""Chromium under a test's control."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

USUAL = 5_000


@contextmanager
def browser(program: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield running
        running.close()


@contextmanager
def patience(milliseconds: int) -> Iterator[None]:
    """In it, what is expected on a page may take so long: where real processes have to answer first."""
    expect.set_options(timeout=milliseconds)
    yield
    expect.set_options(timeout=USUAL)
