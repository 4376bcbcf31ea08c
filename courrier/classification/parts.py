"""The parts a letter is made of, and the words by which lines show which part they belong to."""

from __future__ import annotations

import re
from enum import StrEnum


class Zone(StrEnum):
    HEAD = "head"
    RECIPIENT = "recipient"
    STAMP = "stamp"
    OBJECT = "object"
    SALUTATION = "salutation"
    BODY = "body"
    CLOSING = "closing"
    SIGNATURE = "signature"
    FOOTER = "footer"
    ANNEX = "annex"


OBJECT = re.compile(
    r"^\W*(?:[il|1] )?(?:(?:votre |notre |mon )?(?:[o0][bh6][jil][eco][tlf]{1,2}|obj|sujet|subject|concerne"
    r"|motif|re|ref et objet)"
    r"(?: (?:de (?:la|votre|notre|ma) |du )(?:demande|lettre|courrier|message|reclamation"
    r"|present\w*))?)\s*[:;.=\-–]+\s*"
    r"|^\W*(?:[il|1] )?(?:objet|0bjet|obiet)\s+(?=\w)"
    r"|^\W*(?:intitule|nature) (?:de (?:la|votre) )?demande\s*[:;.]+\s*"
)
SALUTATION = re.compile(
    r"^\W*(?:bonjour|bonsoir|madame|monsieur|mesdames|messieurs|mme|mr?\b|chere?s?\b|mademoiselle|docteur"
    r"|maitre)\b"
)
CLOSING = re.compile(
    r"veuillez (?:agreer|recevoir|croire|accepter|trouver ici l'expression)|(?:vous prie|vous prions|priant"
    r"|prions) (?:d'|de )?"
    r"(?:agreer|recevoir|croire|accepter|bien vouloir agreer)|recevez|agreez|salutations (?:distinguees"
    r"|respectueuses|les meilleures)"
    r"|^\W*(?:bien |tres )?(?:cordialement|respectueusement|amicalement|sinceres? salutations|salutations\b"
    r"|avec (?:mes|nos) (?:respectueuses|sinceres|meilleures)|bien a vous|sentiments? distingues?"
    r"|meilleures salutations)"
)
RECIPIENT = re.compile(
    r"^\W*(?:a l'attention|a l'intention|attn?\b)|\b(?:monsieur|madame|m\.|mme) (?:le|la) (?:maire"
    r"|directeur general des services|directrice generale)\b"
    r"|^\W*(?:mairie|hotel de ville|ville|commune) d(?:e|u|es|')|^\W*(?:mairie|hotel de ville)\W*$|^\W*(?:a"
    r"|pour) (?:la mairie|(?:mr?|mme|monsieur|madame)\.? l[ea] maire)|^\W*mairie\W+(?:-|–|—|,|service)"
    r"|^\W*destinataire"
)
MAIL_HEADER = re.compile(
    r"^\W*(de|from|expediteur|a|to|cc|copie a|objet|sujet|subject|date|envoye(?: le)?|sent|pour)\s*:\s*"
)
STAMP = re.compile(
    r"\b(?:courrie?r? ?(?:arr\w*|recu)|arrive le|recu le|arrivee|mairie de .{2,40} recu)\b|^\W*(?:recu"
    r"|arrive)\W*$|^\W*enregistre le"
)
FOOTER = re.compile(
    r"\b(?:siret|siren|rcs|r\.c\.s|capital (?:social )?de|ape|naf|tva intra\w*|page \d+ ?(?:/|sur) ?\d+)\b"
    r"|^\W*page \d|au capital"
)
ANNEX = re.compile(r"^\W*(?:annexe|piece jointe|copie|justificatif)\b(?! (?:a|de la mairie)).{0,40}$")


NUMBERED = re.compile(
    r"^\W*(?:\(|lr ?/?ar\b|rar\b|r\.a\.r)|"
    r"\b(?:ref|n°|recommande\w*|suivi\w* par|bp|cs)\b|^\W*\d|^\W*(?:dossier|compte|client)\b"
    r"|(?:^\W*|\d,? ?(?:bis|ter)?,? )(?:rue|avenue|chemin|place|route|impasse)\b"
)
DATED_MATTER = re.compile(r"^(?:\S+ ){3,}(?:du|au) (?:\d{1,2} au )?\d{1,2} [a-z]+")
"""A matter that has its day, "convocation au comité du 3 décembre", not the day of the letter."""
ADDRESS = re.compile(r"@|\b\d{5} [a-z]|\btel\b|\bsiret\b|\d\d \d\d \d\d \d\d \d\d")
NEW_PART = re.compile(
    rf"{SALUTATION.pattern}|{MAIL_HEADER.pattern}"
    r"|^\W*(?:n/?ref|v/?ref|nos ref|vos ref|ref|p\.?j|date|lettre recommandee|recommande|pieces? jointes?"
    r"|annexe)\b"
)
DATE_LINE = re.compile(
    r"\b(?:le|fait a|date)\b.{0,20}\d{1,2}.{1,12}\d{2,4}"
    r"|\b\d{1,2} (?:janv|fev|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)"
)
