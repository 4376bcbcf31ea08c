"""Where a file of the scan folder goes once it was looked at: among the done, or among the refused with the reason."""

from __future__ import annotations

import os
from pathlib import Path

DONE = ".traites"
REFUSED = ".refuses"
LONGEST_NAME = 200
"""In bytes, well under the 255 of common filesystems: a counter and `.txt` are added to names."""


def file_as_done(source: Path, folder: Path, number: str) -> Path:
    """Move `source` among the done ones of `folder`, its register number before its name."""
    return moved(source, folder / DONE, f"{number.replace('/', '-')} {source.name}")


def file_as_refused(source: Path, folder: Path, reason: str) -> Path:
    """Move `source` among the refused ones of `folder` and write the reason beside it."""
    target = moved(source, folder / REFUSED, source.name)
    target.with_name(f"{target.name}.txt").write_text(f"{reason}\n", encoding="utf-8")
    return target


def moved(source: Path, folder: Path, name: str) -> Path:
    """Move into `folder` under a name that is free there; raises FileNotFoundError where `source` is gone."""
    folder.mkdir(exist_ok=True)
    target = reserved(folder, shortened(name))
    try:
        source.replace(target)
    except OSError:
        target.unlink()
        raise
    return target


def reserved(folder: Path, name: str) -> Path:
    """An empty file made under a name that nobody else has, for the move to replace: a move overwrites silently."""
    stem, suffix = os.path.splitext(name)
    count = 1
    while True:
        target = folder / (name if count == 1 else f"{stem} ({count}){suffix}")
        try:
            target.open("x").close()
        except FileExistsError:
            count += 1
        else:
            return target


def shortened(name: str) -> str:
    """The name cut to LONGEST_NAME bytes before its suffix."""
    stem, suffix = os.path.splitext(os.fsencode(name))
    suffix = suffix[:20]
    return os.fsdecode(stem[: LONGEST_NAME - len(suffix)] + suffix)
