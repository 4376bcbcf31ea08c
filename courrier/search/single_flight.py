"""One worker at a time sends to the index, on one machine or on several."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

FLUSHING = 0x636F7572
"""The number of the lock in PostgreSQL, where any number will do that nothing else uses."""


@contextmanager
def alone() -> Iterator[bool]:
    """Whether nobody else is sending; if so, nobody will be until the block ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [FLUSHING])
            free = bool(cursor.fetchone()[0])
        try:
            yield free
        finally:
            if free:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [FLUSHING])
        return
    with (settings.DATA_DIR / "search-flush.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
