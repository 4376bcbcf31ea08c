"""Finding correspondents by what one types: words of a name, an e-mail address, a telephone number, a SIRET."""

from __future__ import annotations

import re

from django.db.models import Exists, OuterRef, QuerySet

from courrier.correspondents.identity import name_words, normalised
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
    if "@" in typed:
        return rows.filter(email=normalised({"email": typed})["email"] or typed.lower())
    figures = re.sub(r"[\s.+-]", "", typed)
    if figures.isdigit() and len(figures) == 14:
        return rows.filter(siret=figures)
    if figures.isdigit() and len(figures) >= 9:
        return rows.filter(phone=normalised({"phone": typed})["phone"])
    for word in name_words(typed)[:MOST_WORDS] if typed else []:
        begun = CorrespondentKey.objects.filter(
            organisation=organisation, word__startswith=word, correspondent=OuterRef("pk")
        )
        rows = rows.filter(Exists(begun))
    return rows
