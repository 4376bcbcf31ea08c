"""The types of letters: which are used, where they usually go, how long an answer may take."""

from __future__ import annotations

from itertools import count
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from courrier.audit.changes import held, save_changes
from courrier.classification.models import DocumentType
from courrier.clock.choosing import NO_RULE, own_rule
from courrier.clock.rules import law
from courrier.clock.tasks import reckon_later
from courrier.organisations.models import Department, Organisation
from courrier.web.forms import StyledForm
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered, saved, show_form
from courrier.web.views.administration_facts import THRESHOLDS, offer
from courrier.web.views.letter_clock_forms import rule_in_words


def confidence_or_none(value: str) -> float | None:
    return float(value) if value else None


class DocumentTypeForm(StyledForm):
    """Fields of DocumentType that a town chooses; of the law, by which rule its delay counts."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    active = forms.BooleanField(
        label=gettext_lazy("Utilisé"),
        help_text=gettext_lazy(
            "Un type qui n'est plus utilisé n'est plus proposé ; les courriers qui l'ont le gardent."
        ),
        required=False,
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Service habituel"),
        empty_label=gettext_lazy("Aucun"),
        required=False,
    )
    delay_days = forms.IntegerField(
        label=gettext_lazy("Délai de réponse visé, en jours ouvrés"), min_value=0, max_value=365
    )
    legal_rule = forms.ChoiceField(
        label=gettext_lazy("Délai légal"),
        required=False,
        help_text=gettext_lazy(
            "La règle par laquelle la date légale est comptée ; les courriers en cours sont recalculés. Les règles, "
            "avec leur article, se lisent dans « Délais légaux »."
        ),
    )
    retention_years = forms.IntegerField(
        label=gettext_lazy("Durée d'utilité administrative, en années"), min_value=0, max_value=200
    )
    dispatch_threshold = forms.TypedChoiceField(
        label=gettext_lazy("Envoi au service sans relecture"),
        coerce=confidence_or_none,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, organisation: Organisation, kind: DocumentType, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = organisation.document_types.exclude(name=self.initial.get("name", ""))
        department = self.fields["department"]
        assert isinstance(department, forms.ModelChoiceField)  # noqa: S101
        department.queryset = organisation.departments.open()
        offer(self.fields["legal_rule"], rules_to_choose(kind), self.initial.get("legal_rule"))
        choices = [("", gettext_lazy("Comme la collectivité")), *THRESHOLDS]
        offer(self.fields["dispatch_threshold"], choices, self.initial.get("dispatch_threshold"))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.others.filter(name__iexact=name).exists():
            raise forms.ValidationError(_("Un autre type porte déjà ce nom."))
        return name


FIELDS = tuple(DocumentTypeForm.base_fields)


@require_GET
def document_types(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    types = here.document_types.select_related("department").order_by("-active", "name")
    return render(request, "web/administration/types.html", {"types": types})


@require_http_methods(["GET", "POST"])
def document_type(request: HttpRequest, code: str) -> HttpResponse:
    here, user = administered(request), signed_in(request)
    found = get_object_or_404(DocumentType.objects.select_related("department"), organisation=here, code=code)
    known = {name: getattr(found, name) for name in FIELDS}
    form = DocumentTypeForm(request.POST or None, initial=known, organisation=here, kind=found)

    def save() -> str:
        with held(here) as place:
            row = place.document_types.select_related("department").get(pk=found.pk)
            rule = row.legal_rule
            save_changes(place, row, form.cleaned_data, "document_type_changed", user)
            if row.legal_rule != rule:
                reckon_later(row.pk)
        return _("Le type « %(name)s » est enregistré.") % {"name": row.name}

    if saved(request, form, save):
        return redirect("web:document_types")
    back = reverse("web:document_types")
    return show_form(request, form, found.name, _("Enregistrer"), back=back, lead=law_of(found))


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A type of the town's own: it is learned from the letters that are given it at qualification."""
    here, user = administered(request), signed_in(request)
    row = DocumentType(organisation=here)
    known = {name: getattr(row, name) for name in FIELDS if name != "department"}
    form = DocumentTypeForm(request.POST or None, initial=known, organisation=here, kind=row)

    def save() -> str:
        with held(here) as place:
            row.code = free_code(place, form.cleaned_data["name"])
            save_changes(place, row, form.cleaned_data, "document_type_added", user)
        return _("Le type « %(name)s » est ajouté.") % {"name": row.name}

    if saved(request, form, save):
        return redirect("web:document_types")
    return show_form(
        request,
        form,
        _("Ajouter un type de courrier"),
        _("Ajouter"),
        back=reverse("web:document_types"),
        lead=_("Le logiciel apprend à le reconnaître sur les courriers auxquels l'accueil le donne."),
    )


def rules_to_choose(kind: DocumentType) -> list[tuple[str, Any]]:
    """The software's own choice for the type, none, and every rule of the law."""
    by_type = law().rules_of(kind.code) or own_rule(kind)
    usual = " ; ".join(rule_in_words(each) for each in by_type) or _("aucun connu")
    return [
        ("", _("Celui que prévoit le logiciel : %(rules)s") % {"rules": usual}),
        (NO_RULE, _("Aucun délai légal")),
        *[(each.code, rule_in_words(each)) for each in law().rules.values()],
    ]


def free_code(organisation: Organisation, name: str) -> str:
    """A code made of the name that no type of the town has; the caller holds the town."""
    stem = slugify(name)[:50] or "type"
    taken = set(organisation.document_types.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in count(1) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)


def law_of(kind: DocumentType) -> str:
    """What the law says of letters of this type, for the administrator to know; "" where it says nothing."""
    if not kind.silence and not kind.article:
        return ""
    pieces = [str(kind.get_silence_display()).capitalize() if kind.silence else "", kind.article]
    return _("La loi : %(law)s.") % {"law": ", ".join(piece for piece in pieces if piece)}
