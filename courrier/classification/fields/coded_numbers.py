"""Numbers of files, contracts, customers and the like, judged by what stands before them and by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stdnum import luhn

from courrier.classification.fields.reference import Reference, is_number, plain
from courrier.classification.lines import beside
from courrier.classification.parts import Zone
from courrier.classification.spelling import folded
from courrier.classification.weighing import Features, probability
from courrier.classification.zones import Letter

LIKELY = 0.4
"""A number less likely than this to be a file's is not shown."""

_VALUE = re.compile(
    r"(?<![\wÀ-ÿ@.,/\-])[A-Z0-9][A-Za-z0-9]*"
    r"(?:(?:[/.\-_–]| [/\-_](?=[A-Z]*\d)|[/\-_] (?=[A-Z]*\d))[A-Za-z0-9]+)*(?![\wÀ-ÿ@]|,\d)"
)
_NO_VALUE = re.compile(
    r"\d{1,2}(?:er|re|e|eme|ère|nd|nde|bis|ter|h\d{0,2}|H\d{0,2})|\d+(?:km|m2|ha|kg|h|cm|kva|kVA)"
)
_SIGN = r"(?:n[°ºo*]s?|№|numeros?|num\.?)"
_FILE_WORD = re.compile(
    r"\b(?:dossiers?|aff(?:aire)?|sinistres?|contrats?|polices?|marches?|conventions?|clients?|comptes?|societaires?"
    r"|allocataires?|adherente?s?|adhesion|matricule|tickets?|commandes?|engagements?|instances?|requetes?|saisines?"
    r"|recours|concessions?|devis|offres?|annonces?|candidatures?|cartes?|identifiants?|licences?|habilitations?"
    r"|agrements?|usagers?|familles?|abonne\w*|affiliation|livraison|compteurs?|site|chantiers?|operations?"
    r"|projets?|avis|arretes?|deliberations?|decisions?|pv|proces-verbal|constats?|fps|tiers|aide|bail|baux"
    r"|interventions?|demandes?|signalements?|declarations?|enregistrement|unique|rna|sias|locataires?"
    r"|consultations?|dict|etude|acte|analyse|echantillon|immeuble|copro\w*|assure|titres?|recepisse|electeur"
    r"|inscription|preinscription|facturation|prestations?|beneficiaire|reservation|commission|rapport)\b"
)
_REFERENCE = re.compile(r"(?:^|\W)(?:[nv]\s?/\s?)?ref(?:erences?|s)?\b|\bref\W|\ba rappeler\b")
_OTHER = re.compile(
    r"\b(?:tel\w*|tph|port\w*|fax|telecopie\w*|mobile|siret|siren|rcs|ape|naf|tva|capital|iban|bic|cs|bp|tsa|cedex"
    r"|articles?|art|lois?|decret|ordonnance|code (?:ape|postal|naf|guichet|banque)|page|rue"
    r"|avenue|chemin|place|route|impasse"
    r"|appart\w*|appt|bat\w*|porte|etage|bureau|salle|lots?|classe|lignes?|alinea|chapitre|section|parcelles?"
    r"|cerfa|mandats?|bordereaux?|avenant|rang|tombe|carre|phase|niveau|poste|rd|rn|route|quartier|villa|maison"
    r"|securite sociale|secu|nir|annexe|piece|question|point|edition|circulaire|toque|immatriculation|montant|total"
    r"|prix|surface|guichet|clef?|cle|rib|ordre|carte (?:g|t|professionnelle)|agent|tome|volets?)"
    r"\s*(?:n[°ºo*]s?|numeros?|l\.?|r\.?|[.:/ ])*$"
)
_OFFER = re.compile(r"\b(?:annonce|offre)\b")
_ASSOCIATION = re.compile(r"W\d{9}")
_MEASURE = re.compile(
    r"^\s*(?:€|euros?\b|eur\b|%|m2|m²|m\b|km|h\b|heures?\b|ans\b|jours?\b|mois\b|kg|kva|ha\b|ml\b|cm\b|tonnes?)",
    re.IGNORECASE,
)
_DATE = re.compile(r"\b\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{2}|(?:19|20)\d\d)\b")
_PHONE = re.compile(r"(?<!\d)(?:(?:\+33[ .]?|0033[ .])(?:\(0\))?[ .]?|0)[1-9](?:[ .\-/]?\d\d){4}(?!\d)")
_WEB = re.compile(r"\S*(?:@|www\.|https?:)\S*")
_ADDRESS = re.compile(
    r"\b\d{5} [a-z]|\d(?: ?bis| ?ter)?,? (?:rue|avenue|chemin|impasse|boulevard|cours|allees?|quai)\b"
)


@dataclass(frozen=True, slots=True)
class Coded:
    """A number that may be a file's, with what speaks for it."""

    value: str
    line: int
    start: int
    end: int
    features: Features


def coded_numbers(letter: Letter) -> Iterator[Reference]:
    """Every number that is likely a file's, with its probability."""
    for coded in candidates(letter):
        likely = probability("file", coded.features)
        if likely >= LIKELY:
            line = letter.lines[coded.line]
            evidence = line.evidence(coded.start, coded.end)
            yield Reference("file", coded.value, likely, evidence, coded.line, coded.start, coded.end)


def candidates(letter: Letter) -> Iterator[Coded]:
    """All that has the form of a number, likely a file's or not."""
    for index, line in enumerate(letter.lines):
        zone = letter.zones[index]
        if zone == Zone.STAMP:
            continue
        text = line.text
        for start, end in number_spans(text):
            value = re.sub(r"\s*([/.\-_–])\s*", r"\1", text[start:end]).strip(" .-/–")
            if is_number(value) and not _is_siret(value, plain(letter.organisation.siret)):
                value = _offer(value) if _OFFER.search(folded(text[:start])) else value
                yield Coded(value, index, start, end, _features(letter, index, start, end, value))


def _is_siret(value: str, own: str) -> bool:
    figures = plain(value)
    return len(figures) == 14 and figures.isdigit() and (figures == own or luhn.is_valid(figures))


def _offer(value: str) -> str:
    """The offers of the public service of employment are O and figures: the O is read as a nought."""
    return re.sub(r"^0(?=0\d{11,14}$)", "O", value)


def number_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers stand in a line, groups of figures joined: "26 47 118 902 K" is one."""
    hidden = [match.span() for pattern in (_DATE, _PHONE, _WEB) for match in pattern.finditer(text)]
    pieces = [
        match.span()
        for match in _VALUE.finditer(text)
        if not any(match.start() < last and first < match.end() for first, last in hidden)
    ]
    place = 0
    while place < len(pieces):
        start, end = pieces[place]
        place += 1
        if not any(sign.isdigit() for sign in text[start:end]) or _NO_VALUE.fullmatch(text[start:end]):
            continue
        while place < len(pieces) and _goes_on(text, (start, end), pieces[place]):
            end = pieces[place][1]
            place += 1
        if re.fullmatch(r"[\d ]+", text[start:end]) and (
            letter := re.match(r" ?[A-Z](?![\w'’.À-ÿ])", text[end:])
        ):
            end += letter.end()
        if prefix := re.search(r"(?:[:°º]|(?i:r[ée]f\w*)\.?) *(?P<code>[A-Z]{1,4} )$", text[:start]):
            start = prefix.start("code")
        yield start, end


def _goes_on(text: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether two groups of figures, a space apart, are one number."""
    if text[before[1] : after[0]] != " ":
        return False
    first, second = text[before[0] : before[1]], text[after[0] : after[1]]
    if not re.fullmatch(r"\d{2,4}|\d{2,4}[\dA-Z/\-]*", second) or _MEASURE.match(text[after[1] :]):
        return False
    last = re.split(r"[ /.\-]", first)[-1]
    return last.isdigit() and (len(last) <= 5 or (second.isdigit() and len(last) > 8))


def _features(letter: Letter, index: int, start: int, end: int, value: str) -> dict[str, float]:
    line, zone = letter.lines[index], letter.zones[index]
    before, above = _label(letter, index, start)
    plain = re.sub(r"\W", "", value)
    figures = sum(sign.isdigit() for sign in plain)
    mixed, parted = figures < len(plain), bool(re.search(r"[/.\-_–]", value))
    reference = bool(_REFERENCE.search(before))
    sign = bool(re.search(rf"{_SIGN}\W*$", before))
    colon = before.rstrip().endswith(":")
    named = bool(_FILE_WORD.search(before))
    other = bool(_OTHER.search(before))
    near = bool(re.search(rf"{_FILE_WORD.pattern}\W*(?:{_SIGN}\W*)?$", before))
    head = zone in (Zone.HEAD, Zone.RECIPIENT)
    told = {
        "reference": reference,
        "reference in head": reference and head,
        "sign": sign,
        "sign after file word": sign and near,
        "colon": colon,
        "colon after file word": colon and named,
        "file word": named,
        "file word beside": near,
        "file word beside, no sign": near and not sign and not colon,
        "no label": not (reference or sign or colon or named),
        "no label in body": not (reference or sign or colon or named) and zone == Zone.BODY,
        "label above": above,
        "other": other,
        "measure": bool(_MEASURE.match(line.text[end:])),
        "association": bool(_ASSOCIATION.fullmatch(value)),
        "mixed": mixed,
        "parted": parted,
        "mixed and parted": mixed and parted,
        "long": figures >= 6,
        "middling": figures in (4, 5),
        "short": figures <= 3,
        "short, plain": figures <= 3 and not mixed and not parted,
        "year in it": parted and bool(re.search(r"(?:^|[/.\-_])(?:20)?2[0-9](?:$|[/.\-_])", value)),
        "spaced": " " in value,
        "head": head,
        "object": zone == Zone.OBJECT,
        "body": zone == Zone.BODY,
        "foot": zone == Zone.FOOTER,
        "address": bool(_ADDRESS.search(line.folded)),
        "first in line": not line.text[:start].strip(" |([-–—"),
        "alone in line": len(line.tokens) <= 2,
        "capitals follow": bool(re.match(r"\W+[A-ZÀ-Ý]{3,}", line.text[end:])),
        "in brackets": line.text[:start].rstrip().endswith("(") or bool(re.match(r"\s*\)", line.text[end:])),
    }
    return {name: 1.0 for name, holds in told.items() if holds}


def _label(letter: Letter, index: int, start: int) -> tuple[str, bool]:
    """The folded words before a number in its line; in a line of its own, those of the line above or cell beside."""
    line = letter.lines[index]
    before = folded(line.text[:start])
    before = re.split(r"\s[–—|-]\s|;|\. (?=[a-z]{3})", before)[-1][-60:]
    if re.search(r"[a-z°]", before) or index == 0:
        return before, False
    cell = next((other for other in letter.lines[max(0, index - 6) : index + 6] if beside(other, line)), None)
    if cell and cell.box[2] < line.left and not re.search(r"\d{3}", cell.text):
        return f"{cell.folded} : ", True
    above = letter.lines[index - 1]
    near = above.page == line.page and len(above.tokens) <= 6 and 0 <= line.top - above.top < 0.03
    unfinished = bool(re.search(rf"(?:{_SIGN}|:|\bref\w*\.?)\W*$", above.folded))
    if near and unfinished:
        return above.folded[-60:], True
    long_above = above.page == line.page and len(above.tokens) > 6 and _runs_on(letter, index)
    return (above.folded[-40:], True) if long_above else (before, False)


def _runs_on(letter: Letter, index: int) -> bool:
    """Whether a line runs on from the one above it: same part of the letter, same column."""
    line, above = letter.lines[index], letter.lines[index - 1]
    return letter.zones[index] == letter.zones[index - 1] and abs(line.left - above.left) < 0.03
