"""Every error of the API in one shape: `{"code", "detail"}`, with what helps a program where there is more."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from courrier.annotations.notes import NoteRefused
from courrier.mail.registration import Refused
from courrier.replies.drafting import DraftRefused
from workflows.actions import ActionRefused

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """What the answer says: the HTTP status, a code for programs, a sentence for people."""

    status: int
    code: str
    detail: str
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        body = {"code": self.code, "detail": self.detail, **self.more}
        return Response(body, status=self.status, headers=self.headers)


def answer_error(error: Exception, context: dict[str, Any]) -> Response:
    """The exception handler of the REST framework. What nobody foresaw is a 500 of the same shape, logged."""
    problem = problem_of(error)
    if problem is None:
        request = context["request"]._request
        logger.error("%s %s failed", request.method, request.path, exc_info=error)
        got_request_exception.send(sender=type(context["view"]), request=request)
        problem = Problem(
            500, "server_error", _("Une erreur est survenue ; elle est consignée dans le journal.")
        )
    set_rollback()
    return problem.response()


def problem_of(error: Exception) -> Problem | None:
    match error:
        case Refused():
            return refused(error)
        case ActionRefused(forbidden=True) | DraftRefused(forbidden=True) | NoteRefused(forbidden=True):
            return Problem(403, "permission_denied", error.message)
        case ActionRefused() | DraftRefused() | NoteRefused():
            return Problem(409, "not_possible", error.message)
        case exceptions.ValidationError():
            return invalid(error)
        case exceptions.ParseError() | RecursionError():
            return Problem(400, "parse_error", _("Le corps de la requête est mal formé."))
        case exceptions.NotFound() | Http404():
            return Problem(404, "not_found", _("Introuvable, ou hors de vos droits."))
        case exceptions.APIException():
            return declared(error)
        case PermissionDenied():
            return Problem(403, "permission_denied", _("Vos droits ne permettent pas cette action."))
        case RequestDataTooBig():
            return Problem(413, "too_large", _("La requête est trop grosse."))
        case SuspiciousOperation() | UnreadablePostError():
            return Problem(400, "bad_request", _("La requête ne peut pas être lue."))
        case OperationalError():
            logger.warning("the database did not answer in time", exc_info=error)
            busy = _("Le registre est très sollicité : recommencez dans un instant.")
            return Problem(503, "busy", busy, headers={"Retry-After": "5"})
    return None


def refused(error: Refused) -> Problem:
    more = {} if error.mail is None else {"mail": {"id": error.mail.pk, "number": error.mail.number}}
    return Problem(error.status, error.code, error.message, more)


def declared(error: exceptions.APIException) -> Problem:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    code = error.get_codes()
    return Problem(
        error.status_code, code if isinstance(code, str) else "error", str(error.detail), headers=headers
    )


def invalid(error: exceptions.ValidationError) -> Problem:
    """All that is wrong in one sentence, and field by field for a form to show."""
    fields: dict[str, list[str]] = {}
    for name, message in messages(error.detail):
        fields.setdefault(name, []).append(message)
    sentences = [f"{name} : {' '.join(said)}" if name else " ".join(said) for name, said in fields.items()]
    return Problem(400, "invalid", " ; ".join(sentences), {"fields": fields})


def messages(detail: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each message with the dotted name of its field, empty for what concerns the whole."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            part = "" if key == "non_field_errors" else str(key)
            yield from messages(value, ".".join(filter(None, [name, part])))
    elif isinstance(detail, list):
        for each in detail:
            yield from messages(each, name)
    else:
        yield name, str(detail)
