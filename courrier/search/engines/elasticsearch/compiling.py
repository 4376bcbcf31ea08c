"""A query tree as the body of an Elasticsearch query."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from courrier.search import tree

Body = dict[str, Any]


@singledispatch
def query(node: tree.Node) -> Body:
    raise TypeError(f"no Elasticsearch query for {node!r}")


@query.register
def _(node: tree.Everything) -> Body:
    return {"match_all": {}}


@query.register
def _(node: tree.Word) -> Body:
    return {"match": {node.field: {"query": node.text, "operator": "and", "boost": node.boost}}}


@query.register
def _(node: tree.Phrase) -> Body:
    return {"match_phrase": {node.field: {"query": node.text, "slop": node.slop, "boost": node.boost}}}


@query.register
def _(node: tree.Near) -> Body:
    how = {
        "value": node.text,
        "fuzziness": node.distance,
        "transpositions": True,
        "max_expansions": 50,
        "rewrite": "top_terms_boost_50",
        "boost": node.boost,
    }
    return {"fuzzy": {node.field: how}}


@query.register
def _(node: tree.Begins) -> Body:
    return {"prefix": {node.field: {"value": node.text, "boost": node.boost}}}


@query.register
def _(node: tree.Is) -> Body:
    return {"terms": {node.field: list(node.values), "boost": node.boost}}


@query.register
def _(node: tree.Between) -> Body:
    bounds = {"gte": node.low, "lte": node.high}
    return {"range": {node.field: {name: value for name, value in bounds.items() if value is not None}}}


@query.register
def _(node: tree.Best) -> Body:
    return {"dis_max": {"queries": [query(each) for each in node.nodes], "tie_breaker": node.tie}}


@query.register
def _(node: tree.Some) -> Body:
    return {"bool": {"should": [query(each) for each in node.nodes], "minimum_should_match": node.least}}


@query.register
def _(node: tree.Every) -> Body:
    parts = {"must": node.must, "should": node.should, "filter": node.only, "must_not": node.never}
    clauses = {name: [query(each) for each in nodes] for name, nodes in parts.items() if nodes}
    if not node.must and not node.only:
        clauses["filter"] = [{"match_all": {}}]
    return {"bool": clauses}
