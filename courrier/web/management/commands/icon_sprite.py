"""Draws the sprite of the icons in use from an unpacked @tabler/icons package."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

WEB = Path(__file__).resolve().parents[2]
SPRITE = WEB / "static/vendor/tabler/icons.svg"
NAMED = re.compile(r"""\bicon(?:=|\(|\s+)"([a-z0-9-]+)\"""")
QUOTED = re.compile(r"""["']([a-z][a-z0-9-]+)["']""")


def sources(*suffixes: str) -> Iterator[str]:
    """Texts of the pages' templates (.html), Python (.py) and JavaScript (.js)."""
    for path in sorted(WEB.rglob("*")):
        if path.suffix in suffixes and "vendor" not in path.parts:
            yield path.read_text(encoding="utf-8")


def icons_named() -> set[str]:
    """Icons that are named as such: `{% icon "x" %}`, `icon="x"`, `icon("x")`."""
    return {name for text in sources(".html", ".py", ".js") for name in NAMED.findall(text)}


def words_quoted() -> set[str]:
    """Every quoted word of code: an icon's name may stand in a table of states or of events."""
    return {name for text in sources(".py", ".js") for name in QUOTED.findall(text)}


def icons_in_sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text(encoding="utf-8")))


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path, help="folder of the unpacked @tabler/icons package")

    def handle(self, *args: Any, package: Path, **options: Any) -> None:
        there = {path.stem for path in (package / "icons/outline").glob("*.svg")}
        if unknown := icons_named() - there:
            raise CommandError(f"no icon named {', '.join(sorted(unknown))} in {package}")
        symbols = [symbol(package, name) for name in sorted(icons_named() | words_quoted() & there)]
        text = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
        SPRITE.write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(symbols)} icons, {len(text) / 1024:.0f} kB")


def symbol(package: Path, name: str) -> str:
    """One icon as a `<symbol>`; its strokes take the colour and width of the place it is used in."""
    path = package / "icons/outline" / f"{name}.svg"
    shapes = re.findall(r"<(?:path|circle|rect|line)\b[^>]*>", path.read_text(encoding="utf-8"))
    drawn = [re.sub(r"\s+", " ", shape) for shape in shapes if 'stroke="none"' not in shape]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(drawn)}</symbol>'
