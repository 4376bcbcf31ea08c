"""Search on a server: Elasticsearch 9, a versioned index behind an alias."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from elasticsearch import Elasticsearch

from courrier.search import tree
from courrier.search.documents import LetterDocument
from courrier.search.engines import EngineRefused, Rejection
from courrier.search.engines.elasticsearch import writing
from courrier.search.engines.elasticsearch.calling import calling
from courrier.search.engines.elasticsearch.compiling import query
from courrier.search.engines.elasticsearch.mapping import index_body
from courrier.search.engines.elasticsearch.reading import STORED, answer_of, highlight
from courrier.search.schema import SCHEMA_VERSION

DEEPEST = 10_000
"""Results past which Elasticsearch refuses to page (`index.max_result_window`)."""


class ElasticsearchEngine:
    """An index behind the alias `prefix`; see `Engine` for what its methods promise."""

    name = "elasticsearch"

    def __init__(self, url: str, prefix: str) -> None:
        self.alias = prefix
        self.url = url
        timeout = settings.SEARCH_TIMEOUT
        self.client = Elasticsearch(url, request_timeout=timeout, max_retries=0, http_compress=False)
        self.bulk_client = self.client.options(request_timeout=timeout * 6)
        self.known = ""

    # Writing

    def write(
        self, documents: Sequence[LetterDocument], gone: Sequence[int], version: int, into: str = ""
    ) -> list[Rejection]:
        index = into or self.in_use() or self.begin()
        return writing.write(self.bulk_client, index, writing.operations(documents, gone, version))

    def in_use(self) -> str:
        """The index behind the alias, or "" where there is none."""
        with calling():
            if not self.client.indices.exists_alias(name=self.alias):
                return ""
            return str(next(iter(self.client.indices.get_alias(name=self.alias))))

    def versions(self) -> list[str]:
        with calling():
            found = self.client.indices.get(index=f"{self.alias}-v*", allow_no_indices=True)
            return sorted(str(name) for name in found)

    def begin(self) -> str:
        """The first index, made by the first change."""
        name = self.prepare()
        with calling():
            self.client.indices.put_alias(index=name, name=self.alias)
        return name

    def prepare(self) -> str:
        in_use, versions = self.in_use(), self.versions()
        unfinished = [name for name in versions if name > in_use and f"-v{SCHEMA_VERSION}-" in name]
        if unfinished:
            return unfinished[-1]
        number = max((int(name.rsplit("-", 1)[1]) for name in versions), default=0) + 1
        name = f"{self.alias}-v{SCHEMA_VERSION}-{number:04d}"
        shards, replicas = settings.SEARCH_SHARDS, settings.SEARCH_REPLICAS
        with calling():
            self.client.indices.create(index=name, **index_body(shards, replicas))
        return name

    def publish(self, index: str) -> None:
        old = [name for name in self.versions() if name != index]
        actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": self.alias}}]
        actions += [{"remove_index": {"index": name}} for name in old]
        with calling():
            self.client.indices.refresh(index=index)
            self.client.indices.update_aliases(actions=actions)

    def remove(self) -> None:
        """Remove every index of this engine; for tests and measurements."""
        for name in self.versions():
            with calling():
                self.client.indices.delete(index=name)

    def ready(self) -> bool:
        return f"-v{SCHEMA_VERSION}-" in self.in_use()

    def refresh(self) -> None:
        with calling():
            self.client.indices.refresh(index=self.alias, allow_no_indices=True, ignore_unavailable=True)

    # Reading

    def ask(self, request: tree.Request) -> tree.Answer:
        if request.offset + request.limit > DEEPEST:
            raise EngineRefused(f"results past {DEEPEST}")
        return answer_of(self.search(self.body(request)), request)

    def body(self, request: tree.Request) -> dict[str, Any]:
        """The whole search request, as it is sent."""
        body: dict[str, Any] = {
            "query": query(request.query),
            "from": request.offset,
            "size": request.limit,
            "_source": STORED,
            "track_total_hits": True,
        }
        if request.sort:
            direction = "desc" if request.descending else "asc"
            body["sort"] = [{request.sort: {"order": direction, "missing": "_last"}}, {"rank": direction}]
        if request.lights is not None and request.limit:
            body["highlight"] = highlight(query(request.lights))
        if request.facets:
            body["aggs"] = {
                name: {"terms": {"field": name, "size": request.facet_size}} for name in request.facets
            }
        return body

    def search(self, body: dict[str, Any]) -> Any:
        with calling():
            return self.client.search(index=self.alias, ignore_unavailable=True, body=body).body

    def beginnings(self, field: str, prefix: str, only: tree.Node, limit: int) -> list[tuple[str, int]]:
        words = {"terms": {"field": field, "size": limit, "include": literal(prefix) + ".*"}}
        body = {"size": 0, "query": query(tree.Every(only=[only])), "aggs": {"words": words}}
        answered = self.search(body).get("aggregations", {}).get("words", {"buckets": []})
        return [(str(each["key"]), int(each["doc_count"])) for each in answered["buckets"]]

    def alike(self, mail_id: int, only: tree.Node, limit: int) -> list[tuple[int, float]]:
        like = {
            "fields": ["body", "subject", "sender_words"],
            "like": [{"_index": self.alias, "_id": str(mail_id)}],
            "min_term_freq": 1,
            "min_doc_freq": 2,
            "max_query_terms": 25,
            "min_word_length": 3,
            "minimum_should_match": "20%",
        }
        body = {
            "size": limit,
            "_source": False,
            "query": {"bool": {"must": [{"more_like_this": like}], "filter": [query(only)]}},
        }
        return [(int(each["_id"]), float(each["_score"])) for each in self.search(body)["hits"]["hits"]]

    def marks(self, after: int, limit: int, index: str = "") -> list[tuple[int, int]]:
        body = {
            "size": limit,
            "query": query(tree.Between("mail_id", after + 1, None)),
            "sort": [{"mail_id": "asc"}],
            "_source": False,
            "docvalue_fields": ["fingerprint"],
        }
        with calling():
            answer = self.client.search(index=index or self.alias, ignore_unavailable=True, body=body).body
        return [(int(each["_id"]), int(each["fields"]["fingerprint"][0])) for each in answer["hits"]["hits"]]


def literal(prefix: str) -> str:
    """`prefix` with the signs of Lucene's regular expressions made harmless."""
    return "".join(
        f"\\{character}" if character in '.?+*|{}[]()"\\#@&<>~^$-' else character for character in prefix
    )
