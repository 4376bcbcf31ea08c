"""Moving thousands of letters in the background: some at a time, each batch whole, gone on with after a stop.

Where letters still lie says what is left to do: a batch done twice moves nothing twice, and a killed one was not done.
"""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from courrier.mail.locking import all_locked
from courrier.mail.models import Assignment, Mail
from courrier.mail.rights import access_of
from courrier.mail.together import together
from courrier.organisations import closing as department_closing
from courrier.organisations.models import Department, Organisation, User
from workflows.actions.checks import ActionRefused
from workflows.actions.closing import (
    HandedOver,
    Moved,
    give_held,
    in_hand,
    may_close,
    move_approvals,
    move_letter,
    tell_closed,
    tell_handed_over,
)
from workflows.jobs import lease
from workflows.models import Relocation

logger = logging.getLogger(__name__)

AT_ONCE = 200
"""More letters than that are moved in the background."""
BATCH = 50
LATE = timedelta(hours=1)
"""How long after its end a department is looked at again for letters that were on their way to it."""


def begin_closing(
    department: Department, successor: Department, user: User, *, people_follow: bool = True
) -> Relocation:
    """Close a department now, so that nobody sends it letters any more, and have those it has moved in the background.

    Raises ClosingRefused or ActionRefused, and changes nothing. Asked again while it goes on, the same goes on.
    """
    if not may_close(user, department):
        raise ActionRefused(_("Seul un administrateur ferme un service."), forbidden=True)
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=department.organisation_id)
        department_closing.held_to_close(department)
        here = Department.objects.select_related("successor", "parent").get(pk=department.pk)
        there = Department.objects.select_related("parent").get(pk=successor.pk)
        department_closing.check_successor(here, there)
        if going_on := Relocation.objects.under_way().filter(department=here).first():
            return going_on
        department_closing.shut(here, there)
        run = Relocation.objects.create(
            organisation_id=here.organisation_id,
            user=user,
            department=here,
            successor=there,
            total=Assignment.objects.open().filter(department=here).count(),
            people=department_closing.follow(here, there) if people_follow else 0,
        )
        transaction.on_commit(partial(send, run.pk), robust=True)
    department.refresh_from_db()
    return run


def begin_hand_over(person: User, colleague: User, user: User) -> list[Relocation]:
    """Have all the letters somebody has in hand given to a colleague in the background; one move a collectivité."""
    if person.pk == colleague.pk:
        raise ActionRefused(_("Choisissez quelqu'un d'autre."))
    places = in_hand(person, user).order_by().values_list("organisation", flat=True).distinct()
    return [begin_in(Organisation.objects.get(pk=place), person, colleague, user) for place in sorted(places)]


def begin_in(place: Organisation, person: User, colleague: User, user: User) -> Relocation:
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=place.pk)
        if going_on := Relocation.objects.under_way().filter(organisation=place, person=person).first():
            return going_on
        run = Relocation.objects.create(
            organisation=place,
            user=user,
            person=person,
            colleague=colleague,
            total=in_hand(person, user).filter(organisation=place).count(),
        )
        transaction.on_commit(partial(send, run.pk), robust=True)
    return run


def send(pk: int) -> None:
    """Put the move in the queue. A broker that is down delays it: the lease runs out and it is sent again."""
    from workflows.tasks import move_letters

    try:
        move_letters.apply_async((pk,), queue="clock", ignore_result=True, retry=False)
    except OperationalError:
        logger.warning("the queue does not answer: relocation %s waits for the sweeper", pk)


def restart_lost() -> int:
    """Send again every move whose lease ran out, and open again those to whose place a letter came late."""
    now = timezone.now()
    late = Relocation.objects.filter(finished_at__gte=now - LATE, department__closed_on__isnull=False)
    for run in late.filter(department__assignments__in=Assignment.objects.open()).distinct():
        if not Relocation.objects.under_way().filter(department=run.department_id).exists():
            Relocation.objects.filter(pk=run.pk).update(finished_at=None, lease_until=now - lease())
    restarted = 0
    for pk, until in Relocation.objects.lost(now).values_list("pk", "lease_until"):
        mine = Relocation.objects.filter(pk=pk, lease_until=until)
        if mine.update(lease_until=now + lease(), holder=""):
            send(pk)
            restarted += 1
    return restarted


def run(pk: int) -> None:
    """Move all that is left, batch by batch. Nothing happens where it is done or in another worker's hands."""
    now, holder = timezone.now(), uuid.uuid4().hex
    free = Relocation.objects.under_way().filter(Q(holder="") | Q(lease_until__lt=now), pk=pk)
    if not free.update(holder=holder, lease_until=now + lease()):
        return
    last, refused = 0, ""
    while True:
        held = Relocation.objects.select_related(
            "department", "successor", "colleague", "person", "user"
        ).get(pk=pk)
        ids = list(letters_left(held).filter(mail__gt=last).values_list("mail", flat=True)[:BATCH])
        if not ids:
            break
        refused = move_batch(held, ids) or refused
        last = ids[-1]
        mine = Relocation.objects.filter(pk=pk, holder=holder)
        if not mine.update(lease_until=timezone.now() + lease()):
            return
    finish(pk, holder, refused)


def letters_left(held: Relocation) -> QuerySet[Assignment]:
    """Assignments not moved yet, in the order in which letters are locked."""
    rows: QuerySet[Assignment] = Assignment.objects.open().filter(organisation=held.organisation_id)
    if held.department_id:
        rows = rows.filter(department=held.department_id)
    elif held.person is not None and held.colleague is not None:
        theirs = in_hand(held.person, held.user).filter(organisation=held.organisation_id)
        rows = theirs.filter(department__in=access_of(held.colleague).acting)
    return rows.order_by("mail_id", "pk")


def move_batch(held: Relocation, ids: list[int]) -> str:
    """Move these letters and count them, in one transaction; why one of them must wait, or ""."""
    waiting = ""
    with all_locked(ids) as mails, together(mails) as under_way:
        done, beside = 0, 0
        for mail in mails:
            try:
                with under_way.attempt(mail):
                    one = move_one(held, mail)
            except ActionRefused as refusal:
                waiting = refusal.message
                continue
            done, beside = done + one[0], beside + one[1]
        Relocation.objects.filter(pk=held.pk).update(moved=F("moved") + done, beside=F("beside") + beside)
    return waiting


def move_one(held: Relocation, mail: Mail) -> tuple[int, int]:
    """Move one letter, locked; how many of its assignments went, and how many were there already."""
    rows = letters_left(held).filter(mail=mail)
    if held.department is not None and held.successor is not None:
        if not rows.exists():
            return 0, 0
        report = Moved()
        move_letter(mail, held.department, held.successor, held.user, report)
        return len(report.moved), len(report.joined_up)
    given = HandedOver()
    assert held.colleague is not None, "a move is of a department or of a person"  # noqa: S101
    for assignment in rows:
        assignment.mail = mail
        give_held(assignment, held.colleague, held.user, given)
    return len(given.given), 0


def finish(pk: int, holder: str, refused: str) -> None:
    """Write it down, once all is moved; where some must wait, another look is taken after a while."""
    with transaction.atomic():
        place = Relocation.objects.values_list("organisation", flat=True).get(pk=pk)
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=place)
        held = Relocation.objects.filter(pk=pk, holder=holder, finished_at=None).first()
        if held is None:
            return
        held.holder, held.waiting = "", refused[:300]
        if letters_left(held).exists():
            held.lease_for(lease())
        else:
            held.finished_at = timezone.now()
            tell(held, organisation)
        held.save()


def tell(held: Relocation, organisation: Organisation) -> None:
    """Write the whole in the collectivité's journal."""
    if held.department is not None and held.successor is not None:
        move_approvals(held.department, held.successor)
        tell_closed(
            organisation,
            held.department,
            held.successor,
            held.user,
            letters=held.moved,
            joined_up=held.beside,
            people=held.people,
        )
    elif held.person is not None and held.colleague is not None:
        tell_handed_over(organisation, held.person, held.colleague, held.user, held.moved)
