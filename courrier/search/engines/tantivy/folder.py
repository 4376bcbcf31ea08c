"""The folder of an embedded index: versions side by side, one of them in use, one writer at a time."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from courrier.search.engines import EngineUnavailable
from courrier.search.schema import SCHEMA_VERSION

IN_USE = "in-use.json"
"""Names the version in use; replaced in one step, as an alias is moved."""


class IndexFolder:
    """`FOLDER/PREFIX-v1-0003/` is the third index of schema 1; `FOLDER/PREFIX.in-use.json` names the one in use."""

    def __init__(self, root: Path, prefix: str) -> None:
        self.root, self.prefix = root, prefix
        root.mkdir(parents=True, exist_ok=True)
        self.pointer = root / f"{prefix}.{IN_USE}"

    def in_use(self) -> str:
        """The name of the version in use, or "" where there is none."""
        try:
            return str(json.loads(self.pointer.read_text())["index"])
        except FileNotFoundError:
            return ""

    def versions(self) -> list[str]:
        return sorted(path.name for path in self.root.glob(f"{self.prefix}-v*-*") if path.is_dir())

    def next_name(self) -> str:
        numbers = [int(name.rsplit("-", 1)[1]) for name in self.versions()]
        return f"{self.prefix}-v{SCHEMA_VERSION}-{max(numbers, default=0) + 1:04d}"

    def point_to(self, name: str) -> None:
        written = self.pointer.with_suffix(f".{os.getpid()}")
        written.write_text(json.dumps({"index": name}))
        written.replace(self.pointer)

    def remove_all_but(self, name: str) -> None:
        for other in self.versions():
            if other != name:
                shutil.rmtree(self.root / other, ignore_errors=True)

    @contextmanager
    def writing(self, index: str) -> Iterator[None]:
        """Hold the right to write `index`. Raises EngineUnavailable while another process has it."""
        with (self.root / f"{index}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise EngineUnavailable("another process is writing the index") from error
            yield


def of_todays_schema(name: str) -> bool:
    return f"-v{SCHEMA_VERSION}-" in name
