"""Taking a connection over from the web server, so that an answer without end holds none of its threads.

The server goes on with a socket that leads nowhere, as if the browser had left. Works with gunicorn's processes and
threads over plain HTTP, which is how the site runs behind a proxy and on one machine; elsewhere `connection_of` says
None and the page asks from time to time instead.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse


def connection_of(request: HttpRequest) -> socket.socket | None:
    """The browser's or the proxy's connection, or None where it can't be taken over."""
    found = request.META.get("gunicorn.socket")
    plain = type(found) is socket.socket and request.META.get("HTTP_VERSION") != "2"
    return found if plain else None


class HandedOver(HttpResponse):
    """An answer whose headers are sent here and whose rest `then` writes, with the connection in its hands.

    `then(connection, head)` gets a connection that does not block and the bytes of the headers, not yet sent. It runs
    once all middleware has seen the answer.
    """

    def __init__(self, connection: socket.socket, then: Callable[[socket.socket, bytes], None]) -> None:
        super().__init__(content_type="text/event-stream")
        self.connection, self.then = connection, then
        self["Cache-Control"] = "no-cache, no-transform"
        self["X-Accel-Buffering"] = "no"

    def __iter__(self) -> Iterator[bytes]:
        self.then(taken(self.connection), self.head())
        return iter(())

    def head(self) -> bytes:
        """Status line and headers; the body ends with the connection."""
        pairs = [(name, value) for name, value in self.items() if name.lower() != "content-length"]
        pairs += [("Set-Cookie", cookie.OutputString()) for cookie in self.cookies.values()]
        pairs.append(("Connection", "close"))
        lines = [
            f"HTTP/1.1 {self.status_code} {self.reason_phrase}",
            *(f"{name}: {value}" for name, value in pairs),
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


def taken(connection: socket.socket) -> socket.socket:
    """The connection as a socket of our own; the server's descriptor leads nowhere from now on."""
    ours = connection.dup()
    nowhere, other = socket.socketpair()
    with nowhere, other:
        os.dup2(nowhere.fileno(), connection.fileno(), inheritable=False)
    ours.setblocking(False)
    return ours
