"""What tantivy found, in the project's own terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tantivy import DocAddress, Document, Query, Schema, Searcher, SnippetGenerator

from courrier.search.schema import FIELDS
from courrier.search.snippets import on_one_page
from courrier.search.tree import Found

SNIPPET_LENGTH = 220
STORED = [each.name for each in FIELDS if each.stored and each.name != "body"]


@dataclass(frozen=True, slots=True)
class Light:
    """The part of the text that matches best, and the page it is on, from 1."""

    pieces: list[tuple[str, bool]]
    page: int | None
    text: str = ""


def light_bodies(
    searcher: Searcher, schema: Schema, lights: Query | None, addresses: Sequence[DocAddress]
) -> Iterator[tuple[Document, Light]]:
    """Each letter with the snippet of its text, or with the beginning of it where no word matches."""
    generator = None
    if lights is not None:
        generator = SnippetGenerator.create(searcher, lights, schema, "body")
        generator.set_max_num_chars(SNIPPET_LENGTH)
    for address in addresses:
        document = searcher.doc(address)
        body = str(document.get_first("body") or "")
        light = Light(*on_one_page([(body[:SNIPPET_LENGTH], False)], 0), body)
        if generator is not None:
            snippet = generator.snippet_from_doc(document)
            if ranges := [(each.start, each.end) for each in snippet.highlighted()]:
                before = body.encode()[: snippet.fragment_range().start].count(b"\f")
                light = Light(*on_one_page(pieces(snippet.fragment(), ranges), before), body)
        yield document, light


def pieces(fragment: str, ranges: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """`fragment` cut at `ranges`, which count bytes of its UTF-8 form."""
    encoded, done = fragment.encode(), 0
    cut: list[tuple[bytes, bool]] = []
    for start, end in sorted(ranges):
        if start >= done:
            cut += [(encoded[done:start], False), (encoded[start:end], True)]
            done = end
    cut.append((encoded[done:], False))
    return [(text.decode(errors="ignore"), lit) for text, lit in cut if text]


def found_letter(document: Document, score: float, light: Light) -> Found:
    stored = {name: document.get_all(name) for name in STORED}
    return Found(
        mail_id=int(stored["mail_id"][0]),
        score=score,
        stored={name: values if name == "departments" else first(values) for name, values in stored.items()},
        snippet=light.pieces,
        pages=[] if light.page is None else [light.page],
        text=light.text,
    )


def first(values: list[str] | list[int]) -> str | int:
    return values[0] if values else ""
