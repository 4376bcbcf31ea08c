"""The fields of the index in Elasticsearch's terms: analysis and mapping of an index."""

from __future__ import annotations

from typing import Any

from elasticsearch.dsl import (
    Boolean,
    Keyword,
    Long,
    Mapping,
    Text,
    analyzer,
    token_filter,
)
from elasticsearch.dsl import (
    Field as MappedField,
)

from courrier.search.analysis import ROOT_LENGTH
from courrier.search.schema import FIELDS, SCHEMA_VERSION, Field, Kind

ELISION = token_filter(
    "courrier_elision",
    type="elision",
    articles_case=True,
    articles=["l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu"],
)
STOP = token_filter("courrier_stop", type="stop", stopwords="_french_")
STEM = token_filter("courrier_stem", type="stemmer", language="light_french")

FRENCH = analyzer(
    "courrier_french", tokenizer="standard", filter=[ELISION, "lowercase", STOP, "asciifolding", STEM]
)
EXACT = analyzer("courrier_exact", tokenizer="standard", filter=[ELISION, "lowercase", "asciifolding"])

ROOTS = token_filter(
    "courrier_roots", type="edge_ngram", min_gram=ROOT_LENGTH, max_gram=ROOT_LENGTH, preserve_original=True
)
ROOT = analyzer(
    "courrier_root", tokenizer="standard", filter=[ELISION, "lowercase", STOP, "asciifolding", ROOTS]
)

LONGEST_KEYWORD = 300
"""Characters of a keyword; Lucene takes 32 766 bytes and rejects the letter beyond."""


def mapped(each: Field) -> MappedField:
    if each.kind is Kind.NUMBER:
        return Long()
    if each.kind is Kind.FLAG:
        return Boolean()
    if each.kind is Kind.KEYWORD:
        return Keyword(ignore_above=LONGEST_KEYWORD)
    if each.kind is Kind.FRENCH:
        return Text(analyzer=FRENCH, similarity="courrier")
    if each.kind is Kind.ROOT:
        return Text(analyzer=ROOT, search_analyzer=EXACT, index_options="freqs", similarity="courrier")
    return Text(analyzer=EXACT, similarity="courrier")


def index_body(shards: int, replicas: int) -> dict[str, Any]:
    """Settings and mappings of a new index."""
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_meta", {"schema": SCHEMA_VERSION})
    stored = [each.name for each in FIELDS if each.stored]
    mapping.meta("_source", {"includes": [*stored, "version", "fingerprint"]})
    for each in FIELDS:
        mapping.field(each.name, mapped(each))
    analysis = mapping._collect_analysis()
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "1s",
            "analysis": analysis,
            "similarity": {"courrier": {"type": "BM25", "k1": 0.8, "b": 0.75}},
        },
        "mappings": mapping.to_dict(),
    }
