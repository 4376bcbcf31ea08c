"""Numbers a letter gives: permits, invoices, IBAN, SIRET, registered post, land register, files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stdnum import iban as iban_key
from stdnum import luhn

from courrier.classification.fields.digits import as_digits
from courrier.classification.lines import Line
from courrier.classification.pages import Candidate, Evidence
from courrier.classification.zones import Letter, Zone

KINDS = {
    "permit": "Dossier d'urbanisme",
    "invoice": "Facture",
    "iban": "IBAN",
    "siret": "SIRET",
    "registered": "Recommandé",
    "cadastre": "Parcelle",
    "file": "Dossier",
}

_D = r"[\dOolI|SBZQ]"
_PERMIT = re.compile(
    rf"\b(PC|DP|PA|PD|CU[ab]?|AT|DIA|PCMI|DAACT|DOC)\W{{0,3}}({_D}{{3}}|{_D}[AB])[ .\-/]?({_D}{{3}})[ .\-/]{{0,2}}({_D}{{2}})[ .\-/]{{0,2}}([A-Z\d]?) ?({_D}{{4,5}})\b"
    rf"(?:[ \-/]?(M\d\d|T\d\d))?"
)
_IBAN = re.compile(rf"\b(FR|ER|FB|BE|DE|LU|CH|ES|IT)[ ]?((?:{_D}[ ]?){{2}}(?:[\dA-Z][ ]?){{11,28}}[\dA-Z])\b")
_SIRET = re.compile(rf"(?<![\dA-Z])((?:{_D}[ .  ]?){{13}}{_D})(?![\d])")
_SIREN_LABEL = re.compile(r"siret|siren|rcs")
_REGISTERED = re.compile(rf"(?<![\w])((?:{_D}[A-Z])[ .]?(?:{_D}[ .]?){{10}}{_D})(?![\dA-Z])")
_S10 = re.compile(rf"(?<![\w])(R[A-Z]|L[A-Z]|[A-Z]{{2}})[ ]?((?:{_D}[ ]?){{9}})[ ]?(FR)\b")
_CADASTRE = re.compile(
    r"\b(?:section|cadastr\w*|parcelles?|references? cadastrales?|lot)\W{0,4}(?:section|cadastree?s?|n[°o]?|sous le|numero|\W|sections?|en|:){0,6}\W*"
    r"([A-Z0]{1,2}|\d?[A-Z]{1,2})\W{0,2}(?:,? ?(?:parcelles?|numeros?|num[ée]ros?|n[°ºo*s]{0,2}|sous le)\W{0,3}){0,3}(\d{1,4})\b",
    re.IGNORECASE,
)
_CADASTRE_MORE = re.compile(
    r"^\s*(?:,|et|&|-|/)\s*(?:(?:section|n[°ºo*s]{0,2}|parcelle|la)\s*){0,3}([A-Z]{1,2})?\s*(?:n[°ºo*s]{0,2})?\s*(\d{1,4})\b(?!\s*(?:m|€|rue|%|h\b|/|,\d))"
)
_CADASTRE_BARE = re.compile(r"(?<![\w])([A-Z]{2})\W{1,2}n[°ºo*]\W{0,2}(\d{1,4})\b")
_VALUE = r"([A-Z0-9][A-Z0-9]*(?:[ ]?[/.\-_–][ ]?[A-Z0-9]+)*)"
_INVOICE = re.compile(
    rf"\b(?:factures?|fact\.?|avoir|note d'honoraires|invoice)\b\W{{0,4}}(?:n[°ºo*]s?|num[ée]ro|no|r[ée]f(?:[ée]rence)?\.?)?\s*[:.]?\s*{_VALUE}",
    re.IGNORECASE,
)
_INVOICE_LABEL = re.compile(
    r"(?:n[°ºo*] ?(?:de )?(?:la )?facture|facture n[°ºo*]|num[ée]ro de facture|r[ée]f\w*\.? (?:de )?facture)\s*[:.]?\s*",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\b(?P<label>(?:(?:nos?|vos?|n|v|notre|votre|ma|mes)[ ./]*)?r[ée]f(?:[ée]rences?|s)?\b\.?(?: (?:client|interne|dossier|à rappeler|de l'étude|du dossier|commande|allocataire|contrat|sinistre|devis|de l'annonce|de l'offre|candidat\w*))?"
    r"|(?:notre |votre |mon |nos )?dossier(?: (?:client|suivi|technique|famille))?|affaire|sinistre|contrat|police|marché|concession|requ[êe]te|convention|engagement|allocataire|"
    r"adh[ée]rent|matricule|instance|compte(?: client)?|(?:code|num[ée]ro|n[°ºo*]) (?:de )?(?:client|dossier|demande|unique|allocataire|adh[ée]rent|usager|famille|identifiant)|"
    r"num[ée]ro(?: d'enregistrement| unique)?|bon de commande|commande|habilitation(?: fun[ée]raire)?|licence(?: d'entrepreneur\w*)?|identifiant(?: \w+)?|devis|offre|consultation|titre(?: de recettes?)?|"
    r"bordereau|avis|agr[ée]ment|dict|rna|client|fps|pv|proc[èe]s-verbal|num[ée]ro d'avis)\b"
    r"(?P<gap>(?:[ ]*(?:n[°ºo*]s?\b|num[ée]ro|no\b|n\.|de l'étude|de dossier|dossier|client))*[°ºo]?[ ]*[:.]?[ ]*)",
    re.IGNORECASE,
)
_FILE_VALUE = re.compile(
    r"([A-Z0-9][A-Za-z0-9]*(?:[ ]?[/.\-_–][ ]?[A-Z0-9][A-Za-z0-9]*)*(?: \d{2,}(?: \d{2,})*)?)"
)


@dataclass(frozen=True, slots=True)
class Reference:
    kind: str
    value: str
    confidence: float
    evidence: tuple[Evidence, ...]
    line: int
    start: int
    end: int

    def candidate(self) -> Candidate:
        return Candidate(
            "references",
            {"kind": self.kind, "value": self.value},
            f"{KINDS[self.kind]} {self.value}",
            self.confidence,
            self.evidence,
        )


def references(letter: Letter) -> list[Reference]:
    """All numbers found, each once, those proved by their own key first."""
    found: list[Reference] = []
    taken: dict[int, list[tuple[int, int]]] = {}
    for finder in (_permits, _ibans, _registered, _sirets, _cadastre, _invoices, _files):
        for reference in finder(letter):
            spans = taken.setdefault(reference.line, [])
            overlaps = any(reference.start < end and start < reference.end for start, end in spans)
            if overlaps or any(plain(other.value) == plain(reference.value) for other in found):
                spans.append((reference.start, reference.end))
                continue
            spans.append((reference.start, reference.end))
            found.append(reference)
    return sorted(found, key=lambda reference: -reference.confidence)


def plain(value: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", value.upper())


def _readable(letter: Letter) -> Iterator[tuple[int, Line]]:
    for index, line in enumerate(letter.lines):
        if letter.zones[index] != Zone.STAMP:
            yield index, line


def _made(
    letter: Letter, kind: str, value: str, confidence: float, index: int, span: tuple[int, int]
) -> Reference:
    line = letter.lines[index]
    return Reference(kind, value, confidence, line.evidence(*span), index, *span)


def _permits(letter: Letter) -> Iterator[Reference]:
    for index, line in _readable(letter):
        for match in _PERMIT.finditer(line.text):
            kind, department, town, year, letter_code, number, amendment = match.groups()
            value = f"{kind} {as_digits(department)} {as_digits(town)} {as_digits(year)} {letter_code}{as_digits(number)}"
            value += f" {amendment}" if amendment else ""
            yield _made(letter, "permit", value, 0.97, index, match.span())


def _ibans(letter: Letter) -> Iterator[Reference]:
    for index, line in _readable(letter):
        for match in _IBAN.finditer(line.text):
            country = "FR" if match[1] in ("ER", "FB") else match[1]
            raw = re.sub(r"\s", "", match[2])
            if country == "FR":
                raw = raw[:25]
                choices = [raw, as_digits(raw), as_digits(raw[:12]) + raw[12:23] + as_digits(raw[23:])]
            else:
                choices = [raw]
            value = next(
                (country + choice for choice in choices if iban_key.is_valid(country + choice)), None
            )
            if value:
                yield _made(letter, "iban", iban_key.format(value), 0.99, index, match.span())
            elif country == "FR" and len(raw) == 25:
                yield _made(
                    letter, "iban", iban_key.format(country + as_digits(raw)), 0.35, index, match.span()
                )


def is_siret(number: str) -> bool:
    """Luhn's key, or La Poste's own rule for its branches."""
    if len(number) != 14 or not number.isdigit():
        return False
    return luhn.is_valid(number) or (number.startswith("356000000") and sum(map(int, number)) % 5 == 0)


def _sirets(letter: Letter) -> Iterator[Reference]:
    own = plain(letter.organisation.siret)
    for index, line in _readable(letter):
        for match in _SIRET.finditer(line.text):
            number = as_digits(re.sub(r"\D", "", as_digits(match[1])))
            if len(number) != 14 or number == own:
                continue
            labelled = bool(_SIREN_LABEL.search(line.folded[max(0, match.start() - 25) : match.start()]))
            if not is_siret(number):
                if labelled:
                    yield _made(letter, "siret", _spaced(number), 0.3, index, match.span())
                continue
            yield _made(letter, "siret", _spaced(number), 0.98 if labelled else 0.9, index, match.span())


def _spaced(siret: str) -> str:
    return f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"


def _registered(letter: Letter) -> Iterator[Reference]:
    for index, line in _readable(letter):
        for match in _REGISTERED.finditer(line.text):
            raw = re.sub(r"[ .]", "", match[1])
            value = as_digits(raw[0]) + raw[1] + as_digits(raw[2:])
            shown = f"{value[:2]} {value[2:5]} {value[5:8]} {value[8:12]} {value[12:]}"
            yield _made(letter, "registered", shown, 0.95, index, match.span())
        for match in _S10.finditer(line.text):
            digits = as_digits(re.sub(r"\s", "", match[2]))
            weights = (8, 6, 4, 2, 3, 5, 9, 7)
            key = 11 - sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11
            proved = {10: 0, 11: 5}.get(key, key) == int(digits[8])
            value = f"{match[1]} {digits[:2]} {digits[2:5]} {digits[5:8]} {digits[8]} FR"
            yield _made(letter, "registered", value, 0.98 if proved else 0.6, index, match.span())


def _cadastre(letter: Letter) -> Iterator[Reference]:
    for index, line in _readable(letter):
        for match in [*_CADASTRE.finditer(line.text), *_CADASTRE_BARE.finditer(line.text)]:
            section, number = match[1], match[2]
            if not section.isupper() or section.isdigit():
                continue
            yield _made(letter, "cadastre", f"{section} {int(number)}", 0.93, index, match.span())
            place = match.end()
            while more := _CADASTRE_MORE.match(line.text[place:]):
                section = more[1] or section
                yield _made(letter, "cadastre", f"{section} {int(more[2])}", 0.85, index,
                            (place, place + more.end()))  # fmt: skip
                place += more.end()


def _is_number(value: str) -> bool:
    return (
        len(plain(value)) >= 3
        and sum(letter.isdigit() for letter in value) >= 2
        and not re.fullmatch(
            r"\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{2}|\d{4})|(?:19|20)\d\d|\d{1,2}h\d{0,2}", value
        )
    )


def _invoices(letter: Letter) -> Iterator[Reference]:
    column: tuple[float, float] | None = None
    for index, line in _readable(letter):
        for match in _INVOICE.finditer(line.text):
            if _is_number(match[1]):
                value = re.sub(r"\s*([/.\-_–])\s*", r"\1", match[1])
                yield _made(letter, "invoice", value, 0.94, index, match.span(1))
        heading = next(
            (token for token in line.tokens if re.match(r"^n?[°º]?factures?$", token.text.lower())), None
        )
        if heading and len(line.tokens) >= 3 and re.search(r"montant|ttc|echeance|date", line.folded):
            column = (heading.box[0] - 0.02, heading.box[2] + 0.08)
            continue
        if column is None:
            continue
        value = _in_column(line, column)
        if value and _is_number(value):
            start = line.text.index(value)
            yield _made(letter, "invoice", value.strip("|"), 0.85, index, (start, start + len(value)))
        elif len(line.tokens) > 7:
            column = None


def _in_column(line: Line, column: tuple[float, float]) -> str | None:
    for token in line.tokens:
        if column[0] <= token.box[0] <= column[1] and re.fullmatch(
            r"\|?[A-Z]{0,4}[\-/]?[\dA-Z][\dA-Z\-/]{3,}", token.text
        ):
            return token.text
    return None


def _files(letter: Letter) -> Iterator[Reference]:
    for index, line in _readable(letter):
        for match in _FILE.finditer(line.text):
            if not match["gap"].strip() and not re.match(
                r"(?i).*r[ée]f|.*\bdossier|.*compte client|habilitation|licence|.*\b(?:marché|consultation|contrat|sinistre|allocataire|identifiant|concession)",
                match["label"],
            ):
                continue
            value = _FILE_VALUE.match(line.text, match.end())
            if not value or (not _is_number(value[1]) and not re.fullmatch(r"\d{3,}", value[1])):
                value = _second_word(line.text, match.end())
            if not value:
                continue
            labelled = bool(re.search(r"(?i)r[ée]f|dossier|[:°º]", match[0]))
            text = re.sub(r"\s*([/.\-_–])\s*", r"\1", value[1]).strip(" .-/")
            if not _is_number(text):
                continue
            yield _made(letter, "file", text, 0.85 if labelled else 0.6, index, value.span(1))


def _second_word(text: str, place: int) -> re.Match[str] | None:
    """The number may follow one word, as in "dossier MARTIN 2026-114" or "Réf. : dossier 114"."""
    return re.compile(r"(?:[\w'’]+[ ]){1,2}(?:n[°ºo*] ?)?(?=[A-Z]*\d)([A-Z0-9]+(?:[/.\-_][A-Z0-9]+)*)").match(
        text, place
    )
