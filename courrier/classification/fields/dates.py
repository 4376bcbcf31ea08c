"""Dates as letters write them, the letter's own date, and the day by which it wants an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from courrier.classification.fields.digits import MONTH_NAMES, ROMAN, mended, month
from courrier.classification.lines import Line
from courrier.classification.pages import Candidate, Evidence
from courrier.classification.parts import Zone
from courrier.classification.spelling import folded
from courrier.classification.zones import Letter

MONTH_WORDS = tuple(folded(name) for name in MONTH_NAMES)
_IN_WORDS = re.compile(
    r"(?<!\d)(?<!\d[.,])(1 ?er|ler|ier|\d{1,2})\.? ?(?:de |of )?([a-z0-9]{3,10})\.?,? ?(?:del? )?((?:19|20)\d\d)?(?!\d)"
)
_IN_FIGURES = re.compile(r"(?<![\d/.-])(\d{1,2}) ?([/.-]) ?(\d{1,2}) ?\2 ?((?:19|20)?\d\d)(?![\d/-])")
_IN_ROMAN = re.compile(r"(?<![\w.])(\d{1,2}) ?([ ./-]) ?([ivx]{1,4}) ?\2 ?((?:19|20)\d\d)(?!\d)")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")

_DEADLINE_BEFORE = re.compile(
    r"(?:avant(?: la date)?(?: du)?(?: le)?|avant (?:le |la |l'|notre |votre )?[a-z' ]{3,30} du"
    r"|au plus tard(?: le| pour le)?|d'ici (?:au|le)|date limite\D{0,45}|dernier delai\D{0,6}"
    r"|pour le|jusqu'au|echeance\D{0,20}|reponse (?:souhaitee|attendue|avant)\D{0,20}|a retourner\D{0,15}"
    r"|a regler\D{0,15}"
    r"|limite de \w+\W{0,4}|payable\D{0,12}|delai\W{1,3}|expir\w+ le|le)(?: (?:lundi|mardi|mercredi|jeudi"
    r"|vendredi|samedi|dimanche))?\W{0,3}$"
)
_STRONG_DEADLINE = re.compile(
    r"avant|au plus tard|d'ici|date limite|limite de|dernier delai|echeance|reponse|retourner|regler|payable|delai"
)
_NO_DEADLINE = re.compile(
    r"\b(?:nee?|valable|garantie|contrat|ouvert|assur\w+|valid\w+) [^.]{0,20}(?:avant|jusqu'au)"
)
_NOT_OWN = re.compile(
    r"\b(?:nee?s? le|naissance|votre (?:lettre|courrier|courriel|mail|message|demande|reponse|decision"
    r"|commande|arrete|annonce|offre|envoi)"
    r"|arrete|deliberation|seance|loi|decret|en date|depuis|livraison|du \d{1,2}[^/]{1,30} au|intervention"
    r"|echeance|avant le"
    r"|date limite|periode|commande|decede|echue|reglement)\b"
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    day: date
    line: Line
    start: int
    end: int
    with_year: bool
    index: int

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return self.line.evidence(self.start, self.end, in_folded=True)


def in_french(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTH_NAMES[day.month - 1]} {day.year}"


def found_dates(letter: Letter) -> Iterator[FoundDate]:
    """Every date of the letter, in reading order. A date without its year gets the one nearest to the reception."""
    for index, line in enumerate(letter.lines):
        text = mended(line.folded)
        following = letter.lines[index + 1 : index + 2]
        if following and following[0].page == line.page and re.search(r"(?:\d|1 ?er|[a-z]{3})$", text):
            text = f"{text} {mended(following[0].folded)}"
        for start, end, day, with_year in dates_in(text, letter.received_on):
            if start < len(line.folded):
                yield FoundDate(day, line, start, min(end, len(line.folded)), with_year, index)


def dates_in(text: str, near: date) -> Iterator[tuple[int, int, date, bool]]:
    """Start, end, date and whether the year was given, of each date in a folded text."""
    for match in _IN_WORDS.finditer(text):
        number = month(match[2])
        day = 1 if not match[1].isdigit() else int(match[1])
        if number is None:
            continue
        found = _date(int(match[3]), number, day) if match[3] else _nearest(number, day, near)
        if found:
            yield match.start(), match.end(), found, bool(match[3])
    for match in _IN_FIGURES.finditer(text):
        year = int(match[4]) if len(match[4]) == 4 else 2000 + int(match[4])
        if found := _date(year, int(match[3]), int(match[1])):
            yield match.start(), match.end(), found, True
    for match in _IN_ROMAN.finditer(text):
        if match[3] in ROMAN and (found := _date(int(match[4]), ROMAN[match[3]], int(match[1]))):
            yield match.start(), match.end(), found, True
    yield from _spelt(text)
    for match in _ISO.finditer(text):
        if found := _date(int(match[1]), int(match[2]), int(match[3])):
            yield match.start(), match.end(), found, True


_UNITS = (
    *(
        "un",
        "deux",
        "trois",
        "quatre",
        "cinq",
        "six",
        "sept",
        "huit",
        "neuf",
        "dix",
        "onze",
        "douze",
        "treize",
    ),
    *("quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"),
)
_DAYS = {word: number for number, word in enumerate(_UNITS, 1)} | {
    "premier": 1,
    "vingt": 20,
    "vingt et un": 21,
    "vingt-et-un": 21,
}
_DAYS |= {f"vingt-{word}": 20 + number for number, word in enumerate(_UNITS[1:9], 2)} | {
    "trente": 30,
    "trente et un": 31,
}
_YEARS = {
    f"deux mille vingt{joint}{word}": 2020 + number
    for number, word in enumerate(_UNITS[:9], 1)
    for joint in ("-", " ", " et ")
}
_SPELT = re.compile(
    rf"\b({'|'.join(sorted(_DAYS, key=len, reverse=True))}) ({'|'.join(MONTH_WORDS)}),?"
    rf" ({'|'.join(_YEARS)}|(?:19|20)\d\d)\b"
)


def _spelt(text: str) -> Iterator[tuple[int, int, date, bool]]:
    """Dates whose day is written out, as notaries and commissaires de justice do."""
    for match in _SPELT.finditer(text):
        year = int(match[3]) if match[3].isdigit() else _YEARS[match[3]]
        if found := _date(year, month(match[2]) or 0, _DAYS[match[1]]):
            yield match.start(), match.end(), found, True


def _date(year: int, number: int, day: int) -> date | None:
    try:
        return date(year, number, day)
    except ValueError:
        return None


def _nearest(number: int, day: int, near: date) -> date | None:
    choices = [
        found for year in (near.year - 1, near.year, near.year + 1) if (found := _date(year, number, day))
    ]
    return min(choices, key=lambda found: abs((found - near).days), default=None)


def letter_date(letter: Letter) -> list[Candidate]:
    """The day the letter bears, best first. Empty where it bears none."""
    scored: dict[date, tuple[float, FoundDate]] = {}
    for found in found_dates(letter):
        score = _own_date_score(letter, found)
        if score > 0 and score > scored.get(found.day, (0.0, found))[0]:
            scored[found.day] = (score, found)
    ranked = sorted(scored.values(), key=lambda pair: -pair[0])[:3]
    return [
        Candidate(
            "letter_date",
            found.day.isoformat(),
            in_french(found.day),
            _share(score, ranked, rank),
            found.evidence,
        )
        for rank, (score, found) in enumerate(ranked)
    ]


def _share(score: float, ranked: list[tuple[float, FoundDate]], rank: int) -> float:
    certainty = min(0.98, 0.5 + score / 16)
    if rank == 0:
        return certainty
    return max(0.01, (1 - (0.5 + ranked[0][0] / 16)) * 0.5 / rank)


_ZONE_SCORE = {
    Zone.HEAD: 3.0, Zone.RECIPIENT: 1.5, Zone.STAMP: -20.0, Zone.OBJECT: -4.0, Zone.BODY: -2.0, Zone.CLOSING: 0.0,
    Zone.SALUTATION: 0.0, Zone.SIGNATURE: 2.0, Zone.FOOTER: -3.0, Zone.ANNEX: -3.0,
}  # fmt: skip


def _own_date_score(letter: Letter, found: FoundDate) -> float:
    zone = letter.zones[found.index]
    score = _ZONE_SCORE[zone]
    before, after = found.line.folded[: found.start], found.line.folded[found.end :]
    if _stamped(letter, found):
        return -20.0
    if re.search(r"\b(?:date|envoye|emis|edite|etabli|emission|facture)\b[^,;]{0,25}$", before):
        score += 3
    elif re.search(r"^\W*du\W*$", before) and zone == Zone.HEAD:
        score += 1
    if re.search(
        r"(?:\ble|\bce|,|\bfait a .{2,40})\W*(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)?\W*$",
        before,
    ):
        score += 2
    if re.search(r"\b(?:fait|a) [a-z' -]{2,40},? ?(?:le)?\W*$", before) and re.match(r"^\W*fait\b", before):
        score += 3
    words_around = len(re.findall(r"\w+", before + " " + after))
    if words_around <= 6:
        score += 1.5
    elif words_around > 9:
        score -= 2
    if _NOT_OWN.search(before) and not re.search(r"\bdate\b", before[-12:]):
        score -= 6
    if re.search(r"\bref\b|\bobjet\b", before):
        score -= 2
    if not found.with_year:
        score -= 1.5
    lag = (letter.received_on - found.day).days
    if lag < -1:
        score -= 8
    elif lag > 400:
        score -= 5
    elif lag <= 60:
        score += 1
    return score


def _stamped(letter: Letter, found: FoundDate) -> bool:
    return letter.zones[found.index] == Zone.STAMP


def deadline(letter: Letter) -> list[Candidate]:
    """The day by which the letter asks for an answer or payment, where it names one."""
    best: dict[date, tuple[float, FoundDate]] = {}
    for found in found_dates(letter):
        if letter.zones[found.index] in (Zone.STAMP,) or found.day < letter.received_on - timedelta(days=120):
            continue
        before = _before(letter, found)
        match = _DEADLINE_BEFORE.search(before)
        if not match or _NO_DEADLINE.search(before[-60:]):
            continue
        strong = _STRONG_DEADLINE.search(match[0])
        score = 0.72 if strong else 0.0
        if re.search(r"pour le|jusqu'au", match[0]):
            score = 0.3
        if score and score > best.get(found.day, (0.0, found))[0]:
            best[found.day] = (score, found)
    ranked = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].day))[:3]
    return [
        Candidate(
            "deadline",
            found.day.isoformat(),
            in_french(found.day),
            score if rank == 0 else 0.15,
            found.evidence,
        )
        for rank, (score, found) in enumerate(ranked)
        if score >= 0.5
    ]


def _before(letter: Letter, found: FoundDate) -> str:
    """The words before a date, from the line above too where the date begins its line."""
    before = mended(found.line.folded)[: found.start]
    if len(before) < 25 and found.index > 0:
        before = letter.lines[found.index - 1].folded[-60:] + " " + before
    return before
