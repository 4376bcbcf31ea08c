"""Writing on letters."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.annotations.mentions import mentioned
from courrier.annotations.models import Annotation, AnnotationKind
from courrier.audit.chain import record
from courrier.mail.locking import locked
from courrier.mail.models import Mail
from courrier.mail.rights import can
from courrier.organisations.models import User
from courrier.search.outbox import note_change


class NoteRefused(Exception):
    """A note that can't be written. `message` says in French why; `forbidden` whether it is a matter of rights."""

    def __init__(self, message: str, *, forbidden: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.forbidden = forbidden


def annotate(
    mail: Mail,
    user: User,
    text: str,
    *,
    kind: str = AnnotationKind.NOTE,
    page: int | None = None,
    box: Sequence[float] | None = None,
    parent: Annotation | None = None,
) -> Annotation:
    """Write a note on the letter, at a place of a page (`box` in fractions of it), or in answer to another note."""
    if not text.strip() and kind == AnnotationKind.NOTE:
        raise NoteRefused(_("La note est vide."))
    if not can(user, "annotate", mail):
        raise NoteRefused(_("Vous ne pouvez pas annoter ce courrier."), forbidden=True)
    if box is not None and not is_box(box):
        raise NoteRefused(_("Cet endroit n'est pas sur la page."))
    if parent is not None and parent.mail_id != mail.pk:
        raise NoteRefused(_("Cette note n'est pas sur ce courrier."))
    with locked(mail.pk) as held:
        note = Annotation.objects.create(
            mail=held,
            author=user,
            text=text.strip(),
            kind=kind,
            page=page,
            box=list(box) if box is not None else None,
            parent=parent,
        )
        note.mentions.set(mentioned(held, note.text))
        note_change(held.pk, held.organisation_id)
        record(held.organisation, "annotated", mail_id=held.pk, actor=user, annotation=note.pk, page=page)
    return note


def is_box(box: Sequence[float]) -> bool:
    if len(box) != 4:
        return False
    x0, y0, x1, y1 = box
    return 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1


def resolve(annotation: Annotation, user: User) -> None:
    """Mark a note as dealt with; again, and it is open again."""
    if not can(user, "annotate", annotation.mail):
        raise NoteRefused(_("Vous ne pouvez pas annoter ce courrier."), forbidden=True)
    with locked(annotation.mail_id) as held:
        resolved = annotation.resolved_at is None
        annotation.resolved_at = timezone.now() if resolved else None
        annotation.resolved_by = user if resolved else None
        annotation.save(update_fields=["resolved_at", "resolved_by"])
        verb = "note_resolved" if resolved else "note_reopened"
        record(held.organisation, verb, mail_id=held.pk, actor=user, annotation=annotation.pk)
