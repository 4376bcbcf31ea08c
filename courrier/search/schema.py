"""The fields of the index, said once for both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import Enum
from hashlib import blake2b
from typing import Any

from courrier.search.documents import LetterDocument

SCHEMA_VERSION = 2
"""Raised when the fields or their analysis change: an index of another version is rebuilt by `reindex`."""


class Kind(Enum):
    FRENCH = "french"
    EXACT = "exact"
    ROOT = "root"
    KEYWORD = "keyword"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """`source` is the attribute of the document it is filled from, where that has another name."""

    name: str
    kind: Kind
    source: str = ""
    stored: bool = False
    sorted_by: bool = False
    counted: bool = False


FIELDS: Sequence[Field] = (
    Field("mail_id", Kind.NUMBER, stored=True, sorted_by=True),
    Field("version", Kind.NUMBER, sorted_by=True),
    Field("fingerprint", Kind.NUMBER, sorted_by=True),
    Field("readers", Kind.KEYWORD),
    Field("organisation", Kind.NUMBER, sorted_by=True),
    Field("number", Kind.KEYWORD, stored=True),
    Field("rank", Kind.NUMBER, sorted_by=True),
    Field("sequence", Kind.NUMBER),
    Field("year", Kind.NUMBER, counted=True, sorted_by=True),
    Field("direction", Kind.KEYWORD),
    Field("state", Kind.KEYWORD, stored=True, counted=True),
    Field("channel", Kind.KEYWORD, counted=True),
    Field("received_on", Kind.NUMBER, stored=True, sorted_by=True),
    Field("letter_date", Kind.NUMBER, sorted_by=True),
    Field("due_on", Kind.NUMBER, sorted_by=True),
    Field("registered_post", Kind.FLAG),
    Field("departments", Kind.KEYWORD, stored=True, counted=True),
    Field("department_words", Kind.EXACT, source="department_names"),
    Field("document_type", Kind.KEYWORD, stored=True, counted=True),
    Field("type_words", Kind.FRENCH, source="type_name"),
    Field("sender", Kind.KEYWORD, stored=True, counted=True),
    Field("sender_words", Kind.EXACT, source="sender"),
    Field("subject", Kind.FRENCH, stored=True),
    Field("subject_exact", Kind.EXACT, source="subject"),
    Field("body", Kind.FRENCH, stored=True),
    Field("body_exact", Kind.EXACT, source="body"),
    Field("body_root", Kind.ROOT, source="body"),
    Field("tags", Kind.KEYWORD, counted=True),
    Field("tag_words", Kind.EXACT, source="tags"),
    Field("words", Kind.KEYWORD),
    Field("numbers", Kind.KEYWORD),
)
BY_NAME = {field.name: field for field in FIELDS}
FACETS = ("departments", "document_type", "state", "year", "sender", "channel", "tags")


def fingerprint(document: LetterDocument) -> int:
    """A number that changes with anything the index keeps of a letter, its version aside."""
    digest = blake2b(digest_size=7)
    for each in fields(document):
        if each.name != "version":
            digest.update(repr(getattr(document, each.name)).encode())
    digest.update(str(SCHEMA_VERSION).encode())
    return int.from_bytes(digest.digest())


def values_of(document: LetterDocument) -> dict[str, Any]:
    """What goes into the index for each field; fields without a value are left out."""
    found: dict[str, Any] = {"fingerprint": fingerprint(document)}
    for each in FIELDS:
        if each.name != "fingerprint":
            value = getattr(document, each.source or each.name)
            if value is not None and value != "" and value != []:
                found[each.name] = value
    return found
