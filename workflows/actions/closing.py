"""Moving what a department that closes, or somebody who left, still has to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from courrier.audit.chain import record
from courrier.mail.locking import all_locked, changed
from courrier.mail.models import Assignment, AssignmentRole, AssignmentState, Mail
from courrier.mail.rights import access_of, own_accesses
from courrier.mail.together import together
from courrier.organisations import closing
from courrier.organisations.language import town_language
from courrier.organisations.models import Department, Organisation, User
from courrier.replies import approvals
from courrier.replies.models import Approval, ApprovalState, Reply, ReplyState
from workflows.actions.checks import ActionRefused, leave, note
from workflows.actions.colleagues import give_to
from workflows.actions.moves import end, finish_by
from workflows.actions.opinions import still_asked
from workflows.handling import opinion_given
from workflows.models import HandlingProcess


@dataclass(slots=True)
class Moved:
    """What closing a department did: letters moved, letters the successor had already, people who joined it."""

    moved: list[str] = field(default_factory=list)
    joined_up: list[str] = field(default_factory=list)
    people: int = 0


def may_close(user: User, department: Department) -> bool:
    """Administrators and the general direction, by functions of their own."""
    own = own_accesses([user.pk])[user.pk] if user.is_active else None
    return own is not None and department.organisation_id in own.administered | own.direction


def open_letters(department: Department) -> dict[str, int]:
    """How many letters a closing would move, by what the department has them for."""
    roles = Assignment.objects.open().filter(department=department).order_by().values_list("role", flat=True)
    found = list(roles)
    return {role: found.count(role) for role in AssignmentRole.values}


def close_department(
    department: Department, successor: Department, user: User, *, people_follow: bool = True
) -> Moved:
    """Close a department and put all its open letters, with what is under way on them, in `successor`'s inbox.

    All or nothing, each move in its letter's history. Done again it moves what came in between. Raises ClosingRefused
    or ActionRefused, and changes nothing.
    """
    if not may_close(user, department):
        raise ActionRefused(_("Seul un administrateur ferme un service."), forbidden=True)
    while True:
        try:
            report = close_once(department, successor, user, people_follow=people_follow)
        except CameMeanwhile:
            continue
        department.refresh_from_db()
        return report


class CameMeanwhile(Exception):
    """A letter came between the locking of letters and that of their department; letters are locked first."""


def close_once(department: Department, successor: Department, user: User, *, people_follow: bool) -> Moved:
    report = Moved()
    waiting = Assignment.objects.open().filter(department=department)
    with all_locked(waiting.values_list("mail_id", flat=True)) as mails:
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=department.organisation_id)
        closing.held_to_close(department)
        if waiting.exclude(mail__in=mails).exists():
            raise CameMeanwhile
        here = Department.objects.select_related("successor", "parent").get(pk=department.pk)
        there = Department.objects.select_related("parent").get(pk=successor.pk)
        closing.check_successor(here, there)
        closed_before = here.closed_on is not None
        closing.shut(here, there)
        report.people = closing.follow(here, there) if people_follow else 0
        with together(mails):
            for mail in mails:
                move_letter(mail, here, there, user, report)
        move_approvals(here, there)
        moved, beside = len(report.moved), len(report.joined_up)
        if moved or beside or report.people or not closed_before:
            people = report.people
            tell_closed(organisation, here, there, user, letters=moved, joined_up=beside, people=people)
    return report


def move_approvals(here: Department, there: Department) -> None:
    """Visas and signatures that wait for people of one department wait for those of the other."""
    pending = [ApprovalState.LATER, ApprovalState.PENDING]
    Approval.objects.filter(department=here, state__in=pending).update(department=there)


def tell_closed(
    organisation: Organisation,
    here: Department,
    there: Department,
    user: User,
    *,
    letters: int,
    joined_up: int,
    people: int,
) -> None:
    """Write a closing in the collectivité's journal, from where those it concerns hear of it; the caller holds it."""
    record(
        organisation,
        "department_closed",
        actor=user,
        department=here.code,
        to=there.code,
        to_id=there.pk,
        letters=letters,
        joined_up=joined_up,
        people=people,
    )


def move_letter(mail: Mail, here: Department, there: Department, user: User, report: Moved) -> None:
    """Put the letter, locked, from one inbox into the other."""
    rows = (
        Assignment.objects.open().filter(mail=mail).select_related("department", "organisation", "asked_by")
    )
    opened = list(rows.order_by("pk"))
    for each in opened:
        each.mail = mail
    has = {each.role: each for each in opened if each.department_id == there.pk}
    for assignment in [each for each in opened if each.department_id == here.pk]:
        twin = has.get(assignment.role)
        if twin is None:
            move(assignment, here, there, user)
            report.moved.append(mail.number)
        else:
            join(assignment, twin, here, there, user)
            report.joined_up.append(mail.number)
    answer_nobody(mail, there, user)
    changed(mail)


def move(assignment: Assignment, here: Department, there: Department, user: User, **more: int) -> None:
    assignment.department = there
    assignment.save(update_fields=["department"])
    note(assignment, "moved", user, from_=here.code, to=there.code, **more)


def join(assignment: Assignment, twin: Assignment, here: Department, there: Department, user: User) -> None:
    """Both have the letter for the same: the handling further on is kept, the other ends with what hangs on it."""
    kept, dropped = (assignment, twin) if further(assignment) > further(twin) else (twin, assignment)
    if dropped.replies.filter(state=ReplyState.SENDING).exists():
        raise ActionRefused(
            _("Une réponse au courrier %(number)s est en cours d'envoi : recommencez dans un instant.")
            % {"number": dropped.mail.number}
        )
    for reply in dropped.replies.filter(state=ReplyState.AWAITING):
        approvals.call_back(reply)
    Reply.objects.filter(assignment=dropped, state__in=[ReplyState.DRAFT, ReplyState.FAILED]).update(
        assignment=kept
    )
    for asked in still_asked(dropped):
        withdraw_opinion(asked, user)
    with town_language():
        why = _("Service %(code)s repris par %(to)s") % {"code": here.code, "to": there.code}
    leave(dropped, AssignmentState.WITHDRAWN, why)
    if dropped.role == AssignmentRole.OPINION:
        finish_by(dropped, user)
        go_on_without(dropped)
    else:
        for process in HandlingProcess.objects.filter(assignment=dropped):
            end(process)
    if kept is assignment:
        move(assignment, here, there, user, joined=dropped.pk)
    else:
        note(kept, "moved", user, from_=here.code, to=there.code, joined=dropped.pk)


def further(assignment: Assignment) -> int:
    """How far the handling has come: an answer that leaves, one in the signature book, in hand, or waiting."""
    states = set(assignment.replies.values_list("state", flat=True))
    if ReplyState.SENDING in states:
        return 3
    if ReplyState.AWAITING in states:
        return 2
    return int(assignment.state == AssignmentState.ACCEPTED)


def answer_nobody(mail: Mail, there: Department, user: User) -> None:
    """A department does not wait for its own opinion: who asked and who was asked are now one."""
    own = Assignment.objects.open().filter(
        mail=mail, role=AssignmentRole.OPINION, department=there, asked_by__department=there
    )
    for asked in own.select_related("department", "organisation", "asked_by", "mail"):
        withdraw_opinion(asked, user)
        go_on_without(asked)


def withdraw_opinion(asked: Assignment, user: User) -> None:
    leave(asked, AssignmentState.WITHDRAWN, asked.reason)
    note(asked, "opinion_withdrawn", user, to=asked.department.code)
    finish_by(asked, user)


def go_on_without(asked: Assignment) -> None:
    if asked.asked_by is not None and not still_asked(asked.asked_by):
        opinion_given(asked.asked_by)


def reopen_department(department: Department, user: User) -> None:
    """Open a department again; its former letters stay where they went."""
    if not may_close(user, department):
        raise ActionRefused(_("Seul un administrateur rouvre un service."), forbidden=True)
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=department.organisation_id)
        here = Department.objects.get(pk=department.pk)
        if here.closed_on is None:
            return
        closing.reopen(here)
        record(organisation, "department_reopened", actor=user, department=here.code)
    department.refresh_from_db()


@dataclass(slots=True)
class HandedOver:
    """Numbers of letters given to a colleague, and of those left where they were: not a department of theirs."""

    given: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def in_hand(person: User, user: User) -> QuerySet[Assignment]:
    """Open letters that `person` has in hand in departments that `user` manages."""
    access = access_of(user)
    rows = Assignment.objects.open().for_action().filter(accepted_by=person)
    ours = Q(department__in=access.managed) | Q(organisation__in=access.direction)
    return rows.filter(ours).select_related("mail", "department", "organisation").order_by("pk")


def give_held(held: Assignment, colleague: User, user: User, report: HandedOver) -> bool:
    """Give one letter, locked, out of somebody's hands to a colleague; whether they work in its department."""
    if held.department_id not in access_of(colleague).acting:
        report.left.append(held.mail.number)
        return False
    before = held.accepted_by_id
    give_to(held, colleague)
    receiver = {"to": str(colleague), "to_id": colleague.pk, "before_id": before}
    note(held, "handed_over", user, **receiver, together=True)
    report.given.append(held.mail.number)
    return True


def hand_over_all(person: User, colleague: User, user: User) -> HandedOver:
    """Give a colleague all the letters that somebody who is away, or left, has in hand; in one transaction."""
    if person.pk == colleague.pk:
        raise ActionRefused(_("Choisissez quelqu'un d'autre."))
    report, places = HandedOver(), Counter[int]()
    with all_locked(in_hand(person, user).values_list("mail_id", flat=True)) as mails:
        with together(mails) as under_way:
            letters = under_way.letters
            for held in in_hand(person, user).filter(mail__in=letters):
                held.mail = letters[held.mail_id]
                if give_held(held, colleague, user, report):
                    places[held.organisation_id] += 1
        for place, given in sorted(places.items()):
            organisation = Organisation.objects.select_for_update().get(pk=place)
            tell_handed_over(organisation, person, colleague, user, given)
    return report


def tell_handed_over(
    organisation: Organisation, person: User, colleague: User, user: User, letters: int
) -> None:
    """Write it in the collectivité's journal, from where the colleague hears of it. The caller holds it."""
    record(
        organisation,
        "all_handed_over",
        actor=user,
        of=str(person),
        of_id=person.pk,
        to=str(colleague),
        to_id=colleague.pk,
        letters=letters,
    )
