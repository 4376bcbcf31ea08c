"""Beginning with Courrier: the collectivité, its departments and its first account, on one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from courrier.organisations.founding import USUAL_DEPARTMENTS, AlreadyBegun, begin, begun
from courrier.organisations.models import Organisation, User
from courrier.web.forms import StyledForm

FACTS = ("address", "email", "phone")


class FirstRunForm(StyledForm):
    """What Courrier must know before its first letter."""

    name = forms.CharField(
        label=gettext_lazy("Nom de la collectivité"),
        help_text=gettext_lazy("Comme sur votre papier à lettres, par exemple « Mairie de Cazalis »."),
        max_length=200,
    )
    address = forms.CharField(
        label=gettext_lazy("Adresse"), widget=forms.Textarea({"rows": 3}), required=False, max_length=500
    )
    email = forms.EmailField(label=gettext_lazy("Courriel"), required=False)
    phone = forms.CharField(label=gettext_lazy("Téléphone"), required=False, max_length=30)
    departments = forms.MultipleChoiceField(
        label=gettext_lazy("Services"),
        choices=list(USUAL_DEPARTMENTS.items()),
        initial=list(USUAL_DEPARTMENTS),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Gardez au moins un service : les courriers y arrivent.")},
    )
    first_name = forms.CharField(label=gettext_lazy("Prénom"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Nom"), max_length=150)
    username = forms.CharField(
        label=gettext_lazy("Identifiant"),
        help_text=gettext_lazy("Pour vous connecter, par exemple n.belkacem."),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("Le même mot de passe"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    also_desk = forms.BooleanField(
        label=gettext_lazy("Je fais aussi l'accueil et la direction"),
        help_text=gettext_lazy(
            "Pour une petite commune : vous déposez les courriers, vous les voyez tous et vous y répondez. "
            "Cela se change ensuite dans l'administration."
        ),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        password = said.get("password")
        if password and "again" in said and said["again"] != password:
            self.add_error("again", _("Ce n'est pas le même mot de passe."))
        elif password:
            person = User(**{name: said.get(name, "") for name in ("username", "first_name", "last_name")})
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return said


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Open to everybody until the first account is made; gone from then on."""
    if begun():
        raise Http404
    form = FirstRunForm(request.POST or None, initial=known())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            organisation, user = begin(
                said["name"],
                said["departments"],
                username=said["username"],
                password=said["password"],
                also_desk=said["also_desk"],
                first_name=said["first_name"],
                last_name=said["last_name"],
                **{fact: said[fact] for fact in FACTS},
            )
        except AlreadyBegun:
            return redirect("web:login")
        login(request, user)
        messages.success(request, _("%(name)s est prête à recevoir son courrier.") % {"name": organisation})
        return redirect("web:administration")
    context = {"form": form, "rules": password_validators_help_texts()}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/first_run/page.html", context, status=status)


def known() -> dict[str, str]:
    """The facts of a collectivité that was founded from the command line."""
    organisation = Organisation.objects.order_by("pk").first()
    return {name: getattr(organisation, name) for name in ("name", *FACTS)} if organisation else {}
