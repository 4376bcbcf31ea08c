"""A query as both engines understand it: a tree that each of them compiles to its own form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Word:
    """A word in a text field, passed through the field's analysis; scored by how rare it is."""

    field: str
    text: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after the other, `slop` places apart at most."""

    field: str
    text: str
    slop: int = 0
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Near:
    """Words in the index that differ from `text` by at most `distance` letters; scored `boost`, whatever they are."""

    field: str
    text: str
    distance: int = 1
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Begins:
    """Words in the index that begin with `text`; scored `boost`."""

    field: str
    text: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Is:
    """A field that holds one of `values` as they are; scored `boost`."""

    field: str
    values: Sequence[str | int | bool]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Between:
    """A number field from `low` to `high`, both included."""

    field: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Best:
    """The best score of any of `nodes`, plus `tie` times the others'."""

    nodes: Sequence[Node]
    tie: float = 0.0


@dataclass(frozen=True, slots=True)
class Some:
    """At least `least` of `nodes`; their scores add up."""

    nodes: Sequence[Node]
    least: int = 1


@dataclass(frozen=True, slots=True)
class Every:
    """All of `must`, none of `never`, only what `only` lets through (unscored), better with `should`."""

    must: Sequence[Node] = ()
    should: Sequence[Node] = ()
    only: Sequence[Node] = ()
    never: Sequence[Node] = ()


@dataclass(frozen=True, slots=True)
class Everything:
    """Every letter."""


Node = Word | Phrase | Near | Begins | Is | Between | Best | Some | Every | Everything


def weighted(node: Node, by: float) -> Node:
    """`node` with its scores multiplied by `by`."""
    match node:
        case Word() | Phrase() | Near() | Begins() | Is():
            return replace(node, boost=node.boost * by)
        case Best() | Some():
            return replace(node, nodes=[weighted(each, by) for each in node.nodes])
        case Every():
            must, should = ([weighted(each, by) for each in nodes] for nodes in (node.must, node.should))
            return replace(node, must=must, should=should)
        case Between() | Everything():
            return node


@dataclass(frozen=True, slots=True)
class Request:
    """What an engine is asked: `query` scores, `lights` says which words to show in the snippet."""

    query: Node
    lights: Node | None = None
    sort: str = ""
    descending: bool = True
    offset: int = 0
    limit: int = 20
    facets: Sequence[str] = ()
    facet_size: int = 12
    stored: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Found:
    """One letter as an engine gives it; `snippet` is pieces of its `text`, each with whether it matched."""

    mail_id: int
    score: float
    stored: dict[str, list[str] | str | int]
    snippet: list[tuple[str, bool]]
    pages: list[int]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`facets` maps a field to its values with their counts, most frequent first."""

    total: int
    found: list[Found]
    facets: dict[str, list[tuple[str, int]]]
