"""Reminding people of due dates: before, on the day and after it, and the manager when it is long past.

A due date may be the town's own aim: the day of the law, where it comes later, has a reminder of its own before it.

Nothing is said on a day nobody works; what falls on one is said on the next working day. After a stop, each
assignment gets the reminder of where it stands now, not those that were missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from courrier.clock.models import ClockState
from courrier.mail.models import Assignment, AssignmentRole, Confidentiality, Mail, MailState
from courrier.notifications.audience import People, hearing, readers, replacements
from courrier.notifications.models import Kind, Notification, Reminder, ReminderPolicy, Stage
from courrier.notifications.notifying import keep, notification
from courrier.organisations.calendar import add_working_days, is_working_day
from courrier.organisations.models import Organisation, Role, User

BATCH = 200

DATES = {Stage.LEGAL: "mail__clock__deadline_on"}
"""The date that a stage looks at, where it is not the assignment's due date."""

KINDS = {
    Stage.BEFORE: Kind.DUE_SOON,
    Stage.ON: Kind.DUE_TODAY,
    Stage.LATE: Kind.LATE,
    Stage.ESCALATED: Kind.ESCALATED,
    Stage.LEGAL: Kind.LEGAL_SOON,
}


@dataclass(frozen=True, slots=True)
class Span:
    """Due dates that stand at a stage today: after `after`, up to `until` inclusive; None has no bound."""

    after: date | None
    until: date

    def rule(self, name: str = "due_on") -> Q:
        rule = Q(**{f"{name}__lte": self.until})
        return rule & Q(**{f"{name}__gt": self.after}) if self.after else rule


def remind(today: date | None = None) -> int:
    """Make every reminder that is due today; returns how many. Run twice, or by two, each is made once."""
    day = today or timezone.localdate()
    return sum(remind_in(organisation, day) for organisation in Organisation.objects.all())


def remind_in(organisation: Organisation, day: date) -> int:
    """Make the reminders of one collectivité that are due on `day`; returns how many."""
    if not is_working_day(day, organisation):
        return 0
    made = 0
    for stage, span in spans(day, organisation).items():
        while rows := waiting(organisation, stage, span):
            made += make(organisation, stage, rows, day)
    return made + remind_direction(organisation)


def spans(day: date, organisation: Organisation) -> dict[Stage, Span]:
    """Which due dates stand where on the working day `day`.

    A date on which nobody works counts as the next working day: with Monday, Saturday's and Sunday's are due.
    """
    policy = ReminderPolicy.objects.filter(organisation=organisation).first() or ReminderPolicy()
    last = working_days_before(day, 1, organisation)
    found = {
        Stage.ON: Span(last, day),
        Stage.LATE: Span(None, last),
        Stage.ESCALATED: Span(None, working_days_before(day, max(policy.days_late, 1), organisation)),
    }
    if policy.days_before_legal:
        found[Stage.LEGAL] = Span(day, add_working_days(day, policy.days_before_legal, organisation))
    if policy.days_before:
        found[Stage.BEFORE] = Span(day, add_working_days(day, policy.days_before, organisation))
    return found


def working_days_before(day: date, count: int, organisation: Organisation) -> date:
    """The working day that is `count` working days before `day`, `day` itself not counted."""
    while count > 0:
        day -= timedelta(days=1)
        if is_working_day(day, organisation):
            count -= 1
    return day


def waiting(organisation: Organisation, stage: Stage, span: Span) -> list[Assignment]:
    """The first assignments at that stage that no reminder was made of."""
    name = DATES.get(stage, "due_on")
    made = Reminder.objects.filter(assignment=OuterRef("pk"), due_on=OuterRef(name), stage=stage)
    rows = Assignment.objects.open().exclude(role=AssignmentRole.COPY)
    if stage == Stage.LEGAL:
        rows = rows.for_action().filter(mail__clock__state__in=[ClockState.RUNNING, ClockState.WAITING])
        rows = rows.exclude(due_on=F(name))
    rows = rows.filter(span.rule(name), organisation=organisation).exclude(Exists(made))
    rows = rows.annotate(reminded_of=F(name)).select_related("mail", "department", "accepted_by")
    return list(rows.order_by(name, "pk")[:BATCH])


def make(organisation: Organisation, stage: Stage, rows: list[Assignment], day: date) -> int:
    """Note the reminders and tell people, in one transaction: killed in between, nothing was said or noted.

    As many queries for many as for one. Another beat that does the same waits, then finds all said.
    """
    with transaction.atomic():
        Reminder.objects.bulk_create(
            [Reminder(assignment=each, due_on=day_of(each), stage=stage) for each in rows],
            ignore_conflicts=True,
        )
        keep(told(organisation, stage, rows, day))
    return len(rows)


def day_of(assignment: Assignment) -> date:
    """The date somebody is reminded of, as `waiting` found it."""
    found: date = assignment.reminded_of  # type: ignore[attr-defined]
    return found


def told(
    organisation: Organisation, stage: Stage, rows: list[Assignment], day: date
) -> Iterator[Notification]:
    around = People.around(organisation.pk, {each.department_id for each in rows})
    wanted = {each.pk: concerned_by(each, stage, around) for each in rows}
    everyone = {person.pk: person for people in wanted.values() for person in people}
    replaced = replacements(everyone.values(), organisation.pk)
    hears = {each.pk: hearing(wanted[each.pk], replaced) for each in rows}
    allowed = readers({each.mail_id for each in rows}, {one for people in hears.values() for one in people})
    for each in rows:
        due_on = day_of(each)
        late = working_days_between(due_on, day, organisation)
        for person, names in hears[each.pk].items():
            # A closed envelope is announced by its line, which says nothing of what is in it.
            if (each.mail_id, person) in allowed or each.mail.confidentiality == Confidentiality.PERSONAL:
                data = {"department": each.department.code, "due_on": str(due_on), "days": late}
                if stage == Stage.ESCALATED and each.accepted_by:
                    data["holder"] = str(each.accepted_by)
                key = f"assignment:{each.pk}:due:{due_on}:{stage}"
                yield notification(organisation.pk, each.mail, person, KINDS[stage], key, None, names, data)


def concerned_by(assignment: Assignment, stage: Stage, around: People) -> list[User]:
    """Who is in charge of the letter; when it is long past, their manager.

    The day of the law is their manager's concern too. The manager who has it in hand is not told of themselves: who
    is above them is.
    """
    place, holder = assignment.department_id, assignment.accepted_by
    if stage != Stage.ESCALATED:
        managers = around.managers(place) if stage == Stage.LEGAL else []
        return [*around.in_charge(assignment), *managers]
    managers = around.managers(place)
    if holder is not None and holder.pk in {each.pk for each in managers}:
        managers = [each for each in around.over(place) if each.pk != holder.pk]
    return managers


def working_days_between(first: date, last: date, organisation: Organisation) -> int:
    """Working days after `first` up to `last`: how late what was due on `first` is. Counted over two years at most."""
    days = [first + timedelta(days=number) for number in range(1, min((last - first).days, 730) + 1)]
    return sum(is_working_day(each, organisation) for each in days)


def remind_direction(organisation: Organisation) -> int:
    """Letters that wait for the general direction to say where they go, once each time they come to wait."""
    told_already = Notification.objects.filter(
        mail=OuterRef("pk"), kind=Kind.TO_DISPATCH, created_at__gte=OuterRef("state_since")
    )
    rows = Mail.objects.filter(organisation=organisation, state=MailState.TO_DISPATCH)
    mails = list(rows.exclude(Exists(told_already)).order_by("pk")[:BATCH])
    if not mails:
        return 0
    direction = People.around(organisation.pk, []).of(None, Role.DIRECTION)
    hears = hearing(direction, replacements(direction, organisation.pk))
    allowed = readers([each.pk for each in mails], hears)
    keep(
        notification(organisation.pk, each, person, Kind.TO_DISPATCH, waits(each), None, names, {})
        for each in mails
        for person, names in hears.items()
        if (each.pk, person) in allowed
    )
    return len(mails)


def waits(mail: Mail) -> str:
    return f"desk:dispatch:{mail.pk}:{mail.state_since:%Y%m%d%H%M%S}"
