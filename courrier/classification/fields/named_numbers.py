"""Numbers known by the word before them: parcels of the land register, invoices, files of every kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from courrier.classification.fields.reference import Reference, Stretch, stretches
from courrier.classification.lines import Token
from courrier.classification.zones import Letter, Zone

_CADASTRE = re.compile(
    r"\b(?:section|cadastr\w*|parcelles?|references? cadastrales?|lot)\W{0,4}"
    r"(?:section|cadastr[ée]+e?s?|n[°o]?|sous le|num[ée]ro|\W|sections?|en|:){0,6}\W*([A-Z0]{1,2}"
    r"|\d?[A-Z]{1,2})\W{0,4}"
    r"(?:,? ?(?:parcelles?|num[ée]ros?|n[°ºo*s]{0,2}|sous le)\W{0,3}){0,3}(\d{1,4})\b",
    re.IGNORECASE,
)
_CADASTRE_MORE = re.compile(
    r"^\s*(?:,|et|&|-|/)\s*(?:(?:section|n[°ºo*s]{0,2}|parcelle"
    r"|la)\s*){0,3}([A-Z]{1,2})?\s*(?:n[°ºo*s]{0,2})?\s*(\d{1,4})\b"
    r"(?!\s*(?:m|€|rue|%|h\b|/|,\d|ha\b|a\b))"
)
_CADASTRE_BARE = re.compile(r"(?<![\w])([A-Z]{2})\W{1,2}n[°ºo*]\W{0,2}(\d{1,4})\b")
_VALUE = r"([A-Z0-9]+(?:[/.\-_–][A-Z0-9]+|[ ]?[/.\-_–][ ]?(?=[A-Z]*\d)[A-Z0-9]+)*)"
_INVOICE = re.compile(
    r"\b(?:factures?|fact\.?|avoir|note d[’']honoraires|invoice)\b\W{0,4}"
    rf"(?:n[°ºo*]s?|num[ée]ro|no|r[ée]f(?:[ée]rence)?\.?)?\s*[:.]?\s*{_VALUE}",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\b(?P<label>(?:(?:nos?|vos?|n|v|notre|votre|ma|mes)[ ./]*)?r[ée]f(?:[ée]rences?|s)?(?!\w)\.?"
    r"(?: (?:client|interne|dossier|à rappeler|de l[’']étude|du dossier|de dossier|commande|allocataire"
    r"|contrat|sinistre"
    r"|devis|annonce|offre|de l[’']annonce|de l[’']offre|candidat\w*))?"
    r"|(?:notre |votre |mon |nos )?dossier(?: (?:client|suivi|technique|famille))?|affaire|sinistre|contrat"
    r"|police|marché"
    r"|concession|requ[êe]te|convention|engagement|allocataire|adh[ée]rent|matricule|instance|locataire"
    r"|compte(?: client)?"
    r"|(?:code|num[ée]ro|n[°ºo*]) (?:de |d[’'])?(?:client|dossier|demande|unique|allocataire|adh[ée]rent"
    r"|usager|famille"
    r"|identifiant|enregistrement)(?: unique)?"
    r"|num[ée]ro unique(?: d[’']enregistrement| départemental)?|bon de commande|commande"
    r"|habilitation(?: fun[ée]raire)?"
    r"|licence(?: d[’']entrepreneur\w*)?|identifiant[^.:;]{0,40}?(?=\s(?:est|était)\b|\s?:)|identifiant|devis"
    r"|offre|consultation"
    r"|titre(?: de recettes?)?|bordereau"
    r"|avis(?: des sommes à payer| de paiement)?|agr[ée]ment|dict|rna|client|fps|pv|proc[èe]s-verbal"
    r"|num[ée]ro d[’']avis)(?!\w)"
    r"(?P<gap>(?:[ ]*(?:n[°ºo*]s?(?!\w)|num[ée]ro|n\.|de l[’']étude|de dossier|dossier|client|(?:est"
    r"|était) ?(?:le)?))*[ .,;:°º]*)",
    re.IGNORECASE,
)
_FILE_VALUE = re.compile(
    r"([A-Z0-9][A-Za-z0-9]*(?:[/.\-_–][A-Z0-9][A-Za-z0-9]*"
    r"|[ ]?[/.\-_–][ ]?(?=[A-Z]*\d)[A-Z0-9]+)*(?: \d{2,}(?: \d{2,})*)?)"
)
_AFTER_WORDS = re.compile(
    r"(?:[\w'’\-]+[ ]){1,4}(?:[–—-][ ])?(?:n[°ºo*] ?)?(?=[A-Z]*\d)([A-Z0-9]+(?:[/.\-_][A-Z0-9]+)*)"
)
_NUMBER_OF = re.compile(
    r"\b(?:n[°ºo*]|num[ée]ro|№)s? (?:de |du |d[’'])(?P<what>[^:\d.;]{4,45}?)\s?: ?"
    r"(?P<value>[A-Z0-9]+(?:[/.\-_][A-Z0-9]+)*)",
    re.IGNORECASE,
)
_NOT_FILE_NUMBER = re.compile(
    r"(?i)t[ée]l|fax|portable|siret|siren|tva|iban|s[ée]cu|compte|facture|rue|recommand|cerfa"
)
_SURE_LABEL = re.compile(
    r"(?i).*r[ée]f|.*\bdossier|.*compte client|habilitation|licence|num[ée]ro (?:unique|d)|identifiant|client"
    r"|.*\b(?:bon de commande|locataire|march[ée]|consultation|contrat|sinistre|allocataire|concession)"
)


_ANY_NUMBERED = re.compile(
    r"\b(?P<noun>[^\W\d_]{3,})(?: [^\W\d_]{2,}){0,2} (?:n[°ºo*]|num[ée]ro"
    r"|№)[ :.]*(?P<value>[A-Z0-9]+(?:[/.\-_][A-Z0-9]+)*(?: \d{3,})*)\b"
)
_NOT_FILES = re.compile(
    r"^(?:article|lot|rue|avenue|chemin|route|appartement|bureau|d[ée]lib[ée]ration|d[ée]cret"
    r"|loi|ordonnance|parcelle|section|facture"
    r"|annexe|page|chapitre|classe|ligne|b[âa]timent|porte|[ée]tage|place|quai|code|t[ée]l[ée]phone|fax|rang"
    r"|tombe|carr[ée]|point|question|avenant"
    r"|situation|num[ée]ro|salle|lettre|recommand[ée]e?|r[ée]ception|siret|siren|cerfa|phase|niveau|compteur"
    r"|poteau|lampadaire|voie|directive"
    r"|r[èe]glement|circulaire|volets?|mandats?|parcelles|sections|ouvrage|maison|villa|logement|bus|et|les?"
    r"|la|des?|du)$",
    re.IGNORECASE,
)
_ASSOCIATION = re.compile(r"\bW\d{9}\b")


def is_number(value: str) -> bool:
    """Whether a value may be the number of something: figures enough, and neither a date, a year nor an hour."""
    figures = sum(letter.isdigit() for letter in value)
    if figures < 2 or len(re.sub(r"\W", "", value)) < 3:
        return False
    date = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](?:\d{2}|(?:19|20)\d\d)", value)
    if date and int(date[1]) <= 31 and int(date[2]) <= 12:
        return False
    return not re.fullmatch(r"(?:19|20)\d\d|\d{1,2}[hH]\d{0,2}", value)


def _offer(value: str) -> str:
    """The offers of the public service of employment are O and figures: the O is read as a nought."""
    return re.sub(r"^0(?=0\d{11,14}$)", "O", value)


def cadastre(letter: Letter) -> Iterator[Reference]:
    """Parcels as "SECTION NUMBER"; several numbers may follow one section."""
    for stretch in stretches(letter):
        for match in [*stretch.finditer(_CADASTRE), *stretch.finditer(_CADASTRE_BARE)]:
            section, number = match[1], match[2]
            if not section.isupper() or section.isdigit():
                continue
            yield stretch.reference("cadastre", f"{section} {int(number)}", 0.93, match.span())
            place = match.end()
            while more := _CADASTRE_MORE.match(stretch.text[place:]):
                section = more[1] or section
                span = (place, place + more.end())
                yield stretch.reference("cadastre", f"{section} {int(more[2])}", 0.85, span)
                place += more.end()


def invoices(letter: Letter) -> Iterator[Reference]:
    for stretch in stretches(letter):
        for match in stretch.finditer(_INVOICE):
            if is_number(match[1]):
                value = re.sub(r"\s*([/.\-_–])\s*", r"\1", match[1])
                yield stretch.reference("invoice", value, 0.94, match.span(1))
        line = letter.lines[stretch.index]
        for heading in line.tokens:
            if re.fullmatch(r"\W*(?:n[°º]?|factures?)\W*", heading.text.lower()) and "factur" in line.folded:
                yield from _column_below(letter, stretch.index, heading)
                break


def _column_below(letter: Letter, index: int, heading: Token) -> Iterator[Reference]:
    """Invoice numbers in the cells of a table under the heading "Facture"."""
    last = heading.box[3]
    if len(letter.lines[index].tokens) > 6:
        return
    for below, line in enumerate(letter.lines[index + 1 : index + 60], index + 1):
        if line.page != letter.lines[index].page or letter.zones[below] == Zone.STAMP:
            continue
        for place, token in enumerate(line.tokens):
            aligned = abs(token.box[0] - heading.box[0]) < 0.03
            if not (aligned and -0.002 < token.box[1] - last < 0.035):
                continue
            last = token.box[3]
            value = token.text.strip("|[]")
            if re.fullmatch(r"[A-Z]{0,4}[\-/]?[\dA-Z][\dA-Z\-/]{3,}", value) and is_number(value):
                start = sum(len(other.text) + 1 for other in line.tokens[:place])
                stretch = Stretch(letter, below, line.text, len(line.text))
                yield stretch.reference("invoice", value, 0.85, (start, start + len(token.text)))


def files(letter: Letter) -> Iterator[Reference]:
    """Numbers of files, contracts, customers and the like."""
    yield from _labelled(letter)
    for stretch in stretches(letter):
        for match in stretch.finditer(_NUMBER_OF):
            if is_number(match["value"]) and not _NOT_FILE_NUMBER.search(match["what"]):
                yield stretch.reference("file", match["value"], 0.85, match.span("value"))
        for match in stretch.finditer(_ASSOCIATION):
            yield stretch.reference("file", match[0], 0.85, match.span())
        for match in stretch.finditer(_ANY_NUMBERED) if letter.zones[stretch.index] != Zone.FOOTER else ():
            value = match["value"]
            long_enough = sum(sign.isdigit() for sign in value) >= 3 or (
                len(value) >= 4 and re.search(r"[/\-]", value)
            )
            if not _NOT_FILES.match(match["noun"]) and long_enough and is_number(value):
                yield stretch.reference("file", value, 0.6, match.span("value"))


def _labelled(letter: Letter) -> Iterator[Reference]:
    for stretch in stretches(letter):
        for match in stretch.finditer(_FILE):
            if not match["gap"].strip() and not _SURE_LABEL.match(match["label"]):
                continue
            value = _FILE_VALUE.match(stretch.text, match.end())
            if not value or not is_number(value[1]):
                value = (
                    _AFTER_WORDS.match(stretch.text, match.end())
                    if _SURE_LABEL.match(match["label"])
                    else None
                )
            if not value or (value.start(1) >= stretch.length and not match["gap"].strip(" n°º.o")):
                continue
            text = re.sub(r"\s*([/.\-_–])\s*", r"\1", value[1]).strip(" .-/")
            text = _offer(text) if re.search(r"(?i)annonce|offre", match["label"]) else text
            if is_number(text) and not re.match(
                r"\s*(?:€|euros?|m2|m²|%|h\b|km)", stretch.text[value.end(1) :]
            ):
                labelled = re.search(r"(?i)r[ée]f|dossier|[:°º]", match[0])
                yield stretch.reference("file", text, 0.85 if labelled else 0.6, value.span(1))
