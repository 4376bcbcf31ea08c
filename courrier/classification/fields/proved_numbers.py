"""Numbers of a fixed form, most of them with a key that proves them: permits, IBAN, SIRET, registered post."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban as iban_key
from stdnum import luhn

from courrier.classification.fields.digits import as_digits
from courrier.classification.fields.reference import Reference, plain, stretches
from courrier.classification.spelling import folded
from courrier.classification.zones import Letter

_D = r"[\dOolI|SBZQ]"
_PERMIT = re.compile(
    rf"\b(PC|DP|PA|PD|CU[ab]?|AT|DIA|PCMI|DAACT|DOC)\W{{0,3}}({_D}{{3}}|{_D}[AB])[ .\-/]?({_D}{{3}})[ .\-/]{{0,2}}"
    rf"({_D}{{2}})[ .\-/]{{0,2}}([A-Z\d]?) ?({_D}{{4,5}})\b(?:[ \-/]?(M\d\d|T\d\d))?"
)
_IBAN = re.compile(rf"\b(FR|ER|FB|BE|DE|LU|CH|ES|IT)[ ]?((?:{_D}[ ]?){{2}}(?:[\dA-Z][ ]?){{11,28}}[\dA-Z])\b")
_IBAN_LENGTHS = {"BE": 14, "DE": 20, "LU": 18, "CH": 19, "ES": 22, "IT": 25}
_SIRET = re.compile(rf"(?<![\dA-Z])((?:{_D}[ .\u00a0\u202f]?){{13}}{_D})(?![\d])")
_SIRET_LABEL = re.compile(r"siret|siren|rcs")
_REGISTERED = re.compile(rf"(?<![\w])((?:{_D}[A-Z])[ .]?(?:{_D}[ .]?){{10}}{_D})(?![\dA-Z])")
_POSTAL_UNION = re.compile(rf"(?<![\w])([RLECV][A-Z])[ ]?((?:{_D}[ ]?){{9}})[ ]?(FR)\b")


def permits(letter: Letter) -> Iterator[Reference]:
    """Town planning files, as numbered by article A423-3 of the code de l'urbanisme."""
    for stretch in stretches(letter):
        for match in stretch.finditer(_PERMIT):
            kind, department, town, year, code, number, amendment = match.groups()
            value = f"{kind} {as_digits(department)} {as_digits(town)} {as_digits(year)} {code}{as_digits(number)}"
            yield stretch.reference(
                "permit", f"{value} {amendment}" if amendment else value, 0.97, match.span()
            )


def ibans(letter: Letter) -> Iterator[Reference]:
    for stretch in stretches(letter):
        for match in stretch.finditer(_IBAN):
            value, proved = _iban(match[1], re.sub(r"\s", "", match[2]))
            if value and (proved or match.end() <= stretch.length):
                yield stretch.reference(
                    "iban", iban_key.format(value), 0.99 if proved else 0.35, match.span()
                )


def _iban(country: str, raw: str) -> tuple[str, bool]:
    """The account number and whether its key proves it; letters that look like figures are tried as such."""
    if country not in ("FR", "ER", "FB"):
        value = country + raw[: _IBAN_LENGTHS[country]]
        return (value, True) if iban_key.is_valid(value) else ("", False)
    raw = raw[:25]
    for choice in (raw, as_digits(raw), as_digits(raw[:12]) + raw[12:23] + as_digits(raw[23:])):
        if iban_key.is_valid("FR" + choice):
            return "FR" + choice, True
    return ("FR" + as_digits(raw), False) if len(raw) == 25 else ("", False)


def is_siret(number: str) -> bool:
    """Luhn's key, or La Poste's own rule for its branches."""
    if len(number) != 14 or not number.isdigit():
        return False
    return luhn.is_valid(number) or (number.startswith("356000000") and sum(map(int, number)) % 5 == 0)


def sirets(letter: Letter) -> Iterator[Reference]:
    """The sender's SIRET; the town hall's own is left out."""
    own = plain(letter.organisation.siret)
    for stretch in stretches(letter):
        for match in stretch.finditer(_SIRET):
            number = re.sub(r"\D", "", as_digits(match[1]))
            labelled = _SIRET_LABEL.search(folded(stretch.text[max(0, match.start() - 25) : match.start()]))
            if len(number) != 14 or number == own or not (is_siret(number) or labelled):
                continue
            confidence = 0.3 if not is_siret(number) else 0.98 if labelled else 0.9
            shown = f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}"
            yield stretch.reference("siret", shown, confidence, match.span())


def registered_numbers(letter: Letter) -> Iterator[Reference]:
    """Numbers of registered letters: La Poste's thirteen signs, or those of the Universal Postal Union (S10)."""
    for stretch in stretches(letter):
        for match in stretch.finditer(_REGISTERED):
            raw = re.sub(r"[ .]", "", match[1])
            value = as_digits(raw[0]) + raw[1] + as_digits(raw[2:])
            shown = f"{value[:2]} {value[2:5]} {value[5:8]} {value[8:12]} {value[12:]}"
            yield stretch.reference("registered", shown, 0.95, match.span())
        for match in stretch.finditer(_POSTAL_UNION):
            digits = as_digits(re.sub(r"\s", "", match[2]))
            value = f"{match[1]} {digits[:2]} {digits[2:5]} {digits[5:8]} {digits[8]} FR"
            yield stretch.reference("registered", value, 0.98 if _s10_proved(digits) else 0.6, match.span())


def _s10_proved(digits: str) -> bool:
    """The key of UPU standard S10, section 5."""
    weights = (8, 6, 4, 2, 3, 5, 9, 7)
    key = 11 - sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11
    return {10: 0, 11: 5}.get(key, key) == int(digits[8])
