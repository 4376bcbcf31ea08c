"""What the letter is about: its object line, else its title, else a short one made from what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from courrier.classification.fields.references import Reference
from courrier.classification.pages import Candidate
from courrier.classification.parts import CLOSING, Zone
from courrier.classification.spelling import folded
from courrier.classification.zones import Letter

LONGEST = 200
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý«])")
_OPENING = re.compile(
    r"^(?:(?:bonjour|bonsoir|madame|monsieur|mesdames|messieurs|cher\w*)[ ,.!]+|(?:par la pr[ée]sente"
    r"|je (?:me permets de )?(?:vous [ée]cris|viens vers vous|vous sollicite)"
    r"|nous vous [ée]crivons)(?: (?:pour|afin de|car|au sujet de|parce que|et))?[ ,]*|"
    r"(?:j'ai|nous avons) (?:l'honneur|le plaisir) de |je (?:souhaite|voudrais|souhaiterais|desire) (?:vous )?)+",
    re.IGNORECASE,
)


_ASKS = re.compile(
    r"\b(?:je|nous|j')\W{0,2}(?:vous )?(?:demand|sollicit|souhait|voudr|aimer|propos|offr|donn"
    r"|conteste|signal|desir|mett)"
    r"|\b(?:pourri\w+|pouvez|est-ce que|merci de|serait-il|auriez|peut-on|de bien vouloir|mettre en demeure"
    r"|vous (?:demander|proposer|signaler|solliciter|informer|offrir))\b"
)
REQUEST = 3.0
"""What a sentence that asks for something weighs beside the words of its type."""


Spots = Sequence[tuple[int, int, float]]
"""Line, character and weight of each word that speaks for the letter's type."""


def subjects(
    letter: Letter, type_name: str, references: Sequence[Reference], spots: Spots
) -> list[Candidate]:
    """At most three subjects, best first."""
    found: list[Candidate] = []
    if letter.object_text:
        evidence = tuple(part for line in letter.object_lines for part in line.evidence())
        text = shortened(letter.object_text, 300)
        found.append(Candidate("subject", text, text, letter.object_certainty, evidence))
    found.append(_made(letter, type_name, references, spots, 0.2 if found else 0.7))
    return [candidate for candidate in found if candidate.value][:3]


def shortened(text: str, longest: int) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= longest:
        return text
    cut = text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–")
    return cut + "…"


def _made(
    letter: Letter, type_name: str, references: Sequence[Reference], spots: Spots, confidence: float
) -> Candidate:
    invoice = next((reference for reference in references if reference.kind == "invoice"), None)
    name = re.split(r"\s*:\s*", type_name)[0]
    if invoice and folded(type_name).startswith(("facture", "relance")):
        text = f"{'Facture' if folded(name).startswith('facture') else name} n° {invoice.value}"
        return Candidate("subject", text, text, confidence, invoice.evidence)
    told = _telling_sentences(letter, spots)
    clauses = " ".join(clause for clause, _lines in told)
    text = shortened(f"{name} – {clauses}" if clauses else name, LONGEST)
    evidence = tuple(
        part for _clause, lines in told for index in lines[:2] for part in letter.lines[index].evidence()
    )
    return Candidate("subject", text, text, confidence if told else confidence / 2, evidence, "tiré du texte")


def _from_its_request(sentence: str, room: int) -> str:
    """A sentence shortened; a long one begins where it comes to what it asks for."""
    asks = _ASKS.search(folded(sentence)) if len(sentence) > room else None
    if asks and len(folded(sentence)) == len(sentence) and asks.start() > room // 3:
        sentence = sentence[asks.start()].upper() + sentence[asks.start() + 1 :]
    return shortened(sentence, room)


def _telling_sentences(letter: Letter, spots: Spots) -> list[tuple[str, list[int]]]:
    """The sentence that speaks most for the type, with a second one where both are short; early ones first."""
    text, starts = "", {}
    for index, zone in enumerate(letter.zones):
        if zone in (Zone.BODY, Zone.CLOSING, Zone.SIGNATURE) and len(letter.lines[index].tokens) > 2:
            starts[index] = len(text)
            text += letter.lines[index].text + " "
    places = [(starts[line] + start, weight) for line, start, weight in spots if line in starts]
    scored, begin = [], 0
    for order, sentence in enumerate(_SENTENCE.split(text)):
        begin = text.index(sentence, begin)
        end = begin + len(sentence)
        weight = sum(min(worth, 4.0) for place, worth in places if begin <= place < end)
        lines = [index for index, start in starts.items() if begin <= start < end] or [
            max((index for index, start in starts.items() if start <= begin), default=0)
        ]
        weight += REQUEST if _ASKS.search(folded(sentence)) else 0.0
        if len(sentence.split()) >= 4 and not CLOSING.search(folded(sentence)):
            scored.append((weight / (1 + 0.15 * order), order, _OPENING.sub("", sentence.strip()), lines))
        begin = end
    best = sorted(scored, key=lambda item: (-item[0], item[1]))[:2]
    if len(best) == 2 and best[1][0] < 1:
        best = best[:1]
    room = 150 // len(best) if best else 0
    return [
        (_from_its_request(sentence, room), lines)
        for _weight, _order, sentence, lines in sorted(best, key=lambda item: item[1])
    ]
