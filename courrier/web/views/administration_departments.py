"""Opening a department, and changing one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from courrier.organisations.administering import add_department, change_department
from courrier.organisations.models import Department, Organisation
from courrier.web.forms import StyledForm
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered, saved, show_form


class DepartmentForm(StyledForm):
    """Fields of Department; the code is chosen once."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Court, par exemple URB. Il ne changera plus."),
        max_length=12,
        validators=[
            RegexValidator(r"^[A-Z0-9-]+$", gettext_lazy("Des majuscules et des chiffres seulement."))
        ],
    )
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    parent = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Rattaché à"),
        help_text=gettext_lazy("Le responsable du service au-dessus voit aussi ses courriers."),
        empty_label=gettext_lazy("Aucun"),
        required=False,
    )
    email = forms.EmailField(label=gettext_lazy("Courriel"), required=False)
    arbitrates = forms.BooleanField(
        label=gettext_lazy("Tranche quand les services se renvoient un courrier"),
        help_text=gettext_lazy("Un seul service tranche : celui qui le faisait ne le fera plus."),
        required=False,
    )

    def __init__(
        self, *args: Any, organisation: Organisation, department: Department | None = None, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)  # noqa: S101
        parent.queryset = organisation.departments.open()
        if department is not None:
            del self.fields["code"]
            parent.queryset = parent.queryset.exclude(pk=department.pk)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    here, user = administered(request), signed_in(request)
    form = DepartmentForm(request.POST or None, organisation=here)

    def save() -> str:
        added = add_department(here, form.cleaned_data, user)
        return _("Le service %(name)s est ouvert.") % {"name": added.name}

    if saved(request, form, save):
        return redirect("web:departments")
    back = reverse("web:departments")
    return show_form(request, form, _("Ajouter un service"), _("Ouvrir le service"), back=back)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    here, user = administered(request), signed_in(request)
    department = get_object_or_404(here.departments.open().select_related("parent"), code=code)
    known = {name: getattr(department, name) for name in ("name", "parent", "email", "arbitrates")}
    form = DepartmentForm(request.POST or None, initial=known, organisation=here, department=department)

    def save() -> str:
        change_department(department, form.cleaned_data, user)
        return _("Le service %(name)s est enregistré.") % {"name": form.cleaned_data["name"]}

    if saved(request, form, save):
        return redirect("web:departments")
    return show_form(request, form, department.name, _("Enregistrer"), back=reverse("web:departments"))
