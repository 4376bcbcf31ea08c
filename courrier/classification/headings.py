"""The lines that may be a letter's object: those that say so, a title, a line that stands alone above the greeting.

Every run of up to four lines that stand together above or at the beginning of what a letter says is judged by
where it stands, how it looks and how it is worded; the weights are fitted (`weighing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from courrier.classification.lines import Line, beside
from courrier.classification.parts import (
    ADDRESS,
    DATE_LINE,
    DATED_MATTER,
    MAIL_HEADER,
    NEW_PART,
    OBJECT,
    RECIPIENT,
    SALUTATION,
    Zone,
)
from courrier.classification.spelling import folded
from courrier.classification.weighing import Features, probability

LONGEST = 4
"""Lines an object fills at most."""
SEARCHED = 45
"""Lines of the first page that are looked at."""
HEADING = re.compile(
    r"^\W*(?:\d?(?:e|eme|er|ere|nde?)? ?(?:et )?(?:derniere? )?)?"
    r"(?:facture|avoir|demande|declaration|avis|mise en demeure|convocation|invitation|notification"
    r"|relance|rappel|dernier rappel"
    r"|formulaire|fiche|attestation|certificat|requete|recours|petition|candidature|devis|bordereau|proces-verbal|arrete"
    r"|signalement|reclamation|note|cerfa|dossier|convention|assignation|titre|releve|lettre de|depot|inscription"
    r"|bulletin|preavis|communication|commandement|saisie|sommation|autorisation|proposition|information|transmission"
    r"|renouvellement|droit de)\b"
)
_TOPIC = re.compile(
    r"\b(?:demande\w*|projet|travaux|subvention|convocation|invitation|reclamation|plainte|recours|permis|declaration"
    r"|renouvellement|inscription|candidature|stage|reunion|commission|avis|facture|relance|rappel|paiement"
    r"|contestation|autorisation|proposition|notification|information|resiliation|contrat|convention"
    r"|mise a disposition|pret|location"
    r"|reservation|signalement|remerciements?|depot|envoi|transmission|pieces|visite|entretien|reparation|suite"
    r"|retraite|conge|attribution|logement|aide|bilan|modification|suppression|annulation|fermeture|ouverture|stationnement"
    r"|bruit|danger\w*|securite|occupation|concession|acte|copie|sinistre|dommages?|expertise|controle|rejet|rapport)\b"
)
_LABEL_ALONE = re.compile(r"^\W*(?:objet|obj|sujet|concerne|subject)\W*$")
_WEAK_LABEL = re.compile(
    r"^\W*(?:v(?:os|/)? ?/?ref\w*|ref\w*|affaire|aff|dossier|titre|theme|motif)"
    r"\s*\.?\s*[:;–-]\s*(?=\D*[a-z]{4})"
)
_NUMBERED = re.compile(
    r"^\W*(?:[nv]/? ?ref|nos ref|vos ref|ref|n°|lr ?/?ar\b|rar\b|r\.a\.r|lrar)|^[^:]{2,40}:\s*[\w/.\-]*\d[\w/.\-]*\W*$"
)
_FILE = re.compile(
    r"^\W*(?:dossiers?|affaire|aff|immeuble|contrat|succession|vente|compte|client|code|lot)\b"
)
_CONTACT = re.compile(r"@|www\.|\b(?:tel|fax|siret|mail|courriel|port|mel)\b|\d\d[ .]\d\d[ .]\d\d[ .]\d\d")
_CLERK = re.compile(
    r"suivi\w* par|interlocut|contact\b|gestionnaire|votre (?:conseill|correspond)|a rappeler"
)
_STREET = re.compile(
    r"\b(?:rue|avenue|chemin|place|route|impasse|boulevard|cours|allees?|quai|bp|cs|cedex|tsa)\b"
)
_NAMES = re.compile(
    r"^(?:m\.|mme|monsieur|madame|m\. et mme|maitre|me|cabinet|etude|societe|association|sarl|sas)\b"
)
_POST = re.compile(
    r"recommand|\blrar\b|\ba\.?r\.?\b|avis de reception|accuse de reception|lettre simple|par courriel"
)
_JOINED = re.compile(r"^\W*(?:p\.? ?j\.?|pieces? jointes?|copie|annexes?)\b")


@dataclass(frozen=True, slots=True)
class Heading:
    """`places` are the indexes of its lines, `text` what they say without a label."""

    places: tuple[int, ...]
    text: str
    labelled: bool
    features: Features

    @property
    def likely(self) -> float:
        return probability("heading", self.features)


def headings(lines: Sequence[Line], zones: Sequence[Zone]) -> list[Heading]:
    """All that may be the object of a letter whose first page has these lines, likeliest first."""
    found = list(candidates(lines, zones))
    return sorted(found, key=lambda heading: -heading.likely)


def candidates(lines: Sequence[Line], zones: Sequence[Zone]) -> Iterator[Heading]:
    page = _Page(lines, zones)
    for block in page.blocks():
        for first in range(len(block)):
            for last in range(first, min(len(block), first + LONGEST)):
                if heading := _heading(page, block, first, last):
                    yield heading


class _Page:
    """The first page's lines with what is usual on it."""

    def __init__(self, lines: Sequence[Line], zones: Sequence[Zone]) -> None:
        self.lines, self.zones = lines, zones
        self.height = median(line.height for line in lines) if lines else 0.01
        wide = [line for line in lines if len(line.tokens) >= 7 and line.width > 0.4]
        self.left = (
            median(line.left for line in wide) if wide else min((line.left for line in lines), default=0.1)
        )
        self.right = max((line.box[2] for line in wide), default=0.9)
        steps = [
            _middle(below) - _middle(above)
            for above, below in pairwise(wide)
            if 0 < _middle(below) - _middle(above) < 4 * self.height
        ]
        self.step = median(steps) if steps else 1.6 * self.height
        greetings = [
            index
            for index, line in enumerate(lines[:SEARCHED])
            if SALUTATION.match(line.folded)
            and len(line.tokens) <= 9
            and zones[index] in (Zone.BODY, Zone.SALUTATION)
        ]
        self.greeting = lines[greetings[0]] if greetings else None
        recipients = [line for line, zone in zip(lines, zones, strict=True) if zone == Zone.RECIPIENT]
        self.recipient = max((line.box[3] for line in recipients), default=0.0)
        self.labels = sum(bool(OBJECT.match(line.folded)) for line in lines[:SEARCHED])
        self.mail = sum(bool(MAIL_HEADER.match(line.folded)) for line in lines[:8]) >= 3

    def blocks(self) -> list[list[int]]:
        """Lines that follow each other in one column without a gap; a new part begins a new block."""
        blocks: list[list[int]] = []
        for index, line in enumerate(self.lines[:SEARCHED]):
            if self.zones[index] in (
                Zone.RECIPIENT,
                Zone.STAMP,
                Zone.SALUTATION,
                Zone.SIGNATURE,
                Zone.FOOTER,
            ):
                continue
            block = next((known for known in blocks if self._follows(self.lines[known[-1]], line)), None)
            if block is None or NEW_PART.match(line.folded) or _new_label(line):
                blocks.append([index])
            else:
                block.append(index)
        return [block for block in blocks if len(block) <= 12]

    def _follows(self, above: Line, line: Line) -> bool:
        if above.page != line.page:
            return False
        gap = _middle(line) - _middle(above)
        limit = 1.3 * max(self.step, 1.5 * line.height) if line.placed else 0.021
        centred = abs(line.left + line.box[2] - above.left - above.box[2]) < 0.03
        hanging = 0 < line.left - above.left < 0.14 and bool(OBJECT.match(above.folded))
        return 0.4 * line.height < gap < limit and (abs(line.left - above.left) < 0.025 or centred or hanging)


def _middle(line: Line) -> float:
    return median((token.box[1] + token.box[3]) / 2 for token in line.tokens)


def _new_label(line: Line) -> bool:
    return bool(OBJECT.match(line.folded) or re.match(r"^\W*[a-z/°. ]{2,22} ?: ?\S", line.folded))


def after_label(text: str) -> str:
    """The text of a line that begins by calling itself the object, without that label."""
    plain = folded(text)
    match = OBJECT.match(plain) or _WEAK_LABEL.match(plain)
    if not match or len(plain) != len(text):
        match = re.match(r"^\W*\S+\s*[:;.=\-]*\s*", text)
    return text[match.end() :].strip(" .:-–_|") if match else text


def _heading(page: _Page, block: Sequence[int], first: int, last: int) -> Heading | None:
    places = list(block[first : last + 1])
    lines = [page.lines[place] for place in places]
    top = lines[0].folded
    labelled = bool(OBJECT.match(top)) or bool(_LABEL_ALONE.match(top))
    weak = not labelled and bool(_WEAK_LABEL.match(top))
    texts = [line.text for line in lines]
    if labelled or weak:
        texts[0] = "" if _LABEL_ALONE.match(top) else after_label(texts[0])
    beside_label = False
    if labelled and not texts[0]:
        cell = next((index for index, line in enumerate(page.lines) if beside(lines[0], line)), None)
        if cell is not None and len(places) == 1:
            places, texts, beside_label = [places[0], cell], ["", page.lines[cell].text], True
    text = re.sub(r"\s+", " ", " ".join(texts)).strip(" .:-–_|*")
    text = re.sub(r"^[I|l] (?=[A-ZÀ-Ý])", "", text)
    if sum(sign.isalpha() for sign in text) < 4:
        return None
    features = _features(page, block, first, last, text, labelled, weak)
    if beside_label:
        features["cell beside its label"] = 1.0
    return Heading(tuple(places), text, labelled, features)


def _features(
    page: _Page, block: Sequence[int], first: int, last: int, text: str, labelled: bool, weak: bool
) -> dict[str, float]:
    lines = [page.lines[place] for place in block[first : last + 1]]
    line, end = lines[0], lines[-1]
    plain = folded(text)
    words = text.split()
    below = page.lines[block[last + 1]] if last + 1 < len(block) else None
    above = page.lines[block[first - 1]] if first else None
    greeting = page.greeting
    over = greeting is not None and end.box[3] < greeting.top + 0.4 * greeting.height
    distance = greeting.top - end.box[3] if greeting and over else 1.0
    between = any(
        end.box[3] - 0.2 * end.height < other.top and other.box[3] < greeting.top + 0.2 * greeting.height
        for index, other in enumerate(page.lines[:SEARCHED])
        if greeting and other is not greeting and page.zones[index] not in (Zone.STAMP, Zone.RECIPIENT)
    )
    upper = text.isupper()
    full = end.box[2] > 0.85 * page.right
    unlabelled = not labelled and not weak
    bare = unlabelled and page.labels == 0
    capitals = sum(word[:1].isupper() or not word[:1].isalpha() for word in words) / len(words)
    margin = abs(line.left - page.left) < 0.03
    dated = unlabelled and len(words) < 8 and bool(DATE_LINE.search(plain)) and not DATED_MATTER.search(plain)
    aside = dated or any(
        pattern.search(plain)
        for pattern in (_NUMBERED, _CONTACT, _CLERK, _POST, _JOINED, _NAMES, RECIPIENT, _FILE)
    )
    gaps = [_middle(lower) - _middle(upper_line) for upper_line, lower in pairwise(lines)]
    wide_inside = any(gap > 1.2 * min(page.step, *gaps) for gap in gaps)
    parted_below = below is not None and _middle(below) - _middle(end) > 1.2 * page.step
    told = {
        "labelled": labelled,
        "second label": labelled and page.labels > 1,
        "weak label": weak,
        "weak label, none better": weak and page.labels == 0,
        "another is labelled": unlabelled and page.labels > 0,
        "over the greeting": over,
        "just over the greeting": bare and over and not between,
        "just over the greeting, at the margin": bare and over and not between and abs(line.left - page.left) < 0.03,
        "near the greeting": bare and distance < 0.06,
        "under the greeting": greeting is not None and not over,
        "under the greeting, bare": bare and greeting is not None and not over,
        "no greeting": greeting is None,
        "under the addressee": bare and line.top > page.recipient > 0,
        "over the addressee": bare and line.top < page.recipient,
        "at the margin": abs(line.left - page.left) < 0.03,
        "right half": line.left > 0.45,
        "centred": line.left > page.left + 0.05 and abs(line.left + line.box[2] - 1) < 0.08,
        "capitals": upper,
        "capitals, bare": bare and upper,
        "large": line.placed and line.height > 1.2 * page.height,
        "names a paper": bool(HEADING.match(plain)),
        "names a paper, bare": bare and bool(HEADING.match(plain)),
        "names a paper in capitals": bare and upper and bool(HEADING.match(plain)),
        "names a paper, just over the greeting": bare and over and not between and bool(HEADING.match(plain)),
        "topic": bool(_TOPIC.search(plain)),
        "topic, bare": bare and bool(_TOPIC.search(plain)),
        "numbered": unlabelled and bool(_NUMBERED.search(line.folded)),
        "address": bool(ADDRESS.search(plain) or _STREET.search(plain)) and unlabelled,
        "contact": bool(_CONTACT.search(plain)),
        "clerk": bool(_CLERK.search(plain)),
        "post": bool(_POST.search(plain)),
        "joined papers": any(_JOINED.match(other.folded) for other in lines),
        "new part inside": any(NEW_PART.match(other.folded) for other in lines[1:]),
        "greeting inside": any(SALUTATION.match(other.folded) and len(other.tokens) < 7 for other in lines),
        "addressee": bool(RECIPIENT.search(plain)) and unlabelled,
        "date": dated,
        "file": unlabelled and bool(_FILE.search(plain)),
        "stands alone": bare and over and not between and len(words) > 2 and not aside,
        "stands alone at the margin": bare and over and not between and len(words) > 2 and not aside and margin,
        "alone under the addressee": bare and len(words) > 2 and not aside and line.top > page.recipient > 0,
        "weak label, just over the greeting": weak and over and not between,
        "gap inside": wide_inside,
        "goes on close": below is not None and not parted_below,
        "goes on after a gap": parted_below,
        "goes on close, full line": below is not None and not parted_below and full,
        "goes on close, small": below is not None and not parted_below and below.text[:1].islower(),
        "in body, goes on close": below is not None and not parted_below and not over,
        "mail header": unlabelled and bool(MAIL_HEADER.match(line.folded)),
        "name": unlabelled and bool(_NAMES.match(plain)),
        "words all capitalised": unlabelled and not upper and capitals == 1 and len(words) > 1,
        "one word": len(words) == 1,
        "two words": len(words) == 2,
        "many words": len(words) > 22,
        "too many words": len(words) > 35,
        "first line of the page": unlabelled and line.top < 0.1,
        "ends with a comma": text.endswith(","),
        "ends like a sentence": unlabelled and lines[-1].text.rstrip().endswith("."),
        "begins small": text[:1].islower() and unlabelled,
        "speaks": bool(re.search(r"\b(?:je|nous|j'ai|vous|veuillez|merci de)\b", plain)),
        "speaks, bare": unlabelled and bool(re.search(r"\b(?:je|nous|j'ai|vous|veuillez|merci de)\b", plain)),
        "goes on": below is not None,
        "goes on, small": below is not None and below.text[:1].islower(),
        "goes on, full line": below is not None and full,
        "goes on, alike": below is not None and 0.8 < below.height / max(end.height, 1e-6) < 1.25,
        "goes on with a new part": below is not None
        and bool(NEW_PART.match(below.folded) or _JOINED.match(below.folded)),
        "goes on, other case": below is not None and below.text.isupper() != end.text.isupper(),
        "goes on, unfinished": below is not None
        and bool(re.search(r"(?:\b(?:de|du|des|la|le|les|d'|l'|a|au|et|pour|en|sur)|[,:–-])\W*$", end.folded)),
        "cut above": above is not None and not labelled and not weak,
        "cut above, small": above is not None and line.text[:1].islower(),
        "cut above a label": above is not None and (labelled or weak),
        "sentence inside": any(other.text.rstrip().endswith((".", "!", "?")) for other in lines[:-1]),
        "two lines": len(lines) == 2,
        "three lines or four": len(lines) > 2,
        "short line inside": any(other.box[2] < 0.7 * page.right and other.width < 0.35 for other in lines[:-1]),
        "other case inside": len({other.text.isupper() for other in lines}) > 1,
        "other size inside": len(lines) > 1
        and max(o.height for o in lines) > 1.35 * min(o.height for o in lines),
        "small next inside": any(other.text[:1].islower() for other in lines[1:]),
        "long block": len(block) > 4,
        "in body": page.zones[block[first]] == Zone.BODY,
        "read badly": sum(other.certainty for other in lines) / len(lines) < 0.7,
        "mostly figures": sum(sign.isdigit() for sign in text) > 0.4 * len(text.replace(" ", "")),
        "printed message": page.mail,
    }  # fmt: skip
    return {name: 1.0 for name, holds in told.items() if holds}
