"""How right the suggestions are on letters whose truth is known."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from courrier.classification.fields.contacts import e164
from courrier.classification.fields.references import plain
from courrier.classification.pages import Candidate
from courrier.classification.spelling import folded, stems

GOALS = {
    "department": 0.92, "department in three": 0.99, "document_type": 0.85, "subject": 0.95, "letter_date": 0.97,
    "sender": 0.92, "references": 0.98,
}  # fmt: skip
"""Part right that the product aims for."""


@dataclass(slots=True)
class Tally:
    right: int = 0
    total: int = 0

    def add(self, right: bool) -> None:
        self.right += right
        self.total += 1

    @property
    def share(self) -> float:
        return self.right / self.total if self.total else float("nan")


@dataclass
class Report:
    """Figures over a set of letters. `certainties` holds (confidence, right) of each best candidate, by field."""

    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    certainties: dict[str, list[tuple[float, bool]]] = field(default_factory=lambda: defaultdict(list))
    mistakes: list[str] = field(default_factory=list)
    letters: int = 0

    def judge(self, name: str, truth: Mapping[str, Any], found: Iterable[Candidate]) -> None:
        """Compare one letter's candidates with its truth."""
        by_field: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in found:
            by_field[candidate.field].append(candidate)
        self.letters += 1
        self._choices(name, truth, by_field)
        self._texts(name, truth, by_field)
        self._sender(name, truth, by_field["sender"])
        self._references(name, truth, by_field["references"])
        self._marks(name, truth, by_field)

    def _note(self, name: str, what: str, right: bool, truth: Any, answer: Any) -> bool:
        self.tallies[what].add(right)
        if not right:
            self.mistakes.append(f"{name}: {what}: {truth!r} ≠ {answer!r}")
        return right

    def _choices(self, name: str, truth: Mapping[str, Any], found: Mapping[str, list[Candidate]]) -> None:
        for what in ("department", "document_type"):
            values = [candidate.value for candidate in found[what]]
            right = bool(values) and values[0] == truth[what]
            self._note(name, what, right, truth[what], values[:3])
            self._note(name, f"{what} in three", truth[what] in values[:3], truth[what], values[:3])
            if found[what]:
                self.certainties[what].append((found[what][0].confidence, right))
        if truth.get("second_department"):
            values = [candidate.value for candidate in found["department"]]
            self._note(name, "second department in three", truth["second_department"] in values[:3],
                       truth["second_department"], values[:3])  # fmt: skip

    def _texts(self, name: str, truth: Mapping[str, Any], found: Mapping[str, list[Candidate]]) -> None:
        printed = truth.get("subject_printed", True)
        best = found["subject"][0] if found["subject"] else None
        if printed or truth.get("keywords"):
            right = best is not None and same_subject(best.value, truth)
            what = "subject, printed" if printed else "subject, made"
            self._note(name, what, right, truth["subject"], best and best.value)
            self.tallies["subject"].add(right)
            if best:
                self.certainties["subject"].append((best.confidence, right))
        day = found["letter_date"][0] if found["letter_date"] else None
        if truth.get("letter_date"):
            right = day is not None and day.value == truth["letter_date"]
            self._note(name, "letter_date", right, truth["letter_date"], day and day.value)
        else:
            right = day is None
            self._note(name, "letter_date, none given", right, None, day and day.value)
        if day:
            self.certainties["letter_date"].append((day.confidence, right))

    def _sender(self, name: str, truth: Mapping[str, Any], found: Sequence[Candidate]) -> None:
        wanted = truth["sender"]
        value = found[0].value if found else {}
        right = same_name(wanted["name"], value.get("name", ""))
        self._note(name, "sender", right, wanted["name"], value.get("name"))
        if found:
            self.certainties["sender"].append((found[0].confidence, right))
        self.tallies["sender in three"].add(
            any(same_name(wanted["name"], candidate.value["name"]) for candidate in found[:3])
        )
        for part in ("email", "phone", "postcode", "siret"):
            if wanted.get(part):
                answer = value.get(part, "")
                same = (
                    e164(answer) == e164(wanted[part])
                    if part == "phone"
                    else folded(answer) == folded(wanted[part])
                )
                self._note(name, f"sender's {part}", same, wanted[part], answer)
            elif value.get(part):
                self.tallies[f"sender's {part}, invented"].add(True)

    def _references(self, name: str, truth: Mapping[str, Any], found: Sequence[Candidate]) -> None:
        wanted = {(reference["kind"], plain(reference["value"])) for reference in truth.get("references", ())}
        there = {(candidate.value["kind"], plain(candidate.value["value"])) for candidate in found}
        for kind, value in sorted(wanted):
            right = (kind, value) in there
            self._note(
                name,
                f"reference, {kind}",
                right,
                value,
                sorted(other for sort, other in there if sort == kind),
            )
            self.tallies["references"].add(right)
        for candidate in found:
            right = (candidate.value["kind"], plain(candidate.value["value"])) in wanted
            self.tallies["references found that are wanted"].add(right)
            self.certainties["references"].append((candidate.confidence, right))

    def _marks(self, name: str, truth: Mapping[str, Any], found: Mapping[str, list[Candidate]]) -> None:
        registered = bool(found["registered_post"]) and found["registered_post"][0].value is True
        self._note(
            name,
            "registered_post",
            registered == truth.get("registered", False),
            truth.get("registered"),
            registered,
        )
        confidential = bool(found["confidentiality"])
        self._note(
            name,
            "confidentiality",
            confidential == truth.get("confidential", False),
            truth.get("confidential"),
            confidential,
        )
        day = found["deadline"][0].value if found["deadline"] else None
        if truth.get("deadline"):
            self._note(name, "deadline", day == truth["deadline"], truth["deadline"], day)
        else:
            self._note(name, "deadline, none given", day is None, None, day)

    def reliability(self, what: str, steps: int = 10) -> list[tuple[float, float, int]]:
        """Mean confidence, part right and count of each step of confidence that holds any letter."""
        rows = []
        for step in range(steps):
            inside = [
                pair
                for pair in self.certainties[what]
                if step / steps <= pair[0] < (step + 1) / steps or (step == steps - 1 and pair[0] >= 1)
            ]
            if inside:
                rows.append(
                    (
                        sum(pair[0] for pair in inside) / len(inside),
                        sum(pair[1] for pair in inside) / len(inside),
                        len(inside),
                    )
                )
        return rows

    def calibration_error(self, what: str) -> float:
        """Expected calibration error over ten steps of equal width."""
        total = len(self.certainties[what])
        return (
            sum(count * abs(mean - right) for mean, right, count in self.reliability(what)) / total
            if total
            else float("nan")
        )

    def above(self, what: str, threshold: float) -> Tally:
        """Answers given with at least that confidence, and how many of them are right."""
        tally = Tally()
        for confidence, right in self.certainties[what]:
            if confidence >= threshold:
                tally.add(right)
        return tally


def same_name(wanted: str, answer: str) -> bool:
    """The same words whatever their order, case and civility; a letter misread in a long name is forgiven."""
    one, other = _name_words(wanted), _name_words(answer)
    if not one or not other:
        return False
    in_order = fuzz.ratio(" ".join(one), " ".join(other))
    return max(in_order, fuzz.ratio(" ".join(sorted(one)), " ".join(sorted(other)))) >= 88


def _name_words(text: str) -> list[str]:
    words = re.findall(r"[a-z0-9]+", folded(text))
    return [
        word
        for word in words
        if word not in ("m", "mme", "mlle", "monsieur", "madame", "et", "maitre", "me", "docteur", "dr", "mr")
    ]


def same_subject(answer: str, truth: Mapping[str, Any]) -> bool:
    """A printed subject: nearly the same text. A made one: at least half of the words it should hold."""
    if truth.get("subject_printed", True):
        return fuzz.ratio(_letters(answer), _letters(truth["subject"])) >= 90
    text = " " + " ".join(stems(answer)) + " "
    keywords = truth.get("keywords") or truth["subject"].split()
    held = sum(f" {' '.join(stems(keyword))}" in text for keyword in keywords if stems(keyword))
    return held * 2 >= len(keywords)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", folded(text)).strip()
