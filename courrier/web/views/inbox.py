"""The inbox of a department: what is late, what is due, what is new, what is in hand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from courrier.clock.models import Clock
from courrier.mail.models import Assignment, Confidentiality
from courrier.mail.rights import access_of, can
from courrier.organisations.models import Department, User
from courrier.web.organisation import current_organisation, signed_in
from courrier.web.views.inbox_list import (
    FINISHED,
    PAGE_SIZE,
    SECTIONS,
    VIEWS,
    Choice,
    Tally,
    departments_of,
    finished,
    places,
    with_details,
)
from courrier.web.views.inbox_report import kept_report
from courrier.web.views.letter import colleagues_in
from courrier.web.views.letter_neighbours import letter_url
from workflows.actions.bulk import MOST


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the inbox; `personal` is a letter this person may know of, not read."""

    assignment: Assignment
    url: str
    personal: bool
    can_accept: bool
    can_acknowledge: bool
    can_close: bool
    ticked: bool
    clock: Clock | None

    @property
    def selectable(self) -> bool:
        return self.can_accept or self.can_acknowledge or self.can_close


@dataclass(frozen=True, slots=True)
class Typed:
    """A form of the ticked letters as it came, shown again with why nothing was done."""

    act: str
    problem: str
    ticked: frozenset[str]
    everything: bool
    reason: str
    department: str
    colleague: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading; `size` counts those of other pages too, None where nobody counts them."""

    key: str
    title: str
    size: int | None
    rows: list[Row]


def chosen_departments(request: HttpRequest, code: str) -> list[Department]:
    """The department named in the address, or all of the person's; Http404 where they may not look into it."""
    own = departments_of(signed_in(request)).filter(organisation=current_organisation(request))
    found = list(own.filter(code=code) if code else own)
    if code and not found:
        raise Http404
    return found


def rows_of(user: User, assignments: list[Assignment], list_url: str, ticked: frozenset[str]) -> list[Row]:
    return [
        Row(
            assignment=each,
            url=letter_url(each.mail.number, list_url),
            personal=each.mail.confidentiality == Confidentiality.PERSONAL and each.mail.holder_id != user.pk,
            can_accept=can(user, "accept", each),
            can_acknowledge=can(user, "acknowledge", each),
            can_close=can(user, "close", each),
            ticked=str(each.pk) in ticked,
            clock=getattr(each.mail, "clock", None),
        )
        for each in assignments
    ]


def sections_of(
    user: User,
    rows: list[tuple[int, int]],
    sizes: dict[int, int],
    list_url: str,
    ticked: frozenset[str],
) -> list[Section]:
    """Lines, given as their section and assignment's id, under their headings, in order."""
    assignments = with_details([pk for _, pk in rows])
    lines = {each.assignment.pk: each for each in rows_of(user, assignments, list_url, ticked)}
    return [
        Section(
            SECTIONS[number][0],
            str(SECTIONS[number][1]),
            sizes.get(number),
            [lines[pk] for _, pk in part if pk in lines],
        )
        for number, part in groupby(rows, key=itemgetter(0))
    ]


@require_GET
def inboxes(request: HttpRequest) -> HttpResponse:
    """The inbox of a person's only department, or all of theirs together."""
    if asked := request.GET.get("service"):
        return redirect("web:inbox_of", code=asked)
    departments = chosen_departments(request, "")
    if len(departments) == 1:
        return redirect("web:inbox_of", code=departments[0].code)
    return show(request, departments, "")


@require_GET
def inbox(request: HttpRequest, code: str) -> HttpResponse:
    return show(request, chosen_departments(request, code), code)


def show(
    request: HttpRequest,
    departments: list[Department],
    code: str,
    *,
    list_url: str = "",
    asked: QueryDict | None = None,
    typed: Typed | None = None,
) -> HttpResponse:
    """The list that `asked`, or the address, asks for."""
    user, here = signed_in(request), current_organisation(request)
    asked = request.GET if asked is None else asked
    choice = Choice.of(asked)
    list_url = list_url or request.get_full_path()
    path = reverse("web:inbox_of", args=[code]) if code else reverse("web:inbox")
    tally = Tally.of(user, departments)
    sizes = tally.sections(choice)
    counts = tally.views(choice.document_type)
    page, part = None, None
    if choice.view == "traites":
        part = finished(user, departments, choice, asked)
        rows = [(FINISHED, each.pk) for each in part.rows]
    else:
        page = Paginator(range(sum(sizes.values())), PAGE_SIZE).get_page(asked.get("page"))
        rows = places(user, departments, choice, max(0, page.start_index() - 1), page.end_index())
    context: dict[str, Any] = {
        "department": departments[0] if code else None,
        "several": not code,
        "everyones": here.pk in access_of(user).direction,
        "choice": choice,
        "views": [
            {
                "label": label,
                "url": path + choice.query(vue=view),
                "count": counts.get(view),
                "current": view == choice.view,
            }
            for view, label in VIEWS.items()
        ],
        "types": tally.type_choices(choice.document_type),
        "page": page,
        "part": part,
        "sections": sections_of(user, rows, sizes, list_url, typed.ticked if typed else frozenset()),
        "list_url": list_url,
        "path": path,
        "post_url": reverse("web:inbox_take", args=[code]) if code else reverse("web:inbox_take_any"),
        "undo_url": reverse("web:inbox_undo", args=[code]) if code else reverse("web:inbox_undo_any"),
        "others": Department.objects.open().filter(organisation=here),
        "colleagues": colleagues_in([departments[0].pk])[departments[0].pk] if code else [],
        "most": MOST,
        "typed": typed,
        "report": kept_report(request),
    }
    return render(request, "web/inbox/inbox.html", context, status=422 if typed else 200)
