"""Every component in every state, to look at; in debug only."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from courrier.mail.models import Assignment, AssignmentState, Mail, MailState
from courrier.web.forms import StyledForm


class SampleForm(StyledForm):
    subject = forms.CharField(label="Objet", help_text="Comme il figurera au registre.")
    department = forms.ChoiceField(label="Service", choices=[("URB", "Urbanisme"), ("FIN", "Finances")])
    received_on = forms.DateField(label="Reçu le", widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    registered = forms.BooleanField(label="Recommandé avec avis de réception", required=False)


def styleguide(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    wrong = SampleForm({"subject": "", "department": "URB", "received_on": "32/13/2024"})
    return render(
        request,
        "web/styleguide.html",
        {
            "mail_states": [Mail(state=state) for state in MailState],
            "assignment_states": [Assignment(state=state) for state in AssignmentState],
            "due_dates": [today + timedelta(days=days) for days in (-12, -1, 0, 1, 5, 20, 90)],
            "confidences": [0.99, 0.93, 0.78, 0.62, 0.41, 0.0],
            "form": SampleForm(),
            "wrong_form": wrong,
            "page": Paginator(range(400), 25).get_page(4),
            "names": ["Camille Martin", "Urbanisme", "Fatou Diop", "Jean-Paul Le Goff"],
        },
    )
