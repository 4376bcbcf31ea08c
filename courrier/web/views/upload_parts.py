"""Files handed in by script, piece by piece: what the server has is never sent again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courrier.capture.assembling import assembled
from courrier.capture.parts import PIECE, Part, WrongPlace, announced, append, begin, drop, whole
from courrier.mail.registration import Refused, Upload, refuse_known
from courrier.web.organisation import signed_in
from courrier.web.views.reception import desk_organisation
from courrier.web.views.upload import channel_of, day_of, refusal, registered
from workflows.reception import receive

MAY_BE_ASKED_AGAIN = {"busy", "date", "future", "files", "json", "sha256"}
"""Refusals that say nothing of the file itself, which is kept."""


@require_POST
def announce(request: HttpRequest) -> JsonResponse:
    """`{"sha256", "size", "again"?}`: where its pieces go and how much of it is there, or the number it has already."""
    here = desk_organisation(request)
    try:
        asked = json_of(request)
        part = part_of(request, asked.get("sha256"), asked.get("size"))
        if not asked.get("again"):
            refuse_known(here, part.sha256)
        return answer(part, begin(part))
    except Refused as refused:
        return refusal(refused)


@require_http_methods(["PUT", "DELETE"])
def piece(request: HttpRequest, sha256: str, size: int) -> HttpResponse:
    """Take the bytes from `Upload-Offset` on, or with DELETE forget the file."""
    try:
        part = part_of(request, sha256, size)
        if request.method == "DELETE":
            drop(part)
            return HttpResponse(status=204)
        length, offset = (number_in(request, name) for name in ("Content-Length", "Upload-Offset"))
        return answer(part, append(part, offset, length, request.read))
    except WrongPlace as wrong:
        return answer(part, wrong.offset, status=409)
    except Refused as refused:
        return refusal(refused)


@require_POST
def finish(request: HttpRequest) -> JsonResponse:
    """`{"files": [{"sha256", "size"}…], "name", "received_on", "channel", "again"?}`: register them as one letter.

    Several files are photographs of its pages. Asked twice, it says the second time which number the letter has.
    """
    here = desk_organisation(request)
    parts: list[Part] = []
    try:
        asked = json_of(request)
        files = asked.get("files")
        if not isinstance(files, list) or not files or not all(isinstance(each, dict) for each in files):
            raise Refused("files", _("Envoyez d'abord un fichier."), 400)
        parts = [part_of(request, each.get("sha256"), each.get("size")) for each in files]
        with document_of(parts) as document:
            mail = receive(here, described(asked, document), signed_in(request))
    except WrongPlace as wrong:
        return JsonResponse({"code": "incomplete", "offset": wrong.offset}, status=409)
    except Refused as refused:
        if refused.code not in MAY_BE_ASKED_AGAIN:
            forget(parts)
        return refusal(refused)
    forget(parts)
    return registered(mail)


def forget(parts: list[Part]) -> None:
    for part in parts:
        drop(part)


@contextmanager
def document_of(parts: list[Part]) -> Iterator[IO[bytes]]:
    """The letter's file: the only one, or one made of photographs."""
    with ExitStack() as opened:
        files = [opened.enter_context(whole(part)) for part in dict.fromkeys(parts)]
        if len(files) == 1:
            yield files[0]
        else:
            yield opened.enter_context(assembled(files))


def described(asked: dict[str, Any], document: IO[bytes]) -> Upload:
    return Upload(
        name=str(asked.get("name") or ""),
        file=document,
        channel=channel_of(str(asked.get("channel") or "")),
        received_on=day_of(str(asked.get("received_on") or "")),
        again=bool(asked.get("again")),
    )


def part_of(request: HttpRequest, sha256: Any, size: Any) -> Part:
    if not isinstance(sha256, str) or isinstance(size, bool) or not isinstance(size, int):
        raise Refused("sha256", _("Annoncez l'empreinte et la taille du fichier."), 400)
    return announced(desk_organisation(request).pk, signed_in(request).pk, sha256, size)


def json_of(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refused("json", _("Cette demande n'est pas lisible."), 400)
    return found


def number_in(request: HttpRequest, header: str) -> int:
    text = str(request.headers.get(header, ""))
    if not text.isdecimal() or len(text) > 18:
        raise Refused("header", _("Cette demande n'est pas lisible."), 411)
    return int(text)


def answer(part: Part, offset: int, status: int = 200) -> JsonResponse:
    url = reverse("web:upload_piece", args=[part.sha256, part.size])
    return JsonResponse({"url": url, "offset": offset, "piece": PIECE}, status=status)
