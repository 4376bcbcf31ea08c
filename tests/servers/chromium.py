"""Chromium: the system's, or the one that Playwright installed where the system has none."""

import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> Path | None:
    """The browser's program, or None."""
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    installed = sorted((Path.home() / ".cache" / "ms-playwright").glob("chromium-*/chrome-linux*/chrome"))
    return installed[-1] if installed else None
