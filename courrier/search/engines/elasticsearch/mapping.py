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
        return Text(analyzer=FRENCH, index_options="offsets" if each.name == "body" else "positions")
    return Text(analyzer=EXACT)


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
        },
        "mappings": mapping.to_dict(),
    }
