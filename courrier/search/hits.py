"""Every letter a search finds, however many, for exports and alerts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils import timezone

from courrier.mail.models import Mail
from courrier.mail.rights import Access, reads
from courrier.search import planning, tree
from courrier.search.engines import Engine
from courrier.search.engines.opening import engine
from courrier.search.language.reading import read
from courrier.search.searching import answered

BATCH = 1_000


def every_hit(
    text: str,
    access: Access,
    filters: Mapping[str, Sequence[str]],
    after: int = 0,
    *,
    loosely: bool = True,
) -> Iterator[list[int]]:
    """Ids of the letters found that `access` may read now, by id, a batch at a time; only those after letter `after`.

    They are looked for in the way the search page shows them; or, not `loosely`, they hold every word asked for.
    Raises EngineUnavailable or EngineRefused.
    """
    question, asked = read(text), engine()
    way = planning.Way.MISREAD_TWICE if question.misread else planning.Way.EVERY_WORD
    if loosely:
        _, way = answered(asked, question, access, filters, limit=0)
    query = planning.plan(question, access, filters, timezone.localdate(), way)
    while ids := next_ids(asked, query, after):
        readable = set(Mail.objects.filter(reads(access), pk__in=ids).values_list("pk", flat=True))
        yield [each for each in ids if each in readable]
        after = ids[-1]


def count(text: str, access: Access, filters: Mapping[str, Sequence[str]]) -> int:
    """How many letters the search page finds; raises EngineUnavailable or EngineRefused."""
    answer, _ = answered(engine(), read(text), access, filters, limit=0)
    return answer.total


def next_ids(asked: Engine, query: tree.Node, after: int) -> list[int]:
    beyond = tree.Every(only=[query, tree.Between("mail_id", after + 1, None)])
    answer = asked.ask(tree.Request(beyond, sort="mail_id", descending=False, limit=BATCH))
    return [each.mail_id for each in answer.found]
