"""Proof that nothing was lost: what must hold of every letter of a collectivité, whatever happened to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db.models import Count, Q
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS, STATUS

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.mail.content import place_of
from courrier.mail.models import (
    Assignment,
    AssignmentRole,
    AssignmentState,
    Document,
    DocumentRole,
    Mail,
    MailState,
    RegisterCounter,
)
from courrier.mail.models.assignment import OPEN_STATES
from courrier.organisations.models import Organisation
from courrier.replies.models import Reply, ReplyState
from courrier.search.models import SearchOutbox
from workflows.models import HandlingProcess, JobRun, ReceptionProcess
from workflows.reception import ReceptionFlow

LIVE = (STATUS.NEW, STATUS.ASSIGNED, STATUS.SCHEDULED, STATUS.STARTED)

PLACES = {
    MailState.TO_QUALIFY: ReceptionFlow.qualify,
    MailState.FAILED: ReceptionFlow.repair,
    MailState.TO_DISPATCH: ReceptionFlow.arbitrate,
    MailState.IN_PROGRESS: ReceptionFlow.handled,
}
"""Where its process waits, for a letter in each state; closed and cancelled ones are nowhere."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold: what was looked at, how often, and each place where it does not."""

    name: str
    looked_at: int
    problems: tuple[str, ...]


def checks(organisation: Organisation, letters: int) -> Iterator[Check]:
    """All of them in turn; `letters` is how many were handed in."""
    yield numbers(organisation, letters)
    yield originals(organisation)
    yield states(organisation)
    yield desks(organisation)
    yield replies(organisation)
    yield histories(organisation)
    yield jobs(organisation)
    yield outbox(organisation)


def numbers(organisation: Organisation, letters: int) -> Check:
    problems: list[str] = []
    given: dict[int, list[int]] = defaultdict(list)
    rows = Mail.objects.filter(organisation=organisation).order_by("year", "sequence")
    for year, sequence in rows.values_list("year", "sequence"):
        given[year].append(sequence)
    for year, found in given.items():
        if found != list(range(1, len(found) + 1)):
            problems.append(f"{year}: gap or double in 1…{len(found)}")
        last = RegisterCounter.objects.get(organisation=organisation, year=year).last
        if last != len(found):
            problems.append(f"{year}: counter {last}, letters {len(found)}")
    count = sum(map(len, given.values()))
    if count != letters:
        problems.append(f"{letters} handed in, {count} in the register")
    return Check("numéros sans trou ni doublon", count, tuple(problems))


def originals(organisation: Organisation) -> Check:
    """Each letter has its original, and the bytes are there."""
    rows = Document.objects.filter(organisation=organisation, role=DocumentRole.ORIGINAL)
    found = dict(rows.values_list("mail_id", "sha256"))
    mails = Mail.objects.filter(organisation=organisation).values_list("pk", "number")
    problems = [
        number for pk, number in mails if pk not in found or not default_storage.exists(place_of(found[pk]))
    ]
    return Check("originaux conservés", len(found), tuple(problems))


def states(organisation: Organisation) -> Check:
    """Each letter is in one state, its process waits at the one step of that state, and somebody has it."""
    live: dict[int, list[object]] = defaultdict(list)
    tasks = Task.objects.filter(process__flow_class=ReceptionFlow, status__in=LIVE)
    for process, node in tasks.values_list("process_id", "flow_task"):
        live[process].append(node)
    open_actions = Count(
        "mail__assignments",
        filter=Q(mail__assignments__state__in=OPEN_STATES, mail__assignments__role=AssignmentRole.ACTION),
    )
    rows = ReceptionProcess.objects.filter(mail__organisation=organisation).annotate(desks=open_actions)
    problems, looked_at = [], 0
    for process in rows.select_related("mail"):
        looked_at += 1
        mail, here = process.mail, live[process.pk]
        expected = PLACES.get(MailState(mail.state))
        ended = mail.state in {MailState.CLOSED, MailState.CANCELLED}
        if here != ([] if expected is None else [expected]) or (expected is None and not ended):
            problems.append(f"{mail.number} {mail.state}: {here}")
        elif ended == (process.status == PROCESS.NEW):
            problems.append(f"{mail.number} {mail.state}: process {process.status}")
        elif (process.desks > 0) != (mail.state == MailState.IN_PROGRESS) and (ended or not process.desks):
            problems.append(f"{mail.number} {mail.state}: on {process.desks} desks")
    if looked_at != Mail.objects.filter(organisation=organisation).count():
        problems.append("a letter has no process")
    return Check("un seul état par courrier, là où son circuit l'attend", looked_at, tuple(problems))


def desks(organisation: Organisation) -> Check:
    """Each open handling is in somebody's hands or in the inbox of an open department, and its process waits once."""
    waiting = Counter(
        Task.objects.filter(
            process__in=HandlingProcess.objects.filter(assignment__organisation=organisation).values("pk"),
            status__in=LIVE,
        ).values_list("process_id", flat=True)
    )
    rows = Assignment.objects.filter(organisation=organisation).exclude(role=AssignmentRole.COPY)
    problems, looked_at = [], 0
    for each in rows.select_related("mail", "department", "handling"):
        looked_at += 1
        is_open = each.state in OPEN_STATES
        if waiting[each.handling.pk] != int(is_open):
            problems.append(f"{each} {each.state}: {waiting[each.handling.pk]} steps wait")
        in_hand = each.state == AssignmentState.ACCEPTED
        if is_open and each.role == AssignmentRole.ACTION and in_hand != (each.accepted_by_id is not None):
            problems.append(f"{each}: nobody's")
        if is_open and each.department.closed_on:
            problems.append(f"{each}: the department is closed")
    return Check("chaque suite ouverte a un responsable ou une bannette", looked_at, tuple(problems))


def replies(organisation: Organisation) -> Check:
    """A reply in the signature book waits for one visa; none is on its way with nobody to send it."""
    rows = Reply.objects.filter(mail__organisation=organisation)
    awaited = Count("approvals", filter=Q(approvals__state="pending"))
    lost = rows.filter(state=ReplyState.AWAITING).annotate(awaited=awaited).exclude(awaited=1)
    sending = rows.filter(state=ReplyState.SENDING).exclude(
        mail__in=JobRun.objects.filter(job="send").values("mail")
    )
    problems = [f"{each.mail.number}" for each in [*lost, *sending]]
    return Check("réponses au parapheur ou parties", rows.count(), tuple(problems))


def histories(organisation: Organisation) -> Check:
    rows = Event.objects.filter(organisation=organisation)
    chains = rows.order_by("chain").values_list("chain", flat=True).distinct()
    problems = [f"{each.chain}#{each.sequence}: {each.reason}" for chain in chains for each in breaks(chain)]
    return Check("chaînes de l'historique intactes", rows.count(), tuple(problems))


def jobs(organisation: Organisation) -> Check:
    left = JobRun.objects.filter(mail__organisation=organisation).select_related("mail")
    return Check(
        "aucune tâche en attente", len(left), tuple(f"{each.mail.number}: {each.job}" for each in left)
    )


def outbox(organisation: Organisation) -> Check:
    left = SearchOutbox.objects.filter(organisation_id=organisation.pk)
    problems = tuple(f"{each.mail_id}: {each.error or 'waits'}" for each in left[:20])
    return Check("aucun changement en attente d'indexation", left.count(), problems)
