"""What lies on the desks of a person's departments: which letters, in which order, and how many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courrier.annotations.models import Annotation
from courrier.mail.models import Assignment, AssignmentRole, AssignmentState
from courrier.mail.rights import access_of
from courrier.organisations.models import Department, User

SOON = timedelta(days=7)
PAGE_SIZE = 50

LATE, DUE_SOON, NEW, IN_HAND, COPIES, FINISHED = range(6)

SECTIONS: dict[int, tuple[str, Promise]] = {
    LATE: ("late", _("En retard")),
    DUE_SOON: ("soon", _("À répondre sous 7 jours")),
    NEW: ("new", _("Nouveaux")),
    IN_HAND: ("hand", _("En traitement")),
    COPIES: ("copy", _("Pour information")),
    FINISHED: ("done", _("Traités")),
}

VIEWS: dict[str, Promise] = {
    "": _("Tout"),
    "moi": _("À mon nom"),
    "libres": _("À prendre"),
    "retard": _("En retard"),
    "info": _("Pour information"),
    "traites": _("Traités"),
}


@dataclass(frozen=True, slots=True)
class DepartmentCount:
    """A department in the side bar, with the letters it has to deal with."""

    department: Department
    to_do: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The list somebody asked for: a view of VIEWS and a document type's code, both "" for all."""

    view: str = ""
    document_type: str = ""

    @classmethod
    def of(cls, asked: QueryDict) -> Choice:
        view = asked.get("vue", "")
        return cls(view if view in VIEWS else "", asked.get("type", ""))

    def query(self, **other: str) -> str:
        """The query string of this choice with `other` in its place; "" where nothing is chosen."""
        pairs = {"vue": self.view, "type": self.document_type} | other
        chosen = {name: value for name, value in pairs.items() if value}
        return f"?{urlencode(chosen)}" if chosen else "?"


def departments_of(user: User) -> QuerySet[Department]:
    """Departments whose inbox `user` may look into: their own, and all of them for the general direction."""
    access = access_of(user)
    rule = Q(pk__in=access.departments) | Q(organisation__in=access.direction)
    return Department.objects.filter(rule).order_by("organisation", "code")


def counted(departments: list[Department]) -> list[DepartmentCount]:
    """The departments with what waits in each, in one query."""
    rows = Assignment.objects.open().filter(department__in=departments).exclude(role=AssignmentRole.COPY)
    counts = dict(rows.order_by().values_list("department").annotate(Count("pk"))) if departments else {}
    return [DepartmentCount(each, counts.get(each.pk, 0)) for each in departments]


def rules_of_views(user: User, today: date) -> dict[str, Q]:
    """The condition of each view; only "traites" looks beyond what is open."""
    action = ~Q(role=AssignmentRole.COPY)
    is_open = Q(state__in=(AssignmentState.PENDING, AssignmentState.ACCEPTED))
    return {
        "": is_open,
        "moi": is_open & Q(accepted_by=user),
        "libres": action & Q(state=AssignmentState.PENDING),
        "retard": is_open & action & Q(due_on__lt=today),
        "info": is_open & ~action,
        "traites": ~is_open,
    }


def view_counts(user: User, departments: list[Department], document_type: str) -> dict[str, int]:
    """How many letters each view holds, in one query; "traites" is not counted, it only grows."""
    rules = rules_of_views(user, timezone.localdate())
    counted_views = {
        view or "tout": Count("pk", filter=rule) for view, rule in rules.items() if view != "traites"
    }
    rows = of_type(Assignment.objects.open().filter(department__in=departments), document_type)
    numbers = rows.aggregate(**counted_views)
    return {view: numbers[view or "tout"] for view in rules if view != "traites"}


def of_type(rows: QuerySet[Assignment], code: str) -> QuerySet[Assignment]:
    return rows.filter(mail__document_type__code=code) if code else rows


def types_in(departments: list[Department], chosen: str) -> list[dict[str, object]]:
    """Document types of what is open in the departments: code, name, count, and whether it is the chosen one."""
    rows = (
        Assignment.objects.open()
        .filter(department__in=departments, mail__document_type__isnull=False)
        .order_by("mail__document_type__name")
        .values("mail__document_type__code", "mail__document_type__name")
        .annotate(number=Count("pk"))
    )
    return [
        {
            "code": row["mail__document_type__code"],
            "name": row["mail__document_type__name"],
            "number": row["number"],
            "chosen": row["mail__document_type__code"] == chosen,
        }
        for row in rows
    ]


def section_of(today: date) -> Case:
    """The section an assignment stands in, as a number that also orders the sections."""
    return Case(
        When(~Q(state__in=(AssignmentState.PENDING, AssignmentState.ACCEPTED)), then=Value(FINISHED)),
        When(role=AssignmentRole.COPY, then=Value(COPIES)),
        When(due_on__lt=today, then=Value(LATE)),
        When(due_on__lte=today + SOON, then=Value(DUE_SOON)),
        When(state=AssignmentState.PENDING, then=Value(NEW)),
        default=Value(IN_HAND),
        output_field=IntegerField(),
    )


def listed(user: User, departments: list[Department], choice: Choice) -> QuerySet[Assignment]:
    """The assignments of the choice in the order shown; rows carry `section` and `has_notes`."""
    today = timezone.localdate()
    here = Assignment.objects.filter(department__in=departments)
    rows = of_type(here.filter(rules_of_views(user, today)[choice.view]), choice.document_type)
    if choice.view == "traites":
        return rows.annotate(section=section_of(today)).order_by("-finished_at", "-pk")
    section = section_of(today)
    return rows.annotate(section=section).order_by(section, F("due_on").asc(nulls_last=True), "pk")


def section_sizes(rows: QuerySet[Any]) -> dict[int, int]:
    """How many rows each section of the whole list has, whatever the page."""
    return dict(rows.order_by().values_list("section").annotate(Count("pk")))


def with_details(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """The rows with all a line of the inbox shows, in one query."""
    notes = Annotation.objects.filter(mail=OuterRef("mail"), resolved_at__isnull=True)
    return rows.select_related(
        "department", "accepted_by", "mail__sender", "mail__document_type", "mail__clock"
    ).annotate(has_notes=Exists(notes))
