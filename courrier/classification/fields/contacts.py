"""Telephone numbers, e-mail addresses and postcodes of the sender, never those of the town hall itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

from courrier.classification.fields.digits import as_digits
from courrier.classification.lines import Line
from courrier.classification.pages import Evidence
from courrier.classification.parts import Zone
from courrier.classification.spelling import folded
from courrier.classification.zones import Letter

_AT = r"(?:@|©|®|\(@|\([aà]\)|\[[aà]t?\]|\(at\)|\[@\])"
"""What a reading makes of "@", and what people write for it."""
_EMAIL = re.compile(
    rf"[A-Za-z0-9._%+\-]+ ?{_AT} ?[A-Za-z0-9.\-]+ ?\. ?[A-Za-z]{{2,12}}\b"
    rf"|[A-Za-z0-9._%+\-]+{_AT}[A-Za-z0-9\-]+(?:[.,] ?[A-Za-z0-9\-]+)+"
)
_PHONE = re.compile(
    r"(?<![\w/])(?:(?:\+|00)33[ .\-]?(?:\(0\)[ ]?)?|[0Oo])[1-9l](?:(?:[ .\-_]{0,2}[\dOolI|]{2}){4}"
    r"|(?:/[\dOolI|]{2}){4})(?![\d])"
)
_ADDRESS_GOES_ON = re.compile(r"(?:[\w.+-]+ ?@[\w.-]*-|[\w.+-]{3,}@|@[\w-]+\.)$")
_NUMBER_GOES_ON = re.compile(r"(?:^|[ :(])(?:0\d|\+33 ?\d)(?:[ .-]\d\d){0,3}[ .-]?$")
_PHONE_LABEL = re.compile(
    r"(?:tel|tph|port|mob|fixe|telephone|gsm|fax|appel|joindre|joignable|contact)\w*\W{0,6}$"
)
_NUMBER_LABEL = re.compile(
    r"(?:\bref\w*|annonce|dossier|n°|numero|siret|iban|facture|client|contrat|compte)[^\d|]{0,25}$"
)
_POSTCODE = re.compile(
    r"(?<![\d.,/-])((?:[\dOolI]){2}["
    r" ]?[\dOolI]{3})(?![\d])\s*[-–]?\s*(?=[A-ZÀ-Ü])(?P<city>[A-ZÀ-Ü][\w'’.\-À-ÿ]*(?:["
    r" \-][A-ZÀ-Üa-z'’][\w'’.\-À-ÿ]*){0,6})?"
)


@dataclass(frozen=True, slots=True)
class Contact:
    value: str
    evidence: tuple[Evidence, ...]
    line: int
    zone: Zone
    score: float
    city: str = ""


def emails(letter: Letter) -> list[Contact]:
    own = folded(letter.organisation.email)
    domain = own.partition("@")[2]
    found = []
    for index, line in enumerate(letter.lines):
        for match in _EMAIL.finditer(_with_the_rest(letter, index, _ADDRESS_GOES_ON, "")):
            if match.start() >= len(line.text):
                continue
            value = (
                _parted_name(line, match.start())
                + _broken_off(letter, index)
                + re.sub(r"\s", "", re.sub(_AT, "@", match[0])).strip(".-").lower().replace(",", ".")
            )
            value = folded(value)
            name, _, host = value.partition("@")
            if not name or "." not in host or value == own or (domain and host == domain):
                continue
            header = re.match(r"^\W*(a|to|cc|pour|destinataire)\W*:", line.folded)
            score = _zone_score(letter.zones[index]) - (5 if header else 0)
            if re.match(r"^\W*(de|from|expediteur)\W*:", line.folded):
                score += 5
            if re.search(r"\bmairie\b", value):
                score -= 4
            if re.search(r"suivi\w* par|contact", line.folded):
                score += 1.5
            found.append(Contact(value, line.evidence(*match.span()), index, letter.zones[index], score))
    return _best(found)


def _with_the_rest(letter: Letter, index: int, goes_on: re.Pattern[str], between: str) -> str:
    """A line's text, with the next line's where something is broken at its end."""
    text = letter.lines[index].text
    following = _neighbour(letter, index, 1) if goes_on.search(text) else None
    return text + between + following.text if following else text


def _neighbour(letter: Letter, index: int, step: int) -> Line | None:
    """The line above (`step` -1) or below (1) in the same column; where boxes are made up, in the order read."""
    line, place = letter.lines[index], index + step
    if not line.placed:
        return letter.lines[place] if 0 <= place < len(letter.lines) else None
    near = [
        other
        for other in letter.lines
        if other.page == line.page
        and abs(other.left - line.left) < 0.02
        and 0.3 * line.height < step * (other.top - line.top) < 3 * max(line.height, other.height)
    ]
    return min(near, key=lambda other: abs(other.top - line.top), default=None)


def _parted_name(line: Line, start: int) -> str:
    """The first part of an address that reading parted: "guillaume. fabre@…" in a line of its own."""
    before = re.search(r"(?:^|[:|—–] ?)([a-z0-9]{2,20}[._-]) $", line.text[:start])
    return before[1] if before and len(line.tokens) <= 5 else ""


def _broken_off(letter: Letter, index: int) -> str:
    """The beginning of an address that a narrow column broke after a full stop or a dash."""
    above = _neighbour(letter, index, -1) if len(letter.lines[index].tokens) == 1 else None
    if above is None:
        return ""
    last = above.tokens[-1].text
    labelled = len(above.tokens) == 1 or re.match(r"^\W*(?:m[eé]l|e-?mail|mail|courriel|@)\b", above.folded)
    return last if labelled and re.fullmatch(r"[\w.+-]*\w[.\-_]", last) else ""


def phones(letter: Letter) -> list[Contact]:
    """Numbers in E.164 form, those that are faxes last."""
    own = e164(letter.organisation.phone)
    found = []
    for index, line in enumerate(letter.lines):
        if letter.zones[index] == Zone.STAMP:
            continue
        for match in _PHONE.finditer(_with_the_rest(letter, index, _NUMBER_GOES_ON, " ")):
            if match.start() >= len(line.text):
                continue
            value = e164(as_digits(match[0]))
            if not value or value == own:
                continue
            before = line.folded[max(0, match.start() - 40) : match.start()]
            if _NUMBER_LABEL.search(before) and not _PHONE_LABEL.search(before):
                continue
            score = _zone_score(letter.zones[index])
            score += 1 if _PHONE_LABEL.search(before) else 0
            score -= 6 if re.search(r"fax|telecopie|\bf\s*[.:]\s*$", before) else 0
            score -= 2 if re.search(r"standard|accueil", before) else 0
            score += 1.5 if re.search(r"suivi\w* par|contact", line.folded) else 0
            score -= 12 if re.match(r"^\W*fax\b", line.folded) and index < 2 else 0
            found.append(Contact(value, line.evidence(*match.span()), index, letter.zones[index], score))
    return _best(found)


def e164(text: str) -> str:
    """A telephone number as `+33…`, or "" where it is none. Numbers reserved for fiction count."""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    if number.country_code == 33 and len(str(number.national_number)) != 9:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def postcodes(letter: Letter) -> list[Contact]:
    """Postcodes with their town, outside the addressee's block."""
    return _best(list(_postcodes(letter)))


def _postcodes(letter: Letter) -> Iterator[Contact]:
    for index, line in enumerate(letter.lines):
        zone = letter.zones[index]
        if zone in (Zone.STAMP, Zone.RECIPIENT):
            continue
        for match in _POSTCODE.finditer(line.text):
            value = as_digits(match[1].replace(" ", ""))
            department = int(value[:2])
            if not (1 <= department <= 98) or not value.isdigit() or match["city"] is None:
                continue
            before = line.folded[: match.start()]
            if re.search(r"(?:rcs|siret|n°|capital)\W*$", before):
                continue
            score = _zone_score(zone) - (1.5 if zone == Zone.BODY and len(before) > 30 else 0)
            yield Contact(
                value, line.evidence(*match.span()), index, zone, score, match["city"].strip(" -,.")
            )


def _zone_score(zone: Zone) -> float:
    return {Zone.HEAD: 4, Zone.SIGNATURE: 3.5, Zone.FOOTER: 3, Zone.CLOSING: 2, Zone.BODY: 1, Zone.RECIPIENT: -3,
            Zone.ANNEX: -1, Zone.STAMP: -9}.get(zone, 1)  # fmt: skip


def _best(found: list[Contact]) -> list[Contact]:
    ranked = sorted(found, key=lambda contact: -contact.score)
    unique = {contact.value: contact for contact in reversed(ranked)}
    return sorted(unique.values(), key=lambda contact: -contact.score)
