"""A personal letter that came back to reception: sent on by what stands on its envelope, without being opened."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courrier.mail.models import Assignment, AssignmentState, Confidentiality, Mail
from courrier.mail.qualification import Qualification
from courrier.mail.rights import can
from courrier.organisations.models import Department, Organisation, User
from courrier.web.forms import StyledForm
from workflows import actions


class SealedForm(StyledForm):
    """Where an unopened letter goes."""

    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Service du destinataire"),
        empty_label=gettext_lazy("Choisir un service…"),
        to_field_name="code",
    )


def sealed_letter(user: User, here: Organisation, number: str) -> Mail | None:
    """The letter, where it waits for reception, is personal, and so is not theirs to read."""
    known = Mail.objects.registered_for(user).filter(organisation=here, number=number)
    mail = known.filter(confidentiality=Confidentiality.PERSONAL).to_qualify().first()
    return mail if mail and can(user, "qualify", mail) and not can(user, "read", mail) else None


def send_unopened(request: HttpRequest, user: User, here: Organisation, mail: Mail) -> HttpResponse:
    form = SealedForm(request.POST if request.method == "POST" else None)
    form.fields["department"].queryset = here.departments.open()  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        department = form.cleaned_data["department"]
        try:
            actions.qualify(mail, user, as_before(mail, department))
        except actions.ActionRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            text = _("%(number)s transmis : %(names)s") % {"number": mail.number, "names": department.name}
            messages.success(request, text)
            return redirect("web:reception")
    returned = Assignment.objects.filter(mail=mail, state=AssignmentState.SENT_BACK).order_by("-finished_at")
    context = {"mail": mail, "form": form, "sent_back": returned.select_related("department").first()}
    return render(request, "web/qualification/sealed.html", context, status=422 if form.errors else 200)


def as_before(mail: Mail, department: Department) -> Qualification:
    """All that is known of the letter, and another department."""
    sender = {"name": mail.sender.name, "correspondent": mail.sender.pk} if mail.sender else None
    return Qualification(
        departments=[department],
        document_type=mail.document_type,
        sender=sender,
        subject=mail.subject,
        letter_date=mail.letter_date,
        references=mail.references,
        registered_post=mail.registered_post,
        confidentiality=Confidentiality.PERSONAL,
        due_on=mail.due_on,
    )
