"""Finding correspondents by what one types: words of a name, an e-mail address, a telephone number, a SIRET."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from courrier.correspondents.identity import LONGEST_WORD, name_words, normalised
from courrier.correspondents.models import Correspondent, CorrespondentKey
from courrier.organisations.models import Organisation

MOST_WORDS = 6


def on_file(organisation: Organisation) -> QuerySet[Correspondent]:
    """Records that stand for themselves: those merged into another are left out."""
    return Correspondent.objects.filter(organisation=organisation, merged_into__isnull=True)


def find(organisation: Organisation, typed: str) -> QuerySet[Correspondent]:
    """Records that what was typed is found in, by name; every one of them where nothing was typed."""
    rows = on_file(organisation).order_by("name", "pk")
    typed = typed.strip()
    if number := number_in(typed):
        # Looked up apart from the order by name, for which a planner would read the whole file.
        alike = Correspondent.objects.filter(organisation=organisation, **number).order_by()
        return rows.filter(pk__in=alike.values("pk"))
    for word in name_words(typed)[:MOST_WORDS] if typed else []:
        rows = rows.filter(pk__in=with_word(organisation, word))
    return rows


def number_in(typed: str) -> dict[str, str]:
    """The field and value to look for where what was typed is an address or a number; nothing for a name."""
    if "@" in typed:
        return {"email": typed.lower()}
    figures = re.sub(r"[\s.+-]", "", typed)
    if not figures.isdigit() or len(figures) < 9:
        return {}
    return {"siret": figures} if len(figures) == 14 else {"phone": normalised({"phone": typed})["phone"]}


def with_word(organisation: Organisation, begun: str) -> QuerySet[CorrespondentKey, int]:
    """Ids of records of whose name a word begins so; `begun` is folded.

    Said as a range, which the index answers: a LIKE reads every word on SQLite, and on PostgreSQL in most languages.
    """
    words = CorrespondentKey.objects.filter(
        organisation=organisation, word__gte=begun, word__lte=begun.ljust(LONGEST_WORD, "z")
    )
    return words.filter(word__startswith=begun).values_list("correspondent", flat=True)
