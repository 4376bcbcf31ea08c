"""French letters for the reading benchmarks, written for them, and drawn as clean pages.

Every page comes with its exact text. No word of them is taken from any real letter.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FONT_FOLDERS = (Path("/usr/share/fonts/truetype"), Path("/usr/share/fonts/opentype"))
FACES = (
    "LiberationSerif-Regular.ttf",
    "LiberationSans-Regular.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSans.ttf",
    "LiberationMono-Regular.ttf",
    "LiberationSansNarrow-Regular.ttf",
)

SENDERS = (
    ("Madame Odile Kerbrat", "14 impasse des Lavandières", "29710 Plozévet"),
    ("Monsieur Étienne Vauquelin", "3 bis, rue de la Tannerie", "61100 Flers"),
    ("SARL Toitures Béranger", "ZA du Moulin à Vent, bâtiment C", "49300 Cholet"),
    ("Association Les Amis du Lavoir", "Maison des associations, 2e étage", "24200 Sarlat"),
    ("Maître Solène Hurtevent, notaire", "27 place de l'Église", "76190 Yvetot"),
    ("Syndicat d'eau de la Vallée", "8 chemin des Écluses", "38460 Crémieu"),
)
OPENINGS = (
    "Monsieur le Maire,",
    "Madame la Maire,",
    "Mesdames, Messieurs,",
    "Madame, Monsieur,",
)
SENTENCES = (
    "Je me permets d'attirer votre attention sur l'état de la chaussée devant le numéro 14 de notre impasse.",
    "Depuis les fortes pluies du mois de novembre, l'eau stagne au pied du mur et pénètre dans la cave.",
    "Nous avons signalé ce désordre par téléphone à deux reprises, sans recevoir de réponse à ce jour.",
    "Vous trouverez ci-joint trois photographies prises le 12 janvier ainsi que le devis de l'artisan.",
    "Le montant des travaux s'élève à 2 846,50 € hors taxes, soit 3 415,80 € toutes taxes comprises.",
    "Conformément à l'article L. 2212-2 du code général des collectivités territoriales, il vous appartient "
    "d'assurer la sûreté et la commodité du passage.",
    "Mon fils, né le 7 septembre 2019, entrera en grande section à la rentrée prochaine.",
    "Je souhaiterais obtenir une dérogation afin qu'il fréquente l'école Jean-Moulin, proche de mon travail.",
    "La facture n° 2024-0387 du 5 mars, relative à l'entretien des espaces verts, demeure impayée.",
    "Nous vous prions de bien vouloir procéder à son règlement sous trente jours.",
    "Notre association organise son vide-grenier annuel le dimanche 16 juin, de 8 heures à 18 heures.",
    "À cette occasion, nous sollicitons le prêt de quarante tables, de dix barrières et d'un barnum.",
    "Le règlement du cimetière prévoit que les concessions trentenaires soient renouvelées avant leur terme.",
    "Je vous saurais gré de m'indiquer les démarches à accomplir et les pièces qu'il convient de fournir.",
    "Par courrier recommandé du 22 février, le tribunal administratif nous a informés du dépôt d'une requête.",
    "La parcelle cadastrée section AB n° 217, d'une contenance de 612 m², est classée en zone urbaine.",
    "Les riverains se plaignent du bruit causé par la livraison des marchandises avant six heures du matin.",
    "Dans l'attente, j'ai fait poser une bâche provisoire, mais celle-ci ne résistera pas à l'hiver.",
    "Pourriez-vous m'accorder un rendez-vous avec l'adjointe chargée de l'urbanisme ?",
    "L'éclairage public de la rue du Château est en panne depuis plus d'une semaine.",
    "Un bac à ordures a été renversé, puis déplacé jusqu'au carrefour où il gêne la circulation.",
    "Le conseil d'école, réuni le mardi 4 octobre, a émis un avis favorable à l'unanimité.",
    "Nous restons à votre disposition au 02 98 54 31 07 pour convenir d'une visite sur place.",
    "Cette demande annule et remplace celle que je vous avais adressée l'été dernier.",
    "Les arbres penchés menacent la ligne électrique ainsi que la clôture du terrain de sport.",
    "Veuillez noter que notre gérant a changé et que notre numéro SIRET est désormais le 732 829 320 00074.",
)
SUBJECTS = (
    "Objet : demande de travaux de voirie",
    "Objet : dérogation scolaire",
    "Objet : relance de facture impayée",
    "Objet : prêt de matériel communal",
    "Objet : renouvellement d'une concession",
    "Objet : nuisances sonores répétées",
)
CLOSING = (
    "Je vous prie d'agréer, Monsieur le Maire, l'expression de ma considération distinguée.",
    "Dans l'attente de votre réponse, veuillez recevoir nos salutations respectueuses.",
    "Avec mes remerciements anticipés, je vous adresse mes sincères salutations.",
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A page: its pixels (height x width, gray), its text line by line in reading order, its resolution."""

    gray: NDArray[np.uint8]
    lines: tuple[str, ...]
    dpi: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@cache
def font_file(name: str) -> Path:
    """Raises FileNotFoundError."""
    for folder in FONT_FOLDERS:
        for path in folder.rglob(name):
            return path
    raise FileNotFoundError(name)


def letter(seed: int, dpi: int = 300, points: float | None = None) -> Letter:
    """An A4 letter as a word processor would lay it out."""
    chance = random.Random(seed)
    width, height = round(8.268 * dpi), round(11.693 * dpi)
    size = points or chance.choice((10.0, 11.0, 11.0, 12.0))
    font = ImageFont.truetype(str(font_file(FACES[seed % len(FACES)])), round(size * dpi / 72))
    page = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(page)
    left, top, step = round(0.9 * dpi), round(0.8 * dpi), round(size * 1.35 * dpi / 72)
    lines: list[str] = []

    def put(text: str, x: int) -> None:
        nonlocal top
        pen.text((x, top), text, font=font, fill=0)
        lines.append(text)
        top += step

    for part in SENDERS[seed % len(SENDERS)]:
        put(part, left)
    top += step
    town = SENDERS[seed % len(SENDERS)][2].split(" ", 1)[1]
    put(f"{town}, le {chance.randint(1, 28)} mars 20{chance.randint(19, 26)}", round(4.6 * dpi))
    top += step
    put(SUBJECTS[chance.randrange(len(SUBJECTS))], left)
    top += step
    put(OPENINGS[chance.randrange(len(OPENINGS))], left)
    top += step // 2
    bag = list(SENTENCES)
    chance.shuffle(bag)
    for _ in range(chance.randint(3, 4)):
        paragraph = " ".join(bag.pop() for _ in range(chance.randint(3, 5)))
        for line in wrapped(paragraph, font, width - 2 * left):
            if top < height - 6 * step:
                put(line, left)
        top += step // 2
    for line in wrapped(chance.choice(CLOSING), font, width - 2 * left):
        put(line, left)
    return Letter(np.asarray(page, np.uint8), tuple(lines), dpi)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if font.getlength(longer) > width and line:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]
