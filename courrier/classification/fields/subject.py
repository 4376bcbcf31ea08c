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
MADE = "tiré du texte"
"""The reason of a subject that is nowhere printed."""
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
FIRST = 1.0
"""What the first sentence weighs more: letters say early what they are about."""
_THREATENS = re.compile(
    r"^\W*(?:a defaut|sans reponse|faute de|dans l'attente|restant|en vous remerciant|vous (?:en )?remerciant|comptant"
    r"|vous trouverez|veuillez trouver|je reste|nous restons|avec (?:mes|nos|toute)|merci (?:d'avance|beaucoup|a vous))"
)
"""How sentences begin that say nothing of the matter."""
_ASKING = re.compile(
    r"^(?:[^,.]{0,40}, )?(?:c'est pourquoi |donc |aussi |ainsi )?(?:(?:je|nous) (?:vous |me permets de vous )*"
    r"(?:demand\w+|pri\w+|remerci\w+|saurais gre|serais? (?:tres )?reconnaissante?s?|sollicit\w+|souhait\w+|voudr\w+"
    r"|aimer\w+|desir\w+)|(?:pourriez|pouvez|voudriez|auriez)[- ]vous|serait-il possible|est-ce (?:que c'est )?possible"
    r"|merci|j'ai l'honneur|nous avons l'honneur|je me permets|vous voudrez bien)"
    r"(?: donc| egalement| par la presente)?(?: de| d')? ?(?:vous |nous |me |m')?(?:demander (?:de |d')?)?"
    r"(?:bien vouloir )?(?:nous |me |m')?"
)
"""What a sentence that asks says before it comes to what it asks."""
_ASIDE = re.compile(
    r"\s*\([^)]{0,80}\)|,? s['’]il (?:vous|te) pla[iî]t|,? en effet|,? toutefois|,? également"
)


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
    told = _telling_sentences(letter, spots, LONGEST - 3 - len(name))
    clauses = " ".join(clause for clause, _lines in told)
    text = shortened(f"{name} – {clauses}" if clauses else name, LONGEST)
    evidence = tuple(
        part for _clause, lines in told for index in lines[:2] for part in letter.lines[index].evidence()
    )
    return Candidate("subject", text, text, confidence if told else confidence / 2, evidence, MADE)


def _from_its_request(sentence: str, room: int) -> str:
    """A sentence from what it asks on, without asides, and shortened."""
    sentence = _ASIDE.sub("", sentence)
    plain = folded(sentence)
    if len(plain) == len(sentence):
        asking = _ASKING.match(plain)
        asks = _ASKS.search(plain) if len(sentence) > room else None
        start = asking.end() if asking else asks.start() if asks and asks.start() > room // 2 else 0
        if 0 < start < len(sentence) - 12:
            sentence = sentence[start].upper() + sentence[start + 1 :]
    return shortened(sentence, room)


def _telling_sentences(letter: Letter, spots: Spots, room: int) -> list[tuple[str, list[int]]]:
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
        weight += FIRST if order == 0 else 0.0
        weight -= 2 * REQUEST if _THREATENS.search(folded(sentence)) else 0.0
        if len(sentence.split()) >= 4 and not CLOSING.search(folded(sentence)):
            scored.append((weight / (1 + 0.15 * order), order, _OPENING.sub("", sentence.strip()), lines))
        begin = end
    best = sorted(scored, key=lambda item: (-item[0], item[1]))[:2]
    if len(best) == 2 and best[1][0] < 1:
        best = best[:1]
    return _in_room(best, room)


def _in_room(best: Sequence[tuple[float, int, str, list[int]]], room: int) -> list[tuple[str, list[int]]]:
    """The sentences in the order of the letter, the stronger with the larger part of the room."""
    if not best:
        return []
    first = _from_its_request(
        best[0][2], room if len(best) == 1 else max(room * 3 // 5, room - len(best[1][2]))
    )
    told = [(best[0][1], first, best[0][3])]
    left = room - len(first) - 1
    if len(best) == 2 and left > 30:
        told.append((best[1][1], _from_its_request(best[1][2], left), best[1][3]))
    return [(clause, lines) for _order, clause, lines in sorted(told)]
