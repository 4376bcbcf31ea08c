"""What people do to a legal delay: each is kept, told in the letter's chain, and the delay reckoned anew.

Rights are checked by the caller (`workflows.actions`). Functions that take a letter's id lock it themselves; those
that take a letter are called with it locked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.audit.chain import record
from courrier.audit.models import Event
from courrier.clock.models import Clock, ClockEvent, ClockEventKind
from courrier.clock.reckoning import Reckoning, State
from courrier.clock.rules import Missing, law
from courrier.clock.standing import clock_row, due_date, reckoned, target_of, type_code
from courrier.mail.locking import changed, locked
from courrier.mail.models import Assignment, Mail, MailState
from courrier.mail.rights import access_of, acting_for
from courrier.organisations.language import town_language
from courrier.organisations.models import User

ANSWER = "answer"
"""What a reply is for that answers its letter, as the event of its sending says it."""

TIME_IS_GIVEN = (Missing.SUSPENDS, Missing.STARTS_ON_ARRIVAL)


class ClockError(ValueError):
    """What was asked cannot be; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Noted:
    """The clock after an event, and what to know of it: an event may be true and change nothing in law."""

    clock: Clock
    warning: str = ""


def start_clock(mail: Mail, user: User | None = None) -> Clock | None:
    """Reckon the delay of a letter just qualified, or qualified anew; None where no rule is known for it.

    The caller holds the letter, has written its type on it, and calls `changed`. Called again with nothing new, it
    changes and records nothing.
    """
    clock = clock_row(mail)
    if clock is None:
        if reckoned(mail, ()).state is State.NONE:
            return None
        clock = Clock(mail=mail, organisation=mail.organisation, type_code=type_code(mail))
    if clock.type_code != type_code(mail):
        clock.type_code, clock.chosen_rule = type_code(mail), ""
    before = (clock.rule, clock.deadline_on)
    write(mail, clock)
    if (clock.rule, clock.deadline_on) != before:
        tell(mail, clock, "clock_started", user)
    return clock


def choose_rule(mail_id: int, user: User | None, rule: str) -> Noted:
    """A person says which rule the letter falls under; "" gives the choice back to its type."""
    if rule and rule not in law().rules:
        raise ClockError(_("La règle « %(rule)s » n'existe pas.") % {"rule": rule})
    with locked(mail_id) as mail:
        clock = started(mail)
        if clock.chosen_rule != rule:
            former, clock.chosen_rule = clock.chosen_rule, rule
            move(mail, clock, "clock_rule_chosen", user, former=former)
    return Noted(clock)


def first_received_elsewhere(mail_id: int, user: User | None, administration: str, on: date) -> Noted:
    """The letter came from another administration that had received it on `on` (CRPA, L114-3)."""
    with locked(mail_id) as mail:
        if on > mail.received_on:
            raise ClockError(_("L'autre administration l'a reçu avant nous : donnez une date antérieure."))
        return note(mail, user, ClockEventKind.FIRST_ASKED, on, what=administration)


def request_documents(
    mail_id: int,
    user: User | None,
    on: date,
    documents: Sequence[str],
    until: date | None = None,
    reply: int | None = None,
) -> Noted:
    """The sender was asked on `on` for missing documents, to be sent by `until` (CRPA, L114-5).

    For planning permissions and declarations of sale, `on` is the day the request reached the sender. A request that
    moves nothing in law, as one that comes too late, is kept and answered with a warning. `reply` is the letter that
    asks.
    """
    asked = [text for text in (each.strip() for each in documents) if text]
    if not asked:
        raise ClockError(_("Indiquez les pièces demandées."))
    if until is not None and until <= on:
        raise ClockError(_("Le délai donné doit finir après la demande."))
    with locked(mail_id) as mail:
        check_day(mail, on)
        now = reckoning_of(mail, started(mail))
        if until is None and now.rule is not None and now.rule.missing in TIME_IS_GIVEN:
            raise ClockError(_("Donnez un délai pour envoyer les pièces (art. L114-5 du CRPA)."))
        return note(
            mail, user, ClockEventKind.DOCUMENTS_REQUESTED, on, until=until, documents=asked, reply=reply
        )


def documents_received(mail_id: int, user: User | None, on: date) -> Noted:
    """All that was asked for is there since `on`; for a declaration of sale, also the visit or its refusal."""
    with locked(mail_id) as mail:
        check_day(mail, on)
        return note(mail, user, ClockEventKind.DOCUMENTS_RECEIVED, on)


def extend(mail_id: int, user: User | None, extension: str, on: date) -> Noted:
    """The sender was told on `on` of a longer delay, by the code of the extension in `rules.toml`."""
    with locked(mail_id) as mail:
        check_day(mail, on)
        rule = reckoning_of(mail, started(mail)).rule
        if rule is None or extension not in {each.code for each in law().extensions_of(rule)}:
            raise ClockError(_("Cette prolongation n'existe pas pour cette demande."))
        return note(mail, user, ClockEventKind.EXTENDED, on, what=extension)


def transmitted_to(
    mail_id: int, user: User | None, administration: str, on: date, reply: int | None = None
) -> Noted:
    """The letter was not ours to answer: sent on `on` to `administration`, its sender told (CRPA, L114-2)."""
    if not administration.strip():
        raise ClockError(_("Indiquez à quelle administration le courrier est transmis."))
    with locked(mail_id) as mail:
        check_day(mail, on)
        return note(
            mail, user, ClockEventKind.TRANSMITTED, on, what=administration.strip()[:200], reply=reply
        )


def answered(mail_id: int, user: User | None, on: date) -> Noted:
    """The decision or the answer was notified, or the invoice paid, on `on`."""
    with locked(mail_id) as mail:
        check_day(mail, on)
        return note(mail, user, ClockEventKind.ANSWERED, on)


def withdraw(mail_id: int, user: User | None, event_id: int, reason: str) -> Noted:
    """An event was entered by mistake: it counts no more, and stays in the history with the reason."""
    if not reason.strip():
        raise ClockError(_("Donnez un motif."))
    with locked(mail_id) as mail:
        clock = started(mail)
        event = clock.events.filter(pk=event_id).first()
        if event is None:
            raise ClockError(_("Cet évènement n'est pas de ce courrier."))
        if event.kind == ClockEventKind.SILENCE:
            raise ClockError(
                _("Le silence a décidé : corrigez ce qui s'est passé avant, la décision implicite suivra.")
            )
        if not event.withdrawn:
            event.withdrawn = True
            event.save(update_fields=["withdrawn"])
            move(
                mail, clock, "clock_event_withdrawn", user, event=event.kind, on=str(event.on), reason=reason
            )
    return Noted(clock)


def take_back(mail: Mail, told: Event) -> None:
    """Put the delay back to where it was before what `told` tells; the caller holds the letter and records it."""
    clock = started(mail)
    if told.verb == "clock_rule_chosen":
        clock.chosen_rule = str(told.data.get("former", ""))
    else:
        clock.events.filter(pk=told.data["clock_event"]).update(withdrawn=True)
    move(mail, clock, "", None)


def recompute(mail_id: int) -> bool:
    """Reckon the letter's delay anew, as after a change of the rules; whether its date, state or words changed."""
    with locked(mail_id) as mail:
        clock = clock_row(mail)
        if clock is None or not changed_words(mail, clock):
            return False
        correct_silence(mail, clock)
        changed(mail)
        return True


def changed_words(mail: Mail, clock: Clock) -> bool:
    """Write the row anew and tell it where anything is different; the caller then calls `changed`."""
    former, follow = words_of(clock), follows(mail, clock)
    write(mail, clock)
    if words_of(clock) == former:
        return False
    if follow:
        follow_due_date(mail)
    tell(mail, clock, "clock_recomputed", None)
    return True


def reckon_type(document_type_id: int) -> int:
    """Reckon every letter under way of a type anew, and start the delay of those that had none; how many moved."""
    under_way = Mail.objects.filter(document_type=document_type_id, state=MailState.IN_PROGRESS)
    return sum(
        reckon_anew(mail_id) for mail_id in list(under_way.order_by("pk").values_list("pk", flat=True))
    )


def reckon_anew(mail_id: int) -> bool:
    with locked(mail_id) as mail:
        if clock_row(mail) is not None:
            return recompute(mail_id)
        target = target_of(mail)
        by_target = target is not None and mail.due_on == target.date
        if start_clock(mail) is None:
            return False
        if by_target:
            follow_due_date(mail)
        changed(mail)
        return True


def hear(event: Event, **_signal: Any) -> None:
    """A letter closed after a reply was sent is answered, on the day of its last reply.

    Heard from the audit chain, in the transaction that closes and holds the letter. Closed without a reply, its
    delay goes on: silence keeps its meaning.
    """
    if event.verb != "closed" or event.mail_id is None:
        return
    clock = Clock.objects.filter(mail=event.mail_id).select_related("mail__organisation").first()
    if clock is None or clock.state in (State.ANSWERED, State.TRANSMITTED):
        return
    replies = Event.objects.filter(mail_id=event.mail_id, verb="reply_sent").order_by("-sequence")
    sent = next((each for each in replies if each.data.get("purpose", ANSWER) == ANSWER), None)
    if sent is None:
        return
    on = max(timezone.localdate(sent.at), clock.mail.received_on)
    kept, _is_new = ClockEvent.objects.get_or_create(
        clock=clock,
        kind=ClockEventKind.ANSWERED,
        on=on,
        what="",
        withdrawn=False,
        defaults={"actor": event.actor},
    )
    write(clock.mail, clock)
    tell(clock.mail, clock, "clock_answered", event.actor, on=str(on), clock_event=kept.pk, closing=True)
    correct_silence(clock.mail, clock)


def reopened(mail: Mail, since: datetime) -> None:
    """What closed the letter since then is undone, and with it what closing said; the caller holds the letter."""
    answered = Event.objects.filter(mail_id=mail.pk, verb="clock_answered", at__gte=since)
    last, clock = answered.order_by("-sequence").first(), clock_row(mail)
    if last is not None and clock is not None and last.data.get("closing"):
        clock.events.filter(pk=last.data["clock_event"]).update(withdrawn=True)
        move(mail, clock, "", None)


# how an event is kept


def started(mail: Mail) -> Clock:
    clock = clock_row(mail)
    if clock is None:
        clock = Clock(mail=mail, organisation=mail.organisation, type_code=type_code(mail))
        write(mail, clock)
    return clock


def check_day(mail: Mail, on: date) -> None:
    if on < mail.received_on:
        raise ClockError(
            _("Le courrier est arrivé le %(day)s : donnez une date qui ne soit pas antérieure.")
            % {"day": f"{mail.received_on:%d/%m/%Y}"}
        )
    if on > timezone.localdate():
        raise ClockError(_("Cette date n'est pas encore venue."))


def note(
    mail: Mail,
    user: User | None,
    kind: ClockEventKind,
    on: date,
    *,
    until: date | None = None,
    what: str = "",
    documents: Sequence[str] = (),
    reply: int | None = None,
) -> Noted:
    """Keep the event, once however often it is told, and reckon anew."""
    clock = started(mail)
    before = reckoning_of(mail, clock)
    event, is_new = ClockEvent.objects.get_or_create(
        clock=clock,
        kind=kind,
        on=on,
        what=what,
        withdrawn=False,
        defaults={"until": until, "documents": list(documents), "actor": user},
    )
    if not is_new:
        return Noted(clock)
    details = {
        "on": str(on),
        "until": str(until) if until else None,
        "what": what,
        "documents": list(documents),
        "reply": reply,
    }
    details = {key: value for key, value in details.items() if value}
    move(mail, clock, f"clock_{kind.value}", user, clock_event=event.pk, **details)
    return Noted(clock, warning(kind, before, reckoning_of(mail, clock)))


def warning(kind: ClockEventKind, before: Reckoning, after: Reckoning) -> str:
    same = (before.state, before.answer, before.pauses) == (after.state, after.answer, after.pauses)
    if not same or before.rule is None or before.state is State.UNSURE:
        return ""
    if kind == ClockEventKind.DOCUMENTS_REQUESTED:
        return _(
            "Cette demande de pièces ne change pas le délai : elle vient trop tard, ou la règle ne le prévoit pas."
        )
    if kind == ClockEventKind.EXTENDED:
        return _(
            "Cette prolongation ne change pas le délai : elle n'a pas été notifiée à temps, ou une plus longue court."
        )
    if kind == ClockEventKind.DOCUMENTS_RECEIVED:
        return _("Aucune demande de pièces n'était en attente : le délai ne change pas.")
    return ""


def reckoning_of(mail: Mail, clock: Clock) -> Reckoning:
    events = ClockEvent.objects.filter(clock=clock, withdrawn=False) if clock.pk else ()
    return reckoned(mail, [event.fact() for event in events], clock.chosen_rule)


def write(mail: Mail, clock: Clock) -> None:
    """Write the row from the rule and the events."""
    with town_language():
        now = reckoning_of(mail, clock)
    clock.rule = now.rule.code if now.rule else ""
    clock.state = now.state.value
    clock.started_on = now.started_on
    clock.deadline_on = now.answer.date if now.answer else None
    clock.silence_on = now.implicit.on if now.implicit else None
    clock.earliest = bool(now.answer and now.answer.earliest)
    clock.article = now.answer.article if now.answer else now.rule.article if now.rule else ""
    clock.explanation = now.answer.explanation_fr if now.answer else ""
    clock.pauses = [[str(p.first), str(p.last) if p.last else None] for p in now.pauses]
    clock.save()


def words_of(clock: Clock) -> tuple[Any, ...]:
    return (
        clock.rule,
        clock.state,
        clock.started_on,
        clock.deadline_on,
        clock.silence_on,
        clock.article,
        clock.explanation,
    )


def move(mail: Mail, clock: Clock, verb: str, user: User | None, **data: Any) -> None:
    """Write the row anew, tell the chain, and let the due date follow where nobody set another by hand.

    An empty `verb` is told by the caller.
    """
    follow = follows(mail, clock)
    write(mail, clock)
    if follow:
        follow_due_date(mail)
    if verb:
        tell(mail, clock, verb, user, **data)
    correct_silence(mail, clock)
    changed(mail)


def correct_silence(mail: Mail, clock: Clock) -> None:
    """What was learned since shows that silence had not decided, or on another day: take that decision out."""
    for event in ClockEvent.objects.filter(clock=clock, kind=ClockEventKind.SILENCE, withdrawn=False):
        if event.on != clock.silence_on:
            event.withdrawn = True
            event.save(update_fields=["withdrawn"])
            write(mail, clock)
            tell(mail, clock, "implicit_decision_void", None, on=str(event.on))


def follows(mail: Mail, clock: Clock) -> bool:
    """Whether the letter's due date is the one reckoned, the row being still as it was."""
    target = target_of(mail)
    dates = [day for day in (clock.deadline_on, target.date if target else None) if day]
    return mail.due_on is not None and mail.due_on == min(dates, default=None)


def follow_due_date(mail: Mail) -> None:
    """Write the due date anew, on the letter and on the desks where it was the same."""
    former, mail.due_on = mail.due_on, due_date(mail)[0]
    if mail.due_on != former:
        Assignment.objects.open().filter(mail=mail, due_on=former).update(due_on=mail.due_on)


def tell(mail: Mail, clock: Clock, verb: str, user: User | None, **data: Any) -> None:
    deadline = str(clock.deadline_on) if clock.deadline_on else None
    record(
        mail.organisation,
        verb,
        mail_id=mail.pk,
        actor=user,
        on_behalf_of=in_place_of(user, mail),
        rule=clock.rule,
        deadline=deadline,
        **data,
    )


def in_place_of(user: User | None, mail: Mail) -> User | None:
    """Whom `user` replaces in one of the departments that have the letter, or at the desk."""
    if user is None or not access_of(user).replaces:
        return None
    opened = Assignment.objects.open().for_action().filter(mail=mail).select_related("mail")
    places = (acting_for(user, each) for each in [*opened, mail])
    return next((absent for absent in places if absent is not None), None)
