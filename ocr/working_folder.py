"""Where a reading keeps its files while it lasts. Nothing of it stays, not even of a reader that was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "courrier-ocr-"
_LOCK = "lock"

ORPHANED = 3600.0
"""Seconds after which a folder that nobody holds is removed."""


@contextmanager
def working_folder() -> Iterator[Path]:
    """A folder of one's own, held by a lock and removed at the end; orphans of killed readers go first."""
    _remove_orphans(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        folder = Path(name)
        with (folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder


def _remove_orphans(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # another reader may remove it at the same time
            if _is_orphan(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_orphan(folder: Path) -> bool:
    """Whether the folder is ours, old, and its reader is gone. Raises OSError."""
    found = folder.lstat()
    if found.st_uid != os.getuid() or time.time() - found.st_mtime < ORPHANED or folder.is_symlink():
        return False
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
