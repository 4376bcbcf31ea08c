"""People named in a note by @identifiant: those who may read the letter, and nobody else."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import F, Prefetch
from django.db.models.functions import Lower

from courrier.mail.models import Mail
from courrier.mail.readers import readers_of
from courrier.organisations.models import Membership, User

MENTION = re.compile(r"(?<![\w@])@(\w[\w.+-]*(?:@\w[\w.-]*)?)")
"""An account's name behind an @; where accounts are called by an address, it holds a second one."""

PROPOSED = 8
"""People proposed at once."""


def names_in(text: str) -> set[str]:
    """Names of accounts as they were typed, in small letters, without the full stop of a sentence."""
    return {name.rstrip(".-").lower() for name in MENTION.findall(text)}


def mentioned(mail: Mail, text: str) -> list[User]:
    """The people named by @username who may read the letter; a mention gives nobody access."""
    names = names_in(text)
    if not names:
        return []
    readers = readers_of(mail).filter(memberships__organisation=mail.organisation_id)
    return list(readers.annotate(named=Lower("username")).filter(named__in=names).distinct())


def proposed(mail: Mail, by: User, typed: str, limit: int = PROPOSED) -> list[User]:
    """Whom `by` may mean by what was typed behind an @: readers of the letter whose names have words that begin so.

    Accents and capitals make no difference. Each comes with what they are in the collectivité (`functions`).
    """
    readers = readers_of(mail).exclude(pk=by.pk).filter(memberships__organisation=mail.organisation_id)
    names = readers.distinct().values_list("pk", "last_name", "first_name", "username")
    wanted = folded(typed)
    found = sorted(
        (rank, folded(row[1]), row[3], row[0]) for row in names if (rank := fits(row[1:], wanted)) is not None
    )
    chosen = [pk for *_order, pk in found[:limit]]
    here = Membership.objects.filter(organisation=mail.organisation_id).select_related("department")
    functions = Prefetch(
        "memberships", here.order_by(F("department").asc(nulls_first=True)), to_attr="functions"
    )
    people = User.objects.prefetch_related(functions).in_bulk(chosen)
    return [people[pk] for pk in chosen]


def fits(names: tuple[str, ...], wanted: str) -> int | None:
    """0 where one of the names begins as wanted, 1 where a word in them does, None where nothing does."""
    plain = [folded(name) for name in names]
    last, first, _username = plain
    if any(each.startswith(wanted) for each in [*plain, f"{first} {last}"]):
        return 0
    words = [word for each in plain for word in re.split(r"[\W_]+", each)]
    return 1 if any(word.startswith(wanted) for word in words) else None


def folded(text: str) -> str:
    """Without accents and capitals."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))
