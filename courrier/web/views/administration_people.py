"""The accounts of people and what each is in the collectivité."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courrier.mail.rights import own_accesses
from courrier.organisations import people as domain
from courrier.organisations.administering import AdministrationRefused
from courrier.organisations.models import Membership, Organisation, User
from courrier.web.forms import StyledForm
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered, saved, show_form, status_of
from courrier.web.views.administration_person_form import NAMES, PersonForm, password_field


def people_of(here: Organisation) -> list[User]:
    """Everybody with a function here, those who left last; `here` of each are the functions."""
    held = Membership.objects.filter(organisation=here).select_related("department")
    rows = User.objects.filter(pk__in=held.values("user"))
    known = rows.prefetch_related(Prefetch("memberships", held, to_attr="here"))
    return list(known.order_by("-is_active", "last_name", "first_name", "pk"))


def person_of(here: Organisation, pk: int) -> User:
    return get_object_or_404(
        User, pk__in=Membership.objects.filter(organisation=here, user=pk).values("user")
    )


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    found = people_of(administered(request))
    context = {"people": found, "active": sum(each.is_active for each in found)}
    return render(request, "web/administration/people.html", context)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    here, user = administered(request), signed_in(request)
    form = PersonForm(request.POST or None, organisation=here)

    def save() -> str:
        said = form.cleaned_data
        names = {name: said[name] for name in NAMES}
        try:
            made = domain.open_account(
                here, said["username"], said["password"], form.functions(), user, **names
            )
        except ValidationError as error:
            form.add_error("password", error)
            raise AdministrationRefused(_("Choisissez un autre mot de passe.")) from error
        return _(
            "Le compte de %(name)s est ouvert : donnez-lui son identifiant, %(username)s, et son mot de passe."
        ) % {
            "name": made,
            "username": made.username,
        }

    if saved(request, form, save):
        return redirect("web:people")
    return render(
        request, "web/administration/person.html", {"form": form, "owned": True}, status=status_of(form)
    )


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person's names and functions."""
    here, user = administered(request), signed_in(request)
    found = person_of(here, pk)
    owned = domain.owns_account(user, found)
    form = PersonForm(request.POST or None, organisation=here, person=found, owned=owned)

    def save() -> str:
        with transaction.atomic():
            if owned:
                names = {name: form.cleaned_data[name] for name in NAMES}
                domain.change_account(here, found, names, user)
            domain.set_functions(here, found, form.functions(), user)
        return _("Les changements de %(name)s sont enregistrés.") % {"name": found}

    if saved(request, form, save):
        still = here.pk in own_accesses([user.pk])[user.pk].administered
        return redirect("web:people" if still else "web:home")
    context = {"form": form, "person": found, "owned": owned}
    return render(request, "web/administration/person.html", context, status=status_of(form))


class PasswordForm(StyledForm):
    """A password to be handed over."""

    password = password_field()


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, pk: int) -> HttpResponse:
    here, user = administered(request), signed_in(request)
    found = person_of(here, pk)
    if found == user or not domain.owns_account(user, found):
        raise PermissionDenied
    form = PasswordForm(request.POST or None, initial={"password": domain.drawn_password()})

    def save() -> str:
        try:
            domain.set_password(here, found, form.cleaned_data["password"], user)
        except ValidationError as error:
            form.add_error("password", error)
            raise AdministrationRefused(_("Choisissez un autre mot de passe.")) from error
        return _("Le nouveau mot de passe de %(name)s vaut dès maintenant.") % {"name": found}

    if saved(request, form, save):
        return redirect("web:person", found.pk)
    title = _("Nouveau mot de passe de %(name)s") % {"name": found}
    return show_form(request, form, title, _("Donner ce mot de passe"), back=reverse("web:people"))


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open it again."""
    here, user = administered(request), signed_in(request)
    found = person_of(here, pk)
    opens = request.POST.get("active") == "1"
    try:
        (domain.reopen_account if opens else domain.close_account)(here, found, user)
    except AdministrationRefused as refusal:
        messages.error(request, refusal.message)
    else:
        sentence = (
            _("%(name)s peut de nouveau se connecter.")
            if opens
            else _(
                "%(name)s ne peut plus se connecter. S'il lui reste des courriers, la page « Absences » les confie à "
                "un collègue."
            )
        )
        messages.success(request, sentence % {"name": found})
    return redirect("web:person", found.pk)
