"""What stands on a letter beside its text: registered post, "personal", "confidential"."""

from __future__ import annotations

import re

from courrier.classification.pages import Candidate
from courrier.classification.parts import Zone
from courrier.classification.zones import Letter

_REGISTERED = re.compile(
    r"\b(?:lettre |courrier |envoi |pli )?(?:recommandee?s?|recommande)\b.{0,12}(?:avec|a\.?r\b|\bn[°o ]|$"
    r"|\W)|\bl\.?r\.?a\.?r\b|\br\.?a\.?r\b|\blrar\b|lettre rec\w*man\w*|"
    r"\brecommande (?:avec )?a\.?r\.?\b|avis de reception n"
)
_NOT_REGISTERED = re.compile(
    r"(?:est|sont|fortement|je vous|il est|nous|vivement|mesures?|par le|prochain|ulterieur|votre|precedente?"
    r"|premiere?) recommand|recommandation|recommandons"
)
_PERSONAL = re.compile(
    r"\b(?:personnelle?s? et confidentielle?s?|strictement personnel|a n'ouvrir que par|ne pas ouvrir"
    r"|a l'attention exclusive|a remettre en mains? propres?|pli personnel)\b|^\W*personnelle?\W*$"
)
_CONFIDENTIAL = re.compile(
    r"\b(?:confidentielle?s?|secret medical|sous pli ferme|sous pli confidentiel|medical confidentiel"
    r"|ne pas diffuser|diffusion restreinte)\b"
)
_ASKED = re.compile(
    r"garder (?:cette lettre|ce courrier|cela|ceci) pour vous|rest\w+ (?:strictement )?(?:confidentiel"
    r"|entre nous|anonyme)|en toute (?:confidentialite|discretion)|discretion|ne souhaite pas que mon nom|"
    r"ne pas (?:divulguer|communiquer) mon (?:nom|identite)|sans que mon nom|garder l'anonymat"
)
_MEDICAL = re.compile(
    r"\b(?:arret (?:de travail|maladie)|certificat medical|depression|cancer|chimiotherapie|allergie"
    r"|allergique|traitement medical|handicap|maladie|hospitalis\w+|medecin|diagnostic|pathologie"
    r"|protocole de soins|"
    r"violences?|maltraitan\w+|surendettement|tutelle|curatelle|harcelement)\b"
)
_SENSITIVE_TYPES = {
    "arret-travail": 0.55,
    "personne-vulnerable": 0.55,
    "aide-sociale": 0.3,
    "cantine": 0.3,
    "personnes-agees": 0.15,
    "demande-agent": 0.15,
}
"""How far a type alone speaks for a letter that not everybody should read."""


def registered_post(letter: Letter, numbered: bool) -> list[Candidate]:
    """Whether the letter came as registered post: always one answer."""
    for index, line in enumerate(letter.lines):
        zone = letter.zones[index]
        match = _REGISTERED.search(line.folded)
        if not match or _NOT_REGISTERED.search(line.folded):
            continue
        if zone in (Zone.HEAD, Zone.RECIPIENT, Zone.OBJECT, Zone.STAMP) or (
            numbered and len(line.tokens) < 14
        ):
            confidence = 0.98 if numbered else 0.96
        elif (
            zone == Zone.BODY
            and re.search(r"(?:present|par lettre recommandee|cette lettre recommandee)", line.folded)
            and index < 30
        ):
            confidence = 0.6
        elif len(line.tokens) <= 8 and line.page == letter.lines[0].page and zone != Zone.ANNEX:
            confidence = 0.85
        else:
            continue
        return [
            Candidate(
                "registered_post",
                True,
                "Recommandé",
                confidence,
                line.evidence(*match.span(), in_folded=True),
            )
        ]
    if numbered:
        return [Candidate("registered_post", True, "Recommandé", 0.95, reason="numéro de recommandé")]
    return [Candidate("registered_post", False, "Courrier simple", 0.97)]


def confidentiality(letter: Letter, document_type: str) -> list[Candidate]:
    """ "restricted" or "personal", where the letter says so or is about health or hardship; else nothing."""
    for index, line in enumerate(letter.lines):
        zone = letter.zones[index]
        if zone in (Zone.BODY, Zone.ANNEX, Zone.FOOTER, Zone.CLOSING) and len(line.tokens) > 6:
            continue
        if match := _PERSONAL.search(line.folded):
            return [
                Candidate(
                    "confidentiality",
                    "personal",
                    "Personnel, à ne pas ouvrir",
                    0.93,
                    line.evidence(*match.span(), in_folded=True),
                )
            ]
        if match := _CONFIDENTIAL.search(line.folded):
            return [
                Candidate(
                    "confidentiality",
                    "restricted",
                    "Restreint au service",
                    0.93,
                    line.evidence(*match.span(), in_folded=True),
                )
            ]
    for line in letter.of(Zone.BODY, Zone.CLOSING):
        if match := _ASKED.search(line.folded) or _CONFIDENTIAL.search(line.folded):
            return [
                Candidate(
                    "confidentiality",
                    "restricted",
                    "Restreint au service",
                    0.75,
                    line.evidence(*match.span(), in_folded=True),
                )
            ]
    weight = _SENSITIVE_TYPES.get(document_type, 0.0)
    if weight:
        for line in letter.of(Zone.OBJECT, Zone.BODY):
            if match := _MEDICAL.search(line.folded):
                return [
                    Candidate(
                        "confidentiality",
                        "restricted",
                        "Restreint au service",
                        min(0.95, weight + 0.35),
                        line.evidence(*match.span(), in_folded=True),
                        "parle de santé ou de difficultés",
                    )
                ]
    return []
