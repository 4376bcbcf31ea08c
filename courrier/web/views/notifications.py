"""What a person was told, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from courrier.mail.models import Confidentiality, Mail
from courrier.notifications import reading
from courrier.notifications.models import Kind, Notification, Preference
from courrier.notifications.sentences import for_whom, sentence_of
from courrier.organisations.models import User
from courrier.web.answers import by_htmx
from courrier.web.organisation import current_organisation, signed_in
from courrier.web.views.letter_neighbours import letter_url

PAGE_SIZE = 40

LOOKS: dict[str, tuple[str, str]] = {
    Kind.ARRIVED: ("accent", "inbox"),
    Kind.COPY: ("neutral", "copy"),
    Kind.REDIRECTED: ("accent", "arrow-forward-up"),
    Kind.BOUNCED: ("danger", "route"),
    Kind.SENT_BACK: ("warn", "arrow-back-up"),
    Kind.TO_DISPATCH: ("accent", "route"),
    Kind.SPLIT: ("accent", "arrows-split"),
    Kind.ACCEPTED: ("info", "user-check"),
    Kind.GIVEN: ("accent", "users"),
    Kind.TAKEN: ("neutral", "user-check"),
    Kind.CANCELLED: ("neutral", "ban"),
    Kind.OPINION_ASKED: ("accent", "help"),
    Kind.OPINION_GIVEN: ("ok", "message-circle"),
    Kind.MENTION: ("info", "at"),
    Kind.ANSWER: ("info", "message"),
    Kind.VISA: ("accent", "signature"),
    Kind.REPLY_APPROVED: ("ok", "circle-check"),
    Kind.REPLY_REFUSED: ("warn", "edit"),
    Kind.REPLY_FAILED: ("danger", "alert-triangle"),
    Kind.DUE_SOON: ("neutral", "calendar-due"),
    Kind.DUE_TODAY: ("warn", "calendar-due"),
    Kind.LATE: ("danger", "clock-exclamation"),
    Kind.ESCALATED: ("danger", "clock-exclamation"),
    Kind.LEGAL_SOON: ("warn", "calendar-due"),
    Kind.CLOCK: ("info", "clock"),
    Kind.SILENCE: ("danger", "clock-exclamation"),
    Kind.MOVED: ("accent", "building-community"),
    Kind.REPLACES: ("info", "users"),
    Kind.FOUND: ("info", "search"),
}
"""Tone and icon of each kind; the sentence beside them says the same."""

ELSEWHERE = {
    Kind.MOVED: "web:inbox",
    Kind.GIVEN: "web:inbox",
    Kind.REPLACES: "web:absences",
    Kind.FOUND: "web:saved_searches",
}
"""The page of what is about no letter."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page; without its letter's content where the person may not read it."""

    told: Notification
    readable: bool
    place: str = ""

    @property
    def sentence(self) -> str:
        return sentence_of(self.told)

    @property
    def replacing(self) -> str:
        return for_whom(self.told)

    @property
    def look(self) -> tuple[str, str]:
        return LOOKS[self.told.kind]

    @property
    def personal(self) -> bool:
        mail = self.told.mail
        return mail is not None and not self.readable and mail.confidentiality == Confidentiality.PERSONAL

    @property
    def detail(self) -> str:
        return str(self.told.data.get("detail", "")) if self.readable or self.told.mail_id is None else ""

    @property
    def url(self) -> str:
        mail = self.told.mail
        if mail is None:
            return reverse(ELSEWHERE.get(Kind(self.told.kind), "web:home"))
        return letter_url(mail.number) if self.readable or self.personal else ""


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    rows: list[Row]


@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    here = current_organisation(request)
    rows = Notification.objects.filter(user=user).select_related("mail__sender", "organisation")
    only_unread = request.GET.get("vue") == "non-lues"
    page = Paginator(rows.unread() if only_unread else rows, PAGE_SIZE).get_page(request.GET.get("page"))
    unread = reading.unread_count(user)
    preference = Preference.objects.filter(user=user).first() or Preference(user=user)
    answer = render(
        request,
        "web/notifications/page.html",
        {
            "page": page,
            "days": days_of(page.object_list, user, here.pk),
            "only_unread": only_unread,
            "unread": unread,
            "preference": preference,
        },
    )
    return counted(answer, unread) if by_htmx(request) else answer


def days_of(told: Iterable[Notification], user: User, here: int) -> list[Day]:
    """The lines by day; two queries whatever their number."""
    shown = list(told)
    mails = {each.mail_id for each in shown if each.mail_id}
    readable = set(Mail.objects.visible_to(user).filter(pk__in=mails).values_list("pk", flat=True))
    rows = [
        Row(
            each,
            each.mail_id in readable,
            each.organisation.name if each.organisation_id != here else "",
        )
        for each in shown
    ]
    by_day = groupby(rows, key=lambda row: timezone.localtime(row.told.created_at).date())
    return [Day(day_name(day), list(of_day)) for day, of_day in by_day]


def day_name(day: date) -> str:
    today = timezone.localdate()
    if day == today:
        return _("Aujourd'hui")
    if day == today - timedelta(days=1):
        return _("Hier")
    return date_format(day, "l j F" if day.year == today.year else "l j F Y").capitalize()


def counted(answer: HttpResponse, unread: int) -> HttpResponse:
    """Have the bells of the page show how many there are."""
    return trigger_client_event(answer, "counts", {"notifications": unread})


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """How many are unread, asked for by every open page from time to time."""
    return counted(HttpResponse(status=204), reading.unread_count(signed_in(request)))


def back(request: HttpRequest) -> HttpResponse:
    view = request.POST.get("vue", "")
    return redirect(reverse("web:notifications") + ("?vue=non-lues" if view == "non-lues" else ""))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    number = reading.mark_all_read(signed_in(request))
    if number:
        sentence = ngettext(
            "Une notification marquée comme lue.", "%(n)d notifications marquées comme lues.", number
        )
        messages.success(request, sentence % {"n": number})
    return back(request)


@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one read, or unread with `lue=0`."""
    if not reading.mark(signed_in(request), pk, read=request.POST.get("lue") != "0"):
        raise Http404
    return back(request)


@require_POST
def digest(request: HttpRequest) -> HttpResponse:
    """Have the morning's digest, or not."""
    wanted = request.POST.get("resume") == "1"
    Preference.objects.update_or_create(user=signed_in(request), defaults={"digest": wanted})
    if wanted:
        messages.success(request, _("Le résumé vous parviendra chaque matin où il y a du nouveau."))
    else:
        messages.success(request, _("Vous ne recevrez plus le résumé du matin."))
    return back(request)
