"""When people are reminded of due dates."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from courrier.audit.changes import held, save_changes
from courrier.notifications.models import ReminderPolicy
from courrier.web.forms import StyledForm
from courrier.web.organisation import signed_in
from courrier.web.views.administration import overseen


class RemindersForm(StyledForm):
    """Working days before and after a due date."""

    days_before = forms.IntegerField(
        label=gettext_lazy("Rappel avant l'échéance"),
        help_text=gettext_lazy("En jours ouvrés ; 0 pour ne rappeler que le jour même."),
        min_value=0,
        max_value=60,
    )
    days_before_legal = forms.IntegerField(
        label=gettext_lazy("Rappel avant la date légale"),
        help_text=gettext_lazy(
            "En jours ouvrés, au service et à son responsable, quand la loi laisse plus de temps que le délai visé ; "
            "0 pour aucun."
        ),
        min_value=0,
        max_value=60,
    )
    days_late = forms.IntegerField(
        label=gettext_lazy("Retard signalé au responsable"),
        help_text=gettext_lazy("En jours ouvrés après l'échéance."),
        min_value=1,
        max_value=60,
    )


@require_http_methods(["GET", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    here = overseen(request)
    policy = ReminderPolicy.objects.filter(organisation=here).first() or ReminderPolicy(organisation=here)
    known = {name: getattr(policy, name) for name in RemindersForm.base_fields}
    form = RemindersForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        with held(here):
            policy = ReminderPolicy.objects.filter(organisation=here).first() or policy
            save_changes(here, policy, form.cleaned_data, "reminders_changed", signed_in(request))
        messages.success(request, _("Les rappels suivront ces jours dès le prochain jour ouvré."))
        return redirect("web:reminders")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/closing/reminders.html", {"form": form}, status=status)
