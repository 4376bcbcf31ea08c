"""One open page: its connection, whose it is and what it looks at."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import dataclass, field
from typing import Any

from courrier.live.presence import Person

MOST_UNSENT = 256 * 1024
"""Bytes that may wait for a slow reader before the stream is given up."""


def message(name: str, data: Any, place: int | None = None) -> bytes:
    """A server-sent event; `place` is where the page goes on from when the stream is cut."""
    head = f"id: {place}\n" if place is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


@dataclass(slots=True, eq=False)
class Stream:
    """`after` is the place of the last event the page knows; `mail_id` the letter it shows, if it shows one."""

    connection: socket.socket
    user_id: int
    session_key: str
    password: str
    after: int
    mail_id: int | None = None
    unsent: bytearray = field(default_factory=bytearray)
    shown: frozenset[Person] | None = None
    wrote_at: float = field(default_factory=time.monotonic)
    over: bool = False

    def write(self, data: bytes) -> None:
        """Send, or keep for when the connection takes more; `over` is set where that is no use any more."""
        self.unsent += data
        self.flush()

    def flush(self) -> None:
        try:
            while self.unsent and not self.over:
                sent = self.connection.send(self.unsent)
                del self.unsent[:sent]
                self.wrote_at = time.monotonic()
        except BlockingIOError:
            self.over = len(self.unsent) > MOST_UNSENT
        except OSError:
            self.over = True

    def listen(self) -> None:
        """A browser says nothing more on this connection, except that it leaves."""
        try:
            self.over = self.over or not self.connection.recv(4096)
        except BlockingIOError:
            pass
        except OSError:
            self.over = True

    def close(self) -> None:
        self.over = True
        self.connection.close()
