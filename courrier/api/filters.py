"""Query parameters that narrow the lists."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.mail.models import (
    Assignment,
    AssignmentRole,
    AssignmentState,
    Channel,
    Confidentiality,
    Mail,
    MailState,
)
from courrier.mail.rights import access_of


class Order(filters.OrderingFilter):  # type: ignore[misc]
    """An order that is the same from one part of the list to the next: ties are broken by id."""

    def filter(self, rows: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        if not value:
            return rows
        names = [self.get_ordering_value(each) for each in value]
        return rows.order_by(*names, "-pk")


class MailFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=MailState.choices, help_text=_("un ou plusieurs états"))
    number = filters.CharFilter(help_text=_("numéro exact"))
    channel = filters.MultipleChoiceFilter(choices=Channel.choices)
    confidentiality = filters.MultipleChoiceFilter(choices=Confidentiality.choices)
    department = filters.CharFilter(
        method="of_department", help_text=_("code d'un service qui l'a ou l'a eu")
    )
    document_type = filters.CharFilter(field_name="document_type__code", help_text=_("code du type"))
    sender = filters.CharFilter(
        field_name="sender__name", lookup_expr="icontains", help_text=_("partie du nom")
    )
    organisation = filters.CharFilter(field_name="organisation__slug")
    registered_post = filters.BooleanFilter()
    received_after = filters.DateFilter(field_name="received_on", lookup_expr="gte")
    received_before = filters.DateFilter(field_name="received_on", lookup_expr="lte")
    changed_after = filters.IsoDateTimeFilter(
        field_name="changed_at", lookup_expr="gte", help_text=_("pour suivre ce qui change")
    )
    due_before = filters.DateFilter(field_name="due_on", lookup_expr="lte")
    overdue = filters.BooleanFilter(method="late", help_text=_("échéance passée et pas clos"))
    ordering = Order(fields=["number", "received_on", "registered_at", "changed_at", "due_on"])

    class Meta:
        model = Mail
        fields: list[str] = []

    def of_department(self, rows: QuerySet[Mail], name: str, code: str) -> QuerySet[Mail]:
        return rows.filter(pk__in=Assignment.objects.filter(department__code=code).values("mail"))

    def late(self, rows: QuerySet[Mail], name: str, late: bool) -> QuerySet[Mail]:
        passed = Q(due_on__lt=timezone.localdate()) & ~Q(state__in=[MailState.CLOSED, MailState.CANCELLED])
        return rows.filter(passed) if late else rows.exclude(passed)


class AssignmentFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.MultipleChoiceFilter(choices=AssignmentState.choices)
    role = filters.ChoiceFilter(choices=AssignmentRole.choices)
    department = filters.CharFilter(field_name="department__code", help_text=_("code du service"))
    mail = filters.NumberFilter(field_name="mail_id", help_text=_("id du courrier"))
    number = filters.CharFilter(field_name="mail__number", help_text=_("numéro du courrier"))
    organisation = filters.CharFilter(field_name="organisation__slug")
    open = filters.BooleanFilter(method="is_open", help_text=_("à prendre en charge ou en traitement"))
    mine = filters.BooleanFilter(method="of_mine", help_text=_("de mes services"))
    due_before = filters.DateFilter(field_name="due_on", lookup_expr="lte")
    overdue = filters.BooleanFilter(method="late", help_text=_("échéance passée et pas terminée"))
    ordering = Order(fields=["created_at", "due_on"])

    class Meta:
        model = Assignment
        fields: list[str] = []

    def is_open(self, rows: QuerySet[Assignment], name: str, wanted: bool) -> QuerySet[Assignment]:
        still = Assignment.objects.open().values("pk")
        return rows.filter(pk__in=still) if wanted else rows.exclude(pk__in=still)

    def of_mine(self, rows: QuerySet[Assignment], name: str, wanted: bool) -> QuerySet[Assignment]:
        mine = Q(department__in=access_of(self.request.user).departments)
        return rows.filter(mine) if wanted else rows.exclude(mine)

    def late(self, rows: QuerySet[Assignment], name: str, wanted: bool) -> QuerySet[Assignment]:
        today = timezone.localdate()
        late = Assignment.objects.overdue(today).values("pk")
        return rows.filter(pk__in=late) if wanted else rows.exclude(pk__in=late)
