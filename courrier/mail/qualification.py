"""What reception, or a rule, says a letter is: the fields of the register and where it goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date

from courrier.audit.chain import record
from courrier.classification.models import DocumentType, Priority, Suggestion, SuggestionField
from courrier.clock.events import start_clock
from courrier.clock.standing import due_date
from courrier.correspondents.matching import match_or_create
from courrier.mail.locking import changed
from courrier.mail.models import Confidentiality, Mail
from courrier.mail.rights import acting_for
from courrier.organisations.models import Department, Organisation, User

LIKELY = 0.5
"""Below this confidence a suggestion is shown to people, never taken for granted."""
TAGS, LONGEST_TAG = 8, 40
"""A letter bears so many tags at most, each of so many characters."""


@dataclass(slots=True)
class Qualification:
    """A letter understood. `sender` has the keys of the sender suggestion: name, email, phone, postcode, siret."""

    departments: list[Department] = field(default_factory=list)
    copies: list[Department] = field(default_factory=list)
    document_type: DocumentType | None = None
    sender: dict[str, Any] | None = None
    subject: str = ""
    letter_date: date | None = None
    references: list[dict[str, Any]] = field(default_factory=list)
    registered_post: bool = False
    confidentiality: str = Confidentiality.NORMAL
    due_on: date | None = None
    priority: str = Priority.NORMAL
    tags: list[str] = field(default_factory=list)


def suggested(mail: Mail) -> Qualification:
    """The qualification that accepts the best suggestion of each field."""
    ranked: dict[str, list[Suggestion]] = {}
    for suggestion in sorted(mail.suggestions.all(), key=lambda each: each.rank):
        ranked.setdefault(suggestion.field, []).append(suggestion)
    best = {name: found[0] for name, found in ranked.items()}

    def value(name: SuggestionField, least: float = 0.0) -> Any:
        found = best.get(name)
        return found.value if found is not None and found.confidence >= least else None

    confidential = value(SuggestionField.CONFIDENTIALITY, LIKELY)
    document_type = mail.organisation.document_types.filter(
        code=value(SuggestionField.DOCUMENT_TYPE) or "", active=True
    ).first()
    departments = departments_of(mail.organisation, [value(SuggestionField.DEPARTMENT)])
    copies = departments_of(mail.organisation, listed(value(SuggestionField.COPIES)))
    return Qualification(
        departments=departments,
        copies=[each for each in copies if each not in departments],
        document_type=document_type,
        sender=value(SuggestionField.SENDER),
        subject=str(value(SuggestionField.SUBJECT) or "")[:300],
        letter_date=parse_date(value(SuggestionField.LETTER_DATE) or ""),
        references=[
            each.value for each in ranked.get(SuggestionField.REFERENCES, []) if each.confidence >= LIKELY
        ],
        registered_post=bool(value(SuggestionField.REGISTERED_POST, LIKELY)),
        confidentiality=confidential or Confidentiality.NORMAL,
        due_on=parse_date(value(SuggestionField.DEADLINE, LIKELY) or ""),
        priority=priority_of(value(SuggestionField.PRIORITY)),
        tags=tags_in(value(SuggestionField.TAG)),
    )


def listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def priority_of(value: Any) -> str:
    return str(value) if value in Priority.values else Priority.NORMAL


def tags_in(value: Any) -> list[str]:
    """The tags in what a rule or a person wrote, parted by commas, each once and at most TAGS of them."""
    words = value if isinstance(value, list) else str(value or "").split(",")
    tags: dict[str, str] = {}
    for word in words:
        if tag := " ".join(str(word).split())[:LONGEST_TAG]:
            tags.setdefault(tag.casefold(), tag)
    return list(tags.values())[:TAGS]


def departments_of(organisation: Organisation, codes: Iterable[str | None]) -> list[Department]:
    """The open departments with these codes, in this order; codes that no department has are left out."""
    wanted = [code for code in codes if code]
    found = {each.code: each for each in organisation.departments.open().filter(code__in=wanted)}
    return [found[code] for code in wanted if code in found]


def write_qualification(mail: Mail, wanted: Qualification, user: User | None) -> None:
    """Write the fields of the letter, locked by the caller; `user` is None where a rule decided."""
    mail.document_type = wanted.document_type
    mail.subject = wanted.subject.strip()[:300]
    mail.letter_date = wanted.letter_date
    mail.references = wanted.references
    mail.registered_post = wanted.registered_post
    mail.confidentiality = wanted.confidentiality
    mail.priority = wanted.priority
    mail.tags = wanted.tags
    if wanted.sender and str(wanted.sender.get("name") or "").strip():
        mail.sender = match_or_create(mail.organisation, wanted.sender)
    else:
        mail.sender = None
    start_clock(mail, user)
    mail.due_on = wanted.due_on or due_date(mail)[0]
    changed(mail)
    record(
        mail.organisation,
        "qualified",
        mail_id=mail.pk,
        actor=user,
        on_behalf_of=acting_for(user, mail),
        departments=[each.code for each in wanted.departments],
        copies=[each.code for each in wanted.copies],
        document_type=wanted.document_type.code if wanted.document_type else None,
    )


def write_provisional(mail: Mail, likely: Qualification) -> None:
    """Show in lists what was understood of a letter nobody has qualified yet; the caller calls `changed`.

    A letter that looks confidential is restricted at once: a wrong guess costs a click, the reverse a breach.
    Reception, which has scanned it, still reads it and says whether it is personal.
    """
    mail.subject = likely.subject
    mail.letter_date = likely.letter_date
    mail.document_type = likely.document_type
    mail.references = likely.references
    mail.registered_post = likely.registered_post
    mail.priority = likely.priority
    mail.tags = likely.tags
    if mail.confidentiality == Confidentiality.NORMAL and likely.confidentiality != Confidentiality.NORMAL:
        mail.confidentiality = Confidentiality.RESTRICTED
