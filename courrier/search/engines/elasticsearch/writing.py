"""Bulk requests, and what each letter in them became."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from courrier.search.documents import LetterDocument
from courrier.search.engines import EngineUnavailable, Rejection
from courrier.search.engines.elasticsearch.calling import CLOSED, PASSING, calling
from courrier.search.schema import values_of

LARGEST_REQUEST = 8_000_000
"""Bytes of one bulk request; a letter that is larger goes alone."""

NEWER_IS_THERE = 409


def operations(
    documents: Sequence[LetterDocument], gone: Sequence[int], version: int
) -> Iterator[tuple[int, str]]:
    """(mail id, lines of a bulk request), a letter that is newer in the index to be left as it is."""
    for mail_id in gone:
        action = {"delete": {"_id": str(mail_id), "version": version, "version_type": "external_gte"}}
        yield mail_id, json.dumps(action) + "\n"
    for each in documents:
        action = {
            "index": {"_id": str(each.mail_id), "version": each.version, "version_type": "external_gte"}
        }
        yield each.mail_id, f"{json.dumps(action)}\n{json.dumps(values_of(each), ensure_ascii=False)}\n"


def requests(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[list[int], bytes]]:
    """Letters gathered into requests of LARGEST_REQUEST bytes at most."""
    ids: list[int] = []
    body = bytearray()
    for mail_id, line in lines:
        encoded = line.encode()
        if ids and len(body) + len(encoded) > LARGEST_REQUEST:
            yield ids, bytes(body)
            ids, body = [], bytearray()
        ids.append(mail_id)
        body += encoded
    if ids:
        yield ids, bytes(body)


def write(client: Elasticsearch, index: str, lines: Iterator[tuple[int, str]]) -> list[Rejection]:
    """Send it all. Raises EngineUnavailable where the engine has no room for any letter of a request."""
    rejections: list[Rejection] = []
    for ids, body in requests(lines):
        answer = send(client, index, body)
        refused = list(refusals(ids, answer))
        if len(refused) == len(ids) and all(each.passing for each in refused):
            raise EngineUnavailable(refused[0].reason)
        rejections += refused
    return rejections


def send(client: Elasticsearch, index: str, body: bytes) -> Any:
    with calling():
        headers = {"content-type": "application/x-ndjson", "accept": "application/json"}
        target = f"/{index}/_bulk?require_alias=false"
        return client.perform_request("POST", target, headers=headers, body=body).body


def refusals(ids: Sequence[int], answer: Any) -> Iterator[Rejection]:
    if not isinstance(answer, dict) or len(answer.get("items", ())) != len(ids):
        raise EngineUnavailable("the answer to a bulk request is not one")
    for mail_id, item in zip(ids, answer["items"], strict=True):
        action, result = next(iter(item.items()))
        status = result.get("status", 500)
        if status < 300 or status == NEWER_IS_THERE or (action == "delete" and status == 404):
            continue
        error = result.get("error", {})
        cause = error.get("caused_by") or {}
        reason = f"{error.get('type', status)}: {error.get('reason', '')} {cause.get('reason', '')}".strip()
        yield Rejection(mail_id, reason[:1000], passing=status in PASSING | CLOSED)
