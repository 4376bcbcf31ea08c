"""The site as installations run it: a real gunicorn in a process of its own, and pages that listen to it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def gunicorn(log: Path, *options: str, environment: dict[str, str] | None = None) -> Iterator[int]:
    """The port of a site that runs with these options over the database of this test."""
    port = free_port()
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "tests.live.wsgi", "--bind", f"127.0.0.1:{port}", *options],
            env={**os.environ, **(environment or {})},
            stdout=out,
            stderr=out,
        )
        try:
            wait_for(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _try in range(300):
        assert process.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


@dataclass
class Listener:
    """A page that listens: its connection and what it was told."""

    connection: socket.socket
    head: str
    rest: str = ""
    told: list[tuple[str, Any]] = field(default_factory=list)
    place: str = ""

    def hear(self, name: str, seconds: float = 8.0) -> Any:
        """The data of the next event of this name; fails where none comes in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for at, (each, data) in enumerate(self.told):
                if each == name:
                    del self.told[at]
                    return data
            if not self.read(until - time.monotonic()):
                break
        raise AssertionError(f"no {name} among {self.told}")

    def all_until(self, seconds: float) -> list[tuple[str, Any]]:
        """Everything told within so many seconds."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self.read(left):
            pass
        found, self.told = self.told, []
        return found

    def read(self, seconds: float) -> bool:
        """Take in what comes; False where the server ended the stream."""
        self.connection.settimeout(max(seconds, 0.01))
        try:
            data = self.connection.recv(65536)
        except TimeoutError:
            return True
        self.rest += data.decode()
        while "\n\n" in self.rest:
            block, self.rest = self.rest.split("\n\n", 1)
            self.take(block)
        return bool(data)

    def take(self, block: str) -> None:
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        self.place = lines.get("id", self.place)
        if "event" in lines:
            self.told.append((lines["event"], json.loads(lines["data"])))


def listen(port: int, session: str, query: str = "", last: str = "") -> Listener:
    """Open a stream as a browser does; its headers are read."""
    connection = socket.create_connection(("127.0.0.1", port), 60)
    back = f"Last-Event-ID: {last}\r\n" if last else ""
    connection.sendall(
        f"GET /direct/{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
        f"Cookie: sessionid={session}\r\n{back}\r\n".encode()
    )
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(4096)
        assert piece, data
        data += piece
    head, rest = data.split(b"\r\n\r\n", 1)
    found = Listener(connection, head.decode())
    found.rest = rest.decode()
    while "\n\n" in found.rest:
        block, found.rest = found.rest.split("\n\n", 1)
        found.take(block)
    return found


def get(port: int, path: str, session: str) -> tuple[int, bytes, float]:
    """Status, body and seconds of a page."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, time.monotonic() - started
