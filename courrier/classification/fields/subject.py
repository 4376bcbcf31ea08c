"""What the letter is about: its object line, else its title, else a short one made from what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from courrier.classification.fields.references import Reference
from courrier.classification.lines import Line
from courrier.classification.pages import Candidate
from courrier.classification.spelling import folded
from courrier.classification.zones import Letter, Zone

LONGEST = 200
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý«])")
_OPENING = re.compile(
    r"^(?:(?:bonjour|bonsoir|madame|monsieur|mesdames|messieurs|cher\w*)[ ,.!]+|(?:par la pr[ée]sente|je (?:me permets de )?(?:vous [ée]cris|viens vers vous|vous sollicite)|nous vous [ée]crivons)(?: (?:pour|afin de|car|au sujet de|parce que|et))?[ ,]*|"
    r"(?:j'ai|nous avons) (?:l'honneur|le plaisir) de |je (?:souhaite|voudrais|souhaiterais|desire) (?:vous )?)+",
    re.IGNORECASE,
)


def subjects(
    letter: Letter, type_name: str, references: Sequence[Reference], weights: Mapping[int, float]
) -> list[Candidate]:
    """At most three subjects, best first. `weights` tells how much each line (by index) speaks for the type."""
    found: list[Candidate] = []
    if letter.object_text:
        evidence = tuple(part for line in letter.object_lines for part in line.evidence())
        text = shortened(letter.object_text, 300)
        certainty = sum(line.certainty for line in letter.object_lines) / len(letter.object_lines)
        found.append(Candidate("subject", text, text, 0.6 + 0.37 * certainty, evidence))
    if title := _title(letter):
        text = shortened(title.text.strip(" .:-–_|*"), LONGEST)
        found.append(Candidate("subject", text, text, 0.3 if found else 0.75, title.evidence()))
    found.append(_made(letter, type_name, references, weights, 0.2 if found else 0.7))
    return [candidate for candidate in found if candidate.value][:3]


def shortened(text: str, longest: int) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= longest:
        return text
    cut = text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–")
    return cut + "…"


def _title(letter: Letter) -> Line | None:
    """A heading in capitals or large letters above what the letter says, that is no name of a sender."""
    heights = sorted(line.height for line in letter.lines)
    usual = heights[len(heights) // 2] if heights else 0
    for index, line in enumerate(letter.lines[:30]):
        zone = letter.zones[index]
        if zone not in (Zone.HEAD, Zone.BODY) or not 1 < len(line.tokens) <= 14:
            continue
        plain = line.folded
        if not re.match(r"^\W*(?:facture|avoir|demande|declaration|avis|mise en demeure|convocation|invitation|notification|relance|rappel|formulaire|attestation|certificat|requete|recours|petition|"
                        r"candidature|devis|bordereau|proces-verbal|arrete|signalement|reclamation|note|cerfa|dossier|convention|assignation|titre|releve|lettre de|depot|inscription|bulletin|preavis)", plain):  # fmt: skip
            continue
        capitals = line.text.isupper() or sum(token.text.isupper() for token in line.tokens) >= 0.6 * len(
            line.tokens
        )
        if (
            capitals
            or (line.placed and line.height > 1.25 * usual)
            or (zone == Zone.HEAD and plain.startswith("facture"))
        ):
            return line
    return None


def _made(
    letter: Letter,
    type_name: str,
    references: Sequence[Reference],
    weights: Mapping[int, float],
    confidence: float,
) -> Candidate:
    invoice = next((reference for reference in references if reference.kind == "invoice"), None)
    name = re.split(r"\s*:\s*", type_name)[0]
    if invoice and folded(type_name).startswith(("facture", "relance")):
        text = f"{'Facture' if folded(name).startswith('facture') else name} n° {invoice.value}"
        return Candidate("subject", text, text, confidence, invoice.evidence)
    clause, lines = _telling_sentence(letter, weights)
    text = shortened(f"{type_name} – {clause}" if clause else type_name, LONGEST)
    evidence = tuple(part for line in lines for part in line.evidence())
    return Candidate(
        "subject", text, text, confidence if clause else confidence / 2, evidence, "tiré du texte"
    )


def _telling_sentence(letter: Letter, weights: Mapping[int, float]) -> tuple[str, list[Line]]:
    """The sentence whose lines speak most for the type, early ones first."""
    indexes = [index for index, zone in enumerate(letter.zones) if zone in (Zone.BODY, Zone.CLOSING)]
    text, starts = "", []
    for index in indexes:
        starts.append((len(text), index))
        text += letter.lines[index].text + " "
    best, best_score, best_lines = "", 0.0, []
    place = 0
    for order, sentence in enumerate(_SENTENCE.split(text)):
        begin, end = text.find(sentence, place), 0
        end = begin + len(sentence)
        place = max(place, begin)
        inside = [index for number, (start, index) in enumerate(starts)
                  if start < end and (starts[number + 1][0] if number + 1 < len(starts) else len(text)) > begin]  # fmt: skip
        score = (
            sum(weights.get(index, 0.0) for index in inside) / (1 + 0.12 * order) / max(1.0, len(inside) / 3)
        )
        if len(sentence.split()) >= 4 and score > best_score:
            best, best_score, best_lines = sentence, score, inside
    if not best and indexes:
        best = next((part for part in _SENTENCE.split(text) if len(part.split()) >= 4), "")
        best_lines = indexes[:1]
    clause = _OPENING.sub("", best.strip())
    return shortened(clause, 130), [letter.lines[index] for index in best_lines[:3]]
