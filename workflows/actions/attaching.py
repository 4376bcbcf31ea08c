"""The same letter come twice: the second is attached to the first, keeps its number, and goes to nobody."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.audit.chain import record
from courrier.audit.models import Event
from courrier.mail.locking import all_locked, changed, enter, locked
from courrier.mail.models import Assignment, Mail, MailState
from courrier.mail.rights import access_of, acting_for, can, is_for
from courrier.organisations.models import User
from workflows.actions.checks import ActionRefused, allow
from workflows.actions.moves import end, return_to
from workflows.models import ReceptionProcess
from workflows.reception import ReceptionFlow


def attach(mail: Mail, user: User, first: Mail) -> Mail:
    """Close a letter that waits as a duplicate of `first`, or of the one `first` is attached to; answers that one."""
    first = original(first)
    if first.pk == mail.pk:
        raise ActionRefused(_("Un courrier ne peut être joint à lui-même."))
    with all_locked([mail.pk, first.pk]) as rows:
        by_id = {row.pk: row for row in rows}
        held, kept = by_id[mail.pk], by_id[first.pk]
        allow(user, "qualify", held)
        readable = can(user, "read", held) and can(user, "read", kept)
        if kept.organisation_id != held.organisation_id or not readable:
            raise ActionRefused(_("Vous n'avez pas accès à ce courrier."), forbidden=True)
        if Assignment.objects.open().filter(mail=held).exists():
            raise ActionRefused(_("Un service traite encore ce courrier : il ne peut être joint à un autre."))
        if kept.state == MailState.CANCELLED or kept.duplicate_of_id:
            raise ActionRefused(
                _("%(number)s ne peut plus recevoir de double : il est annulé ou joint à un autre.")
                % {"number": kept.number}
            )
        before = held.state
        end(ReceptionProcess.objects.get(mail=held))
        enter(held, MailState.CLOSED)
        held.closed_at, held.duplicate_of = timezone.now(), kept
        changed(held)
        note(held, "attached", user, to=kept.number, first=kept.pk, state=before)
        note(kept, "duplicate_attached", user, number=held.number, duplicate=held.pk)
    return kept


def original(mail: Mail) -> Mail:
    """The letter that a duplicate is attached to, however many steps away; the letter itself where it is none."""
    seen = {mail.pk}
    while (before := mail.duplicate_of) is not None and before.pk not in seen:
        seen.add(before.pk)
        mail = before
    return mail


def detach(mail: Mail, user: User) -> None:
    """Take a letter that was attached to another back to reception's desk, at any time."""
    with locked(mail.pk) as held:
        if not is_for(access_of(user), "qualify", held):
            raise ActionRefused(_("Seul l'accueil sépare deux courriers."), forbidden=True)
        if held.duplicate_of_id is None or held.state != MailState.CLOSED:
            raise ActionRefused(_("Ce courrier n'est joint à aucun autre."))
        event = Event.objects.filter(mail_id=held.pk, verb="attached").order_by("-sequence").first()
        take_apart(held, str(event.data.get("state", "")) if event else "")
        changed(held)
        note(held, "detached", user)


def undo_attached(mail: Mail, event: Event, user: User) -> None:
    """The inverse of `attach`, for `undo`; the caller saves the letter."""
    take_apart(mail, str(event.data.get("state", "")))


def take_apart(mail: Mail, before: str) -> None:
    unread = before == MailState.FAILED
    process = ReceptionProcess.objects.get(mail=mail)
    return_to(process, ReceptionFlow.repair if unread else ReceptionFlow.qualify)
    enter(mail, MailState.FAILED if unread else MailState.TO_QUALIFY)
    mail.closed_at = mail.duplicate_of = None


def note(mail: Mail, verb: str, user: User, **data: object) -> None:
    record(mail.organisation, verb, mail_id=mail.pk, actor=user, on_behalf_of=acting_for(user, mail), **data)
