"""The inbox of a department: what is late, what is due, what is new, what is in hand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from courrier.mail.models import Assignment, AssignmentRole, Confidentiality
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
from courrier.web.views.letter_neighbours import letter_url
from workflows import actions


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the inbox; `personal` is a letter this person may know of, not read."""

    assignment: Assignment
    url: str
    personal: bool
    can_accept: bool
    can_acknowledge: bool

    @property
    def selectable(self) -> bool:
        return self.can_accept or self.can_acknowledge


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


def rows_of(user: User, assignments: list[Assignment], list_url: str) -> list[Row]:
    return [
        Row(
            assignment=each,
            url=letter_url(each.mail.number, list_url),
            personal=each.mail.confidentiality == Confidentiality.PERSONAL and each.mail.holder_id != user.pk,
            can_accept=can(user, "accept", each),
            can_acknowledge=can(user, "acknowledge", each),
        )
        for each in assignments
    ]


def sections_of(
    user: User, rows: list[tuple[int, int]], sizes: dict[int, int], list_url: str
) -> list[Section]:
    """Lines, given as their section and assignment's id, under their headings, in order."""
    lines = {
        each.assignment.pk: each for each in rows_of(user, with_details([pk for _, pk in rows]), list_url)
    }
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


def show(request: HttpRequest, departments: list[Department], code: str) -> HttpResponse:
    user = signed_in(request)
    choice = Choice.of(request.GET)
    list_url = request.get_full_path()
    tally = Tally.of(user, departments)
    sizes = tally.sections(choice)
    counts = tally.views(choice.document_type)
    page, part = None, None
    if choice.view == "traites":
        part = finished(user, departments, choice, request.GET)
        rows = [(FINISHED, each.pk) for each in part.rows]
    else:
        page = Paginator(range(sum(sizes.values())), PAGE_SIZE).get_page(request.GET.get("page"))
        rows = places(user, departments, choice, max(0, page.start_index() - 1), page.end_index())
    context: dict[str, Any] = {
        "department": departments[0] if code else None,
        "several": not code,
        "everyones": current_organisation(request).pk in access_of(user).direction,
        "choice": choice,
        "views": [
            {
                "label": label,
                "url": choice.query(vue=view),
                "count": counts.get(view),
                "current": view == choice.view,
            }
            for view, label in VIEWS.items()
        ],
        "types": tally.type_choices(choice.document_type),
        "page": page,
        "part": part,
        "sections": sections_of(user, rows, sizes, list_url),
        "list_url": list_url,
        "post_url": reverse("web:inbox_take", args=[code]) if code else reverse("web:inbox_take_any"),
    }
    return render(request, "web/inbox/inbox.html", context)


@require_POST
def take(request: HttpRequest, code: str = "") -> HttpResponse:
    """Take the ticked letters in hand, and mark ticked copies as read; `one` is the line whose button was used."""
    user = signed_in(request)
    departments = chosen_departments(request, code)
    asked = [request.POST["one"]] if request.POST.get("one") else request.POST.getlist("assignment")
    ids = [int(each) for each in asked if each.isdecimal()][:200]
    done = {AssignmentRole.ACTION.value: 0, AssignmentRole.COPY.value: 0}
    refused: list[str] = []
    rows = Assignment.objects.filter(pk__in=ids, department__in=departments).select_related(
        "mail", "department"
    )
    for assignment in rows.order_by("mail"):
        act = actions.acknowledge if assignment.role == AssignmentRole.COPY else actions.accept
        try:
            act(assignment, user)
        except actions.ActionRefused as refusal:
            refused.append(f"{assignment.mail.number} : {refusal.message}")
        else:
            done[assignment.role] += 1
    say(request, done[AssignmentRole.ACTION], done[AssignmentRole.COPY], refused)
    return redirect(back_to(request, code))


def say(request: HttpRequest, taken: int, copies: int, refused: list[str]) -> None:
    if taken:
        text = ngettext("Courrier pris en charge.", "%(n)d courriers pris en charge.", taken) % {"n": taken}
        messages.success(request, text)
    if copies:
        text = ngettext("Copie marquée comme lue.", "%(n)d copies marquées comme lues.", copies) % {
            "n": copies
        }
        messages.success(request, text)
    for refusal in refused[:5]:
        messages.warning(request, refusal)
    if not taken and not copies and not refused:
        messages.info(request, _("Cochez d'abord un courrier."))


def back_to(request: HttpRequest, code: str) -> str:
    """The list as it was: its filters and page, never another site."""
    here = reverse("web:inbox_of", args=[code]) if code else reverse("web:inbox")
    asked = request.POST.get("liste", "")
    return asked if asked.startswith(f"{here}?") else here
