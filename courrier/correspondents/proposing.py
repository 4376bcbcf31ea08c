"""Pairs of records that are likely one correspondent, for a person to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Count

from courrier.correspondents.matching import compare
from courrier.correspondents.models import Correspondent, CorrespondentKey, NotTheSame
from courrier.correspondents.searching import on_file
from courrier.organisations.models import Organisation, User

LIKELY = 0.6
GROUPS = 200
"""So many groups of records that share a number or a name are looked at."""
LARGEST = 6
"""Of a group larger than that only so many are compared: what so many share tells little."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records; `kept` is the older one. `score` from 0 to 1, `reason` in French."""

    kept: Correspondent
    absorbed: Correspondent
    score: float
    reason: str


def likely_pairs(organisation: Organisation, limit: int = 50) -> list[Pair]:
    """Pairs that share a SIRET, an e-mail address, a telephone number, or a name and a postcode; likeliest first.

    A constant number of queries. Pairs that a person said are two do not come back.
    """
    groups = [*_sharing_numbers(organisation), *_sharing_names(organisation)]
    wanted = {pk for group in groups for pk in group}
    rows = on_file(organisation).in_bulk(wanted)
    apart = set(NotTheSame.objects.filter(organisation=organisation).values_list("first", "second"))
    pairs: dict[tuple[int, int], Pair] = {}
    for group in groups:
        for one, other in combinations(sorted(pk for pk in group if pk in rows), 2):
            if (one, other) in apart or (one, other) in pairs:
                continue
            match = compare(rows[other], rows[one])
            if match.score >= LIKELY:
                pairs[one, other] = Pair(rows[one], rows[other], match.score, match.reason)
    return sorted(pairs.values(), key=lambda pair: (-pair.score, pair.kept.name, pair.kept.pk))[:limit]


def _sharing_numbers(organisation: Organisation) -> Iterable[list[int]]:
    for field in ("siret", "email", "phone"):
        filled = on_file(organisation).exclude(**{field: ""}).order_by()
        shared = filled.values(field).annotate(records=Count("pk")).filter(records__gt=1)
        values = [row[field] for row in shared[:GROUPS]]
        yield from _grouped(filled.filter(**{f"{field}__in": values}).values_list(field, "pk"))


def _sharing_names(organisation: Organisation) -> Iterable[list[int]]:
    whole = CorrespondentKey.objects.filter(organisation=organisation, word__startswith="=").order_by()
    alone = whole.filter(correspondent__merged_into__isnull=True)
    shared = alone.values("word").annotate(records=Count("pk")).filter(records__gt=1)
    words = [row["word"] for row in shared[: 2 * GROUPS]]
    yield from _grouped(alone.filter(word__in=words).values_list("word", "correspondent"))


def _grouped(rows: Iterable[tuple[str, int]]) -> Iterable[list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for value, pk in rows:
        groups[value].append(pk)
    return [sorted(group)[:LARGEST] for group in groups.values()]


def keep_apart(one: Correspondent, other: Correspondent, by: User | None) -> None:
    """Remember that two records are two correspondents. Safe to say twice."""
    first, second = sorted((one, other), key=lambda row: row.pk)
    NotTheSame.objects.get_or_create(
        organisation=one.organisation, first=first, second=second, defaults={"said_by": by}
    )


def told_apart(row: Correspondent) -> set[int]:
    """Ids of records that a person said are not this one."""
    pairs = NotTheSame.objects.filter(organisation=row.organisation_id)
    after = pairs.filter(first=row).values_list("second", flat=True)
    return {*after, *pairs.filter(second=row).values_list("first", flat=True)}
