"""The same letter come twice: the same bytes, or the same text by another scan or channel.

Texts are compared by min-wise hashing (Broder 1997) of their pairs of words: letters that share one of BANDS hashes
are compared word by word, and by their numbers, which tell two invoices of one supplier apart.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from django.db.models import Count, Q
from numpy.typing import NDArray
from rapidfuzz import fuzz

from courrier.classification.models import LetterPrint, Suggestion, SuggestionField
from courrier.classification.spelling import folded
from courrier.mail.models import Document, DocumentRole, Mail, MailState, Page

BANDS, ROWS = 20, 3
SAME_TEXT = 0.85
"""From this likeness of letters on, if the numbers agree too, a letter is proposed as the same."""
SAME_NUMBERS = 0.6
SHORTEST = 12
"""Fewer words tell nothing."""
_LOOKED_AT = 40
_PRIME = np.uint64((1 << 61) - 1)
_RANDOM = np.random.default_rng(20_260_101)
_FACTORS = _RANDOM.integers(1, 2**31, BANDS * ROWS, dtype=np.uint64)
_SHIFTS = _RANDOM.integers(0, 2**31, BANDS * ROWS, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An earlier letter that seems to be the same one; `likeness` from 0 to 1, `reason` in French."""

    mail: Mail
    likeness: float
    reason: str


def remember(mail: Mail) -> None:
    """Keep the fingerprint of a letter that was read, in place of an earlier one. Safe to run twice."""
    LetterPrint.objects.filter(mail=mail).delete()
    LetterPrint.objects.bulk_create(
        LetterPrint(organisation_id=mail.organisation_id, mail=mail, band=band, value=value)
        for band, value in enumerate(bands_of(_text_read(mail)))
    )


def duplicates_of(mail: Mail, limit: int = 5) -> list[Duplicate]:
    """Letters registered before `mail` that seem to be the same, most alike first."""
    found = {each.mail.pk: each for each in _same_bytes(mail)}
    for each in _same_text(mail):
        found.setdefault(each.mail.pk, each)
    return sorted(found.values(), key=lambda each: (-each.likeness, -each.mail.pk))[:limit]


def suggest_first(mail: Mail) -> None:
    """Keep the likeliest earlier letter among the suggestions, for lists; the caller has put aside those before."""
    for each in duplicates_of(mail, limit=1):
        Suggestion.objects.create(
            mail=mail,
            field=SuggestionField.DUPLICATE,
            rank=0,
            value=each.mail.number,
            label=each.mail.number,
            confidence=round(each.likeness, 4),
            reason=each.reason,
        )


def _same_bytes(mail: Mail) -> Iterable[Duplicate]:
    hashes = mail.documents.filter(role=DocumentRole.ORIGINAL).values_list("sha256", flat=True)
    others = Document.objects.filter(
        organisation=mail.organisation_id,
        sha256__in=list(hashes),
        role=DocumentRole.ORIGINAL,
        mail__lt=mail.pk,
    ).exclude(mail__state=MailState.CANCELLED)
    return [Duplicate(other.mail, 1.0, "même fichier") for other in others.select_related("mail")]


def _same_text(mail: Mail) -> Iterable[Duplicate]:
    text = _text_read(mail)
    bands = bands_of(text)
    if not bands:
        return
    shared = Q()
    for band, value in enumerate(bands):
        shared |= Q(band=band, value=value)
    rows = LetterPrint.objects.filter(shared, organisation=mail.organisation_id, mail__lt=mail.pk)
    counted = rows.values("mail").annotate(bands=Count("pk")).order_by("-bands", "-mail")
    candidates = [row["mail"] for row in counted[:_LOOKED_AT]]
    letters = (
        Mail.objects.filter(pk__in=candidates).exclude(state=MailState.CANCELLED).prefetch_related("pages")
    )
    for other in letters:
        likeness = likeness_of(text, _text_of(other))
        if likeness >= SAME_TEXT:
            yield Duplicate(other, likeness, "même texte")


def likeness_of(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1; 0 where their numbers speak against it."""
    first, second = _words(one), _words(other)
    if min(len(first), len(second)) < SHORTEST:
        return 0.0
    numbers, others = _numbers(one), _numbers(other)
    if (numbers or others) and len(numbers & others) < SAME_NUMBERS * min(len(numbers), len(others)):
        return 0.0
    return fuzz.ratio(" ".join(first), " ".join(second)) / 100


def _numbers(text: str) -> set[str]:
    """The numbers of three figures or more, but for a reception stamp's own day."""
    return set(re.findall(r"\d{3,}", re.sub(r"(?<=\d)[ .](?=\d{2,3}\b)", "", text)))


def bands_of(text: str) -> list[int]:
    """The fingerprint of a text: one number for each band; none where the text is too short to tell."""
    words = _words(text)
    if len(words) < SHORTEST:
        return []
    hashes = _hashes(words)
    smallest = np.array(
        [((hashes * factor + shift) % _PRIME).min() for factor, shift in zip(_FACTORS, _SHIFTS, strict=True)]
    )
    return [_one(smallest[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]{3,}", folded(text))


def _hashes(words: Sequence[str]) -> NDArray[np.uint64]:
    pairs = {f"{one} {other}" for one, other in itertools.pairwise(words)}
    digests = b"".join(blake2b(pair.encode(), digest_size=4).digest() for pair in sorted(pairs))
    return np.frombuffer(digests, dtype=np.uint32).astype(np.uint64)


def _one(values: NDArray[np.uint64]) -> int:
    return int.from_bytes(blake2b(values.tobytes(), digest_size=8).digest(), "big", signed=True)


def _text_of(mail: Mail) -> str:
    return "\n".join(page.text for page in mail.pages.all())


def _text_read(mail: Mail) -> str:
    """The text as it is stored: whoever shows a letter has its pages at hand without it."""
    return "\n".join(Page.objects.filter(mail=mail).order_by("number").values_list("text", flat=True))
