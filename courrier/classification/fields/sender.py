"""Who writes: the name with its address, telephone, e-mail and SIRET, drawn from head, signature and foot."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from courrier.classification.fields.contacts import Contact, emails, phones, postcodes
from courrier.classification.fields.references import Reference, plain
from courrier.classification.headings import HEADING
from courrier.classification.lines import Line, beside
from courrier.classification.pages import Candidate, Evidence
from courrier.classification.parts import MAIL_HEADER, RECIPIENT, Zone
from courrier.classification.spelling import folded
from courrier.classification.weighing import probability
from courrier.classification.zones import Letter

_CIVILITY = re.compile(
    r"^\W*(?:(?:monsieur|messieurs|madame|mesdames|mademoiselle|mmes?|mlles?|mrs?|mm|m|me|maitre|docteur|dr"
    r"|professeur|pr|veuve|vve|[eé]poux|[eé]px)\b\.?\s*(?:(?:et|&|ou|,)\s*)?)+",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:rue|avenue|av|chemin|che?m?|place|route|rte|impasse|imp|lieu[- ]?dit|residence|batiment|bat"
    r"|quartier|allees?|boulevard|bd|square|cours|hameau|quai|passage|sentier|esplanade|"
    r"lotissement|villa|voie|zone|za|zi|bp|cs|cedex|appt?|appartement|etage|immeuble|porte|clos|faubourg"
    r"|montee|mas|domaine|parc|rond[- ]point)\b|^\W*\d+\W? ?(?:bis|ter)?,? "
)
_NOT_A_NAME = re.compile(
    r"\b(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre) ?(?:19"
    r"|20)\d\d\b|\bcourrier\b|"
    r"@|https?:|www\.|\d{5}|\d\d[ .]\d\d[ .]\d\d|^\W*(?:tel|tph|port|mob|fax|mail|email|courriel|site|siret"
    r"|siren|ref|n/ref|v/ref|nos? ref|vos? ref|objet|date|le \d|affaire suivie|dossier|p\.?j|page|"
    r"a l'attention|destinataire|expediteur|copie|compte|service recouvrement|lettre|recommand|envoi"
    r"|r\.?a\.?r|rcs|capital|code ape|piece|facture|devis|tva|iban|bic|standard|accueil|ouvert|"
    r"horaires|transmission|liberte|egalite|fraternite|republique|poste|nee? le|allocataire|matricule|agent"
    r"|client|mesdames|messieurs,|monsieur,|madame,|bonjour"
    r"|(?:pour )?l[ea] (?:maire|president|directeur|directrice|gerante?"
    r"|greffier|comptable|responsable)\W*$"
    r"|fait a|total|signature|signe|lu et approuve)\b"
    r"|^\W*fax\b"
)
_BODY_KINDS = (
    ("administration", re.compile(
        r"\b(?:prefete?|prefecture|sous-prefecture|direction|ministere|rectorat|inspection"
        r"|communaute (?:de communes|d'agglomeration|urbaine)|metropole|syndicat (?:mixte|intercommunal"
        r"|departemental|des eaux)|"
        r"conseil (?:departemental|regional)|departement|region|caisse d'allocations|caf|cpam|carsat|urssaf"
        r"|msa|tribunal|cour (?:administrative )?d'appel|tresorerie|service de gestion comptable"
        r"|finances publiques|ecole|college|lycee|"
        r"universite|centre de gestion|cnfpt|gendarmerie|commissariat|insee|hopital|centre hospitalier|mairie"
        r"|commune|agence regionale|ars|chambre (?:de|d')|office public|etablissement public|mission locale|"
        r"pole emploi|france travail|pmi|protection maternelle|academie|sdis|service departemental"
        r"|agence de l'eau|agence nationale|defenseur des droits|cada|commission|parc naturel|dreal|ddt"
        r"|smictom|sictom|ehpad|residence autonomie)\b")),
    ("association", re.compile(
        r"\b(?:association|amicale|club|comite|collectif|federation|union|ligue|les amis|foyer|secours"
        r"|croix-rouge|restos|a\.?s\.?c?\b|us\b|ass\b|harmonie|chorale|compagnie|cercle|fcpe|peep|apel|ape\b"
        r"|acca|"
        r"societe de chasse|anciens combattants|fnaca|unc|scouts|mjc|maison des jeunes|sporting|stade"
        r"|olympique|racing|entente|judo|rugby|football|tennis|gymnastique|petanque|batucada|theatre|troupe|"
        r"loisirs|parents d'eleves|refuge|spa|emmaus|aines)\b")),
    ("company", re.compile(
        r"\b(?:sarl|sas|sasu|sa|eurl|sci|scp|selarl|sca|snc|scop|scic|scea|earl|gaec|ets|etablissements"
        r"|entreprise|societe|cabinet|office notarial|etude|notaires?|maitres?|avocats?|huissiers?"
        r"|commissaires? de justice|"
        r"agence|assurances?|mutuelle|banque|credit|garage|boulangerie|restaurant|cafe|brasserie|pharmacie"
        r"|hotel|transports?|demenagements?|marbrerie|pompes funebres|electricite|plomberie|menuiserie"
        r"|maconnerie|"
        r"travaux publics|tp|btp|batiment|imprimerie|papeterie|fournitures|services?|groupe|conseil"
        r"|ingenierie|architectes?|atelier|geometres?|syndic|immobilier|immo|habitat|scierie|traiteur|"
        r"informatique|energies?|enedis|grdf|orange|veolia|suez|engie|edf|la poste|france|solutions"
        r"|consult\w*|bureau d'etudes|paysag\w+|jardins|fleurs|librairie|editions|freres|fils|associes"
        r"|& co)\b|&")),
)  # fmt: skip
_WORD = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.\-À-ÿ]*|d[eu]s?|l[ea]s?|d'|el|ben|ait|van|von|di|da|dos|et|&|née?|épouse|veuve|ép\.?)"
_PERSON = re.compile(rf"^\W*(?:{_WORD})(?:[ ,]+{_WORD}){{1,6}}\W*$")
_DESCRIPTION = re.compile(
    r"\s+[–—|-]\s+(?i:g[ée]om[èe]tres?|architectes?|papeterie|mobilier|travaux|bois|monuments?|fournitures?"
    r"|conseils?|avocats?"
    r"|notaires?|[ée]lectricit[ée]|plomberie|ma[çc]onnerie|menuiserie|couverture|peinture|paysagistes?"
    r"|assurances?|location|vente"
    r"|entretien|nettoyage|services?|traiteur|bureau d'[ée]tudes|maitrise|ma[iî]trise|urbanistes?|syndic"
    r"|gestion|imprimeurs?"
    r"|commissaires? de justice|huissiers?|transports?|terrassement|informatique|association loi).*$"
)
_LEGAL_FORM = re.compile(r"(?<=\w)[\s,–-]+(?:SARL|SASU?|SA|SCA|SELARL|EURL|SNC|SCOP|SCIC)\W*$")
_SECTION = re.compile(r"\s+[–—|-]\s+(?:section|agence|antenne)\s.*$", re.IGNORECASE)
_CONTACTS = re.compile(
    r"[\s–—|,/-]*(?:(?i:t[ée]l\w*|port\w*|mob\w*)[. :]*)?(?:(?:\+33[ .]?|0)[1-9](?:[ .\-]?\d\d){4}|\S+@\S+)"
)
_DESCRIBES = re.compile(r"^\W*[a-z' ]+(?:(?:,| [–—-]) [a-z' ]+){1,4}\W*$")
"""A line that lists what a firm does: "papeterie - mobilier - fournitures"."""
_INSTITUTIONS = re.compile(
    r"\b(?:service de gestion comptable|tresorerie|prefecture|sous-prefecture|direction (?:departementale"
    r"|regionale|generale)|caisse (?:d'allocations|primaire|des depots)|tribunal|cour administrative"
    r"|communaute (?:de communes|d'agglomeration)|"
    r"conseil (?:departemental|regional)|departement d|region |syndicat (?:mixte|intercommunal|departemental)"
    r"|centre de gestion|ecole |college |lycee |office notarial|gendarmerie|rectorat|agence (?:regionale"
    r"|de l'eau)|academie|"
    r"inspection|association|comite des fetes|centre hospitalier|commission)"
)


_STATE_SERVICE = re.compile(
    r"^(?:service de gestion comptable|tresorerie|centre des finances|unite departementale|unite territoriale"
    r"|service departemental|direction (?:departementale|regionale|interregionale)|sous-prefecture)"
)
_ABOVE_A_SERVICE = re.compile(r"^(?:direction generale|(?:des )?finances publiques|ministere|republique)")
"""What stands on the State's letterheads over the service that writes."""


@dataclass(slots=True)
class _Name:
    text: str
    kind: str
    score: float
    evidence: tuple[Evidence, ...]
    block: list[int]
    certainty: float = 0.9


def senders(letter: Letter, references: list[Reference]) -> list[Candidate]:
    """Who may have written, best first: at most three names, each with what the letter tells of its address."""
    names = _ranked(list(_names(letter)), letter)
    mail, phone, postcode = emails(letter), phones(letter), postcodes(letter)
    siret = next(
        (
            plain(reference.value)
            for reference in references
            if reference.kind == "siret" and reference.confidence > 0.8
        ),
        "",
    )
    if not names:
        if not (mail or phone):
            return []
        shown = (mail or phone)[0]
        names = [_Name(shown.value, "person", 0.5, shown.evidence, [])]
    candidates = []
    for rank, name in enumerate(names[:3]):
        value = _value(letter, name, mail, phone, postcode, siret)
        evidence = name.evidence + _contact_evidence(value, mail, phone, postcode)
        candidates.append(Candidate("sender", value, name.text, _confidence(names, rank, letter), evidence))
    return candidates


def _confidence(names: list[_Name], rank: int, letter: Letter) -> float:
    best = probability("sender", _features(names, letter))
    return best if rank == 0 else max(0.02, (1 - best) * 0.6 / rank)


def features(letter: Letter) -> tuple[str, dict[str, float]]:
    """The likeliest sender's name with what speaks for it; an empty name where there is none."""
    names = _ranked(list(_names(letter)), letter)
    return (names[0].text, _features(names, letter)) if names else ("", {})


def _features(names: list[_Name], letter: Letter) -> dict[str, float]:
    name = names[0]
    others = [other for other in names[1:] if other.kind == name.kind]
    zones = {letter.zones[index] for index in name.block}
    words = re.findall(r"[^\W\d_]{2,}", name.text)
    numbers = {
        "score": min(name.score, 10.0) / 5,
        "before the next": min(name.score - names[1].score, 5.0) / 5 if len(names) > 1 else 1.0,
        "before the next of its kind": min(name.score - others[0].score, 5.0) / 5 if others else 1.0,
        "read well": max(name.certainty, 0.5) * 2 - 1,
    }
    told = {
        "person": name.kind == "person",
        "one word": len(words) == 1,
        "person of one word": name.kind == "person" and len(words) == 1,
        "many words": len(words) > 6,
        "in head": Zone.HEAD in zones,
        "in signature": Zone.SIGNATURE in zones,
        "in foot": Zone.FOOTER in zones,
        "no block": not name.block,
        "with an address": any(re.search(r"\b\d{5}\b", letter.lines[index].folded) for index in name.block),
        "begins small": name.text[:1].islower(),
        "unfinished": bool(re.search(r"(?:\b(?:de|du|des|la|le|les|et|d'|l')|-)$", folded(name.text))),
        "odd signs": bool(re.search(r"[^\w\s'’.,&«»()/\-–]", name.text)),
        "letters alone": bool(re.search(r"(?:^|\s)[b-z](?:\s|$)", folded(name.text))),
        "alone": len(names) == 1,
    }
    return numbers | {sign: 1.0 for sign, holds in told.items() if holds}


def _value(
    letter: Letter,
    name: _Name,
    mail: list[Contact],
    phone: list[Contact],
    postcode: list[Contact],
    siret: str,
) -> dict[str, Any]:
    value: dict[str, Any] = {"name": name.text, "email": "", "phone": "", "postcode": "", "siret": ""}
    if mail:
        value["email"] = mail[0].value
    reachable = [contact for contact in phone if contact.score > -2]
    if reachable:
        value["phone"] = reachable[0].value
    near = [contact for contact in postcode if contact.line in name.block]
    chosen = (near or postcode)[:1]
    if chosen:
        value["postcode"], value["city"] = chosen[0].value, chosen[0].city
    value["siret"] = siret if name.kind != "person" or siret else ""
    value["kind"] = name.kind
    streets = [
        letter.lines[index].text
        for index in name.block
        if _STREET.search(letter.lines[index].folded) and "@" not in letter.lines[index].text
    ]
    if streets:
        value["address"] = "\n".join(dict.fromkeys(streets))[:300]
    return {
        key: item
        for key, item in value.items()
        if item or key in ("name", "email", "phone", "postcode", "siret")
    }


def _contact_evidence(value: dict[str, Any], *found: list[Contact]) -> tuple[Evidence, ...]:
    chosen = {value["email"], value["phone"], value["postcode"]} - {""}
    return tuple(
        evidence
        for contacts in found
        for contact in contacts[:3]
        if contact.value in chosen
        for evidence in contact.evidence
    )


def kind_of(text: str) -> str:
    """person, company, association or administration, by the words of a name."""
    plain_text = folded(text)
    if _CIVILITY.match(plain_text) and not re.match(r"^\W*(?:me|maitre)\b", plain_text):
        return "person"
    for kind, pattern in _BODY_KINDS:
        if pattern.search(plain_text):
            return kind
    return "person"


def cleaned(text: str) -> str:
    """A name without civility, dangling punctuation, or what follows a dash or comma that is no name."""
    text = _SECTION.sub("", _CONTACTS.sub("", text))
    text = re.sub(r"^[^\wÀ-ÿ«\"]+|[^\wÀ-ÿ.)»\"]+$", "", text).strip()
    text = re.sub(r"(?i)^(?:ma[iî]tre|docteur|dr|me)\.? \([^)]*\)\s*", "", text)
    if kind_of(text) == "person":
        text = re.sub(r"(?i)^\W*(?:ici )?repr[ée]sent[ée]+s? par\s+", "", text)
        text = re.sub(r"^\([^)]*\)\s*", "", _CIVILITY.sub("", text))
        text = re.sub(
            r"(?i)\b(et|&|ou)\s+(?:monsieur|madame|mlle|mme|mr?\b\.?(?= \S+ \S))\b\.?\s*", r"\1 ", text
        )
        text = re.split(r"\s+[–—|-]\s+|,\s+(?!et\b)|\s*\([^)]*\)?$", text)[0]
        text = re.sub(r"\s+(?:née?|veuve|épouse|ép\.)\s+.*$", "", text)
    text = re.split(
        r"\s+[–—|]\s+(?=\d|[a-z]|SIRET|Tél|RCS|SARL|SAS)|\s*[,–—-]\s*(?:SIRET|RCS|au capital|capital)\b"
        r"|\s*[–—]\s*N° SIRET",
        text,
    )[0]
    text = _LEGAL_FORM.sub("", _DESCRIPTION.sub("", text))
    return re.sub(r"[\s,;:|–—-]+$", "", text).strip()


def _names(letter: Letter) -> Iterator[_Name]:
    yield from _from_mail_header(letter)
    for block in _blocks(letter):
        yield from _from_block(letter, block)
    yield from _from_signature(letter)
    yield from _from_footer(letter)
    yield from _from_statement(letter)
    yield from _from_form(letter)
    yield from _from_address(letter)


def _from_mail_header(letter: Letter) -> Iterator[_Name]:
    for index, line in enumerate(letter.lines[:16]):
        match = re.match(
            r"^\W*(?:de|from|exp[ée]diteur)\s*:\s*(?P<name>[^<\[(@]{3,80}?)\s*[<\[(]?\s*(?P<mail>[\w.+-]+\s?[@©®]\s?[\w.-]+)?[>\])]?\s*$",
            line.text,
            re.IGNORECASE,
        )
        if match and match["name"].strip():
            text = cleaned(re.sub(r"^[\"'«]|[\"'»]$", "", match["name"].strip()))
            if (len(text) > 2 and not re.match(r"^\S+$", text)) or match["mail"]:
                yield _Name(text, kind_of(text), 7.0, line.evidence(*match.span("name")), [index])


def _blocks(letter: Letter) -> list[list[int]]:
    """Lines close below each other in one column, of the parts where a sender may stand."""
    eligible = (Zone.HEAD, Zone.SIGNATURE)
    blocks: list[list[int]] = []
    order = sorted(
        range(len(letter.lines)), key=lambda index: (letter.lines[index].page, letter.lines[index].top)
    )
    for index in order:
        line = letter.lines[index]
        if letter.zones[index] not in eligible or line.certainty < 0.5 or line.height > 0.06:
            continue
        for block in blocks:
            last = letter.lines[block[-1]]
            if letter.zones[block[-1]] == letter.zones[index] and _below(last, line):
                block.append(index)
                break
        else:
            blocks.append([index])
    return blocks


def _below(last: Line, line: Line) -> bool:
    if last.page != line.page:
        return False
    gap = line.top - last.box[3]
    height = max(last.height, line.height)
    overlap = min(last.box[2], line.box[2]) - max(last.left, line.left)
    if not line.placed:
        return line.top - last.top < 0.021 and abs(line.left - last.left) < 0.25
    ruled = abs(last.left - line.left) < 0.012 and line.left < 0.3 and line.top < 0.22
    return -height < gap < (3.4 if ruled else 1.5) * height and (
        overlap > 0 or abs(last.left - line.left) < 0.03
    )


def _is_name_line(letter: Letter, index: int) -> bool:
    line = letter.lines[index]
    text = folded(_CONTACTS.sub("", line.text)) if len(line.tokens) <= 12 else line.folded
    letters = sum(character.isalpha() for character in text)
    if letters < 3 or letters < 0.55 * len(text.replace(" ", "")) or len(line.tokens) > 12:
        return False
    if _NOT_A_NAME.search(text) or HEADING.match(text) or MAIL_HEADER.match(text) or RECIPIENT.search(text):
        return False
    large = line.placed and line.height > 1.3 * _usual_height(letter)
    return not (_STREET.search(text) and kind_of(line.text) == "person" and not large)


def _from_block(letter: Letter, block: list[int]) -> Iterator[_Name]:
    lines = [letter.lines[index] for index in block]
    places = [
        number
        for number, line in enumerate(lines)
        if _STREET.search(line.folded) or re.search(r"\b\d{5}\b", line.folded)
    ]
    contact = any(re.search(r"@|\b(?:tel|port|mob)", line.folded) for line in lines)
    names = [number for number in range(len(block)) if _is_name_line(letter, block[number])]
    addressed = [number for number in places if re.search(r"^\W*\d|\b\d{5}\b", lines[number].folded)]
    if not names:
        return
    base = 3.0 if letter.zones[block[0]] == Zone.HEAD else 1.5
    base += 2.0 if places else 0.0
    base += 0.5 if contact else 0.0
    base += 0.8 if block[0] < 3 else 0.0
    tallest = max(line.height for line in lines)
    for number in names:
        line = lines[number]
        text, score = _capital(_CONTACTS.sub("", _without_logo(line))), base
        if _no_name_alone(line, letter.zones[block[number]]):
            continue
        civil = bool(_CIVILITY.match(line.folded)) and not re.match(r"^\W*maire\b", line.folded)
        score -= 0.7 * names.index(number)
        score += 1.6 if civil and _person_like(text) else 0.0
        score += 1.0 if _INSTITUTIONS.search(line.folded) and not _is_person(lines[names[0]]) else 0.0
        score += 1.2 if number == names[0] and _is_person(line) else 0.0
        score -= 4.0 if _contact_person(lines, number) else 0.0
        score += (
            1.0
            if line.height > 1.25 * tallest * 0.99
            or (line.height >= tallest * 0.95 and tallest > 1.3 * _usual_height(letter))
            else 0.0
        )
        score -= 1.5 if text[:1].islower() else 0.0
        score -= 2.5 if line.certainty < 0.8 and not _is_person(line) else 0.0
        sign = number == names[0] and text.isupper()
        score -= 1.2 if not sign and not _person_like(text) and kind_of(text) == "person" else 0.0
        score += 1.2 if sign else 0.0
        score -= 1.5 if _DESCRIBES.match(line.folded) else 0.0
        if addressed and number > addressed[0]:
            score -= 2.5
        name = cleaned(_prefecture(lines, number) or _run_on(lines, number, names) or text)
        score += 2.0 if _STATE_SERVICE.search(folded(name)) else 0.0
        score -= 2.0 if _ABOVE_A_SERVICE.match(folded(name)) else 0.0
        score += 1.0 if _INSTITUTIONS.search(folded(name)) and not _INSTITUTIONS.search(line.folded) else 0.0
        score += 2.5 if name.startswith("Préfecture") and name != text else 0.0
        if len(name) >= 3:
            yield _Name(name, kind_of(name), score, line.evidence(), block, line.certainty)


_LEADS_A_NAME = re.compile(
    r"\W*(?:sas|sarl|sasu|sci|eurl|scp|gaec|earl|ets|sa|l[ea]s?|un|mr?|mme|mlle|me|dr|au|aux|club|caf|ars|udaf)\W*|[a-z]\.?"
)


def _without_logo(line: Line) -> str:
    """A line's text without a few letters before it that were read from a picture."""
    first, rest = line.tokens[0], line.tokens[1:]
    if len(rest) < 2 or len(first.text) > 4 or _LEADS_A_NAME.fullmatch(folded(first.text)):
        return line.text
    usual = sorted(token.box[3] - token.box[1] for token in rest)[len(rest) // 2]
    other_size = not 0.7 < (first.box[3] - first.box[1]) / (usual or 1) < 1.4
    apart = (rest[0].box[0] - first.box[2]) / 1.41 > 1.2 * usual
    drawn = line.placed and (apart or other_size or first.confidence < 0.75)
    return " ".join(token.text for token in rest) if drawn else line.text


def _no_name_alone(line: Line, zone: Zone) -> bool:
    """Words that end a name or a letter, but are none by themselves: "agréée", "Merci encore"."""
    text = _capital(_CONTACTS.sub("", line.text))
    if text[:1].islower() and len(line.tokens) < 3:
        return True
    return zone == Zone.SIGNATURE and not _person_like(text) and kind_of(text) == "person"


_BEGINNINGS = (
    *("Association", "Communauté", "Commission", "Comité", "Collectif", "Conseil", "Cabinet", "Caisse"),
    *("Centre", "Chambre", "Direction", "Département", "Étude", "Fédération", "Ministère", "Mutuelle"),
    *("Office", "Orchestre", "Préfecture", "Société", "Syndicat", "Tribunal", "Trésorerie", "Université"),
)


def _capital(text: str) -> str:
    """A name whose beginning was cut or misread: "llyès" is "Ilyès", "ommunauté de…" is "Communauté de…"."""
    text = re.sub(r"^ll(?=[a-zà-ÿ])", "Il", text)
    first = text.split(" ")[0]
    whole = next((word for word in _BEGINNINGS if len(first) > 4 and word[1:] == first), first)
    return whole + text[len(first) :]


_GENERIC = re.compile(
    r"(?:\W*\b(?:ecole|elementaire|maternelle|primaire|groupe|scolaire|college|lycee|office|notarial|etude"
    r"|club|sportive?|centre|hospitalier"
    r"|direction|departementale?|regionale?|service|association|amicale|comite|syndicat|mixte|communaute"
    r"|communes|tribunal"
    r"|administratif|judiciaire|cabinet|societe|entreprise|bureau|caisse|agence|conseil|fondation|federation"
    r"|union|region|departement|ministere|prefecture|sous-prefecture|academie|elementaires?|publique?|generale?|cour"
    r"|d'appel|administrative|unite|agence)\b\W*)+"
)
"""Words that name a kind of body, not one: the name goes on in the next line."""


def _run_on(lines: list[Line], number: int, names: list[int]) -> str:
    """A name that a narrow column broke: "Service de / gestion comptable / de Dax"."""
    text = lines[number].text
    if stacked := _stacked(lines, number, names):
        return stacked
    if surname := _surname_below(lines, number):
        return surname
    text = _without_logo(lines[number])
    if kind_of(text + " " + " ".join(lines[place].text for place in names)) == "person" or _is_person(
        lines[number]
    ):
        return ""
    for place in range(number + 1, min(number + 4, len(lines))):
        line = lines[place]
        above = lines[place - 1]
        reach = 3.2 if _GENERIC.fullmatch(folded(text)) else 1.6
        if place not in names or line.top - above.box[3] > reach * max(line.height, above.height):
            break
        unfinished = re.search(r"(?:\b(?:de|du|des|la|le|les|d['’]|l['’]|et)|&|-)$", text, re.IGNORECASE)
        goes_on = re.match(r"(?:de|du|des|d['’]|l['’]|aux?|et)\b", line.folded)
        alike = max(line.height, above.height) <= 1.5 * min(line.height, above.height)
        generic = bool(_GENERIC.fullmatch(folded(text)))
        if not (unfinished or goes_on or generic or (alike and line.text[:1].islower())):
            break
        text = text + line.text if text.endswith("-") else f"{text} {line.text}"
    return text if text != lines[number].text else ""


def _surname_below(lines: list[Line], number: int) -> str:
    """First names whose surname a narrow column put in the next line: "Daniel et Mireille / FOURCADE"."""
    line, below = lines[number], lines[number + 1 : number + 2]
    if (
        not below
        or not _is_person(line)
        or any(token.text.isupper() and len(token.text) > 2 for token in line.tokens)
    ):
        return ""
    surname = re.fullmatch(r"[A-ZÀ-Ý][A-ZÀ-Ý'’\-]{2,}(?: [A-ZÀ-Ý'’\-]{2,})?", below[0].text.strip(" ,."))
    close = below[0].top - line.box[3] < 1.2 * line.height
    return f"{line.text} {surname[0]}" if surname and close else ""


def _stacked(lines: list[Line], number: int, names: list[int]) -> str:
    """A name in capitals that fills several short lines of one size: "COMMISSION / D'ACCÈS AUX / DOCUMENTS"."""
    first = lines[number]
    if not first.text.isupper() or len(first.tokens) > 3:
        return ""
    taken = [first]
    for place in range(number + 1, min(number + 5, len(lines))):
        line, above = lines[place], taken[-1]
        alike = max(line.height, above.height) <= 1.5 * min(line.height, above.height)
        if place not in names or not line.text.isupper() or len(line.tokens) > 4 or not alike:
            break
        if line.top - above.box[3] > 1.2 * line.height:
            break
        taken.append(line)
    text = " ".join(line.text for line in taken)
    return text if len(taken) > 1 and kind_of(text) in ("administration", "association") else ""


def _is_person(line: Line) -> bool:
    return _person_like(line.text) and kind_of(line.text) == "person"


def _contact_person(lines: list[Line], number: int) -> bool:
    """ "Affaire suivie par : Mme …" names whom to ask, not who writes."""
    near = " ".join(line.folded for line in lines[max(0, number - 1) : number + 1])
    return bool(
        re.search(
            r"suivi\w* par|contact\b|interlocut|votre correspondant|dossier suivi|gestionnaire|\bsuivi"
            r"|votre [a-z]+ ?:|charge\w* d'affaires|responsable ?:",
            near,
        )
    )


def _prefecture(lines: list[Line], number: int) -> str:
    """The State's letterhead says PRÉFET(E) DE …, which names the préfecture."""
    joined = " ".join(line.text for line in lines[number : number + 3])
    match = re.match(
        r"^\W*PR[ÉEÈ]F[EÈÉ]TE?\s*[/|]?\s*(D(?:E LA|E L['’]|U|ES|E|['’])\s?[A-ZÀ-Ý\-]+(?:[ -](?:ET|DE|DU"
        r"|LA)?[ -]?[A-ZÀ-Ý\-]{3,}){0,2})",
        joined,
    )
    if not match:
        return ""
    words = [
        word if word in ("de", "la", "du", "des", "et") else word.capitalize()
        for word in match[1].lower().split()
    ]
    return "Préfecture " + " ".join(words)


def _usual_height(letter: Letter) -> float:
    heights = sorted(line.height for line in letter.lines)
    return heights[len(heights) // 2] if heights else 0.0


def _person_like(text: str) -> bool:
    bare = _CIVILITY.sub("", text).strip()
    return bool(
        _PERSON.match(bare) or (_CIVILITY.match(text) and re.match(r"^\W*[A-ZÀ-Ý][\w'’\-À-ÿ]+\W*$", bare))
    )


def _from_signature(letter: Letter) -> Iterator[_Name]:
    lines = [
        (index, line)
        for index, line in enumerate(letter.lines)
        if letter.zones[index] in (Zone.SIGNATURE, Zone.CLOSING)
    ]
    if not lines:
        lines = [
            (index, line) for index, line in enumerate(letter.lines) if letter.zones[index] == Zone.BODY
        ][-4:]
    for order, (index, line) in enumerate(lines[:9]):
        if len(line.tokens) > 8 or not _is_name_line(letter, index) or not _person_like(line.text):
            continue
        text = cleaned(line.text)
        words = [word for word in text.split() if len(word.strip(".")) > 1]
        if len(words) < 2:
            continue
        yield _Name(text, kind_of(line.text), 2.2 - 0.1 * order, line.evidence(), [index])


def _from_footer(letter: Letter) -> Iterator[_Name]:
    for index, line in enumerate(letter.lines):
        if letter.zones[index] != Zone.FOOTER:
            continue
        first = re.split(
            r"\s+[–—|•·-]\s+|,\s|\s(?:SIRET|SARL|SAS|SASU|SA|SELARL|EURL|SCP|SNC|RCS|au capital)\b", line.text
        )[0].strip()
        trading = re.search(r"\b(?:SARL|SASU?|SA|SELARL|EURL|SCP|SNC|RCS|au capital)\b", line.text)
        kind = "company" if trading else kind_of(first)
        if (
            3 <= len(first) <= 70
            and kind != "person"
            and not _NOT_A_NAME.search(folded(first))
            and not _STREET.search(folded(first))
        ):
            named = 2.7 if re.search(r"\b(?:siret|siren|rcs)\b", line.folded) else 1.8
            yield _Name(cleaned(first), kind, named, line.evidence(0, len(first)), [index], line.certainty)


def _from_statement(letter: Letter) -> Iterator[_Name]:
    for index, line in enumerate(letter.lines):
        match = re.search(
            r"(?i)(?:je,? soussign[ée]+,?|je m'appelle|je suis)\s+(?P<name>(?:M\.|Mme|Monsieur"
            r"|Madame)?\s*[A-ZÀ-Ý][\w'’\-À-ÿ]+(?: [A-ZÀ-Ý][\w'’\-À-ÿ]+){1,3})",
            line.text,
        )
        if match:
            strong = 2.5 if "soussign" in line.folded else 1.2
            yield _Name(cleaned(match["name"]), "person", strong, line.evidence(*match.span("name")), [index])


_ANYBODY = re.compile(r"contact|info|accueil|mairie|bonjour|service|compta|direction|secretariat|courrier")


def _from_address(letter: Letter) -> Iterator[_Name]:
    """The name that an e-mail address spells out: "cordes.sensibles@association.example"."""
    for contact in emails(letter)[:1]:
        local, _, host = contact.value.partition("@")
        words = re.split(r"[._-]", local)
        if (
            len(words) > 1
            and all(len(word) > 2 and word.isalpha() for word in words)
            and not _ANYBODY.search(local)
        ):
            name = " ".join(word.capitalize() for word in words)
            kind = "association" if re.search(r"\basso", host) else "person"
            yield _Name(name, kind, 2.3 if kind == "association" else 1.5, contact.evidence, [contact.line])


_FIELD = re.compile(
    r"^\W*(?:(?P<both>nom(?: et|,| /)? ?pr[ée]noms?(?: du (?:demandeur|d[ée]clarant))?|demandeur|d[ée]clarant"
    r"|exp[ée]diteur|raison sociale"
    r"|entreprise|d[ée]nomination|(?:nom de l['’])?association|soci[ée]t[ée]|identit[ée])|(?P<last>nom(?: de (?:famille"
    r"|naissance|jeune fille))?)|(?P<first>pr[ée]noms?))\s*(?:[:.]\s*(?P<value>.*)|)$",
    re.IGNORECASE,
)


def _from_form(letter: Letter) -> Iterator[_Name]:
    """The name that a form asks for, in one field or in two, beside its label or in the cell to the right."""
    last: tuple[str, Line, int] | None = None
    for index, line in enumerate(letter.lines):
        match = _FIELD.match(line.text)
        if not match:
            continue
        cell = next((other for other in letter.lines if beside(line, other)), None)
        below = letter.lines[index + 1 : index + 2] if match["value"] is not None else []
        value = (match["value"] or "").strip()
        value = value or (cell.text if cell else "") or (below[0].text if below else "")
        value = re.split(r"\s{2,}|\bpr[ée]noms?\s*:", value, flags=re.IGNORECASE)[0].strip()
        inline = re.search(r"\bpr[ée]noms?\s*:\s*(\S+)", match["value"] or "", re.IGNORECASE)
        if match["last"] and inline:
            value = f"{inline[1]} {value}"
        elif match["last"]:
            last = (value, line, index)
            continue
        elif match["first"] and last:
            value = f"{value} {last[0]}"
        elif match["first"]:
            continue
        if 4 <= len(value) <= 80 and not re.search(r"\d{3}|@", value):
            yield _Name(cleaned(value), kind_of(value), 3.6, line.evidence(), [index])


def _ranked(names: list[_Name], letter: Letter) -> list[_Name]:
    """Names that another part of the letter confirms rise; the same name stays once."""
    addresses = " ".join(contact.value for contact in emails(letter))
    for name in names:
        words = [
            word
            for word in re.findall(r"[a-z]{3,}", folded(name.text))
            if word not in ("les", "des", "association", "monsieur", "madame")
        ]
        if words and any(word in addresses for word in words):
            name.score += 0.8
    confirmed: list[_Name] = []
    for name in sorted(names, key=lambda found: -found.score):
        same = next((other for other in confirmed if _same(other.text, name.text)), None)
        if same is None:
            confirmed.append(name)
        elif not set(same.block) & set(name.block):
            same.score += 1.5
            if _shortens(same.text, name.text) or _misreads(same, name) or _completes(same, name):
                same.text = name.text
            if name.kind != "person" and len(name.text) > len(same.text) and name.certainty >= same.certainty:
                same.text, same.kind, same.certainty = name.text, name.kind, name.certainty
    return sorted(confirmed, key=lambda found: -found.score)


def _misreads(name: _Name, other: _Name) -> bool:
    """Whether a body's name was read worse where it stands large than where it is repeated."""
    plainer = re.sub(r"\W", "", folded(other.text)) in re.sub(r"\W", "", folded(name.text))
    return "person" not in (name.kind, other.kind) and plainer and name.certainty < 0.88 < other.certainty


def _completes(name: _Name, other: _Name) -> bool:
    """Whether a person's surname alone is given in full elsewhere: "M. Lalande", "Bernard Lalande"."""
    short, full = folded(name.text).split(), folded(other.text).split()
    return (
        name.kind == other.kind == "person" and len(short) == 1 and 2 <= len(full) <= 3 and short[0] in full
    )


def _shortens(one: str, other: str) -> bool:
    """ "Jordan P." is "Jordan Peyronnet", "H. d'Orsanne" is "Hubert d'Orsanne"."""
    short, full = (re.findall(r"[a-z'-]+", folded(text)) for text in (one, other))
    return (
        len(short) == len(full) >= 2
        and short != full
        and any(len(word) > 2 for word in short)
        and all(
            word == whole or (len(word) == 1 and whole[0] == word)
            for word, whole in zip(short, full, strict=True)
        )
    )


def _same(one: str, other: str) -> bool:
    if _shortens(one, other) or _shortens(other, one):
        return True
    first, second = folded(one), folded(other)
    if fuzz.token_set_ratio(first, second) >= 88:
        return True
    return min(len(first), len(second)) >= 10 and fuzz.partial_ratio(first, second) >= 90
