"""A reading leaves no file behind, and neither does one that was killed."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from ocr import read
from ocr.working_folder import ORPHANED, PREFIX
from tests.ocr import scans


def _folder(parent: Path, name: str, *, age: float) -> Path:
    folder = parent / f"{PREFIX}{name}"
    folder.mkdir()
    (folder / "image-1-000.pgm").write_bytes(b"P5")
    (folder / "lock").touch()
    then = time.time() - age
    os.utime(folder, (then, then))
    return folder


def test_the_next_reading_removes_what_a_killed_one_left(tmp_path: Path, nothing_left_behind: Path) -> None:
    orphan = _folder(nothing_left_behind, "orphan", age=ORPHANED + 60)
    read(scans.pdf(tmp_path / "scan.pdf", scans.letter(60), dpi=60), jobs=1)
    assert not orphan.exists()


def test_folders_in_use_or_just_made_stay(tmp_path: Path, nothing_left_behind: Path) -> None:
    held = _folder(nothing_left_behind, "held", age=ORPHANED + 60)
    fresh = _folder(nothing_left_behind, "fresh", age=10)
    with (held / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        read(scans.pdf(tmp_path / "scan.pdf", scans.letter(60), dpi=60), jobs=1)
        assert held.exists()
        assert fresh.exists()
    for folder in (held, fresh):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
