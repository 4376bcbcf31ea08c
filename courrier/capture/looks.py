"""What a folder looked like before: a file is ready once it has not changed from one look to a later one."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

MEMORY = ".suivi.json"


@dataclass(frozen=True, slots=True)
class Shape:
    """What shows that a file is still being written: its size in bytes, its time of change in ns, its inode."""

    size: int
    changed_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Shape:
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


class Looks:
    """Since when each file of a folder has had its present shape. Kept in the folder, so that any worker knows."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / MEMORY
        self.before = self._read()
        self.now: dict[str, tuple[Shape, float]] = {}

    def unchanged_for(self, name: str, shape: Shape, at: float) -> float:
        """Seconds for which the file has looked like this, up to the time `at`; 0 at first sight."""
        known, since = self.before.get(name, (None, at))
        if known != shape or since > at:
            since = at
        self.now[name] = (shape, since)
        return at - since

    def keep(self) -> None:
        """Remember this look instead of the last; a write that fails only makes files wait longer."""
        if self.now == self.before:
            return
        rows = {
            name: [shape.size, shape.changed_ns, shape.inode, at] for name, (shape, at) in self.now.items()
        }
        draft = self.path.with_name(f"{MEMORY}.{os.getpid()}")
        draft.write_text(json.dumps(rows))
        draft.replace(self.path)

    def _read(self) -> dict[str, tuple[Shape, float]]:
        try:
            rows = json.loads(self.path.read_text())
            return {
                name: (Shape(int(size), int(changed_ns), int(inode)), float(at))
                for name, (size, changed_ns, inode, at) in rows.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
