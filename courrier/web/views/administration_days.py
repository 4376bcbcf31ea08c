"""Which days are worked: the public holidays of the place, the collectivité's own days off, holidays it works on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from courrier.organisations.administering import change_facts
from courrier.organisations.calendar import public_holidays
from courrier.organisations.local_days import add_local_day, remove_local_day
from courrier.web.forms import StyledForm
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered, saved, status_of
from courrier.web.views.administration_facts import ZONES, offer
from courrier.web.views.letter_clock_forms import Day


class LocalDayForm(StyledForm):
    day = Day(label=gettext_lazy("Jour"))
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    worked = forms.BooleanField(
        label=gettext_lazy("Jour férié travaillé ici"),
        help_text=gettext_lazy(
            "Par exemple le Vendredi saint dans une commune d'Alsace-Moselle sans temple protestant. Sinon, le jour "
            "est chômé."
        ),
        required=False,
    )


class ZoneForm(StyledForm):
    holiday_zone = forms.ChoiceField(
        label=gettext_lazy("Jours fériés"),
        required=False,
        help_text=gettext_lazy(
            "Alsace et Moselle ont deux jours de plus, les outre-mer ont celui de l'abolition de l'esclavage."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["holiday_zone"], ZONES, self.initial.get("holiday_zone"))


@require_http_methods(["GET", "POST"])
def days(request: HttpRequest) -> HttpResponse:
    here, user = administered(request), signed_in(request)
    asked = request.POST.get("do", "")
    form = LocalDayForm(request.POST if asked == "day" else None)
    zone = ZoneForm(request.POST if asked == "zone" else None, initial={"holiday_zone": here.holiday_zone})

    def add() -> str:
        row = add_local_day(here, by=user, **form.cleaned_data)
        return _("%(day)s est ajouté.") % {"day": row}

    def move() -> str:
        change_facts(here, zone.cleaned_data, user)
        return _("Les jours fériés sont ceux de ce lieu.")

    if saved(request, form, add) if asked == "day" else saved(request, zone, move):
        return redirect("web:days")
    today = timezone.localdate()
    years = (today.year, today.year + 1)
    holidays = [each for year in years for each in public_holidays(here.holiday_zone, year).items()]
    context = {
        "form": form,
        "zone": zone,
        "local_days": here.local_days.filter(day__year__gte=today.year),
        "holidays": [(day, name) for day, name in sorted(holidays) if day >= today][:14],
    }
    refused = form if asked == "day" else zone
    return render(request, "web/administration/days.html", context, status=status_of(refused))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    here = administered(request)
    row = get_object_or_404(here.local_days, pk=pk)
    remove_local_day(row, signed_in(request))
    messages.success(request, _("%(day)s est retiré.") % {"day": row})
    return redirect("web:days")
