"""What lies on the reception desk: today's letters and older ones that still wait there, with their counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.classification.models import Suggestion, SuggestionField
from courrier.mail.models import Assignment, AssignmentRole, Document, DocumentRole, Mail, MailState
from courrier.mail.rights import DESK_STATES
from courrier.organisations.models import Department, Organisation
from courrier.web.organisation import signed_in
from workflows.models import JobRun

ON_A_PAGE = 50
READING = (MailState.RECEIVED, MailState.READING)
SENT = (MailState.IN_PROGRESS, MailState.CLOSED)
FILTERS: dict[str, tuple[MailState, ...]] = {
    "lecture": READING,
    "a-qualifier": (MailState.TO_QUALIFY,),
    "illisibles": (MailState.FAILED,),
    "transmis": SENT,
}


@dataclass(frozen=True, slots=True)
class Segment:
    """One way of looking at the list, with how many letters it holds."""

    key: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A letter as the desk shows it. What a person may not read is left out: subject, sender, file name.

    `again` is the number of the earlier letter that it seems to be once more.
    """

    mail: Mail
    readable: bool
    file_name: str
    page_count: int
    sender: str
    departments: list[Department]
    suggestion: Suggestion | None
    suggested: Department | None
    again: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Desk:
    lines: list[Line]
    page: Page[Mail]
    segments: list[Segment]
    chosen: str
    counts: dict[str, int]
    busy: bool
    today: date


def letters_on_desk(request: HttpRequest, here: Organisation) -> QuerySet[Mail]:
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    mine = Mail.objects.registered_for(signed_in(request)).filter(organisation=here)
    return mine.filter(Q(registered_at__gte=midnight) | Q(state__in=DESK_STATES))


def desk(request: HttpRequest, here: Organisation) -> Desk:
    """The desk in a constant number of queries, whatever the number of letters."""
    everything = letters_on_desk(request, here)
    counts = counted(everything)
    chosen = request.GET.get("etat", "")
    wanted = FILTERS.get(chosen)
    rows = everything.filter(state__in=wanted) if wanted else everything.exclude(state=MailState.CANCELLED)
    rows = rows.order_by("-year", "-sequence").select_related("sender").prefetch_related(*details())
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return Desk(
        lines=lines_of(request, here, list(page)),
        page=page,
        segments=segments(counts, chosen if wanted else ""),
        chosen=chosen if wanted else "",
        counts=counts,
        busy=counts["lecture"] > 0,
        today=timezone.localdate(),
    )


def counted(rows: QuerySet[Mail]) -> dict[str, int]:
    by_state = dict(rows.order_by().values_list("state").annotate(Count("pk", distinct=True)))
    counts = {key: sum(by_state.get(state, 0) for state in states) for key, states in FILTERS.items()}
    return counts | {"": sum(counts.values()), "waiting": counts["a-qualifier"] + counts["illisibles"]}


def segments(counts: dict[str, int], chosen: str) -> list[Segment]:
    names = {
        "": _("Tous"),
        "lecture": _("En lecture"),
        "a-qualifier": _("À qualifier"),
        "illisibles": _("Illisibles"),
        "transmis": _("Transmis aujourd'hui"),
    }
    return [Segment(key, name, counts[key], key == chosen) for key, name in names.items()]


def details() -> tuple[Prefetch[Any], ...]:
    actions = Assignment.objects.filter(role=AssignmentRole.ACTION).select_related("department")
    shown = [SuggestionField.DEPARTMENT, SuggestionField.SENDER, SuggestionField.DUPLICATE]
    best = Suggestion.objects.filter(field__in=shown, rank=0).defer("evidence")
    return (
        Prefetch("documents", Document.objects.filter(role=DocumentRole.ORIGINAL)),
        Prefetch("assignments", actions.order_by("pk")),
        Prefetch("suggestions", best),
        Prefetch("job_runs", JobRun.objects.order_by("pk")),
    )


def lines_of(request: HttpRequest, here: Organisation, mails: list[Mail]) -> list[Line]:
    ids = [mail.pk for mail in mails]
    readable = set(
        Mail.objects.visible_to(signed_in(request)).filter(pk__in=ids).values_list("pk", flat=True)
    )
    departments = {department.code: department for department in here.departments.all()}
    return [line_of(mail, mail.pk in readable, departments) for mail in mails]


def line_of(mail: Mail, readable: bool, departments: dict[str, Department]) -> Line:
    document = next(iter(mail.documents.all()), None)
    best = {suggestion.field: suggestion for suggestion in mail.suggestions.all()}
    suggestion = best.get(SuggestionField.DEPARTMENT)
    twice = best.get(SuggestionField.DUPLICATE)
    run = next(iter(mail.job_runs.all()), None)
    return Line(
        mail=mail,
        readable=readable,
        file_name=document.name if document and readable else "",
        page_count=document.page_count if document else 0,
        sender=sender_of(mail, best.get(SuggestionField.SENDER)) if readable else "",
        departments=[assignment.department for assignment in mail.assignments.all()],
        suggestion=suggestion,
        suggested=departments.get(str(suggestion.value)) if suggestion else None,
        again=twice.label if twice and mail.state in DESK_STATES else "",
        done=run.done if run else 0,
        total=run.total if run else 0,
    )


def sender_of(mail: Mail, suggestion: Suggestion | None) -> str:
    if mail.sender:
        return mail.sender.name
    return suggestion.label if suggestion and mail.state in DESK_STATES else ""
