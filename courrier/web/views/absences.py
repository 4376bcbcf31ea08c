"""Who replaces whom: one's own absence, and those of the people one is in charge of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from courrier.organisations import absences as domain
from courrier.organisations.models import Delegation, Organisation, User
from courrier.web.forms import StyledForm
from courrier.web.organisation import current_organisation, signed_in
from workflows import actions
from workflows.actions.closing import in_hand
from workflows.actions.relocating import AT_ONCE

KEPT = timedelta(days=90)
"""How long absences that are over stay on the page."""


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person by name; `me` is called as much, and who left is said to have left."""

    me: User | None = None

    def label_from_instance(self, obj: Any) -> str:
        return _("Moi") if obj == self.me else name_of(obj)


class AbsenceForm(StyledForm):
    """Who is away, from when to when, and who works in their place."""

    absent = PersonField(User.objects.none(), label=gettext_lazy("Personne absente"))
    substitute = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Qui la remplace"), empty_label=gettext_lazy("Choisir…")
    )
    first = forms.DateField(label=gettext_lazy("Du"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = forms.DateField(
        label=gettext_lazy("Au (inclus)"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    reason = forms.CharField(label=gettext_lazy("Motif"), max_length=120, required=False)

    def __init__(
        self, *args: Any, by: User, organisation: Organisation, under: list[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        absent, substitute = self.fields["absent"], self.fields["substitute"]
        assert isinstance(absent, PersonField)  # noqa: S101
        assert isinstance(substitute, forms.ModelChoiceField)  # noqa: S101
        absent.queryset = User.objects.filter(pk__in=[by.pk, *(each.pk for each in under)])
        absent.empty_label = None
        absent.me = by
        substitute.queryset = domain.colleagues(organisation)
        if not under:
            absent.widget = forms.HiddenInput()
            substitute.label = _("Qui me remplace")


def name_of(person: User) -> str:
    return str(person) if person.is_active else _("%(name)s (a quitté la collectivité)") % {"name": person}


@dataclass(frozen=True, slots=True)
class Absence:
    """A line of the page: `when` is now, later or over."""

    row: Delegation
    when: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody who left with letters in hand."""

    person: User
    letters: int


@require_GET
def absences(request: HttpRequest) -> HttpResponse:
    return show(request)


def show(request: HttpRequest, form: AbsenceForm | None = None) -> HttpResponse:
    user, here = signed_in(request), current_organisation(request)
    under = domain.people_under(user, here)
    lines = lines_of(user, here, under)
    context = {
        "form": form or AbsenceForm(by=user, organisation=here, under=under, initial=suggested(user)),
        "under": under,
        "mine": [each for each in lines if each.row.absent_id == user.pk],
        "replaced": [each for each in lines if each.row.substitute_id == user.pk and each.when != "over"],
        "theirs": [
            each
            for each in lines
            if each.row.absent_id != user.pk and each.row.absent_id in {one.pk for one in under}
        ],
        "gone": gone_of(user, under),
        "colleagues": domain.colleagues(here) if under else [],
    }
    return render(request, "web/absences/page.html", context, status=422 if form and form.errors else 200)


def suggested(user: User) -> dict[str, Any]:
    today = timezone.localdate()
    return {"absent": user.pk, "first": today, "last": today + timedelta(days=7 - today.weekday())}


def lines_of(user: User, here: Organisation, under: list[User]) -> list[Absence]:
    """Absences of the person, of those they replace and of those they are in charge of, the running ones first."""
    today = timezone.localdate()
    people = {user.pk, *(each.pk for each in under)}
    rows = Delegation.objects.filter(organisation=here, ends_on__gte=today - KEPT)
    found = [
        Absence(row, when_of(row, today), row.absent_id in people and row.ends_on >= today)
        for row in rows.select_related("absent", "substitute", "named_by").order_by("starts_on", "pk")
        if row.absent_id in people or row.substitute_id == user.pk
    ]
    order = ("now", "later", "over")
    return sorted(found, key=lambda each: order.index(each.when))


def when_of(row: Delegation, today: date) -> str:
    return "over" if row.ends_on < today else "later" if row.starts_on > today else "now"


def gone_of(user: User, under: list[User]) -> list[Gone]:
    left = [(each, in_hand(each, user).count()) for each in under if not each.is_active]
    return [Gone(person, letters) for person, letters in left if letters]


@require_POST
def name(request: HttpRequest) -> HttpResponse:
    """Enter an absence."""
    user, here = signed_in(request), current_organisation(request)
    form = AbsenceForm(request.POST, by=user, organisation=here, under=domain.people_under(user, here))
    if not form.is_valid():
        return show(request, form)
    said = form.cleaned_data
    try:
        absence = domain.name_substitute(
            here,
            said["absent"],
            said["substitute"],
            said["first"],
            said["last"],
            by=user,
            reason=said["reason"],
        )
    except domain.AbsenceRefused as refusal:
        form.add_error(None, refusal.message)
        return show(request, form)
    messages.success(request, named(absence, user))
    for other in domain.replaced_meanwhile(here, absence.absent, absence.starts_on, absence.ends_on):
        messages.warning(
            request,
            _("%(absent)s devait remplacer %(other)s ces jours-là : prévoyez quelqu'un d'autre.")
            % {"absent": absence.absent, "other": other.absent},
        )
    return redirect("web:absences")


def named(absence: Delegation, by: User) -> str:
    days = {
        "substitute": absence.substitute,
        "absent": absence.absent,
        "first": f"{absence.starts_on:%d/%m/%Y}",
        "last": f"{absence.ends_on:%d/%m/%Y}",
    }
    if absence.absent_id == by.pk:
        return _("%(substitute)s vous remplace du %(first)s au %(last)s.") % days
    return _("%(substitute)s remplace %(absent)s du %(first)s au %(last)s.") % days


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody is back, or does not leave after all."""
    here = current_organisation(request)
    rows = Delegation.objects.select_related("absent", "substitute", "organisation")
    absence = get_object_or_404(rows, pk=pk, organisation=here)
    try:
        domain.end_absence(absence, by=signed_in(request))
    except domain.AbsenceRefused as refusal:
        raise PermissionDenied(refusal.message) from refusal
    messages.success(request, _("Le remplacement de %(name)s est terminé.") % {"name": absence.absent})
    return redirect("web:absences")


@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """Give a colleague the letters of somebody who left."""
    user, here = signed_in(request), current_organisation(request)
    people = {str(each.pk): each for each in domain.people_under(user, here)}
    person = people.get(request.POST.get("person", ""))
    chosen = request.POST.get("colleague", "")
    colleague = domain.colleagues(here).filter(pk=chosen).first() if chosen.isdecimal() else None
    if person is None:
        raise PermissionDenied
    if colleague is None:
        messages.error(request, _("Choisissez à qui confier ces courriers."))
        return redirect("web:absences")
    try:
        if (many := in_hand(person, user).count()) > AT_ONCE:
            actions.begin_hand_over(person, colleague, user)
            sentence = _(
                "%(n)d courriers passent à %(name)s : une notification lui dira quand ils y sont tous."
            )
            messages.success(request, sentence % {"n": many, "name": colleague})
            return redirect("web:absences")
        report = actions.hand_over_all(person, colleague, user)
    except actions.ActionRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("web:absences")
    given, left = len(report.given), len(report.left)
    if given:
        sentence = ngettext("%(n)d courrier confié à %(name)s.", "%(n)d courriers confiés à %(name)s.", given)
        messages.success(request, sentence % {"n": given, "name": colleague})
    if left:
        sentence = ngettext(
            "%(n)d courrier reste : %(name)s ne travaille pas dans son service.",
            "%(n)d courriers restent : %(name)s ne travaille pas dans leur service.",
            left,
        )
        messages.warning(request, sentence % {"n": left, "name": colleague})
    return redirect("web:absences")
