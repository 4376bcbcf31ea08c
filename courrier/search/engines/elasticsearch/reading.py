"""What Elasticsearch found, in the project's own terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from courrier.search.schema import FIELDS
from courrier.search.snippets import on_one_page
from courrier.search.tree import Answer, Found, Request

OPEN, CLOSE = "\ue000", "\ue001"
"""Around words that match; characters no letter holds (`documents.UNPRINTABLE`), so a text cannot forge them."""

SNIPPET_LENGTH = 220
STORED = [each.name for each in FIELDS if each.stored]


def highlight(lights: dict[str, Any]) -> dict[str, Any]:
    body = {"number_of_fragments": 1, "fragment_size": SNIPPET_LENGTH, "no_match_size": SNIPPET_LENGTH}
    return {
        "pre_tags": [OPEN],
        "post_tags": [CLOSE],
        "highlight_query": lights,
        "max_analyzed_offset": 999_999,
        "order": "score",
        "fields": {"body": body},
    }


def answer_of(response: Any, request: Request) -> Answer:
    hits = response["hits"]
    counted = response.get("aggregations", {})
    facets = {
        name: [(str(each["key"]), int(each["doc_count"])) for each in counted[name]["buckets"]]
        for name in request.facets
    }
    return Answer(hits["total"]["value"], [found_letter(each) for each in hits["hits"]], facets)


def found_letter(hit: Any) -> Found:
    source = hit["_source"]
    body = source.get("body", "")
    fragments = hit.get("highlight", {}).get("body", [])
    cut = list(pieces(fragments[0])) if fragments else [(body[:SNIPPET_LENGTH], False)]
    snippet, page = on_one_page(cut, breaks_before("".join(text for text, _ in cut), body))
    return Found(
        mail_id=int(hit["_id"]),
        score=float(hit["_score"] or 0),
        stored={
            name: source.get(name, [] if name == "departments" else "") for name in STORED if name != "body"
        },
        snippet=snippet,
        pages=[] if page is None else [page],
        text=body,
    )


def pieces(fragment: str) -> Iterator[tuple[str, bool]]:
    for at, part in enumerate(fragment.split(OPEN)):
        lit, _, plain = part.partition(CLOSE) if at else ("", "", part)
        if lit:
            yield lit, True
        if plain:
            yield plain, False


def breaks_before(fragment: str, body: str) -> int:
    """How many pages of `body` end before `fragment`."""
    return body.count("\f", 0, max(body.find(fragment), 0))
