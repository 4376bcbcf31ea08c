"""Bytes kept once under their SHA-256, in the data folder or in S3: whatever `default_storage` is."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from courrier.mail.models import Document, Page

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file on its way in: on the local disk, hashed. `size` in bytes."""

    path: Path
    sha256: str
    size: int


class LocalFile(File):  # type: ignore[type-arg]
    """A file of ours that the storage may move into place instead of copying: a rename is whole or not at all."""

    def temporary_file_path(self) -> str:
        return str(self.name)


@contextmanager
def spooled(file: IO[bytes], limit: int | None = None) -> Iterator[Spooled]:
    """Copy `file` to a temporary file of the data folder, gone at the end unless it was stored.

    Reading stops one byte after `limit` (bytes), so a size over the limit says "too large" without filling the disk.
    """
    digest, size = hashlib.sha256(), 0
    descriptor, name = tempfile.mkstemp(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="spool-")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as copy:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                copy.write(chunk)
                if limit is not None and size > limit:
                    break
            copy.flush()
            os.fsync(copy.fileno())
        yield Spooled(path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


def place_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def keep(spool: Spooled) -> None:
    """Keep the bytes; doing it twice, or twice at once, keeps them once."""
    place = place_of(spool.sha256)
    if default_storage.exists(place) and default_storage.size(place) == spool.size:
        return
    default_storage.delete(place)
    with spool.path.open("rb") as file:
        saved = default_storage.save(place, LocalFile(file, name=str(spool.path)))
    if saved != place:
        default_storage.delete(saved)


def store(file: IO[bytes]) -> tuple[str, int]:
    """Keep the bytes of `file`; returns their SHA-256 and size."""
    with spooled(file) as spool:
        keep(spool)
        return spool.sha256, spool.size


def open_content(sha256: str) -> File:  # type: ignore[type-arg]
    """The bytes under `sha256`; raises FileNotFoundError where they are missing."""
    return default_storage.open(place_of(sha256), "rb")


@contextmanager
def local_copy(sha256: str) -> Iterator[Path]:
    """A path on this machine that holds the bytes, for programs that want a file; not to be changed."""
    try:
        path = Path(default_storage.path(place_of(sha256)))
    except NotImplementedError:
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            path = Path(folder) / sha256
            with open_content(sha256) as content, path.open("wb") as copy:
                shutil.copyfileobj(content, copy, CHUNK)
            yield path
    else:
        if not path.exists():
            raise FileNotFoundError(sha256)
        yield path


def document_file(document: Document) -> File:  # type: ignore[type-arg]
    return open_content(document.sha256)


def page_image(page: Page) -> File:  # type: ignore[type-arg]
    """The WebP image of a page; raises FileNotFoundError where there is none."""
    if not page.image:
        raise FileNotFoundError(f"page {page.number} of {page.mail_id} has no image")
    return open_content(page.image)
