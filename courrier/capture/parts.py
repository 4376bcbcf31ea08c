"""Files that come in pieces, kept under their SHA-256 until they are whole, wherever the line or the server broke off.

What is there is the length of the file on the disk and nothing else, so a server killed in the middle of a piece has
lost nothing that was written: the sender asks how much there is and goes on from that byte. Whether the whole is what
was announced is said by its SHA-256 at the end.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from courrier.mail.refusals import Refused, refusal_of

PIECE = 4 * 1024 * 1024
"""Bytes of a piece as senders are asked to cut them; twice as much is still taken."""

LONGEST_PIECE = 2 * PIECE
KEPT_FOR = 24 * 3600
"""Seconds after the last byte in which a file that is not whole may still be gone on with."""

MOST_UNFINISHED = 60
"""Files that one person may leave unfinished."""

ROOM_LEFT = 512 * 1024 * 1024
"""Bytes that stay free on the disk."""

BLOCK = 64 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")


class WrongPlace(Exception):
    """A piece that does not follow what is there; `offset` is the byte to go on from."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"goes on from {offset}")
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Part:
    """A file on its way: whose it is (collectivité and person), its SHA-256 and how many bytes it will have."""

    organisation_id: int
    user_id: int
    sha256: str
    size: int

    @property
    def folder(self) -> Path:
        return parts_folder() / f"{self.organisation_id}-{self.user_id}"

    @property
    def path(self) -> Path:
        return self.folder / f"{self.sha256}-{self.size}"

    @property
    def offset(self) -> int:
        """How many of its bytes are there."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0


def parts_folder() -> Path:
    return Path(settings.FILE_UPLOAD_TEMP_DIR) / "parts"


def announced(organisation_id: int, user_id: int, sha256: str, size: int) -> Part:
    """The file that is to come; raises Refused for what can't be one, or where there is no place for it."""
    if not SHA256.fullmatch(sha256):
        raise Refused("sha256", _("L'empreinte de ce fichier n'en est pas une."), 400)
    if size <= 0:
        raise refusal_of("empty")
    if size > settings.UPLOAD_MAX_BYTES:
        raise refusal_of("too_large")
    return Part(organisation_id, user_id, sha256, size)


def begin(part: Part) -> int:
    """Make room for the file; returns how many of its bytes are there already."""
    expire()
    part.folder.mkdir(parents=True, exist_ok=True)
    if not part.path.exists():
        if sum(1 for _each in part.folder.iterdir()) >= MOST_UNFINISHED:
            raise Refused(
                "too_many",
                _("Trop d'envois inachevés : terminez ou retirez ceux de la liste, puis réessayez."),
                429,
            )
        if shutil.disk_usage(part.folder).free < part.size + ROOM_LEFT:
            raise Refused(
                "no_room", _("Le disque du serveur est presque plein : prévenez votre administrateur."), 507
            )
        part.path.touch(mode=0o600)
    os.utime(part.path)
    return part.offset


def append(part: Part, offset: int, length: int, read: Callable[[int], bytes]) -> int:
    """Add `length` bytes that `read(most)` gives; returns how many are there now, fewer where the line broke off.

    Raises WrongPlace where they do not follow what is there, Refused for too long a piece or while another one is
    being written.
    """
    if length > LONGEST_PIECE or offset + length > part.size:
        raise Refused("piece", _("Ce morceau de fichier est trop long."), 413)
    with held(part) as file:
        there = file.seek(0, os.SEEK_END)
        if there != offset:
            raise WrongPlace(there)
        try:
            while length > 0 and (block := read(min(BLOCK, length))):
                file.write(block)
                length -= len(block)
        except OSError:
            pass  # the sender is gone: what came is kept
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


@contextmanager
def held(part: Part) -> Iterator[BufferedRandom]:
    """The file, which nobody else writes to meanwhile; WrongPlace(0) where nothing was begun."""
    try:
        file = part.path.open("r+b")
    except FileNotFoundError as missing:
        raise WrongPlace(0) from missing
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise Refused("busy", _("Ce fichier arrive déjà par une autre fenêtre."), 423) from busy
        yield file


@contextmanager
def whole(part: Part) -> Iterator[IO[bytes]]:
    """The complete file, read from its beginning.

    Raises WrongPlace where bytes are missing. One that is not what was announced is thrown away: WrongPlace(0).
    """
    with held(part) as file:
        if (there := file.seek(0, os.SEEK_END)) != part.size:
            raise WrongPlace(there)
        file.seek(0)
        if hashlib.file_digest(file, "sha256").hexdigest() != part.sha256:
            part.path.unlink(missing_ok=True)
            raise WrongPlace(0)
        file.seek(0)
        yield file


def drop(part: Part) -> None:
    """Forget the file: it is registered, or no longer wanted."""
    part.path.unlink(missing_ok=True)


def expire(now: float | None = None) -> int:
    """Remove files nobody went on with; returns how many."""
    limit = (time.time() if now is None else now) - KEPT_FOR
    removed = 0
    for path in parts_folder().glob("*/*"):
        try:
            if path.stat().st_mtime < limit:
                path.unlink()
                removed += 1
        except FileNotFoundError:
            pass
    return removed
