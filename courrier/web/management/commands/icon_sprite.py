"""Draws the sprite of the icons in use from an unpacked @tabler/icons package."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

WEB = Path(__file__).resolve().parents[2]
SPRITE = WEB / "static/vendor/tabler/icons.svg"
IN_TEMPLATE = re.compile(r"""\{%\s*icon\s+"([a-z0-9-]+)\"""")
AS_ARGUMENT = re.compile(r"""\bicon(?:=|\()"([a-z0-9-]+)\"""")
TUPLE = re.compile(r"""\("(?:neutral|progress|accent|info|ok|danger|muted)", "([a-z0-9-]+)"\)""")
ENTRY = re.compile(r"""entry\(request, [^)]*?, "([a-z0-9-]+)"(?:,|\))""")


def icons_in_use() -> set[str]:
    """Names of icons in templates, Python and JavaScript of the web room."""
    names: set[str] = set()
    for path in WEB.rglob("*"):
        if (
            path.suffix not in {".html", ".py", ".js"}
            or "vendor" in path.parts
            or path.name == Path(__file__).name
        ):
            continue
        text = path.read_text(encoding="utf-8")
        for pattern in (IN_TEMPLATE, AS_ARGUMENT, TUPLE, ENTRY):
            names.update(name for name in pattern.findall(text) if name)
    return names


def icons_in_sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text(encoding="utf-8")))


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path, help="folder of the unpacked @tabler/icons package")
        parser.add_argument("--also", nargs="*", default=[], help="icons to add to those found in use")

    def handle(self, *args: Any, package: Path, also: list[str], **options: Any) -> None:
        symbols = [symbol(package, name) for name in sorted(icons_in_use() | set(also))]
        text = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
        SPRITE.write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(symbols)} icons, {len(text) / 1024:.0f} kB")


def symbol(package: Path, name: str) -> str:
    """One icon as a `<symbol>`; its strokes take the colour and width of the place it is used in."""
    path = package / "icons/outline" / f"{name}.svg"
    if not path.exists():
        raise CommandError(f"no icon named {name!r} in {package}")
    shapes = re.findall(r"<(?:path|circle|rect|line)\b[^>]*>", path.read_text(encoding="utf-8"))
    drawn = [re.sub(r"\s+", " ", shape) for shape in shapes if 'stroke="none"' not in shape]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(drawn)}</symbol>'
