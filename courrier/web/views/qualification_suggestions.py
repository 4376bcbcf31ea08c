"""A letter's suggestions made ready for the form: first values, candidates, and the words they come from."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import phonenumbers
from django.utils.dateparse import parse_date

from courrier.classification.models import DocumentType, Suggestion, SuggestionField
from courrier.mail.models import AssignmentRole, AssignmentState, Confidentiality, Mail
from courrier.mail.qualification import LIKELY, priority_of, tags_in
from courrier.organisations.calendar import add_working_days
from courrier.organisations.models import Department
from courrier.web.templatetags.ui import SURE

CANDIDATES = 3
SENDER_FIELDS = ("name", "email", "phone", "address", "postcode", "city", "siret")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A department that is suggested; `key` is the digit that chooses it."""

    department: Department
    confidence: float
    reason: str
    evidence: str
    key: int

    @property
    def alternative(self) -> bool:
        return self.key > 1


@dataclass(frozen=True, slots=True)
class Hint:
    """What stands beside a field: the best suggestion's confidence, its reason, and its evidence as JSON."""

    confidence: float
    reason: str
    evidence: str


class Suggested:
    """The suggestions of one letter by field, best first."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        self.by_field: dict[str, list[Suggestion]] = {}
        for suggestion in sorted(mail.suggestions.all(), key=lambda each: each.rank):
            self.by_field.setdefault(suggestion.field, []).append(suggestion)

    def best(self, field: str) -> Suggestion | None:
        return next(iter(self.by_field.get(field, [])), None)

    def value(self, field: str, least: float = 0.0) -> Any:
        best = self.best(field)
        return best.value if best is not None and best.confidence >= least else None

    def candidates(self, departments: Iterable[Department]) -> list[Candidate]:
        """The first departments suggested; one that sent the letter back comes last in its own time, not here."""
        by_code = {department.code: department for department in departments}
        returned = set(sent_back_by(self.mail))
        known = [
            (by_code[str(each.value)], each)
            for each in self.by_field.get(SuggestionField.DEPARTMENT, [])
            if str(each.value) in by_code and by_code[str(each.value)].pk not in returned
        ]
        return [
            Candidate(department, each.confidence, each.reason, evidence(each), number)
            for number, (department, each) in enumerate(known[:CANDIDATES], start=1)
        ]

    def hints(self) -> dict[str, Hint]:
        """For each field that has a suggestion, what to show beside it."""
        hints = {}
        for field, (best, *_others) in self.by_field.items():
            if field == SuggestionField.REFERENCES or ordinary(best):
                continue
            hints[str(field)] = Hint(best.confidence, best.reason, evidence(best))
        sender = self.best(SuggestionField.SENDER)
        if sender is not None and isinstance(sender.value, dict):
            for key in SENDER_FIELDS:
                says = partial(says_it, key, str(sender.value.get(key) or ""))
                hints[key] = Hint(sender.confidence, sender.reason, evidence(sender, says))
        return hints

    def references(self) -> list[dict[str, Any]]:
        """References to fill in, with their evidence as JSON and confidence."""
        return [
            {**each.value, "evidence": evidence(each), "confidence": each.confidence}
            for each in self.by_field.get(SuggestionField.REFERENCES, [])
            if each.confidence >= LIKELY and isinstance(each.value, dict)
        ]

    def copies(self) -> list[str]:
        """Codes of the departments that a rule sends a copy to."""
        value = self.value(SuggestionField.COPIES)
        return [str(code) for code in value] if isinstance(value, list) else []

    def initial(self, candidates: list[Candidate]) -> dict[str, Any]:
        """First values of the form. A letter that comes back keeps what a person once decided of it."""
        mail = self.mail
        sender = self.value(SuggestionField.SENDER) or {}
        if mail.sender:
            sender = {key: getattr(mail.sender, key) for key in SENDER_FIELDS}
        document_type = (
            mail.document_type.code if mail.document_type else self.value(SuggestionField.DOCUMENT_TYPE)
        )
        return {
            "department": candidates[0].department.code if candidates else "",
            "document_type": document_type,
            "subject": mail.subject or self.value(SuggestionField.SUBJECT) or "",
            "letter_date": mail.letter_date or day_of(self.value(SuggestionField.LETTER_DATE)),
            "due_on": mail.due_on
            or day_of(self.value(SuggestionField.DEADLINE, LIKELY))
            or due(mail, document_type),
            "registered_post": mail.registered_post
            or bool(self.value(SuggestionField.REGISTERED_POST, LIKELY)),
            "confidentiality": confidentiality(mail, self.value(SuggestionField.CONFIDENTIALITY, LIKELY)),
            "copies": self.copies(),
            "priority": mail.priority or priority_of(self.value(SuggestionField.PRIORITY)),
            "tags": ", ".join(mail.tags or tags_in(self.value(SuggestionField.TAG))),
            "references": mail.references or self.references(),
            **{key: sender.get(key) or "" for key in SENDER_FIELDS},
            "phone": as_dialled(sender.get("phone") or ""),
        }


def evidence(suggestion: Suggestion, wanted: Callable[[str], bool] = lambda text: True) -> str:
    """`[[page, x0, y0, x1, y1], …]` for the script that lights the words; of those whose text is `wanted`."""
    boxes = [
        [each.get("page", 1), *each["box"]]
        for each in suggestion.evidence
        if each.get("box") and wanted(str(each.get("text", "")))
    ]
    return json.dumps(boxes, separators=(",", ":"))


def says_it(key: str, value: str, text: str) -> bool:
    """Whether words on the page are where a part of the sender comes from."""
    plain_value, plain_text = plain(value), plain(text)
    if not plain_value or not plain_text:
        return False
    if key == "phone":
        return plain_value[-9:] in plain_text
    return plain_value in plain_text or plain_text in plain_value


def plain(text: str) -> str:
    """Letters and figures alone, without accents or case."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if letter.isalnum())


def as_dialled(phone: str) -> str:
    """A number as one reads it in France: 05 36 49 33 02; left as it is where it is no number."""
    try:
        number = phonenumbers.parse(phone, "FR")
    except phonenumbers.NumberParseException:
        return phone
    national = number.country_code == 33
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, form)


def ordinary(suggestion: Suggestion) -> bool:
    """Whether a suggestion surely says what goes without saying: not registered, not confidential."""
    plain_value = suggestion.value in (False, None, "", Confidentiality.NORMAL)
    special = suggestion.field in (SuggestionField.REGISTERED_POST, SuggestionField.CONFIDENTIALITY)
    return special and plain_value and suggestion.confidence >= SURE


def day_of(value: Any) -> date | None:
    try:
        return parse_date(value) if isinstance(value, str) else None
    except ValueError:
        return None


def confidentiality(mail: Mail, value: Any) -> str:
    if mail.confidentiality != Confidentiality.NORMAL:
        return mail.confidentiality
    return value if value in Confidentiality.values else Confidentiality.NORMAL


def sent_back_by(mail: Mail) -> list[int]:
    """Ids of departments that gave the letter back to reception."""
    return [
        each.department_id
        for each in mail.assignments.all()
        if each.role == AssignmentRole.ACTION and each.state == AssignmentState.SENT_BACK
    ]


def due(mail: Mail, code: Any) -> date | None:
    kind = mail.organisation.document_types.filter(code=code or "").first()
    return add_working_days(mail.received_on, kind.delay_days, mail.organisation) if kind else None


def due_by_type(mail: Mail, kinds: Iterable[DocumentType]) -> dict[str, str]:
    """For each type's code, the day an answer is aimed at; one computation a delay."""
    kinds = list(kinds)
    days = {
        delay: add_working_days(mail.received_on, delay, mail.organisation).isoformat()
        for delay in {kind.delay_days for kind in kinds}
    }
    return {kind.code: days[kind.delay_days] for kind in kinds}
