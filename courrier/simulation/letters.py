"""The letters of an invented town: what people write there, to whom, and the sheet it stands on."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from courrier.classification.taxonomy import DocumentKind, town_hall
from courrier.mail.models import Channel, Confidentiality, Page

FIRST_NAMES = [
    "Anne", "Karim", "Julie", "Marc", "Leïla", "Paul", "Chloé", "Hugo", "Inès", "Yves", "Sarah",
    "Louis", "Maud", "Rémi", "Nora", "Éric",
]  # fmt: skip
LAST_NAMES = [
    "Delmas", "Roussel", "Peyrat", "Castel", "Fabre", "Vidal", "Lafon", "Bordes", "Haddad",
    "Carrère", "Soulié", "Lestrade", "Teyssier", "Dumas", "Ferrand", "Marchand", "Vergnes",
    "Laborde", "Castaing", "Belkacem", "Nguyen", "Moreau", "Garnier", "Faure", "Rousseau", "Blanc",
    "Perrin",
]  # fmt: skip
STREETS = ["rue des Lilas", "avenue de la Gare", "chemin du Moulin", "place du Marché", "rue Pasteur"]
FIRMS = ["SARL Vernet", "Ets Duprat et fils", "SAS Garonne Travaux", "Association Les Amis du Fleuve"]
OPENINGS = [
    "Je me permets de vous écrire au sujet de la situation suivante.",
    "Suite à notre échange téléphonique, je vous adresse ce courrier.",
    "Par la présente, je souhaite appeler votre attention sur ce qui suit.",
    "Je fais suite à mon précédent message, resté sans réponse.",
]
CLOSINGS = [
    "Dans l'attente de votre réponse, je vous prie d'agréer mes salutations distinguées.",
    "Je vous remercie de l'attention que vous porterez à ma demande.",
    "Je reste à votre disposition pour tout renseignement.",
]
MONTHS = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
]  # fmt: skip
CHANNELS = {Channel.SCAN: 58, Channel.EMAIL: 22, Channel.FOLDER: 8, Channel.COUNTER: 8, Channel.UPLOAD: 4}
HABITS = {"nuisances": "CAB", "location-salle": "DGS", "voirie": "URB"}
"""Types that this town treats elsewhere than most: what its corrections teach."""
MISREAD = {"e": "c", "l": "1", "n": "u", "o": "0", "é": "6", "i": "j", "a": "o", "r": "v"}
BAD_SCANS = 0.15
"""Share of the letters that reading gives back with a tenth of their likely confusions of letters."""
LINE, SIZE, LEFT, TOP, WIDTH, HEIGHT = 16.0, 11.0, 62.0, 770.0, 595.0, 842.0
"""Of a sheet, in points: A4 in Courier, whose every letter is 0.6 of its size wide."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: the lines on its sheet, and what a careful clerk would enter for it."""

    lines: tuple[str, ...]
    kind: str
    department: str
    sender: dict[str, str]
    subject: str
    letter_date: date
    registered_post: bool
    confidentiality: Confidentiality
    channel: Channel


class Writer:
    """Writes letters to the departments that there are; the same seed writes the same letters."""

    def __init__(self, departments: Sequence[str], town: str, chance: random.Random) -> None:
        self.departments, self.town, self.chance = frozenset(departments), town, chance
        self.kinds = [kind for kind in town_hall().kinds if kind.phrases and kind.code != "autre"]
        self.weights = [
            3.0 if kind.code in HABITS else min(chance.paretovariate(1.6), 3.0) for kind in self.kinds
        ]

    def letter(self, day: date) -> Letter:
        """A letter that arrives on `day`, written some days before."""
        chance = self.chance
        kind = chance.choices(self.kinds, self.weights)[0]
        sender = self.sender()
        written = day - timedelta(days=chance.choice([1, 2, 2, 3, 4, 6]))
        subject = self.subject(kind)
        body = self.body(kind)
        registered_post = chance.random() < 0.05
        lines = self.lines(sender, written, subject, body, registered_post)
        return Letter(
            lines=tuple(map(self.misread, lines) if chance.random() < BAD_SCANS else lines),
            kind=kind.code,
            department=self.department_of(kind),
            sender=sender,
            subject=subject,
            letter_date=written,
            registered_post=registered_post,
            confidentiality=self.confidentiality(kind),
            channel=chance.choices(list(CHANNELS), list(CHANNELS.values()))[0],
        )

    def department_of(self, kind: DocumentKind) -> str:
        wanted = HABITS.get(kind.code, kind.department)
        return wanted if wanted in self.departments else "DGS"

    def confidentiality(self, kind: DocumentKind) -> Confidentiality:
        draw = self.chance.random()
        if draw < 0.01:
            return Confidentiality.PERSONAL
        social = kind.department in {"CCAS", "RH"}
        return Confidentiality.RESTRICTED if draw < (0.15 if social else 0.02) else Confidentiality.NORMAL

    def sender(self) -> dict[str, str]:
        chance = self.chance
        first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
        firm = chance.random() < 0.2
        name = chance.choice(FIRMS) if firm else f"{first} {last}"
        street = f"{chance.randint(1, 98)} {chance.choice(STREETS)}"
        email = f"{first}.{last}@courriel.example".lower() if chance.random() < 0.4 else ""
        plain = email.translate(str.maketrans("éèëïà", "eeeia"))
        return {"name": name, "street": street, "postcode": "33871", "email": plain}

    def subject(self, kind: DocumentKind) -> str:
        """As printed; one letter in four says nothing of what it is about."""
        if self.chance.random() < 0.25:
            return self.chance.choice(
                ["Demande", "Réclamation", "Votre courrier", "Demande de renseignement"]
            )
        name = kind.name.split(":")[0].split(",")[0].strip()
        return f"{name} ({self.chance.choice(STREETS)})"

    def body(self, kind: DocumentKind) -> list[str]:
        chance = self.chance
        said = chance.sample(kind.phrases, min(len(kind.phrases), chance.choice([1, 1, 2, 3])))
        if chance.random() < 0.15:  # a word on something else, as people do
            said.append(chance.choice(chance.choice(self.kinds).phrases))
        reference = f"Dossier suivi sous la référence {chance.randint(10_000, 99_999)}."
        return [chance.choice(OPENINGS), *said, reference, chance.choice(CLOSINGS)]

    def misread(self, line: str) -> str:
        return "".join(
            MISREAD[letter] if letter in MISREAD and self.chance.random() < 0.1 else letter for letter in line
        )

    def lines(
        self, sender: dict[str, str], written: date, subject: str, body: list[str], registered_post: bool
    ) -> list[str]:
        place = f"{sender['postcode']} {self.town}"
        head = [sender["name"], sender["street"], place, *([sender["email"]] if sender["email"] else [])]
        if registered_post:
            head.append("LETTRE RECOMMANDÉE AVEC ACCUSÉ DE RÉCEPTION")
        day = f"{written.day} {MONTHS[written.month - 1]} {written.year}"
        told = [line for part in body for line in (*textwrap.wrap(part, 70), "")]
        return [
            *head, "", f"{'':38}Mairie de {self.town}", f"{'':38}1, place de la Mairie", f"{'':38}{place}", "",
            f"{self.town}, le {day}", "", f"Objet : {subject}", "", "Madame, Monsieur,", "", *told,
            sender["name"],
        ]  # fmt: skip


def sheet(lines: Sequence[str]) -> bytes:
    """The lines as a page of PDF, with their text."""
    shown = b"".join(b"(%s) Tj T*\n" % escaped(line) for line in lines)
    content = b"BT /F %d Tf %d TL %d %d Td\n%sET" % (SIZE, LINE, LEFT, TOP, shown)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
        % (WIDTH, HEIGHT),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>",
    ]
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(made),
    )
    return bytes(made)


def escaped(line: str) -> bytes:
    text = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return text.encode("cp1252", "replace")


def page_of(mail_id: int, lines: Sequence[str]) -> Page:
    """The sheet as reading would give it: text, and words with their boxes in fractions of the page."""
    words: list[list[object]] = []
    for row, line in enumerate(lines):
        top = (HEIGHT - TOP - SIZE + row * LINE) / HEIGHT
        column = 0
        for word in line.split():
            column = line.index(word, column)
            left = (LEFT + column * 0.6 * SIZE) / WIDTH
            column += len(word)
            right = (LEFT + column * 0.6 * SIZE) / WIDTH
            bottom = top + SIZE * 1.2 / HEIGHT
            words.append(
                [word, round(left, 4), round(top, 4), round(min(right, 1), 4), round(bottom, 4), 0.97, row]
            )
    return Page(
        mail_id=mail_id,
        number=1,
        width=1654,
        height=2339,
        text="\n".join(lines),
        words=words,
        confidence=0.97,
    )
