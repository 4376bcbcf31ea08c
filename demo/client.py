"""The demonstration speaks to Courrier as any outside program does: through its REST API."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import urllib3


class ApiError(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"HTTP {status}: {body.get('detail', body)}")
        self.status = status
        self.body = body


class Client:
    """A user's calls; `base` is the address of the site."""

    def __init__(self, base: str, token: str = "") -> None:
        self.base = base
        self.pool = urllib3.PoolManager(timeout=60, retries=False)
        self.headers = {"Authorization": f"Token {token}"} if token else {}

    def get(self, path: str, **fields: str) -> Any:
        return self.answer(self.pool.request("GET", self.base + path, fields=fields, headers=self.headers))

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        url = self.base + path
        return self.answer(self.pool.request("POST", url, json=body or {}, headers=self.headers))

    def upload(self, file: Path, **fields: str) -> Any:
        parts = {**fields, "file": (file.name, file.read_bytes())}
        url = self.base + "/api/v1/mails/"
        return self.answer(self.pool.request("POST", url, fields=parts, headers=self.headers))

    def answer(self, response: urllib3.BaseHTTPResponse) -> Any:
        try:
            body = json.loads(response.data) if response.data else {}
        except json.JSONDecodeError:
            body = {"detail": response.data[:200].decode(errors="replace")}
        if response.status >= 400:
            raise ApiError(response.status, body)
        return body

    def answers(self) -> bool:
        """Whether the site is up."""
        try:
            return self.pool.request("GET", self.base + "/", redirect=False, timeout=2).status < 500
        except urllib3.exceptions.HTTPError:
            return False

    def wait_until_up(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.answers():
                return True
            time.sleep(0.3)
        return False
