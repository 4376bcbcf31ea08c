"""A number a letter gives, and the pieces of text in which such numbers are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from courrier.classification.pages import Candidate, Evidence
from courrier.classification.parts import Zone
from courrier.classification.zones import Letter

KINDS = {
    "permit": "Dossier d'urbanisme",
    "invoice": "Facture",
    "iban": "IBAN",
    "siret": "SIRET",
    "registered": "Recommandé",
    "cadastre": "Parcelle",
    "file": "Dossier",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """`start` and `end` are characters of the text of the line with index `line`."""

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


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line with the one after it: numbers are broken at line ends. What is found must begin in the line."""

    letter: Letter
    index: int
    text: str
    length: int

    def finditer(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        return (match for match in pattern.finditer(self.text) if match.start() < self.length)

    def reference(self, kind: str, value: str, confidence: float, span: tuple[int, int]) -> Reference:
        lines, start, end = self.letter.lines, *span
        if start >= self.length:
            index, start, end = self.index + 1, start - self.length - 1, end - self.length - 1
            return Reference(kind, value, confidence, lines[index].evidence(start, end), index, start, end)
        line = lines[self.index]
        evidence = line.evidence(start, min(end, self.length))
        if end > self.length + 1:
            evidence += lines[self.index + 1].evidence(0, end - self.length - 1)
        return Reference(kind, value, confidence, evidence, self.index, start, min(end, self.length))


def stretches(letter: Letter) -> Iterator[Stretch]:
    """Every line of the letter but the town hall's own stamp."""
    shown = [index for index in range(len(letter.lines)) if letter.zones[index] != Zone.STAMP]
    for index in shown:
        line = letter.lines[index]
        text = line.text
        following = index + 1
        if (
            following < len(letter.lines)
            and letter.zones[following] != Zone.STAMP
            and letter.lines[following].page == line.page
        ):
            text = f"{text} {letter.lines[following].text}"
        yield Stretch(letter, index, text, len(line.text))


def plain(value: str) -> str:
    """A number without its spaces and signs."""
    return re.sub(r"[^A-Z0-9]", "", value.upper())


def is_number(value: str) -> bool:
    """Whether a value may be the number of something: figures enough, and neither a date, a year nor an hour."""
    figures = sum(letter.isdigit() for letter in value)
    if figures < 2 or len(re.sub(r"\W", "", value)) < 3:
        return False
    date = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](?:\d{2}|(?:19|20)\d\d)", value)
    if date and int(date[1]) <= 31 and int(date[2]) <= 12:
        return False
    return not re.fullmatch(r"(?:19|20)\d\d|\d{1,2}[hH]\d{0,2}", value)
