"""Answering a search: understood, asked of the engine, checked against the register."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from time import perf_counter

from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.mail.models import Direction, Mail
from courrier.mail.rights import Access, reads
from courrier.search import analysis, planning, second_look, tree
from courrier.search.engines import Engine, EngineRefused, EngineUnavailable
from courrier.search.engines.opening import engine
from courrier.search.labels import Names, facet_labels, names_of
from courrier.search.language.question import Question
from courrier.search.language.reading import read
from courrier.search.numbers import number_typed
from courrier.search.planning import Way
from courrier.search.results import FacetValue, Hit, Results
from courrier.search.schema import FACETS

SORTS: Mapping[str, tuple[str, bool]] = {
    "relevance": ("", True),
    "newest": ("received_on", True),
    "oldest": ("received_on", False),
    "number": ("rank", True),
    "due": ("due_on", False),
}
"""The orders results come in: field and whether the greatest comes first."""


def search(
    text: str,
    access: Access,
    *,
    filters: Mapping[str, Sequence[str]] | None = None,
    sort: str = "relevance",
    offset: int = 0,
    limit: int = 20,
    facets: bool = True,
) -> Results:
    """The letters that `text` asks for among those `access` may read.

    `filters` maps a facet (`department`, `document_type`, `state`, `year`, `sender`, `channel`) to values, any of which
    will do. Raises KeyError for an unknown filter or sort. An engine that does not answer gives `available=False`.
    """
    began = perf_counter()
    question = read(text)
    explanations = list(question.explanations)
    try:
        answer, way = answered(
            engine(), question, access, filters or {}, sort, offset, limit, FACETS if facets else ()
        )
    except EngineUnavailable:
        explanations.append(_("La recherche est momentanément indisponible ; le registre reste consultable."))
        return Results(explanations=explanations, available=False, goes_to=letter_numbered(text, access))
    except EngineRefused:
        explanations.append(_("Cette recherche ne peut pas être faite ; essayer avec d'autres mots."))
        return Results(explanations=explanations)
    explanations += loosened(question, way)
    hits = readable_hits(answer.found, access)
    return Results(
        total=answer.total - (len(answer.found) - len(hits)),
        hits=hits,
        facets=facet_values(answer, access),
        took_ms=(perf_counter() - began) * 1000,
        explanations=explanations,
        goes_to=letter_numbered(text, access),
    )


def answered(
    engine: Engine,
    question: Question,
    access: Access,
    filters: Mapping[str, Sequence[str]],
    sort: str = "relevance",
    offset: int = 0,
    limit: int = 20,
    facets: Sequence[str] = (),
) -> tuple[tree.Answer, Way]:
    """The engine's answer in the strictest way that finds anything, and that way.

    Without words to rank by, the newest come first.
    """
    if question.natural and sort == "relevance" and limit and offset < second_look.FIRST:
        return looked_at_again(engine, question, access, filters, offset, limit, facets)
    return asked(engine, question, access, filters, sort, offset, limit, facets)


def looked_at_again(
    engine: Engine,
    question: Question,
    access: Access,
    filters: Mapping[str, Sequence[str]],
    offset: int,
    limit: int,
    facets: Sequence[str],
) -> tuple[tree.Answer, Way]:
    """As `asked`, the first letters in the order of a second look at them; the same whatever page is shown."""
    wanted = max(second_look.FIRST, offset + limit)
    answer, way = asked(engine, question, access, filters, "relevance", 0, wanted, facets)
    words = [part for text in planning.plain_words(question) for part in analysis.words_in(text)]
    first = second_look.look_again(answer.found[: second_look.FIRST], words)
    found = [*first, *answer.found[second_look.FIRST :]][offset : offset + limit]
    return tree.Answer(answer.total, found, answer.facets), way


def asked(
    engine: Engine,
    question: Question,
    access: Access,
    filters: Mapping[str, Sequence[str]],
    sort: str,
    offset: int,
    limit: int,
    facets: Sequence[str],
) -> tuple[tree.Answer, Way]:
    """The engine's own answer, in its own order."""
    field, descending = SORTS[sort]
    ways = ways_for(question)
    answer = tree.Answer(0, [], {})
    for way in ways:
        answer = engine.ask(
            tree.Request(
                query=planning.plan(question, access, filters, timezone.localdate(), way),
                lights=planning.lights(question),
                sort=field or ("" if question.wanted else "received_on"),
                descending=descending,
                offset=offset,
                limit=limit,
                facets=facets,
            )
        )
        if answer.total:
            return answer, way
    return answer, ways[0]


def ways_for(question: Question) -> list[Way]:
    """The ways to look for the words, one after the other until letters are found; a sentence is looked for loosely.

    One letter wrong comes before two, as far as the words are long enough for them.
    """
    words = [each.text for each in question.wanted if not each.quoted and not each.without]
    if question.natural:
        return [Way.SOME_WORDS]
    misread = [Way.MISREAD, Way.MISREAD_TWICE][: planning.letters_wrong(question)]
    ways = [Way.MISREAD_TWICE] if question.misread else [Way.EVERY_WORD, *misread]
    return [*ways, Way.SOME_WORDS] if len(words) > 1 else ways


def loosened(question: Question, way: Way) -> list[str]:
    """What to say where less was found than asked for."""
    if question.natural or question.misread or way is Way.EVERY_WORD:
        return []
    if way in {Way.MISREAD, Way.MISREAD_TWICE}:
        return [_("Aucun courrier ne contient ces mots tels quels ; voici ceux où ils ont pu être mal lus.")]
    return [_("Aucun courrier ne contient tous ces mots ; voici ceux qui en contiennent le plus.")]


def readable_hits(found: Sequence[tree.Found], access: Access) -> list[Hit]:
    """Hits that may be read now: a letter closed to the reader since it was indexed shows nothing."""
    ids = [each.mail_id for each in found]
    readable = (
        set(Mail.objects.filter(reads(access), pk__in=ids).order_by().values_list("pk", flat=True))
        if ids
        else set()
    )
    kinds, states = names_of("document_type", access), names_of("state", access)
    return [hit_of(each, kinds, states) for each in found if each.mail_id in readable]


def hit_of(found: tree.Found, kinds: Names, states: Names) -> Hit:
    stored = found.stored
    state, kind = str(stored["state"]), str(stored["document_type"])
    departments = stored["departments"]
    return Hit(
        mail_id=found.mail_id,
        number=str(stored["number"]),
        subject=str(stored["subject"]),
        sender=str(stored["sender"]),
        departments=list(departments) if isinstance(departments, list) else [],
        document_type=kind,
        document_type_label=kinds.get(kind, kind),
        state=state,
        state_label=states.get(state, state),
        received_on=day_of(stored["received_on"]),
        snippet=found.snippet,
        score=found.score,
        pages=found.pages,
    )


def day_of(number: object) -> date | None:
    if not isinstance(number, int) or not number:
        return None
    return date(number // 10_000, number // 100 % 100, number % 100)


def facet_values(answer: tree.Answer, access: Access) -> dict[str, list[FacetValue]]:
    return {
        name: [FacetValue(value, label, count) for (value, count), label in zip(values, labels, strict=True)]
        for name, values in answer.facets.items()
        for labels in [facet_labels(name, [value for value, _ in values], access)]
    }


def letter_numbered(text: str, access: Access) -> int | None:
    """The letter whose register number `text` is, if it is nothing else and `access` may read it."""
    if number_typed(text) is None or not access.user_id:
        return None
    parts = re.findall(r"\w+", text)
    written = "-".join(parts)
    # Without the usual order: SQLite would walk the whole register to spare itself the sorting of one line.
    register = (
        Mail.objects.filter(organisation__in=access.organisations).order_by().values_list("pk", "number")
    )
    found = list(register.filter(number__in={written, written.upper()})[:9])
    if not found and len(parts) == 3 and parts[1].isdecimal() and parts[2].isdecimal():
        year, sequence, letter = int(parts[1][:4]), int(parts[2][:9]), parts[0].upper()
        same_rank = register.filter(direction__in=Direction.values, year=year, sequence=sequence)
        found = [(pk, number) for pk, number in same_rank if number.upper().startswith(letter)]
    if not found:
        return None
    readable = Mail.objects.filter(reads(access), pk__in=[pk for pk, _number in found])
    ids = list(readable.values_list("pk", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None
