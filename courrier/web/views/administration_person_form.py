"""The form of one person: names, functions in the collectivité, a function in each department."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courrier.organisations.models import Membership, Organisation, Role, User
from courrier.organisations.people import Function, drawn_password
from courrier.web.forms import StyledForm

NAMES = ("first_name", "last_name", "email")
WHAT = {
    Role.RECEPTION: gettext_lazy("Dépose les courriers et vérifie ce qui en a été compris."),
    Role.DIRECTION: gettext_lazy(
        "Voit tous les courriers sauf les personnels, agit dans tous les services, vise."
    ),
    Role.ELECTED: gettext_lazy("Voit les courriers dont une réponse lui est soumise, vise et signe."),
    Role.ARCHIVIST: gettext_lazy("Voit les courriers courants et le registre, exporte le registre."),
    Role.ADMINISTRATOR: gettext_lazy("Règle la collectivité et les comptes ; ne voit aucun courrier."),
}
STRENGTH = (Role.READER, Role.AGENT, Role.MANAGER)


def password_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Mot de passe"),
        help_text=gettext_lazy(
            "Tiré au hasard ; vous pouvez en mettre un autre. Notez-le pour la personne : il ne sera plus affiché. "
            "Elle le changera dans le menu de son compte."
        ),
        strip=False,
        max_length=128,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class PersonForm(StyledForm):
    """For a new person, with username and password; for one that is there, without."""

    first_name = forms.CharField(label=gettext_lazy("Prénom"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=150)
    username = forms.CharField(
        label=gettext_lazy("Identifiant"),
        help_text=gettext_lazy("Pour se connecter, par exemple n.belkacem. Il ne changera plus."),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Courriel"),
        help_text=gettext_lazy("Pour le résumé du matin ; tout marche sans."),
        required=False,
    )
    password = password_field()

    def __init__(
        self,
        *args: Any,
        organisation: Organisation,
        person: User | None = None,
        owned: bool = True,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = known_of(organisation, person)
        super().__init__(*args, **kwargs)
        if person is not None:
            del self.fields["username"], self.fields["password"]
        if not owned:
            for name in NAMES:
                del self.fields[name]
        self.places = list(organisation.departments.open())
        for role, what in WHAT.items():
            self.fields[f"role_{role}"] = forms.BooleanField(
                label=role.label.capitalize(),
                help_text=what,
                required=False,
                widget=forms.CheckboxInput({"class": "form-check-input"}),
            )
        choices = [("", "—"), *((role.value, role.label) for role in STRENGTH)]
        for place in self.places:
            self.fields[f"in_{place.pk}"] = forms.ChoiceField(
                label=place.name,
                choices=choices,
                required=False,
                widget=forms.Select({"class": "form-select"}),
            )

    @property
    def role_fields(self) -> Iterator[BoundField]:
        return (self[f"role_{role}"] for role in WHAT)

    @property
    def place_fields(self) -> Iterator[BoundField]:
        return (self[f"in_{place.pk}"] for place in self.places)

    def functions(self) -> set[Function]:
        """What was ticked and chosen; a choice left as it was leaves all that the person was there."""
        ticked: set[Function] = {(role, None) for role in WHAT if self.cleaned_data[f"role_{role}"]}
        for place in self.places:
            chosen = self.cleaned_data[f"in_{place.pk}"]
            if chosen and chosen == self.initial.get(f"in_{place.pk}"):
                ticked |= {(role, place) for role in self.initial["held"][place.pk]}
            elif chosen:
                ticked.add((Role(chosen), place))
        return ticked

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and not self.functions():
            raise forms.ValidationError(
                _("Donnez au moins une fonction : sans elle, le compte n'ouvre sur rien.")
            )
        return said


def known_of(organisation: Organisation, person: User | None) -> dict[str, Any]:
    """The form's values of a person; in a department with several roles, the strongest is shown."""
    if person is None:
        return {"password": drawn_password()}
    known: dict[str, Any] = {name: getattr(person, name) for name in NAMES}
    held: dict[int, set[Role]] = {}
    for row in Membership.objects.filter(user=person, organisation=organisation):
        if row.department_id is None:
            known[f"role_{row.role}"] = True
        else:
            held.setdefault(row.department_id, set()).add(Role(row.role))
    for place, roles in held.items():
        known[f"in_{place}"] = max(roles, key=STRENGTH.index).value
    return {**known, "held": held}
