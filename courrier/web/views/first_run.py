"""Beginning with Courrier: the collectivité, its departments and its first account, on one page."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from courrier.organisations.founding import USUAL_DEPARTMENTS, AlreadyBegun, begin, begun
from courrier.organisations.models import Organisation, User
from courrier.organisations.setup_code import is_setup_code, setup_link
from courrier.web.forms import StyledForm

logger = logging.getLogger(__name__)

FACTS = ("address", "email", "phone")


class FirstRunForm(StyledForm):
    """What Courrier must know before its first letter."""

    code = forms.CharField(
        label=gettext_lazy("Code de mise en route"),
        help_text=gettext_lazy(
            "Il est affiché dans le terminal du serveur à son démarrage, et par la commande "
            "« manage.py setup_code » : ainsi, seul qui installe Courrier en devient l'administrateur."
        ),
        max_length=40,
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
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

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not is_setup_code(code):
            raise ValidationError(_("Ce n'est pas le code affiché par ce serveur."))
        return code

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
    """Open to who has the set-up code until the first account is made; gone from then on."""
    if begun():
        raise Http404
    form = FirstRunForm(request.POST or None, initial=known() | {"code": request.GET.get("code", "")[:40]})
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


def announce() -> None:
    """Print in the server's terminal how to begin, where nobody has an account yet; never stops the server."""
    with suppress(DatabaseError):  # not migrated yet, or not there yet
        if not begun():
            logger.warning("Personne n'a encore de compte. Pour commencer, ouvrez %s", setup_link())
        connection.close()
