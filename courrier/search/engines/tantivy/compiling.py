"""A query tree as a tantivy query."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatchmethod

from tantivy import FieldType, Occur, Query, Schema

from courrier.search import analysis, tree
from courrier.search.schema import BY_NAME, Kind


class Compiler:
    """Turns trees into queries over one schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @singledispatchmethod
    def query(self, node: tree.Node) -> Query:
        raise TypeError(f"no tantivy query for {node!r}")

    @query.register
    def _(self, node: tree.Everything) -> Query:
        return Query.all_query()

    @query.register
    def _(self, node: tree.Word) -> Query:
        terms = [self.term(node.field, token) for token in self.tokens(node.field, node.text)]
        if not terms:
            return Query.empty_query()
        whole = terms[0] if len(terms) == 1 else Query.boolean_query([(Occur.Must, each) for each in terms])
        return boosted(whole, node.boost)

    @query.register
    def _(self, node: tree.Phrase) -> Query:
        analyzer = analysis.french() if BY_NAME[node.field].kind is Kind.FRENCH else analysis.exact()
        placed = [(token.position, token.text) for token in analyzer.pre_tokenize(node.text).tokens]
        if not placed:
            return Query.empty_query()
        if len(placed) == 1:
            return boosted(self.term(node.field, placed[0][1]), node.boost)
        first = placed[0][0]
        words: list[str | tuple[int, str]] = [(position - first, text) for position, text in placed]
        return boosted(Query.phrase_query(self.schema, node.field, words, slop=node.slop), node.boost)

    @query.register
    def _(self, node: tree.Near) -> Query:
        fuzzy = Query.fuzzy_term_query(self.schema, node.field, node.text, node.distance, True)
        return boosted(fuzzy, node.boost)

    @query.register
    def _(self, node: tree.Begins) -> Query:
        return boosted(Query.phrase_prefix_query(self.schema, node.field, [node.text]), node.boost)

    @query.register
    def _(self, node: tree.Is) -> Query:
        found = Query.term_set_query(self.schema, node.field, list(node.values))
        return Query.const_score_query(found, node.boost)

    @query.register
    def _(self, node: tree.Between) -> Query:
        return Query.range_query(self.schema, node.field, FieldType.Integer, node.low, node.high)

    @query.register
    def _(self, node: tree.Best) -> Query:
        return Query.disjunction_max_query([self.query(each) for each in node.nodes], node.tie)

    @query.register
    def _(self, node: tree.Some) -> Query:
        return Query.boolean_query(self.clauses(Occur.Should, node.nodes), node.least)

    @query.register
    def _(self, node: tree.Every) -> Query:
        clauses = [
            *self.clauses(Occur.Must, node.must),
            *self.clauses(Occur.Should, node.should),
            *((Occur.Must, Query.const_score_query(self.query(each), 0.0)) for each in node.only),
            *self.clauses(Occur.MustNot, node.never),
        ]
        if not node.must and not node.only:
            clauses.append((Occur.Must, Query.const_score_query(Query.all_query(), 0.0)))
        return Query.boolean_query(clauses)

    def clauses(self, occur: Occur, nodes: Sequence[tree.Node]) -> list[tuple[Occur, Query]]:
        return [(occur, self.query(each)) for each in nodes]

    def term(self, field: str, token: str) -> Query:
        return Query.term_query(self.schema, field, token, index_option="freq")

    def tokens(self, field: str, text: str) -> list[str]:
        if BY_NAME[field].kind is Kind.FRENCH:
            return analysis.stems(text)
        return analysis.roots().analyze(text) if BY_NAME[field].kind is Kind.ROOT else analysis.folded(text)


def boosted(query: Query, boost: float) -> Query:
    return query if boost == 1.0 else Query.boost_query(query, boost)
