"""Lessons taken from what people decide: each qualification and each redirect is an example for the next model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from courrier.classification import training, training_runs
from courrier.classification.models import Example, ExampleSource, SuggestionField
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Assignment, Mail
from courrier.organisations.models import Department, User

if TYPE_CHECKING:
    from courrier.mail.qualification import Qualification


def learn_from_qualification(mail: Mail, user: User | None, wanted: Qualification) -> Example | None:
    """Note what a person confirmed or corrected. Nothing is learned from a rule's own decision (`user` is None)."""
    if user is None or not wanted.departments:
        return None
    best = dict(mail.suggestions.filter(rank=0).values_list("field", "value"))
    return Example.objects.create(
        organisation=mail.organisation,
        mail=mail,
        source=ExampleSource.QUALIFICATION,
        department=wanted.departments[0].code,
        document_type=wanted.document_type.code if wanted.document_type else "",
        suggested_department=str(best.get(SuggestionField.DEPARTMENT, "")),
        suggested_type=str(best.get(SuggestionField.DOCUMENT_TYPE, "")),
        user=user,
    )


def learn_from_redirect(assignment: Assignment, department: Department, user: User | None) -> Example:
    """A department passed the letter on: for the next model it belongs to `department`."""
    mail = assignment.mail
    return Example.objects.create(
        organisation=mail.organisation,
        mail=mail,
        source=ExampleSource.REDIRECT,
        department=department.code,
        document_type=mail.document_type.code if mail.document_type else "",
        suggested_department=assignment.department.code,
        user=user,
    )


def learn_from_correction(
    mail: Mail, user: User | None, before: Qualification, after: Qualification
) -> Example | None:
    """A letter's fields were corrected after its qualification."""
    if user is None or not after.departments:
        return None
    return Example.objects.create(
        organisation=mail.organisation,
        mail=mail,
        source=ExampleSource.CORRECTION,
        department=after.departments[0].code,
        document_type=after.document_type.code if after.document_type else "",
        suggested_department=before.departments[0].code if before.departments else "",
        suggested_type=before.document_type.code if before.document_type else "",
        user=user,
    )


def forget_last(mail: Mail, user: User) -> None:
    """The decision was undone: it teaches nothing."""
    last = Example.objects.filter(mail=mail, user=user).order_by("-pk").first()
    if last is not None:
        last.delete()


def forget(correspondent: Correspondent, user: User | None = None) -> int:
    """Take a person's letters out of what is learned, and have a model without them taught. Answers their number."""
    with transaction.atomic():
        count = training.forget(correspondent, user)
        training_runs.begin(correspondent.organisation, user, replace=True)
    return count
