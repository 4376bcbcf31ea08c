"""Whom each event of a letter concerns: the one place that says it, for all that is written in its history.

Only events that concern somebody beyond their author have an entry in TELLERS. An event is heard in the transaction
that writes it, so nobody is told of what did not happen. A new assignment is written by two events, its arrival and
what somebody did that led to it: both speak of the same key, and the second adds who did it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from courrier.annotations.models import Annotation
from courrier.audit.models import Event
from courrier.mail.models import Assignment, AssignmentRole, AssignmentState, Confidentiality, Mail
from courrier.mail.models.assignment import OPEN_STATES
from courrier.notifications.audience import People
from courrier.notifications.models import Kind
from courrier.notifications.notifying import unsay
from courrier.notifications.occasion import Occasion
from courrier.organisations.models import Role, User
from courrier.replies.models import Approval, ApprovalState, Reply

SHORT = 300


def tell(events: Sequence[Event], **_signal: Any) -> None:
    """Tell whom it concerns of events that came together; verbs that concern nobody are passed over without a query."""
    heard = [event for event in events if event.verb in TELLERS]
    if not heard:
        return
    here = Occasion(heard)
    for event in heard:
        TELLERS[event.verb](event, here)
    here.over()


def arrival(assignment_id: int | None) -> str:
    return f"assignment:{assignment_id}:arrived"


def arrived(event: Event, here: Occasion) -> None:
    """A letter came into an inbox."""
    assignment = here.assignment(event)
    if assignment is None:
        return
    mail, department = assignment.mail, assignment.department
    around = here.around(mail.organisation_id, [department.pk])
    kind = kind_of_arrival(assignment)
    people = {each.pk: each for each in around.at(department.pk)}
    if kind == Kind.COPY:
        people |= {each.pk: each for each in around.of(department.pk, Role.READER)}
    if kind == Kind.BOUNCED:
        people |= {each.pk: each for each in around.of(None, Role.DIRECTION)}
    here.notify(
        people.values(),
        kind,
        mail,
        arrival(assignment.pk),
        actor=sender_of(assignment, here),
        line_only=mail.confidentiality == Confidentiality.PERSONAL,
        department=department.code,
        detail=assignment.reason[:SHORT],
    )


def kind_of_arrival(assignment: Assignment) -> Kind:
    if assignment.role == AssignmentRole.COPY:
        return Kind.COPY
    if assignment.role == AssignmentRole.OPINION:
        return Kind.OPINION_ASKED
    if assignment.came_from is None:
        return Kind.ARRIVED
    if assignment.came_from.state != AssignmentState.REDIRECTED:
        return Kind.SPLIT
    return Kind.BOUNCED if assignment.department.arbitrates else Kind.REDIRECTED


def sender_of(assignment: Assignment, here: Occasion) -> User | None:
    """Who qualified or dispatched the letter, if it comes from there; who redirects, splits or asks signs later."""
    if assignment.came_from_id or assignment.asked_by_id:
        return None
    return here.who_placed(assignment.mail_id)


def signed(event: Event, here: Occasion) -> None:
    """Say who sent the letter here; they need not hear of it."""
    here.sign(event, arrival(event.data.get("new")))


def accepted(event: Event, here: Occasion) -> None:
    """A letter was taken in hand: its colleagues need not, and who sent it there knows."""
    assignment = here.assignment(event)
    if assignment is None:
        return
    here.settle(assignment.mail_id, arrival(assignment.pk))
    if assignment.came_from_id is None:
        return
    sent = here.who_sent(assignment)
    if sent is not None:
        key = f"assignment:{assignment.pk}:accepted"
        department = assignment.department.code
        here.notify([sent], Kind.ACCEPTED, assignment.mail, key, actor=event.actor, department=department)


def redirected(event: Event, here: Occasion) -> None:
    """Another department has the letter: who placed it hears where it went."""
    signed(event, here)
    here.settle(event.mail_id or 0, f"assignment:{event.data.get('assignment')}")
    mail = here.letter(event)
    placed = here.who_placed(mail.pk)
    if placed is not None:
        here.notify(
            [placed],
            Kind.REDIRECTED,
            mail,
            arrival(event.data.get("new")),
            actor=event.actor,
            department=event.data.get("to"),
            detail=str(event.data.get("reason", ""))[:SHORT],
        )


def sent_back(event: Event, here: Occasion) -> None:
    mail = here.letter(event)
    assignment = event.data.get("assignment")
    here.settle(mail.pk, f"assignment:{assignment}")
    around = here.around(mail.organisation_id, [])
    here.notify(
        around.of(None, Role.RECEPTION) or around.of(None, Role.DIRECTION),
        Kind.SENT_BACK,
        mail,
        f"desk:{assignment}",
        actor=event.actor,
        # A closed envelope is on the desk again, whoever may read it.
        line_only=mail.confidentiality == Confidentiality.PERSONAL,
        department=event.data.get("department"),
        detail=str(event.data.get("reason", ""))[:SHORT],
    )


def qualified(event: Event, here: Occasion) -> None:
    here.settle(event.mail_id or 0, "desk")


def opinion_given(event: Event, here: Occasion) -> None:
    """The department that asked hears of it: who is in charge there."""
    answered = here.assignment(event)
    if answered is None:
        return
    here.settle(answered.mail_id, f"assignment:{answered.pk}")
    asker = answered.asked_by
    if asker is None:
        return
    around = here.around(answered.organisation_id, [asker.department_id])
    here.notify(
        around.in_charge(asker),
        Kind.OPINION_GIVEN,
        answered.mail,
        f"assignment:{answered.pk}:answer",
        actor=event.actor,
        department=answered.department.code,
        detail=str(event.data.get("answer", ""))[:SHORT],
    )


def settled(event: Event, here: Occasion) -> None:
    here.settle(event.mail_id or 0, f"assignment:{event.data.get('assignment')}")


def handed_over(event: Event, here: Occasion) -> None:
    """Given to a colleague by somebody."""
    settled(event, here)
    person = User.objects.filter(pk=event.data.get("to_id") or 0).first()
    if person is not None and not event.data.get("together"):
        place = event.data.get("department")
        mail = here.letter(event)
        here.notify([person], Kind.GIVEN, mail, event_key(event), actor=event.actor, department=place)


def taken_over(event: Event, here: Occasion) -> None:
    before = User.objects.filter(pk=event.data.get("before_id") or 0).first()
    if before is not None:
        place = event.data.get("department")
        mail = here.letter(event)
        here.notify([before], Kind.TAKEN, mail, event_key(event), actor=event.actor, department=place)


def event_key(event: Event) -> str:
    return f"{event.chain}:event:{event.sequence}"


def annotated(event: Event, here: Occasion) -> None:
    """Who is named in a note; and who wrote the note that it answers."""
    note = Annotation.objects.filter(pk=event.data.get("annotation", 0)).first()
    if note is None:
        return
    mail, key, text = here.letter(event), f"note:{note.pk}", note.text[:SHORT]
    here.notify(note.mentions.all(), Kind.MENTION, mail, key, actor=event.actor, detail=text, page=note.page)
    if note.parent is not None:
        people = {note.parent.author} | {each.author for each in note.parent.answers.exclude(pk=note.pk)}
        here.notify(people, Kind.ANSWER, mail, key, actor=event.actor, detail=text, page=note.page)


def reply_goes_on(event: Event, here: Occasion) -> None:
    """A reply waits for the next visa or signature; with the last one it leaves."""
    reply = reply_of(event)
    if reply is None:
        return
    here.settle(reply.mail_id, f"reply:{reply.pk}")
    coming = reply.approvals.filter(state=ApprovalState.LATER).order_by("round", "position")
    following = coming.select_related("department").first()
    if following is not None:
        here.notify(
            givers_of(following, here),
            Kind.VISA,
            reply.mail,
            f"reply:{reply.pk}:visa:{following.pk}",
            actor=event.actor,
            department=following.department.code,
            detail=reply.subject[:SHORT],
            signature=following.kind == "signature",
        )
    elif event.verb == "reply_approved":
        told_author(event, reply, Kind.REPLY_APPROVED, reply.subject, here)


def reply_of(event: Event) -> Reply | None:
    rows = Reply.objects.select_related("mail__organisation", "author", "assignment__accepted_by")
    return rows.filter(pk=event.data.get("reply", 0), mail=event.mail_id).first()


def givers_of(approval: Approval, here: Occasion) -> list[User]:
    around = here.around(approval.organisation_id, [approval.department_id])
    if approval.role == Role.MANAGER:
        return around.managers(approval.department_id)
    return around.of(None, Role(approval.role))


def reply_refused(event: Event, here: Occasion) -> None:
    reply = reply_of(event)
    if reply is not None:
        here.settle(reply.mail_id, f"reply:{reply.pk}")
        told_author(event, reply, Kind.REPLY_REFUSED, event.data.get("comment", ""), here)


def reply_taken_back(event: Event, here: Occasion) -> None:
    here.settle(event.mail_id or 0, f"reply:{event.data.get('reply')}")


def reply_failed(event: Event, here: Occasion) -> None:
    reply = reply_of(event)
    if reply is not None:
        told_author(event, reply, Kind.REPLY_FAILED, event.data.get("problem", ""), here)


def told_author(event: Event, reply: Reply, kind: Kind, detail: str, here: Occasion) -> None:
    """The author of a reply, and who has the letter in hand."""
    holder = reply.assignment.accepted_by if reply.assignment else None
    people = {reply.author} | ({holder} if holder else set())
    here.notify(people, kind, reply.mail, event_key(event), actor=event.actor, detail=str(detail)[:SHORT])


def cancelled(event: Event, here: Occasion) -> None:
    """Nothing is left to do; who was working on the letter hears why."""
    mail = here.letter(event)
    settle_all(mail.pk, here)
    dropped = Assignment.objects.filter(
        mail=mail, state=AssignmentState.WITHDRAWN, finished_at__gte=event.at - timedelta(minutes=1)
    )
    people = User.objects.filter(pk__in=dropped.values("accepted_by"))
    detail = str(event.data.get("reason", ""))[:SHORT]
    here.notify(people, Kind.CANCELLED, mail, f"cancelled:{mail.pk}", actor=event.actor, detail=detail)


def closed(event: Event, here: Occasion) -> None:
    settle_all(event.mail_id or 0, here)


def settle_all(mail_id: int, here: Occasion) -> None:
    """Nothing is to be done any more; what was said to people of a closed letter, a note say, they may still read."""
    for place in ("assignment", "desk"):
        here.settle(mail_id, place)


def all_handed_over(event: Event, here: Occasion) -> None:
    """Many letters at once were given to a colleague: one line for all."""
    here.notify(
        User.objects.filter(pk=event.data.get("to_id") or 0),
        Kind.GIVEN,
        None,
        event_key(event),
        organisation=event.organisation,
        actor=event.actor,
        count=event.data.get("letters"),
        origin=event.data.get("of"),
    )


def absence_named(event: Event, here: Occasion) -> None:
    """Who replaces somebody hears of it; and who is replaced, where others named the substitute."""
    data = event.data
    days = {name: data.get(name, "") for name in ("absent", "substitute", "starts_on", "ends_on")}
    for person, own in ((data.get("substitute_id"), False), (data.get("absent_id"), True)):
        here.notify(
            User.objects.filter(pk=person or 0),
            Kind.REPLACES,
            None,
            f"absence:{data.get('absence')}:{days['starts_on']}:{days['ends_on']}",
            organisation=event.organisation,
            actor=event.actor,
            own=own,
            **days,
        )


def department_closed(event: Event, here: Occasion) -> None:
    """Who works in the department that takes over."""
    place = event.data.get("to_id") or 0
    here.notify(
        here.around(event.organisation_id, [place]).at(place),
        Kind.MOVED,
        None,
        event_key(event),
        organisation=event.organisation,
        actor=event.actor,
        origin=event.data.get("department"),
        count=event.data.get("letters"),
    )


def clock_moved(event: Event, here: Occasion) -> None:
    """Who is in charge of the letter hears that its legal delay was moved by another."""
    mail = here.letter(event)
    desks = desks_of(mail)
    around = here.around(mail.organisation_id, {each.department_id for each in desks})
    here.notify(
        in_charge(desks, around),
        Kind.CLOCK,
        mail,
        event_key(event),
        actor=event.actor,
        what=event.verb,
        due_on=event.data.get("deadline"),
        detail=", ".join(event.data.get("documents", []))[:SHORT] or event.data.get("what", ""),
    )


def silence_decided(event: Event, here: Occasion) -> None:
    """The departments that had the letter, their managers, and the general direction."""
    mail = here.letter(event)
    desks = desks_of(mail)
    places = {each.department_id for each in desks}
    around = here.around(mail.organisation_id, places)
    there = [person for place in places for person in [*around.at(place), *around.managers(place)]]
    here.notify(
        [*in_charge(desks, around), *there, *around.of(None, Role.DIRECTION)],
        Kind.SILENCE,
        mail,
        f"silence:{mail.pk}:{event.data.get('on')}",
        line_only=mail.confidentiality == Confidentiality.PERSONAL,
        due_on=event.data.get("on"),
        silence=event.data.get("silence"),
    )


def desks_of(mail: Mail) -> list[Assignment]:
    """Where the letter lies for action; all places where it lay, once it lies nowhere."""
    rows = list(Assignment.objects.for_action().filter(mail=mail).select_related("accepted_by"))
    return [each for each in rows if each.state in OPEN_STATES] or rows


def in_charge(desks: list[Assignment], around: People) -> list[User]:
    """Who is in charge at each of `desks`; once closed, where the letter was last."""
    last = [each for each in desks if each.state in (*OPEN_STATES, AssignmentState.DONE)]
    return [person for each in last for person in around.in_charge(each)]


def undone(event: Event, here: Occasion) -> None:
    """What was undone need not be heard of."""
    first = Event.objects.filter(mail_id=event.mail_id, sequence=event.data.get("event", 0)).first()
    if first is not None:
        unsay(event.mail_id or 0, first.at, arrival(first.data.get("new")))


TELLERS: dict[str, Callable[[Event, Occasion], None]] = {
    "dispatched": arrived,
    "accepted": accepted,
    "redirected": redirected,
    "split": signed,
    "opinion_asked": signed,
    "sent_back": sent_back,
    "qualified": qualified,
    "arbitrated": qualified,
    "opinion_given": opinion_given,
    "opinion_withdrawn": settled,
    "copy_read": settled,
    "closed_assignment": settled,
    "handed_over": handed_over,
    "taken_over": taken_over,
    "annotated": annotated,
    "reply_submitted": reply_goes_on,
    "reply_approved": reply_goes_on,
    "reply_refused": reply_refused,
    "reply_taken_back": reply_taken_back,
    "reply_failed": reply_failed,
    "cancelled": cancelled,
    "closed": closed,
    "undone": undone,
    "clock_documents_requested": clock_moved,
    "clock_documents_received": clock_moved,
    "clock_extended": clock_moved,
    "clock_transmitted": clock_moved,
    "clock_first_asked": clock_moved,
    "clock_rule_chosen": clock_moved,
    "clock_event_withdrawn": clock_moved,
    "implicit_decision_void": clock_moved,
    "implicit_decision": silence_decided,
    "all_handed_over": all_handed_over,
    "absence_named": absence_named,
    "department_closed": department_closed,
}
