"""Answering a search: understood, asked of the engine, checked against the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from time import perf_counter

from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.mail.models import Mail, MailState
from courrier.mail.rights import Access, reads
from courrier.search import planning, tree
from courrier.search.engines import Engine, EngineRefused, EngineUnavailable
from courrier.search.engines.opening import engine
from courrier.search.labels import facet_labels, type_labels
from courrier.search.language.question import Question
from courrier.search.language.reading import read
from courrier.search.numbers import number_typed
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
        answer, loosened = answered(
            engine(), question, access, filters or {}, sort, offset, limit, FACETS if facets else ()
        )
    except EngineUnavailable:
        explanations.append(_("La recherche ne répond pas pour le moment ; le registre reste consultable."))
        return Results(explanations=explanations, available=False, goes_to=letter_numbered(text, access))
    except EngineRefused:
        explanations.append(_("Cette recherche ne peut pas être faite ; essayer avec d'autres mots."))
        return Results(explanations=explanations)
    if loosened:
        explanations.append(
            _("Aucun courrier ne contient tous ces mots ; voici ceux qui en contiennent le plus.")
        )
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
) -> tuple[tree.Answer, bool]:
    """The engine's answer, and whether letters with only some of the words were taken because none has them all.

    Without words to rank by, the newest come first.
    """
    field, descending = SORTS[sort]

    def request(every_word: bool) -> tree.Request:
        return tree.Request(
            query=planning.plan(question, access, filters, timezone.localdate(), every_word),
            lights=planning.lights(question),
            sort=field or ("" if question.wanted else "received_on"),
            descending=descending,
            offset=offset,
            limit=limit,
            facets=facets,
        )

    answer = engine.ask(request(not question.natural))
    several = sum(not each.quoted and not each.without for each in question.wanted) > 1
    if answer.total or question.natural or not several:
        return answer, False
    answer = engine.ask(request(False))
    return answer, answer.total > 0


def readable_hits(found: Sequence[tree.Found], access: Access) -> list[Hit]:
    """Hits that may be read now: a letter closed to the reader since it was indexed shows nothing."""
    ids = [each.mail_id for each in found]
    readable = (
        set(Mail.objects.filter(reads(access), pk__in=ids).values_list("pk", flat=True)) if ids else set()
    )
    labels = type_labels({str(each.stored["document_type"]) for each in found}, access)
    return [hit_of(each, labels) for each in found if each.mail_id in readable]


def hit_of(found: tree.Found, type_names: Mapping[str, str]) -> Hit:
    stored = found.stored
    state, document_type = str(stored["state"]), str(stored["document_type"])
    departments = stored["departments"]
    return Hit(
        mail_id=found.mail_id,
        number=str(stored["number"]),
        subject=str(stored["subject"]),
        sender=str(stored["sender"]),
        departments=list(departments) if isinstance(departments, list) else [],
        document_type=document_type,
        document_type_label=type_names.get(document_type, document_type),
        state=state,
        state_label=str(MailState(state).label) if state in MailState.values else state,
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
    number = number_typed(text)
    if number is None or not access.user_id:
        return None
    digits = [part for part in text.replace("/", "-").replace(" ", "-").split("-") if part]
    candidates = Mail.objects.filter(reads(access), organisation__in=access.organisations)
    exact = candidates.filter(number__iexact="-".join(digits)).values_list("pk", flat=True)[:2]
    found = list(exact)
    if not found and len(digits) == 3 and digits[1].isdecimal() and digits[2].isdecimal():
        same_rank = candidates.filter(year=int(digits[1][:4]), sequence=int(digits[2][:9]))
        letter = digits[0].upper()
        found = [
            pk for pk, written in same_rank.values_list("pk", "number") if written.upper().startswith(letter)
        ]
    return found[0] if len(found) == 1 else None
