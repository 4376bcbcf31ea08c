"""Images of pages in the widths that screens ask for, made once and kept beside the documents as long as they serve."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path

from django.conf import settings
from PIL import Image

from courrier.mail.content import page_image
from courrier.mail.models import Page

THUMB = 150
WIDTHS = (640, 1024, 1600)
"""Pixels: a telephone, a page beside its letter's story, the same on a fine screen."""

KEPT_FOR = 30 * 24 * 3600
"""Seconds after its last use in which an image is kept."""

QUALITY = {THUMB: 60}


def widths_for(page: Page) -> list[int]:
    """The widths smaller than the image itself, which serves beyond."""
    return [width for width in WIDTHS if width < page.width]


def scaled(page: Page, width: int) -> bytes:
    """The page as WebP so many pixels wide; raises FileNotFoundError where it has no image."""
    if not page.image:
        raise FileNotFoundError(f"page {page.number} of {page.mail_id} has no image")
    kept = folder() / page.image[:2] / f"{page.image}-{width}.webp"
    try:
        content = kept.read_bytes()
    except FileNotFoundError:
        content = drawn(page, width)
        keep(kept, content)
        return content
    if time.time() - kept.stat().st_mtime > KEPT_FOR / 30:
        kept.touch()
    return content


def folder() -> Path:
    return Path(settings.DATA_DIR) / "page-images"


def drawn(page: Page, width: int) -> bytes:
    with page_image(page) as file, Image.open(file) as image:
        height = max(1, round(image.height * width / image.width))
        small = io.BytesIO()
        image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0).save(
            small, "WEBP", quality=QUALITY.get(width, 75), method=2
        )
        return small.getvalue()


def keep(path: Path, content: bytes) -> None:
    """Write whole or not at all. A disk that is full costs the time to draw it again, nothing else."""
    begun: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            begun = Path(file.name)
            file.write(content)
        begun.replace(path)
    except OSError:
        if begun:
            begun.unlink(missing_ok=True)
        return
    forget_unused(path.parent)


def forget_unused(among: Path) -> None:
    """Remove from one of the folders what nobody asked for in a long time."""
    limit = time.time() - KEPT_FOR
    for path in among.iterdir():
        try:
            if path.stat().st_mtime < limit:
                path.unlink()
        except FileNotFoundError:
            pass
