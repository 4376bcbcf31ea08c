"""Requests nobody thought of, made from the API's own description: none fails, each answers as described."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from rest_framework.authtoken.models import Token
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from courrier.mail.qualification import suggested
from courrier.organisations.models import Role, User
from tests import build
from tests.worker import work_off
from workflows import actions

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]


@pytest.fixture
def described(db: None) -> Iterator[schemathesis.schemas.BaseSchema]:
    # As Django's own test client does: a request's end must not close the connection of the test.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", WSGIHandler())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def director(db: None) -> User:
    """Somebody who may do everything, in a town hall with a letter on a desk."""
    town = build.organisation()
    planning = build.department(town, "URB")
    build.document_type(town, "permis", planning)
    director = build.member(town, Role.DIRECTION)
    mail = build.received(town, director)
    work_off()
    mail.refresh_from_db()
    wanted = suggested(mail)
    wanted.departments = [planning]
    actions.qualify(mail, director, wanted)
    return director


@pytest.mark.slow
def test_no_request_fails(described: schemathesis.schemas.BaseSchema, director: User) -> None:
    token = Token.objects.get_or_create(user=director)[0].key
    tried = set()
    for found in described.get_all_operations():
        operation = found.ok()
        if "/search/" in operation.path or "{id}" in operation.path or "/mails/" in operation.path:
            try_out(operation, {"Authorization": f"Token {token}", "Accept-Encoding": "identity"})
            tried.add(operation.label)
    assert len(tried) >= 20


def try_out(operation: schemathesis.schemas.APIOperation, headers: dict[str, str]) -> None:  # type: ignore[type-arg]
    """Some requests of this kind, each about the letter that is there, undone after it."""

    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=15,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def requests(case: schemathesis.Case) -> None:
        if "id" in case.path_parameters:
            case.path_parameters["id"] = 1
        with transaction.atomic():
            case.call_and_validate(headers=headers, checks=CHECKS)
            transaction.set_rollback(True)

    requests()
