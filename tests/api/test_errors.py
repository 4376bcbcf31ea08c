"""Every error is `{"code", "detail"}` with a French sentence, whatever went wrong."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from tests.api.conftest import Town


def of_one_shape(answer) -> str:  # type: ignore[no-untyped-def]
    said = answer.json()
    assert answer["Content-Type"] == "application/json"
    assert said["code"]
    assert said["detail"]
    assert said.keys() <= {"code", "detail", "fields", "mail"}
    return str(said["code"])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/mails/999999/", 404, "not_found"),
        ("get", f"/api/v1/mails/{10**30}/", 404, "not_found"),
        ("get", "/api/v1/mails/abc/", 404, "not_found"),
        ("get", "/api/v1/nothing", 404, "not_found"),
        ("post", "/api/v1/mails", 404, "not_found"),
        ("get", "/api/v1/", 404, "not_found"),
        ("delete", "/api/v1/mails/", 405, "method_not_allowed"),
        ("put", "/api/v1/mails/1/", 405, "method_not_allowed"),
        ("get", "/api/v1/mails/?format=html", 200, ""),
    ],
)
def test_an_address_that_is_wrong(desk: APIClient, method: str, path: str, status: int, code: str) -> None:
    answer = getattr(desk, method)(path)
    assert answer.status_code == status
    if code:
        assert of_one_shape(answer) == code


@pytest.mark.parametrize(
    "body",
    [b"{", b"[1,", b"\xff\xfe", b'{"departments": NaN}', b"[" * 100_000, b"9" * 5000, b"[]", b'"x"', b"7"],
)
def test_a_body_that_is_not_what_is_asked(desk: APIClient, town: Town, body: bytes) -> None:
    from tests import build

    mail = build.received(town.organisation)
    answer = desk.generic("POST", f"/api/v1/mails/{mail.pk}/qualify/", body, content_type="application/json")
    assert answer.status_code == 400
    assert of_one_shape(answer) in {"parse_error", "invalid"}


def test_a_body_of_another_kind(desk: APIClient, town: Town) -> None:
    from tests import build

    mail = build.received(town.organisation)
    path = f"/api/v1/mails/{mail.pk}/cancel/"
    answer = desk.generic("POST", path, b"reason=x", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, of_one_shape(answer)) == (415, "unsupported_media_type")


def test_a_database_that_is_busy_asks_for_patience(desk: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("courrier.api.views.search.search", lambda *_, **__: busy())
    answer = desk.get("/api/v1/search/?q=x")
    assert (answer.status_code, of_one_shape(answer), answer["Retry-After"]) == (503, "busy", "5")


def test_what_nobody_foresaw_has_the_shape_too_and_tells_no_secret(
    desk: APIClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the secret is 42")

    monkeypatch.setattr("courrier.api.views.search.search", broken)
    desk.raise_request_exception = False
    answer = desk.get("/api/v1/search/?q=x")
    assert (answer.status_code, of_one_shape(answer)) == (500, "server_error")
    assert "42" not in answer.content.decode()
    assert "the secret is 42" in caplog.text
