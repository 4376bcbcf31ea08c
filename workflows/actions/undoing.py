"""Undo instead of "are you sure": the last thing done to a letter, by who did it, while nothing has followed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.audit.chain import record
from courrier.audit.models import Event
from courrier.classification import learning
from courrier.clock import events as clock
from courrier.mail.locking import changed, enter, locked
from courrier.mail.models import Assignment, AssignmentState, Mail, MailState
from courrier.mail.rights import access_of, can, is_for
from courrier.organisations.models import User
from courrier.replies.models import Reply, ReplyState
from workflows.actions.attaching import undo_attached
from workflows.actions.checks import ActionRefused, hold, leave
from workflows.actions.moves import end, finish_by, return_to
from workflows.handling import HandlingFlow, opinion_given
from workflows.models import HandlingProcess, ReceptionProcess
from workflows.reception import ReceptionFlow

LIMIT = timedelta(minutes=30)
"""How long after it was done an action can be undone."""

UNTOUCHED = timedelta(seconds=2)
"""A draft changed no later than this after it was made is as it was prepared."""

QUIET = frozenset(
    {
        "viewed",
        "annotated",
        "note_resolved",
        "note_reopened",
        "dispatched",
        "reply_drafted",
        "exported",
        "duplicate_attached",
        "implicit_decision_void",
    }
)
"""What may happen to a letter without standing in the way: nothing was moved, or the undone action moved it itself."""


def undo(mail: Mail, user: User) -> str:
    """Undo the last action on the letter; returns its verb. Refused, with the reason, where it is too late."""
    with locked(mail.pk) as held:
        event = undoable(held, user)
        if event is None:
            raise ActionRefused(
                _("Il n'y a plus rien à annuler : quelque chose a eu lieu depuis sur ce courrier.")
            )
        if not still_theirs(user, held, event):
            raise ActionRefused(_("Votre fonction ne permet plus d'annuler cette action."), forbidden=True)
        INVERSES[event.verb](held, event, user)
        changed(held)
        record(
            held.organisation, "undone", mail_id=held.pk, actor=user, undone=event.verb, event=event.sequence
        )
        return event.verb


def undoable(mail: Mail, user: User) -> Event | None:
    """The action on the letter that `user` may undo now, or None. One query."""
    events = Event.objects.filter(mail_id=mail.pk, at__gte=timezone.now() - LIMIT).order_by("-sequence")[:20]
    return last_undoable(events, user)


def last_undoable(events: Iterable[Event], user: User) -> Event | None:
    """The same among a letter's latest events, the last first."""
    last = next((event for event in events if event.verb not in QUIET and not closes_by_itself(event)), None)
    if last is None or last.verb not in INVERSES or last.actor_id != user.pk:
        return None
    return last


def still_theirs(user: User, mail: Mail, event: Event) -> bool:
    """Whether what was done would still be this user's to do: functions end, also within half an hour."""
    access = access_of(user)
    if event.verb in CLOCK_VERBS:
        return can(user, "clock", mail) or can(user, "clock_fact", mail)
    if event.verb in {"qualified", "attached"}:
        return is_for(access, "qualify", mail)
    return mail.organisation_id in access.direction or assignment_of(event).department_id in (
        access.departments if event.verb == "copy_read" else access.acting
    )


def closes_by_itself(event: Event) -> bool:
    """The closing of the letter, and of its delay, follow from its last department's; they are no actions of their
    own."""
    return event.verb == "closed" or bool(event.data.get("closing"))


def undo_qualified(mail: Mail, event: Event, user: User) -> None:
    open_here = list(Assignment.objects.open().filter(mail=mail, created_at__gte=event.at))
    if any(each.state != AssignmentState.PENDING for each in open_here):
        raise ActionRefused(_("Un service a déjà pris ce courrier en charge."))
    for assignment in open_here:
        withdraw(assignment)
    learning.forget_last(mail, user)
    return_to(ReceptionProcess.objects.get(mail=mail), ReceptionFlow.qualify)
    enter(mail, MailState.TO_QUALIFY)


def undo_accepted(mail: Mail, event: Event, user: User) -> None:
    assignment = assignment_of(event)
    for asked in Assignment.objects.open().filter(asked_by=assignment):
        withdraw(untouched(asked.pk))
    assignment.state = AssignmentState.PENDING
    assignment.accepted_by = assignment.accepted_at = None
    assignment.save()
    if mail.holder_id == user.pk:
        mail.holder = None
    return_to(HandlingProcess.objects.get(assignment=assignment), HandlingFlow.accept)


def undo_redirected(mail: Mail, event: Event, user: User) -> None:
    withdraw(untouched(event.data["new"]))
    learning.forget_last(mail, user)
    reopen(assignment_of(event))


def undo_sent_back(mail: Mail, event: Event, user: User) -> None:
    if mail.state != MailState.TO_QUALIFY:
        raise ActionRefused(_("L'accueil a déjà repris ce courrier."))
    reopen(assignment_of(event))
    if not others_sent_back(mail, event):
        return_to(ReceptionProcess.objects.get(mail=mail), ReceptionFlow.handled)
        enter(mail, MailState.IN_PROGRESS)


def others_sent_back(mail: Mail, event: Event) -> bool:
    """Whether reception still has to place what another department sent back of the same letter."""
    since = Event.objects.filter(mail_id=mail.pk, verb="qualified").order_by("-sequence").first()
    start = since.at if since else mail.registered_at
    returned = Assignment.objects.filter(mail=mail, state=AssignmentState.SENT_BACK, finished_at__gte=start)
    return returned.exclude(pk=event.data["assignment"]).exists()


def undo_closed(mail: Mail, event: Event, user: User) -> None:
    reopen(assignment_of(event))
    clock.reopened(mail, since=event.at)
    if mail.state == MailState.CLOSED:
        return_to(ReceptionProcess.objects.get(mail=mail), ReceptionFlow.handled)
        enter(mail, MailState.IN_PROGRESS)
        mail.closed_at = None


def undo_copy_read(mail: Mail, event: Event, user: User) -> None:
    assignment = assignment_of(event)
    still_open(assignment)
    assignment.state, assignment.finished_at = AssignmentState.PENDING, None
    assignment.accepted_by = None
    assignment.save()


def undo_split(mail: Mail, event: Event, user: User) -> None:
    withdraw(untouched(event.data["new"]))


def undo_opinion_asked(mail: Mail, event: Event, user: User) -> None:
    asked = untouched(event.data["new"])
    leave(asked, AssignmentState.WITHDRAWN, asked.reason)
    finish_by(asked, user)
    opinion_given(assignment_of(event))


def undo_given_away(mail: Mail, event: Event, user: User) -> None:
    assignment = assignment_of(event)
    assignment.accepted_by_id = event.data["before_id"]
    assignment.save()
    if assignment.accepted_by is not None:
        hold(mail, assignment.accepted_by)


def undo_clock(mail: Mail, event: Event, user: User) -> None:
    """The delay is as it was before; the letter prepared with it goes too, unless somebody has worked on it."""
    clock.take_back(mail, event)
    prepared = Reply.objects.filter(pk=event.data.get("reply", 0), mail=mail, state=ReplyState.DRAFT)
    prepared.filter(changed_at__lt=F("created_at") + UNTOUCHED).delete()


CLOCK_VERBS = frozenset(
    {
        "clock_documents_requested",
        "clock_documents_received",
        "clock_first_asked",
        "clock_extended",
        "clock_transmitted",
        "clock_answered",
        "clock_rule_chosen",
    }
)

INVERSES: dict[str, Callable[[Mail, Event, User], None]] = {
    "qualified": undo_qualified,
    "accepted": undo_accepted,
    "redirected": undo_redirected,
    "sent_back": undo_sent_back,
    "closed_assignment": undo_closed,
    "copy_read": undo_copy_read,
    "split": undo_split,
    "opinion_asked": undo_opinion_asked,
    "attached": undo_attached,
    "handed_over": undo_given_away,
    "taken_over": undo_given_away,
    **dict.fromkeys(CLOCK_VERBS, undo_clock),
}


def assignment_of(event: Event) -> Assignment:
    return Assignment.objects.get(pk=event.data["assignment"], mail=event.mail_id)


def untouched(assignment_id: int) -> Assignment:
    """The assignment an action made, if its department has not done anything with it yet."""
    assignment = Assignment.objects.get(pk=assignment_id)
    if assignment.state != AssignmentState.PENDING:
        raise ActionRefused(_("L'autre service a déjà pris ce courrier en charge."))
    return assignment


def still_open(assignment: Assignment) -> None:
    """Refuse to put a letter back where nobody looks any more."""
    if assignment.department.closed_on:
        raise ActionRefused(
            _("Le service %(name)s est fermé : ce courrier ne peut plus y revenir.")
            % {"name": assignment.department.name}
        )


def withdraw(assignment: Assignment) -> None:
    leave(assignment, AssignmentState.WITHDRAWN, assignment.reason)
    for process in HandlingProcess.objects.filter(assignment=assignment):
        end(process)


def reopen(assignment: Assignment) -> None:
    """Put the letter back on the desk it was on, in the hands it was in."""
    still_open(assignment)
    in_hand = assignment.accepted_by_id is not None
    assignment.state = AssignmentState.ACCEPTED if in_hand else AssignmentState.PENDING
    assignment.finished_at, assignment.reason = None, ""
    assignment.save()
    node = HandlingFlow.handle if in_hand else HandlingFlow.accept
    return_to(HandlingProcess.objects.get(assignment=assignment), node)
