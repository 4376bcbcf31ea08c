"""The texts that replies begin with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courrier.audit.chain import record
from courrier.audit.changes import held, save_changes
from courrier.organisations.models import Department, Organisation
from courrier.replies.models import Template
from courrier.web.forms import StyledForm
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered, saved, show_form


class TemplateForm(StyledForm):
    """Fields of Template."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Pour"),
        empty_label=gettext_lazy("Tous les services"),
        required=False,
    )
    subject = forms.CharField(
        label=gettext_lazy("Objet"),
        help_text=gettext_lazy("Vide : « Votre courrier » et son objet."),
        max_length=300,
        required=False,
    )
    body = forms.CharField(
        label=gettext_lazy("Texte"),
        help_text=gettext_lazy(
            "{number}, {received_on}, {subject} et {sender} deviennent le numéro du courrier, sa date d'arrivée, son "
            "objet et son expéditeur."
        ),
        strip=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 14}),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.fields["department"]
        assert isinstance(department, forms.ModelChoiceField)  # noqa: S101
        department.queryset = organisation.departments.open()

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].replace("\r\n", "\n")
        if not body.strip():
            raise forms.ValidationError(_("Écrivez le texte du modèle."))
        return body


FIELDS = tuple(TemplateForm.base_fields)


@require_GET
def reply_templates(request: HttpRequest) -> HttpResponse:
    rows = administered(request).reply_templates.select_related("department").order_by("name", "pk")
    return render(request, "web/administration/templates.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    return edited(request, here, Template(organisation=here), _("Ajouter un modèle"), "reply_template_added")


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    here = administered(request)
    found = get_object_or_404(here.reply_templates.select_related("department"), pk=pk)
    return edited(request, here, found, found.name, "reply_template_changed")


def edited(request: HttpRequest, here: Organisation, row: Template, title: str, verb: str) -> HttpResponse:
    user = signed_in(request)
    known = {name: getattr(row, name) for name in FIELDS} if row.pk else {}
    form = TemplateForm(request.POST or None, initial=known, organisation=here)

    def save() -> str:
        with held(here) as place:
            save_changes(place, row, form.cleaned_data, verb, user)
        return _("Le modèle « %(name)s » est enregistré.") % {"name": row.name}

    if saved(request, form, save):
        return redirect("web:reply_templates")
    removal = reverse("web:reply_template_remove", args=[row.pk]) if row.pk else ""
    return show_form(
        request,
        form,
        title,
        _("Enregistrer"),
        back=reverse("web:reply_templates"),
        removal=removal,
        removal_words=_("Supprimer ce modèle"),
    )


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a template away; replies that began with it keep their text, and the journal keeps the template's."""
    here, user = administered(request), signed_in(request)
    with held(here) as place:
        found = get_object_or_404(place.reply_templates, pk=pk)
        before = {"subject": found.subject, "body": found.body}
        kind = found._meta.label_lower
        record(
            place,
            "reply_template_removed",
            actor=user,
            kind=kind,
            thing=found.name,
            thing_id=pk,
            before=before,
        )
        found.delete()
    messages.success(request, _("Le modèle « %(name)s » est supprimé.") % {"name": found.name})
    return redirect("web:reply_templates")
