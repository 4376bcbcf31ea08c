"""The fields of the index in tantivy's terms."""

from __future__ import annotations

from tantivy import Index, Schema, SchemaBuilder

from courrier.search import analysis
from courrier.search.schema import FIELDS, Kind

ANALYSES = {Kind.FRENCH: "courrier_french", Kind.EXACT: "courrier_exact", Kind.ROOT: "courrier_root"}


def build_schema() -> Schema:
    builder = SchemaBuilder()
    for each in FIELDS:
        if each.kind is Kind.NUMBER:
            builder.add_integer_field(
                each.name, stored=each.stored, indexed=True, fast=each.sorted_by or each.counted
            )
        elif each.kind is Kind.FLAG:
            builder.add_boolean_field(each.name, stored=each.stored, indexed=True)
        elif each.kind is Kind.KEYWORD:
            builder.add_text_field(
                each.name, stored=each.stored, fast=each.counted, tokenizer_name="raw", index_option="basic"
            )
        else:
            option = "freq" if each.kind is Kind.ROOT else "position"
            builder.add_text_field(
                each.name, stored=each.stored, tokenizer_name=ANALYSES[each.kind], index_option=option
            )
    return builder.build()


def register_analyses(index: Index) -> None:
    index.register_tokenizer(ANALYSES[Kind.FRENCH], analysis.french())
    index.register_tokenizer(ANALYSES[Kind.EXACT], analysis.exact())
    index.register_tokenizer(ANALYSES[Kind.ROOT], analysis.roots())
