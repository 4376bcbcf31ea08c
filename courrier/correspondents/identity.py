"""What makes two senders one: names, telephone numbers and addresses brought to one form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import phonenumbers

from courrier.classification.spelling import folded

_CIVILITIES = frozenset(
    [
        "m",
        "mr",
        "mm",
        "mme",
        "mmes",
        "mlle",
        "monsieur",
        "madame",
        "mademoiselle",
        "messieurs",
        "maitre",
        "me",
        "dr",
        "docteur",
        "et",
        "de",
        "la",
        "le",
        "les",
        "du",
        "des",
        "d",
        "l",
        "a",
    ]
)
_BODIES = frozenset(
    [
        "sarl",
        "sas",
        "sasu",
        "sa",
        "eurl",
        "sci",
        "scp",
        "selarl",
        "snc",
        "ste",
        "societe",
        "ets",
        "etablissements",
        "association",
        "asso",
        "assoc",
        "loi",
        "1901",
    ]
)
LONGEST_WORD = 40


def name_words(name: str) -> list[str]:
    """The words that tell a name from another, folded; all of them where nothing else is left."""
    words = re.findall(r"[a-z0-9]+", folded(name))
    return [word for word in words if word not in _CIVILITIES and word not in _BODIES] or words


def keys_of(name: str) -> set[str]:
    """What a name is found by: its words, their skeletons, and all of its words together.

    A skeleton leaves a misread vowel or a doubled letter alone; the whole finds those whose every word is common.
    """
    words = {word[:LONGEST_WORD] for word in name_words(name) if len(word) > 1}
    skeletons = {f"~{skeleton(word)}" for word in words if len(word) >= 5 and len(skeleton(word)) >= 3}
    whole = {f"={' '.join(sorted(words))}"[:LONGEST_WORD]} if len(words) > 1 else set()
    return words | skeletons | whole


def skeleton(word: str) -> str:
    """The first letter and the consonants after it, doubles once: LACOMBE and LACOMBÉE are both `lcmb`."""
    plain = re.sub(r"[^a-z]", "", word.replace("0", "o").replace("1", "l").replace("ph", "f"))
    if not plain:
        return ""
    rest = re.sub(r"[aeiouyh]", "", plain[1:])
    return re.sub(r"(.)\1+", r"\1", plain[0] + rest)[: LONGEST_WORD - 1]


def phone_number(text: str) -> str:
    """A telephone number as `+33…`; "" where the text holds none."""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return ""
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_possible_number(number)
        else ""
    )


def normalised(sender: Mapping[str, Any]) -> dict[str, str]:
    """The sender's fields in the form in which correspondents are kept; unknown keys are left out."""
    text = {
        key: str(sender.get(key) or "").strip()
        for key in ("name", "kind", "email", "phone", "address", "postcode", "city", "siret")
    }
    text["name"] = re.sub(r"\s+", " ", text["name"])[:200]
    text["email"] = text["email"].lower()[:254]
    text["phone"] = phone_number(text["phone"]) or text["phone"][:30]
    text["siret"] = re.sub(r"\D", "", text["siret"])[:14]
    text["postcode"], text["city"] = text["postcode"][:10], text["city"][:100]
    return text
