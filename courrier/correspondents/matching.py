"""Which known correspondent a sender is: by SIRET, e-mail and telephone, else by name and place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from rapidfuzz import fuzz

from courrier.classification.spelling import folded
from courrier.correspondents.identity import keys_of, name_words, normalised
from courrier.correspondents.models import Correspondent, CorrespondentKey, Kind
from courrier.organisations.models import Organisation

SAME = 0.85
"""From this score on, two records are taken to be the same without a human."""
ANOTHER_WORD = 0.8
"""Two words less alike than that are two words, not one misread."""
COMMON = 400
"""A word that so many records bear tells nobody from anybody."""
NEAREST = 60
"""How many records that share words of the name are compared with care."""

COMPARED = ("kind", "name", "email", "phone", "address", "postcode", "city", "siret")


@dataclass(frozen=True, slots=True)
class Match:
    """A correspondent that may be the sender; `score` from 0 to 1, `reason` in French."""

    correspondent: Correspondent
    score: float
    reason: str


def matches(organisation: Organisation, sender: Mapping[str, Any], limit: int = 5) -> list[Match]:
    """Correspondents that `sender` may be, most likely first. Records merged into another never appear."""
    wanted = normalised(sender)
    found = [
        match
        for candidate in _candidates(organisation, wanted)
        if (match := _compared(candidate, wanted)).score > 0.4
    ]
    return sorted(found, key=lambda match: (-match.score, match.correspondent.pk))[:limit]


def _candidates(organisation: Organisation, wanted: Mapping[str, str]) -> Iterable[Correspondent]:
    known = Correspondent.objects.filter(organisation=organisation)
    chosen: dict[int, Correspondent] = {}
    for field in ("siret", "email", "phone"):
        if wanted[field]:
            chosen.update((row.pk, row) for row in known.filter(**{field: wanted[field]}).order_by()[:20])
    nearest = _sharing_words(organisation, wanted) - chosen.keys()
    chosen.update(known.in_bulk(nearest))
    # Left to Python: a planner that takes the index on merged_into reads nearly the whole table.
    return [row for row in chosen.values() if row.merged_into_id is None]


def _sharing_words(organisation: Organisation, wanted: Mapping[str, str]) -> set[int]:
    """Records whose names share most words with the sender's. Words that very many bear are left aside."""
    shared: Counter[int] = Counter()
    rows = CorrespondentKey.objects.filter(organisation=organisation)
    words = sorted(keys_of(wanted["name"]))
    common = []
    for word in words:
        found = list(rows.filter(word=word).values_list("correspondent", flat=True)[:COMMON])
        if len(found) < COMMON:
            shared.update(found)
        else:
            common.append(word)
    if len(common) == len([word for word in words if not word.startswith("=")]) and wanted["postcode"]:
        here = rows.filter(word__in=common, correspondent__postcode=wanted["postcode"])
        shared.update(here.values_list("correspondent", flat=True)[:COMMON])
    return {pk for pk, _count in shared.most_common(NEAREST)}


def _compared(candidate: Correspondent, wanted: Mapping[str, str]) -> Match:
    names = name_likeness(candidate.name, wanted["name"])
    person = candidate.kind == Kind.PERSON
    if wanted["siret"] and candidate.siret == wanted["siret"]:
        return Match(candidate, 0.99, "même SIRET")
    if wanted["siret"] and candidate.siret:
        if wanted["siret"][:9] == candidate.siret[:9] and names >= 0.8:
            return Match(candidate, 0.9, "même entreprise, autre établissement")
        return Match(candidate, 0.0, "SIRET différent")
    if wanted["email"] and candidate.email == wanted["email"]:
        # A family or an office may share an address: another name at the same address is another person.
        return (
            Match(candidate, 0.98, "même adresse électronique")
            if names >= 0.5 or not person
            else Match(candidate, 0.6, "même adresse électronique, autre nom")
        )
    if wanted["phone"] and candidate.phone == wanted["phone"]:
        return (
            Match(candidate, 0.95, "même téléphone")
            if names >= 0.6 or not person
            else Match(candidate, 0.55, "même téléphone, autre nom")
        )
    if names < 0.8:
        return Match(candidate, 0.0, "")
    place = _same_place(candidate, wanted)
    if place is True:
        return Match(candidate, min(0.97, names), "même nom, même adresse")
    if place is False:
        return Match(candidate, 0.5 * names, "même nom, autre adresse")
    return Match(candidate, (0.7 if person else 0.9) * names, "même nom")


def compare(candidate: Correspondent, row: Correspondent) -> Match:
    """How likely `candidate` is the same correspondent as `row`, another record."""
    return _compared(candidate, normalised({field: getattr(row, field) for field in COMPARED}))


def name_likeness(one: str, other: str) -> float:
    """From 0 to 1: the same words whatever their order. A misread letter is forgiven, another word is not."""
    first, second = name_words(one), name_words(other)
    if not first or not second:
        return 0.0
    if {len(word) for word in (*first, *second)} & {1} and _initials_fit(first, second):
        return 0.86
    short, long = sorted((first, second), key=len)
    rest, likenesses = list(long), []
    for word in sorted(short, key=len, reverse=True):
        if not rest:
            return 0.0
        best = max(rest, key=lambda candidate: fuzz.ratio(word, candidate))
        likenesses.append(fuzz.ratio(word, best) / 100)
        rest.remove(best)
    if min(likenesses) < ANOTHER_WORD:
        return 0.5 * min(likenesses)
    return sum(likenesses) / len(likenesses) - 0.12 * len(rest)


def _initials_fit(first: list[str], second: list[str]) -> bool:
    """ "N. Vignaud" may be "Nadège Vignaud": each initial begins a word of the other name that is not shared."""
    shared = set(first) & set(second)
    left, right = (
        [word for word in first if word not in shared],
        [word for word in second if word not in shared],
    )
    return (
        bool(shared)
        and len(left) == len(right) == 1
        and (left[0][0] == right[0][0])
        and min(len(left[0]), len(right[0])) == 1
    )


def _same_place(candidate: Correspondent, wanted: Mapping[str, str]) -> bool | None:
    """Whether both live at one place; None where one of them tells none."""
    if not (candidate.postcode and wanted["postcode"]):
        return None
    if candidate.postcode != wanted["postcode"]:
        return False
    if candidate.address and wanted["address"]:
        return fuzz.token_set_ratio(folded(candidate.address), folded(wanted["address"])) >= 70
    return True


@transaction.atomic
def match_or_create(organisation: Organisation, sender: Mapping[str, Any]) -> Correspondent:
    """The correspondent that `sender` is, created where it is new; what the record lacked is filled in.

    A `correspondent` key names a record chosen by a person: it is taken as it is, wherever it was merged to.
    Raises ValueError where the sender has no name.
    """
    wanted = normalised(sender)
    chosen = _chosen(organisation, sender.get("correspondent"))
    if chosen is None:
        if not wanted["name"]:
            raise ValueError("Un expéditeur doit avoir un nom.")
        best = next(iter(matches(organisation, sender, limit=1)), None)
        chosen = best.correspondent if best and best.score >= SAME else None
    if chosen is None:
        kind = wanted.pop("kind")
        return Correspondent.objects.create(
            organisation=organisation, kind=kind if kind in Kind.values else Kind.PERSON, **wanted
        )
    _fill(chosen, wanted)
    return chosen


def _chosen(organisation: Organisation, pk: Any) -> Correspondent | None:
    if not str(pk or "").isdigit():
        return None
    row = Correspondent.objects.filter(organisation=organisation, pk=int(pk)).first()
    while row is not None and row.merged_into is not None:
        row = row.merged_into
    return row


def _fill(row: Correspondent, wanted: Mapping[str, str]) -> None:
    lacking = [field for field in ("email", "phone", "siret") if wanted[field] and not getattr(row, field)]
    if wanted["postcode"] and not row.postcode:
        lacking += [
            field for field in ("postcode", "city", "address") if wanted[field] and not getattr(row, field)
        ]
    elif wanted["postcode"] == row.postcode and wanted["address"] and not row.address:
        lacking.append("address")
    if lacking:
        for field in lacking:
            setattr(row, field, wanted[field])
        row.save(update_fields=lacking)


def earlier_letters(organisation: Organisation, correspondent: Correspondent) -> Any:
    """Letters of the same sender, newest first, as a queryset; who may read them is the caller's question."""
    from courrier.mail.models import Mail

    return Mail.objects.filter(organisation=organisation).filter(
        Q(sender=correspondent) | Q(sender__merged_into=correspondent)
    )


def write_keys(correspondents: Iterable[Correspondent]) -> None:
    """Bring the words that the given records are found by up to date."""
    rows = list(correspondents)
    CorrespondentKey.objects.filter(correspondent__in=rows).delete()
    CorrespondentKey.objects.bulk_create(
        (
            CorrespondentKey(correspondent=row, organisation_id=row.organisation_id, word=word)
            for row in rows
            for word in sorted(keys_of(row.name))
        ),
        batch_size=2000,
    )
