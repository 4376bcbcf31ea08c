"""What can be told of a letter from its pages alone: candidates for every field, without the register."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from courrier.classification import prior
from courrier.classification.calibration import calibrated, calibrated_one, parted
from courrier.classification.fields.dates import deadline, letter_date
from courrier.classification.fields.marks import confidentiality, registered_post
from courrier.classification.fields.references import Reference, references
from courrier.classification.fields.sender import senders
from courrier.classification.fields.subject import MADE, subjects
from courrier.classification.learned import Learned, WordModel
from courrier.classification.pages import Candidate, Evidence, OrganisationFacts, PageText
from courrier.classification.parts import Zone
from courrier.classification.phrases import phrases_of, text_of
from courrier.classification.spelling import stems
from courrier.classification.taxonomy.catalogue import Taxonomy
from courrier.classification.zones import Letter, letter_of

TEMPERATURE = 4.0
"""Scores this far apart are e times apart in probability."""
PHRASES = 0.25
"""What the turns of phrase weigh beside the vocabulary."""
SHOWN = 5


@dataclass(frozen=True)
class Reading:
    """A letter with what was found in it, before it is turned into candidates."""

    letter: Letter
    references: tuple[Reference, ...]
    types: Mapping[str, float]
    """Probability of each type's code; they sum to 1."""
    departments: Mapping[str, float]
    """Probability of each department's code; they sum to 1."""
    scores: Mapping[str, prior.TypeScore]
    second: str = ""
    """The department of a second request in the same letter, where there is one."""
    learned: Learned | None = None


def understand_pages(
    pages: Sequence[PageText], taxonomy: Taxonomy, organisation: OrganisationFacts, received_on: date
) -> list[Candidate]:
    """Candidates for every field, best first within each field."""
    return candidates(read_letter(pages, taxonomy, organisation, received_on), taxonomy)


def read_letter(
    pages: Sequence[PageText], taxonomy: Taxonomy, organisation: OrganisationFacts, received_on: date
) -> Reading:
    """What the taxonomy alone makes of a letter."""
    letter = letter_of(pages, organisation, received_on)
    found = references(letter)
    scores = prior.scores(letter, taxonomy)
    _add_structure(scores, letter, found)
    types = _types(scores, text_of(letter), taxonomy)
    departments = _departments(types, letter, taxonomy)
    return Reading(
        letter, tuple(found), types, departments, scores, _second_request(letter, departments, taxonomy)
    )


def taught(reading: Reading, learned: Learned) -> Reading:
    """The same letter with what the organisation's own decisions have taught."""
    departments, types = learned.predict(text_of(reading.letter), reading.types, reading.departments)
    return replace(reading, types=types, departments=departments, learned=learned)


def candidates(reading: Reading, taxonomy: Taxonomy) -> list[Candidate]:
    """All fields of a letter that was read, ready to be shown."""
    best = max(reading.types, key=lambda code: reading.types[code], default="")
    kind = taxonomy.by_code.get(best)
    spots = reading.scores[best].spots if best in reading.scores else []
    numbered = any(reference.kind == "registered" for reference in reading.references)
    found = list(reading.references)
    return [
        *_department_candidates(reading, taxonomy),
        *_type_candidates(reading, taxonomy),
        *_curved(senders(reading.letter, found)),
        *_curved(subjects(reading.letter, kind.name if kind else "", found, spots)),
        *_curved(letter_date(reading.letter)),
        *_curved([reference.candidate() for reference in found]),
        *deadline(reading.letter),
        *registered_post(reading.letter, numbered),
        *confidentiality(reading.letter, best),
    ]


def _curved(found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates of one field with confidences that mean what they say; their order stays."""
    if not found or found[0].field == "references":
        return [replace(each, confidence=calibrated_one(each.field, each.confidence)) for each in found]
    best = calibrated_one(curve_of(found[0]), found[0].confidence)
    return [
        replace(found[0], confidence=best),
        *(replace(each, confidence=min(each.confidence, 1 - best)) for each in found[1:]),
    ]


def curve_of(candidate: Candidate) -> str:
    """The curve of a candidate's confidence: subjects that are made are right less often than printed ones."""
    return "subject, made" if candidate.reason == MADE else candidate.field


def _types(scores: Mapping[str, prior.TypeScore], text: str, taxonomy: Taxonomy) -> dict[str, float]:
    phrased = phrases_of(taxonomy).log_shares(text) if taxonomy.kinds else {}
    return _probabilities(
        {code: score.score / TEMPERATURE + PHRASES * phrased[code] for code, score in scores.items()}
    )


_ANOTHER = re.compile(
    r"\b(?:par ailleurs|d'autre part|autre (?:question|sujet|demande|point|chose|probleme)"
    r"|je profite de (?:ce|cette|l'occasion)"
    r"|profitant de|deuxieme(?:ment)?|secondement|second point|en outre|egalement|aussi vous (?:demander"
    r"|signaler)|dans un autre registre"
    r"|de plus|autrement|j'en profite|par la meme occasion|enfin,)\b"
)


def _second_request(letter: Letter, departments: Mapping[str, float], taxonomy: Taxonomy) -> str:
    """The department of what comes after "par ailleurs" and the like, where it is another than the letter's own."""
    body = [index for index, zone in enumerate(letter.zones) if zone in (Zone.BODY, Zone.CLOSING)]
    turn = next((index for index in body if _ANOTHER.search(letter.lines[index].folded)), None)
    if turn is None or not departments:
        return ""
    zones = [
        zone if index >= turn and index in body else Zone.STAMP for index, zone in enumerate(letter.zones)
    ]
    rest = Letter(letter.lines, zones, letter.organisation, letter.received_on)
    scores = prior.scores(rest, taxonomy)
    types = _types(scores, text_of(rest), taxonomy)
    shares: dict[str, float] = defaultdict(float)
    for kind in taxonomy.kinds:
        shares[kind.department] += types[kind.code]
    best = max(shares, key=lambda code: shares[code])
    enough = shares[best] > 0.5 and max(score.score for score in scores.values()) >= 5
    return best if enough and best and best != max(departments, key=lambda code: departments[code]) else ""


_PERMIT_TYPES = {
    "PC": "permis-construire", "DP": "declaration-prealable", "PA": "permis-amenager", "PD": "permis-demolir",
    "CU": "certificat-urbanisme", "DIA": "dia",
}  # fmt: skip


def _add_structure(scores: dict[str, prior.TypeScore], letter: Letter, found: Sequence[Reference]) -> None:
    """What the numbers of a letter say of its type, beside its words."""
    kinds = {reference.kind for reference in found}
    for reference in found:
        if reference.kind == "permit":
            code = _PERMIT_TYPES.get(reference.value.split()[0].rstrip("abAB"))
            if code in scores:
                scores[code].score += 3.0
    text = letter.folded
    if "facture" in scores and "invoice" in kinds and "ttc" in text and ("iban" in kinds or "siret" in kinds):
        scores["facture"].score += 4.0


def _probabilities(scores: Mapping[str, float]) -> dict[str, float]:
    """Shares from scores in natural logarithms."""
    if not scores:
        return {}
    highest = max(scores.values())
    weights = {code: math.exp(score - highest) for code, score in scores.items()}
    total = sum(weights.values())
    return {code: weight / total for code, weight in weights.items()}


def _departments(types: Mapping[str, float], letter: Letter, taxonomy: Taxonomy) -> dict[str, float]:
    """The departments of the types, moved a little by the one that the address names."""
    shares: dict[str, float] = defaultdict(float)
    for kind in taxonomy.kinds:
        if kind.department:
            shares[kind.department] += types[kind.code]
    named = _named_departments(letter, taxonomy)
    for code in shares:
        shares[code] = shares[code] * (2.2 if code in named else 1.0) + 1e-4
    total = sum(shares.values()) or 1.0
    return {code: share / total for code, share in shares.items()}


def _named_departments(letter: Letter, taxonomy: Taxonomy) -> set[str]:
    words = stems(" ".join(line.text for line in letter.of(Zone.RECIPIENT, Zone.SALUTATION)))
    text = " " + " ".join(words) + " "
    return {
        code
        for code, terms in taxonomy.department_words
        if any(f" {' '.join(term.stems)} " in text for term in terms)
    }


def _type_candidates(reading: Reading, taxonomy: Taxonomy) -> list[Candidate]:
    ranked = [item for item in _ranked(reading.types) if item[0] in taxonomy.by_code][:SHOWN]
    confidences = _confidences("document_type", ranked, reading.learned.types if reading.learned else None)
    return [
        Candidate(
            "document_type",
            code,
            taxonomy.by_code[code].name,
            confidence,
            _words_of(reading, code),
            _reason(reading, code),
        )
        for (code, _share), confidence in zip(ranked, confidences, strict=True)
    ]


def _department_candidates(reading: Reading, taxonomy: Taxonomy) -> list[Candidate]:
    ranked = _ranked(reading.departments)
    if reading.second in reading.departments:
        others = [item for item in ranked[1:] if item[0] != reading.second]
        ranked = [ranked[0], (reading.second, reading.departments[reading.second]), *others]
    ranked = ranked[:SHOWN]
    confidences = _confidences("department", ranked, reading.learned.departments if reading.learned else None)
    return [
        _department_candidate(reading, taxonomy, code, confidence)
        for (code, _share), confidence in zip(ranked, confidences, strict=True)
    ]


def _department_candidate(reading: Reading, taxonomy: Taxonomy, code: str, confidence: float) -> Candidate:
    kinds = [kind.code for kind in taxonomy.kinds if kind.department == code]
    telling = max(kinds, key=lambda kind: reading.types.get(kind, 0.0), default="")
    best = max(reading.types, key=lambda kind: reading.types[kind], default="")
    if code == reading.second:
        reason = "seconde demande dans le même courrier"
    elif (
        reading.learned
        and best not in kinds
        and reading.departments[code] == max(reading.departments.values())
    ):
        telling, reason = best, "appris de vos qualifications"
    else:
        reason = _reason(reading, telling)
    return Candidate("department", code, code, confidence, _words_of(reading, telling), reason)


def _ranked(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda item: -item[1])


def _confidences(field: str, ranked: Sequence[tuple[str, float]], model: WordModel | None) -> list[float]:
    shares = [share for _code, share in ranked]
    if model is not None and model.trust:
        return parted(model.curve(shares[0]), shares)
    return calibrated(field, shares)


def _words_of(reading: Reading, code: str) -> tuple[Evidence, ...]:
    if code not in reading.scores:
        return ()
    return tuple(part for _weight, _term, evidence in reading.scores[code].hits[:4] for part in evidence)


def _reason(reading: Reading, code: str) -> str:
    if code not in reading.scores:
        return ""
    words = [evidence[0].text for _weight, _term, evidence in reading.scores[code].hits[:3] if evidence]
    return f"mots du courrier : {', '.join(dict.fromkeys(words))}"[:300] if words else ""
