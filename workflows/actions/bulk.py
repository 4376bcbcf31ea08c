"""The same thing done to many letters: one transaction, with a report of which were done and which not, and why.

All letters are locked first, in the order everyone takes them, so that nothing of another person comes between. Each
is then done as it would be alone, with its own checks, in a savepoint: one that is refused is left as it was, and does
not keep the others from being done. Anything but a refusal undoes the whole. What need not be written letter by letter
(histories, notifications, flows, the index's outbox) is written for all of them at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from courrier.mail.locking import all_locked
from courrier.mail.models import Assignment, AssignmentRole
from courrier.mail.rights import access_of, acts_on
from courrier.organisations.models import Department, User
from workflows.actions.checks import ActionRefused, said
from workflows.actions.colleagues import hand_over
from workflows.actions.department import accept, acknowledge, close, redirect
from workflows.actions.undoing import last_undoable, undo, undoable
from workflows.together import Steps, together

MOST = 200
"""Letters that one transaction takes on."""

Act = Callable[[Assignment, User], object]


@dataclass(frozen=True, slots=True)
class Done:
    """A letter that was done; `event` is the place in its history of what was done, by which it may be undone."""

    assignment: int
    mail: int
    number: str
    role: str
    event: int | None


@dataclass(frozen=True, slots=True)
class Left:
    """A letter left as it was, and why, in French. `number` is "" where the person may not know of it."""

    assignment: int
    number: str
    reason: str


@dataclass(slots=True)
class Report:
    done: list[Done] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def accept_all(assignments: Collection[int], user: User) -> Report:
    """Take letters in hand; copies among them are marked as read."""

    def take(assignment: Assignment, user: User) -> None:
        act = acknowledge if assignment.role == AssignmentRole.COPY else accept
        act(assignment, user)

    return for_all(assignments, user, take)


def acknowledge_all(assignments: Collection[int], user: User) -> Report:
    """Mark copies as read."""
    return for_all(assignments, user, acknowledge)


def give_all(assignments: Collection[int], user: User, colleague: User) -> Report:
    """Give letters in hand to a colleague."""
    return for_all(assignments, user, lambda each, by: hand_over(each, by, colleague))


def redirect_all(assignments: Collection[int], user: User, department: Department, reason: str) -> Report:
    """Pass letters on to the department they are for, for one reason; refused as a whole without one."""
    reason = said(reason, _("Dites en quelques mots pourquoi ces courriers reviennent à un autre service."))
    return for_all(assignments, user, lambda each, by: redirect(each, by, department, reason))


def close_all(assignments: Collection[int], user: User, reason: str) -> Report:
    """Finish with letters, for one reason; those that were answered need none, the others keep it."""
    reason = said(reason, _("Dites pourquoi ces courriers sont clos sans réponse."))
    return for_all(assignments, user, lambda each, by: close(each, by, reason))


def for_all(assignments: Collection[int], user: User, act: Act) -> Report:
    """Do `act` to each of the assignments (ids), of which there may be MOST. Raises ActionRefused for more or none."""
    wanted = list(dict.fromkeys(assignments))
    if not wanted:
        raise ActionRefused(_("Cochez d'abord un courrier."))
    if len(wanted) > MOST:
        raise ActionRefused(_("Choisissez au plus %(n)d courriers à la fois.") % {"n": MOST})
    report = Report()
    mails = Assignment.objects.filter(pk__in=wanted).values_list("mail_id", flat=True)
    with together(mails, wanted) as held:
        for assignment in held.assignments.values():
            do(held, assignment, user, act, report)
    report.left += [Left(pk, "", hidden()) for pk in wanted if pk not in held.assignments]
    return report


def do(held: Steps, assignment: Assignment, user: User, act: Act, report: Report) -> None:
    if not acts_on(access_of(user), assignment):
        report.left.append(Left(assignment.pk, "", hidden()))
        return
    number = assignment.mail.number
    events = held.letters.events.events
    before = len(events)
    try:
        with held.letters.attempt(assignment.mail):
            act(assignment, user)
    except ActionRefused as refusal:
        report.left.append(Left(assignment.pk, number, refusal.message))
        return
    event = last_undoable(reversed(events[before:]), user)
    report.done.append(
        Done(assignment.pk, assignment.mail_id, number, assignment.role, event.sequence if event else None)
    )


def hidden() -> str:
    return _("Ce courrier n'est pas dans une de vos bannettes.")


def undo_all(done: Sequence[Done], user: User) -> Report:
    """Undo what was done together, where nothing has followed on the letter and the limit is not over."""
    report = Report()
    with all_locked([each.mail for each in done]) as locked:
        letters = {mail.pk: mail for mail in locked}
        for each in sorted(done, key=lambda one: (one.mail, -(one.event or 0))):
            mail = letters.get(each.mail)
            event = undoable(mail, user) if mail else None
            try:
                if mail is None or event is None or event.sequence != each.event:
                    raise ActionRefused(
                        _("Quelque chose a eu lieu depuis sur ce courrier, ou il est trop tard.")
                    )
                undo(mail, user)
            except ActionRefused as refusal:
                report.left.append(Left(each.assignment, each.number, refusal.message))
            else:
                report.done.append(Done(each.assignment, each.mail, each.number, each.role, None))
    return report
