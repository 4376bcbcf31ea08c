"""From a question to the tree the engines are asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from itertools import pairwise

from courrier.mail.rights import Access
from courrier.search import analysis, tree
from courrier.search.analysis import words_in
from courrier.search.documents import day_number
from courrier.search.language.emphasis import emphasis
from courrier.search.language.function_words import says_little
from courrier.search.language.question import Criterion, Question, Wanted
from courrier.search.misreadings import misreadings
from courrier.search.numbers import number_typed, numbers_in, shape_of
from courrier.search.rights import words_of_reader
from courrier.search.weights import WEIGHTS


class Way(Enum):
    """How the words are looked for, from the strictest on."""

    EVERY_WORD = "all of them, as they are"
    MISREAD = "all of them, perhaps with a letter misread by a scan or mistyped"
    MISREAD_TWICE = "all of them, perhaps with two letters wrong where they are long"
    SOME_WORDS = "the best letters with any of them"


FILTERS = {
    "department": "departments",
    "departments": "departments",
    "document_type": "document_type",
    "type": "document_type",
    "state": "state",
    "year": "year",
    "sender": "sender",
    "channel": "channel",
    "tags": "tags",
}
"""The names under which filters and facets are asked for, and their fields."""


def readable(access: Access) -> tree.Node:
    """What `access` may read: part of every query, count, facet and completion."""
    return tree.Is("readers", words_of_reader(access))


def plan(
    question: Question, access: Access, filters: Mapping[str, Sequence[str]], today: date, way: Way
) -> tree.Every:
    """The whole query: what is readable, asked for and ticked, with the words looked for in one of the three ways."""
    scored = list(word_nodes(question, way))
    return tree.Every(
        must=scored,
        should=list(neighbours(question)) if scored else (),
        only=[readable(access), *criteria_nodes(question, today), *filter_nodes(filters)],
        never=[*without_nodes(question), *criteria_nodes(question, today, without=True)],
    )


def word_nodes(question: Question, way: Way) -> Iterator[tree.Node]:
    wanted = [each for each in question.wanted if not each.without]
    yield from (phrase_node(each.text) for each in wanted if each.quoted)
    plain = plain_words(question)
    counts = emphasis(plain) if question.natural else [1.0] * len(plain)
    telling = [each for each in zip(plain, counts, strict=True) if not says_little(each[0])]
    found = [(word_node(text, way), much) for text, much in telling or [(text, 1.0) for text in plain]]
    nodes = [tree.weighted(node, much) for node, much in found if node is not None]
    nodes = nodes or [spelled_out(text) for text in plain]
    if nodes and way is Way.SOME_WORDS:
        yield tree.Some(nodes, 1)
    else:
        yield from nodes


def plain_words(question: Question) -> list[str]:
    """The words neither quoted nor put aside, a number being one; in a sentence each part of `joue-t-il` is one."""
    plain = units([each.text for each in question.wanted if not each.quoted and not each.without])
    if not question.natural:
        return list(plain)
    return [part for text in plain for part in ([text] if number_typed(text) else words_in(text))]


def neighbours(question: Question) -> Iterator[tree.Node]:
    """Telling words that follow each other in the query, little words between them or not: better where they do in the
    letter as well."""
    plain = plain_words(question)
    places = [at for at, text in enumerate(plain) if not says_little(text)]
    for first, second in pairwise(places):
        if second - first <= WEIGHTS.furthest_neighbour:
            span = " ".join(plain[first : second + 1])
            yield tree.Phrase("body", span, WEIGHTS.neighbour_slop, WEIGHTS.neighbours)


def units(words: Sequence[str]) -> Iterator[str]:
    """Words, those that together write one number being one unit."""
    at = 0
    while at < len(words):
        length = longest_number(words[at:])
        yield " ".join(words[at : at + max(length, 1)])
        at += max(length, 1)


def longest_number(words: Sequence[str]) -> int:
    """How many of the first words are one number written with spaces; 0 if not two at least."""
    for length in range(min(len(words), 9), 1, -1):
        group = words[:length]
        if group[-1][-1:].isdigit() or any(character.isdigit() for character in group[-1]):
            short = all(len(word) <= 3 or any(sign.isdigit() for sign in word) for word in group)
            if short and number_typed(" ".join(group)) and has_digits(group):
                return length
    return 0


def has_digits(group: Sequence[str]) -> bool:
    """A number's groups hold digits, but for a first one of letters (`PC 033…`, `FR76`)."""
    return all(any(sign.isdigit() for sign in word) for word in group[1:])


def word_node(text: str, way: Way) -> tree.Node | None:
    """A word wherever it stands in a letter; None for a stop word."""
    number = number_node(text)
    stems = analysis.stems(text)
    if not stems:
        return number
    if " " in text or len(stems) > 1:
        parts = [node for each in words_in(text) if (node := word_node(each, way)) is not None]
        together: tree.Node = tree.Every(must=parts) if len(parts) > 1 else parts[0]
        return tree.Best([number, together]) if number is not None else together
    nodes: list[tree.Node] = [in_text(text, way)]
    nodes += [tree.Word(field, text, weight) for field, weight in WEIGHTS.fields]
    if way is not Way.EVERY_WORD:
        nodes += near_nodes(text, way)
    if number is not None:
        nodes.append(number)
    return tree.Best(nodes, WEIGHTS.tie)


def in_text(text: str, way: Way) -> tree.Node:
    """A word in the text by its stem, better if it is written the same; in a sentence also if it begins the same."""
    nodes: list[tree.Node] = [tree.Word("body", text), tree.Word("body_exact", text, WEIGHTS.exact)]
    if way is Way.SOME_WORDS:
        root = analysis.folded(text)[0][: analysis.ROOT_LENGTH]
        nodes.append(tree.Word("body_root", root, WEIGHTS.root))
    return tree.Some(nodes)


def near_nodes(text: str, way: Way) -> Iterator[tree.Node]:
    """A word as a bad scan or a slip of the finger may have left it.

    Two letters wrong cost ten times what one costs to look for: only in the text, and not for each word of a sentence.
    """
    plain = analysis.folded(text)
    word = plain[0] if plain else ""
    distance = distance_of(word)
    if not distance:
        return
    if way is Way.SOME_WORDS:
        yield tree.Near("body_exact", word, 1, WEIGHTS.near)
        return
    yield tree.Near("body_exact", word, distance if way is Way.MISREAD_TWICE else 1, WEIGHTS.near)
    yield tree.Near("subject_exact", word, 1, WEIGHTS.near)
    yield tree.Near("sender_words", word, 1, WEIGHTS.near)
    if read_as := misreadings(word):
        yield tree.Is("body_exact", read_as, WEIGHTS.near)


def worth_misreading(question: Question) -> bool:
    """Whether `question` has a word that tolerance would change, and does not ask for it already."""
    return not question.natural and not question.misread and letters_wrong(question) > 0


def letters_wrong(question: Question) -> int:
    """How many letters may be wrong in the word of which most may be; 0 where tolerance changes nothing."""
    words = (word for text in plain_words(question) for word in analysis.folded(text))
    return max(map(distance_of, words), default=0)


def distance_of(word: str) -> int:
    """How many letters of a word may be wrong; none of a short one, of which half the dictionary is a letter away."""
    if len(word) < WEIGHTS.one_wrong or word.isdigit():
        return 0
    return 2 if len(word) >= WEIGHTS.two_wrong else 1


def number_node(text: str) -> tree.Node | None:
    """`text` as a number or reference: as it is, or as a bad scan leaves it."""
    number = number_typed(text)
    if number is None:
        found = numbers_in(text.upper())
        number = max(found, key=len) if found else None
    if number is None:
        return None
    return tree.Best(
        [
            tree.Is("numbers", [number], WEIGHTS.number),
            tree.Is("numbers", ["~" + shape_of(number)], WEIGHTS.number / 2),
        ]
    )


def phrase_node(text: str) -> tree.Node:
    number = number_node(text)
    nodes: list[tree.Node] = [
        tree.Phrase("body_exact", text),
        tree.Phrase("subject_exact", text, boost=2.0),
        tree.Phrase("sender_words", text, boost=2.0),
    ]
    return tree.Best([*nodes, number] if number is not None else nodes)


def spelled_out(text: str) -> tree.Node:
    """A text of stop words alone is looked for as it is written."""
    return tree.Best([tree.Word("subject_exact", text, 2.0), tree.Word("body_exact", text)])


def without_nodes(question: Question) -> Iterator[tree.Node]:
    for each in question.wanted:
        if each.without:
            yield phrase_node(each.text) if each.quoted else plain_word(each)


def plain_word(wanted: Wanted) -> tree.Node:
    """A word as it is typed, without its neighbours: what is put aside is put aside exactly."""
    fields = ("body", "subject") if analysis.stems(wanted.text) else ("body_exact", "subject_exact")
    return tree.Some(
        [*(tree.Word(field, wanted.text) for field in fields), tree.Word("sender_words", wanted.text)]
    )


def criteria_nodes(question: Question, today: date, without: bool = False) -> Iterator[tree.Node]:
    if not without and (question.first_day or question.last_day):
        yield tree.Between("received_on", question.first_day, question.last_day)
    for each in question.criteria:
        if each.without is without:
            yield criterion_node(each, today)


def criterion_node(criterion: Criterion, today: date) -> tree.Node:
    value = criterion.value
    match criterion.key:
        case "sender":
            return tree.Some([tree.Word("sender_words", value), tree.Is("sender", [value])])
        case "department":
            return tree.Some(
                [tree.Is("departments", [value, value.upper()]), tree.Word("department_words", value)]
            )
        case "type":
            code = "-".join(analysis.folded(value))
            return tree.Some([tree.Is("document_type", [value, code]), *named_type(value)])
        case "tag":
            return tree.Some([tree.Is("tags", [value]), tree.Word("tag_words", value)])
        case "number":
            return register_number(value)
        case "late":
            late = tree.Between("due_on", None, (day_number(today) or 0) - 1)
            return late if value == "oui" else tree.Every(never=[late])
        case "registered":
            return tree.Is("registered_post", [value == "oui"])
        case "year":
            return tree.Is("year", [int(value)])
        case "subject":
            return tree.Some([tree.Word("subject", value), tree.Word("subject_exact", value)])
        case "reference":
            return number_node(value) or tree.Phrase("body_exact", value)
        case _:
            return tree.Is(criterion.key, [value])


def named_type(value: str) -> list[tree.Node]:
    return [tree.Word("type_words", value)] if analysis.stems(value) else []


def register_number(value: str) -> tree.Node:
    """A number of the register as it is written, or its rank alone, or year and rank."""
    nodes: list[tree.Node] = [tree.Is("number", [value, value.upper()])]
    parts = re.findall(r"\d+", value)
    if len(parts) == 1 and len(parts[0]) < 10:
        nodes.append(tree.Is("sequence", [int(parts[0])]))
    if len(parts) == 2 and len(parts[0]) == 4 and len(parts[1]) < 8:
        nodes.append(tree.Is("rank", [int(parts[0]) * 10_000_000 + int(parts[1])]))
    return tree.Some(nodes)


def filter_nodes(filters: Mapping[str, Sequence[str]]) -> Iterator[tree.Node]:
    """Filters ticked beside the results; several values of one are any of them. Unknown names are refused."""
    for name, values in filters.items():
        field = FILTERS[name]
        if field == "year":
            years = [int(value) for value in values if value.isdecimal() and len(value) <= 4]
            yield tree.Is(field, years)
        elif values:
            yield tree.Is(field, list(values))


def lights(question: Question) -> tree.Node | None:
    """The words to show lit in a snippet of the text."""
    nodes: list[tree.Node] = []
    for each in question.wanted:
        if each.without:
            continue
        if each.quoted:
            nodes.append(tree.Phrase("body", each.text))
        else:
            nodes += [tree.Word("body", word) for word in words_in(each.text) if analysis.stems(word)]
    return tree.Some(nodes) if nodes else None
