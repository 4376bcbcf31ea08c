"""The facts of the collectivité: how it is called, where it is, how it numbers, what goes out unread."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from stdnum.fr import siret as siret_number

from courrier.organisations.administering import change_facts
from courrier.web.forms import StyledForm
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered, saved, show_form

ZONES = [
    ("", gettext_lazy("Métropole")),
    ("57", gettext_lazy("Moselle")),
    ("67", gettext_lazy("Bas-Rhin")),
    ("68", gettext_lazy("Haut-Rhin")),
    ("971", gettext_lazy("Guadeloupe")),
    ("972", gettext_lazy("Martinique")),
    ("973", gettext_lazy("Guyane")),
    ("974", gettext_lazy("La Réunion")),
    ("976", gettext_lazy("Mayotte")),
    ("975", gettext_lazy("Saint-Pierre-et-Miquelon")),
    ("977", gettext_lazy("Saint-Barthélemy")),
    ("978", gettext_lazy("Saint-Martin")),
    ("986", gettext_lazy("Wallis-et-Futuna")),
    ("987", gettext_lazy("Polynésie française")),
    ("988", gettext_lazy("Nouvelle-Calédonie")),
]
THRESHOLDS = [
    (1.01, gettext_lazy("Jamais : l'accueil relit tout (conseillé pour commencer)")),
    (0.99, gettext_lazy("Dès que la confiance atteint 99 % : presque tout est encore relu")),
    (0.98, gettext_lazy("Dès que la confiance atteint 98 %")),
    (0.95, gettext_lazy("Dès que la confiance atteint 95 %")),
    (0.9, gettext_lazy("Dès que la confiance atteint 90 % : davantage d'erreurs de service")),
]


class FactsForm(StyledForm):
    """Fields of Organisation."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200)
    address = forms.CharField(
        label=gettext_lazy("Adresse"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )
    email = forms.EmailField(label=gettext_lazy("Courriel"), required=False)
    phone = forms.CharField(label=gettext_lazy("Téléphone"), required=False, max_length=30)
    siret = forms.CharField(label=gettext_lazy("SIRET"), required=False, max_length=20)
    holiday_zone = forms.ChoiceField(
        label=gettext_lazy("Jours fériés"),
        required=False,
        help_text=gettext_lazy("Les délais sautent les jours fériés du lieu."),
    )
    number_prefix = forms.CharField(
        label=gettext_lazy("Début des numéros d'arrivée"),
        help_text=gettext_lazy("« A » donne A-2026-00001. Les numéros déjà donnés ne changent pas."),
        max_length=8,
        validators=[
            RegexValidator(r"^[A-Z0-9]+$", gettext_lazy("Des majuscules et des chiffres seulement."))
        ],
    )
    dispatch_threshold = forms.TypedChoiceField(
        label=gettext_lazy("Envoi au service sans relecture"),
        coerce=float,
        help_text=gettext_lazy(
            "Le logiciel dit pour chaque courrier combien il est sûr du service. À 95 %, sur 65 courriers d'essai, 47 "
            "seraient partis seuls, dont un au mauvais service. Un type de courrier peut avoir son propre réglage."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["holiday_zone"], ZONES, self.initial.get("holiday_zone"))
        offer(self.fields["dispatch_threshold"], THRESHOLDS, self.initial.get("dispatch_threshold"))

    def clean_siret(self) -> str:
        number = "".join(self.cleaned_data["siret"].split())
        if number and not siret_number.is_valid(number):
            raise forms.ValidationError(
                _("Ce numéro n'est pas un SIRET : 14 chiffres, dont une clé de contrôle.")
            )
        return number


def offer(field: forms.Field, choices: list[tuple[Any, Any]], current: Any) -> None:
    """Let these be chosen, and what is set now where it is none of them."""
    assert isinstance(field, forms.ChoiceField)  # noqa: S101
    known = [value for value, _label in choices]
    field.choices = choices if current in [None, *known] else [*choices, (current, str(current))]


@require_http_methods(["GET", "POST"])
def facts(request: HttpRequest) -> HttpResponse:
    here, user = administered(request), signed_in(request)
    known = {name: getattr(here, name) for name in FactsForm.base_fields}
    form = FactsForm(request.POST or None, initial=known)

    def save() -> str:
        changed = change_facts(here, form.cleaned_data, user)
        return (
            _("Les réglages de la collectivité sont enregistrés.")
            if changed
            else _("Rien n'était différent.")
        )

    if saved(request, form, save):
        return redirect("web:administration_facts")
    return show_form(request, form, _("Collectivité"), _("Enregistrer"))
