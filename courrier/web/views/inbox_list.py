"""What lies on the desks of a person's departments: which letters, in which order, and how many."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courrier.annotations.models import Annotation
from courrier.classification.models import DocumentType
from courrier.mail.models import Assignment, AssignmentRole, AssignmentState
from courrier.mail.models.assignment import OPEN_STATES
from courrier.mail.rights import access_of
from courrier.organisations.models import Department, User
from courrier.web.views.keyset import Part, part_of

SOON = timedelta(days=7)
PAGE_SIZE = 50
FINISHED_ORDER = ("finished_at", "pk")

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


ACTION = ~Q(role=AssignmentRole.COPY)
OPEN = Q(state__in=OPEN_STATES)


def rule_of(view: str, user: User, today: date) -> Q:
    """The condition of a view; only "traites" looks beyond what is open."""
    rules = {
        "moi": OPEN & Q(accepted_by=user),
        "libres": ACTION & Q(state=AssignmentState.PENDING),
        "retard": OPEN & ACTION & Q(due_on__lt=today),
        "info": OPEN & ~ACTION,
        "traites": Q(finished_at__isnull=False) & ~OPEN,
    }
    return rules.get(view, OPEN)


@dataclass(frozen=True, slots=True)
class Heap:
    """Open letters that are alike in all that a list is narrowed by; `size` is their number."""

    section: int
    pending: bool
    mine: bool
    document_type: int | None
    size: int

    def in_view(self, view: str) -> bool:
        """As `rule_of` says it of one letter."""
        match view:
            case "moi":
                return self.mine
            case "libres":
                return self.pending and self.section != COPIES
            case "retard":
                return self.section == LATE
            case "info":
                return self.section == COPIES
        return view == ""


@dataclass(frozen=True, slots=True)
class Tally:
    """All that is open in the departments, counted in one pass: what every number of the page is taken from."""

    heaps: list[Heap]
    types: dict[int, DocumentType]

    @classmethod
    def of(cls, user: User, departments: list[Department]) -> Tally:
        rows = Assignment.objects.open().filter(department__in=departments).order_by()
        groups = (
            rows.annotate(
                section=section_of(timezone.localdate()),
                pending=is_true(Q(state=AssignmentState.PENDING)),
                mine=is_true(Q(accepted_by=user)),
            )
            .values_list("section", "pending", "mine", "mail__document_type")
            .annotate(Count("pk"))
        )
        heaps = [Heap(*group) for group in groups] if departments else []
        ids = {each.document_type for each in heaps if each.document_type}
        return cls(heaps, DocumentType.objects.in_bulk(ids))

    def type_coded(self, code: str) -> int | None:
        """The type with this code among those of open letters; 0 where it is not."""
        return next((pk for pk, each in self.types.items() if each.code == code), 0) if code else None

    def views(self, document_type: str) -> dict[str, int]:
        """How many letters each view holds; "traites" is not counted, it only grows."""
        return {
            view: sum(self.sections(Choice(view, document_type)).values())
            for view in VIEWS
            if view != "traites"
        }

    def sections(self, choice: Choice) -> dict[int, int]:
        """How many letters of the choice each section holds, whatever the page."""
        wanted = self.type_coded(choice.document_type)
        sizes: dict[int, int] = defaultdict(int)
        for heap in self.heaps:
            if heap.in_view(choice.view) and wanted in (None, heap.document_type):
                sizes[heap.section] += heap.size
        return sizes

    def type_choices(self, chosen: str) -> list[dict[str, object]]:
        """Document types of what is open: code, name, number, and whether it is the chosen one."""
        sizes: dict[int, int] = defaultdict(int)
        for heap in self.heaps:
            if heap.document_type:
                sizes[heap.document_type] += heap.size
        kinds = sorted(self.types.values(), key=lambda each: each.name)
        return [
            {"code": each.code, "name": each.name, "number": sizes[each.pk], "chosen": each.code == chosen}
            for each in kinds
        ]


def is_true(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def of_type(rows: QuerySet[Assignment], code: str) -> QuerySet[Assignment]:
    return rows.filter(mail__document_type__code=code) if code else rows


def section_of(today: date) -> Case:
    """The section an open assignment stands in, as a number that also orders the sections."""
    return Case(
        When(role=AssignmentRole.COPY, then=Value(COPIES)),
        When(due_on__lt=today, then=Value(LATE)),
        When(due_on__lte=today + SOON, then=Value(DUE_SOON)),
        When(state=AssignmentState.PENDING, then=Value(NEW)),
        default=Value(IN_HAND),
        output_field=IntegerField(),
    )


def chosen(user: User, departments: list[Department], choice: Choice) -> QuerySet[Assignment]:
    """The assignments of the choice, in no order."""
    here = Assignment.objects.filter(department__in=departments).order_by()
    return of_type(here.filter(rule_of(choice.view, user, timezone.localdate())), choice.document_type)


def listed(user: User, departments: list[Department], choice: Choice) -> QuerySet[Any]:
    """The assignments of the choice in the order shown; those that are open carry their `section`."""
    rows = chosen(user, departments, choice)
    if choice.view == "traites":
        return rows.order_by(*(f"-{name}" for name in FINISHED_ORDER))
    section = section_of(timezone.localdate())
    return rows.annotate(section=section).order_by("section", F("due_on").asc(nulls_last=True), "pk")


def places(
    user: User, departments: list[Department], choice: Choice, start: int, end: int
) -> list[tuple[int, int]]:
    """The section and id of each open assignment of the choice from place `start` (from 0) up to `end`."""
    return list(listed(user, departments, choice).values_list("section", "pk")[start:end])


def finished(user: User, departments: list[Department], choice: Choice, asked: QueryDict) -> Part[Assignment]:
    """A part of what was dealt with, last first. Several departments are looked through by one index of them all."""
    rows = chosen(user, departments, choice)
    if len(departments) > 1:
        rows = rows.filter(organisation=departments[0].organisation_id)
    return part_of(rows, FINISHED_ORDER, PAGE_SIZE, asked)


def with_details(ids: list[int]) -> list[Assignment]:
    """The assignments in this order with all that a line of the inbox shows, in one query."""
    notes = Annotation.objects.filter(mail=OuterRef("mail"), resolved_at__isnull=True)
    rows = Assignment.objects.select_related(
        "department", "accepted_by", "mail__sender", "mail__document_type", "mail__clock"
    )
    found = rows.annotate(has_notes=Exists(notes)).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]
