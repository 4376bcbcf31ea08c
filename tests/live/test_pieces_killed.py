"""The site killed in the middle of a piece: what was written is there, and the file is whole in the end."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.middleware.csrf import get_token
from django.test import RequestFactory

from courrier.mail.models import Mail
from courrier.organisations.models import User
from tests import build
from tests.web.town import Town

pytestmark = [pytest.mark.django_db(transaction=True)]


class Browser:
    """Speaks to the site as the page's script does."""

    def __init__(self, port: int, session: str) -> None:
        request = RequestFactory().get("/")
        self.token = get_token(request)
        self.cookie = f"sessionid={session}; csrftoken={request.META['CSRF_COOKIE']}"
        self.port = port

    def headers(self, length: int) -> dict[str, str]:
        return {"Cookie": self.cookie, "X-CSRFToken": self.token, "Content-Length": str(length)}

    def ask(self, method: str, path: str, body: bytes, **more: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {**self.headers(len(body)), **more})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def half_a_piece(self, path: str, offset: int, body: bytes, cut: int) -> socket.socket:
        """Begin to send a piece, and stop in the middle of it with the connection open."""
        connection = socket.create_connection(("127.0.0.1", self.port), 60)
        head = {**self.headers(len(body)), "Upload-Offset": str(offset), "Host": "127.0.0.1"}
        lines = [f"PUT {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        connection.sendall("\r\n".join(lines).encode() + body[:cut])
        return connection


def kill_processes_of(port: int) -> None:
    """Kill what listens there, children first: nothing gets to say goodbye."""
    listed = subprocess.run(["pgrep", "-f", f"127.0.0.1:{port}"], capture_output=True, text=True, check=True)
    for pid in sorted(map(int, listed.stdout.split()), reverse=True):
        os.kill(pid, signal.SIGKILL)


def test_a_killed_site_goes_on_from_the_byte_it_had(
    town: Town, serve: Callable[..., int], session_of: Callable[[User], str]
) -> None:
    content = build.pdf() + b"\n" + os.urandom(2_000_000).hex().encode() + b"\n%%EOF\n"
    asked = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    port, session = serve(), session_of(town.desk)
    first = Browser(port, session)
    status, begun = first.ask("POST", "/accueil/envois/", json.dumps(asked).encode())
    assert status == 200, begun
    stuck = first.half_a_piece(begun["url"], 0, content, 1_500_000)
    time.sleep(2)
    kill_processes_of(port)
    stuck.close()

    second = Browser(serve(), session)
    status, back = second.ask("POST", "/accueil/envois/", json.dumps(asked).encode())
    assert status == 200
    assert 0 < back["offset"] <= 1_500_000
    rest = content[back["offset"] :]
    status, there = second.ask("PUT", begun["url"], rest, **{"Upload-Offset": str(back["offset"])})
    assert (status, there["offset"]) == (200, len(content))
    files = json.dumps({"files": [asked], "name": "lettre.pdf"}).encode()
    status, registered = second.ask("POST", "/accueil/envois/enregistrer/", files)
    assert status == 201, registered
    assert Mail.objects.get().documents.get().sha256 == asked["sha256"]
