"""Proposing the end of what is being typed, from the letters the reader may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from courrier.mail.models import Channel, MailState
from courrier.mail.rights import Access
from courrier.search import analysis, planning, tree
from courrier.search.engines import EngineRefused, EngineUnavailable
from courrier.search.engines.opening import engine
from courrier.search.labels import facet_labels
from courrier.search.language.criteria import CRITERIA, Criteria, criterion_named
from courrier.search.language.cutting import Piece, pieces

MOST = 8
FACET_OF = {"sender": "sender", "department": "departments", "type": "document_type", "tag": "tags"}


@dataclass(frozen=True, slots=True)
class Completion:
    """`text` is the whole query with its end completed, `label` what to show; `kind` is `criterion`, `value` or `word`;
    `count` is in how many readable letters, 0 where that is not known."""

    text: str
    label: str
    kind: str
    count: int = 0


def complete(text: str, access: Access) -> list[Completion]:
    """At most eight ways to end `text`, whose last word is being typed; none while the engine does not answer."""
    typed = list(pieces(text))
    last = typed[-1] if typed and typed[-1].end == len(text) else None
    if last is not None and not last.key and last.text.endswith(":") and criterion_named(last.text[:-1]):
        last = replace(last, key=last.text[:-1], text="")
    if last is None or (last.quoted and last.closed):
        return []
    head = text[: last.start] + ("-" if last.without else "")
    found = criterion_named(last.key) if last.key else None
    try:
        proposals = values(found, last, access) if found else beginnings(last, access)
        return list(islice((whole(head, each) for each in proposals), MOST))
    except (EngineUnavailable, EngineRefused):
        return []


def whole(head: str, proposal: Completion) -> Completion:
    return Completion(head + proposal.text, proposal.label, proposal.kind, proposal.count)


def beginnings(typed: Piece, access: Access) -> Iterator[Completion]:
    plain = " ".join(plain_words(typed.text))
    if not plain:
        return
    if not typed.quoted:
        for each in CRITERIA:
            if any(name.startswith(typed.text.lower()) for name in each.names):
                yield Completion(f"{each.example.split(':')[0]}:", str(each.meaning), "criterion")
    readable = planning.readable(access)
    for word, count in engine().beginnings("words", plain, readable, MOST * 2):
        written = word.rpartition("\t")[2]
        yield Completion(written + " ", written, "word", count)


def values(criterion: Criteria, typed: Piece, access: Access) -> Iterator[Completion]:
    name = criterion.example.split(":")[0]
    for value, label, count in known_values(criterion.key, typed.text, access):
        written = f'"{value}"' if " " in value else value
        yield Completion(f"{name}:{written} ", label, "value", count)


def known_values(key: str, typed: str, access: Access) -> Iterator[tuple[str, str, int]]:
    """(value, label, count) of the values of a criterion that `typed` begins."""
    wanted = plain_words(typed)
    if key in FACET_OF:
        yield from counted_values(FACET_OF[key], wanted, access)
        return
    choices: list[str] = []
    if key == "state":
        choices = [str(label) for label in MailState.labels]
    elif key == "channel":
        choices = [str(label) for label in Channel.labels]
    elif key in {"late", "registered"}:
        choices = ["oui", "non"]
    yield from ((label, label, 0) for label in choices if begins(wanted, label))


def counted_values(facet: str, wanted: list[str], access: Access) -> Iterator[tuple[str, str, int]]:
    narrowing = [tree.Begins("sender_words", wanted[-1])] if facet == "sender" and wanted else []
    query = tree.Every(only=[planning.readable(access), *narrowing])
    counted = (
        engine().ask(tree.Request(query, limit=0, facets=(facet,), facet_size=200)).facets.get(facet, [])
    )
    labels = facet_labels(facet, [value for value, _ in counted], access)
    for (value, count), label in zip(counted, labels, strict=True):
        if begins(wanted, f"{value} {label}"):
            yield value, label, count


def begins(wanted: list[str], label: str) -> bool:
    """Whether every word of `wanted` begins a word of `label`."""
    words = plain_words(label)
    return all(any(word.startswith(each) for word in words) for each in wanted)


def plain_words(text: str) -> list[str]:
    """Words without accents; a single letter is one, for it may be the beginning of any."""
    return [folded for word in analysis.words_in(text) for folded in analysis.folded(word) or [word.lower()]]
