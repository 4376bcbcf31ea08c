"""Where administrators begin: what is still to be done, and what can be set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from courrier.mail.models import Mail
from courrier.mail.rights import access_of, registers_in
from courrier.organisations.administering import AdministrationRefused
from courrier.organisations.models import Membership, Organisation, Role
from courrier.web.organisation import current_organisation
from courrier.web.templatetags.administration import SECTIONS, Section, Tab


def administered(request: HttpRequest) -> Organisation:
    """The collectivité one works in; PermissionDenied for who does not administer it."""
    here = current_organisation(request)
    if here.pk not in access_of(request.user).administered:
        raise PermissionDenied
    return here


def overseen(request: HttpRequest) -> Organisation:
    """The collectivité one works in; PermissionDenied for who neither administers nor directs it."""
    here, access = current_organisation(request), access_of(request.user)
    if here.pk not in access.administered | access.direction:
        raise PermissionDenied
    return here


def saved(request: HttpRequest, form: Form, save: Callable[[], str]) -> bool:
    """Whether the form was posted, was right, and `save` did it; the sentence it answers is said to the person.

    What is refused is written on the form, with what was typed.
    """
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        sentence = save()
    except AdministrationRefused as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, sentence)
    return True


def show_form(request: HttpRequest, form: Form, title: str, done: str, **more: Any) -> HttpResponse:
    """One form on a page; see the template for what else it takes."""
    context = {"form": form, "title": title, "done": done, **more}
    return render(request, "web/administration/form.html", context, status=status_of(form))


def status_of(form: Form) -> int:
    return 422 if form.is_bound and form.errors else 200


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do before letters can come."""

    what: str
    why: str
    done: bool
    url: str = ""
    go: str = ""


@require_GET
def administration(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    steps = first_steps(request, here)
    context = {"steps": steps, "begun": all(each.done for each in steps), "sections": settings_of(here)}
    return render(request, "web/administration/overview.html", context)


def first_steps(request: HttpRequest, here: Organisation) -> list[Step]:
    held = Membership.objects.filter(organisation=here, user__is_active=True)
    roles = set(held.values_list("role", flat=True))
    deposits = registers_in(request.user, here.pk)
    return [
        Step(
            _("Indiquer l'adresse et le courriel de la collectivité"),
            _("Ils figurent sur les réponses."),
            bool(here.address and here.email),
            reverse("web:administration_facts"),
            _("Compléter"),
        ),
        Step(
            _("Créer le compte de l'accueil"),
            _("L'accueil dépose les courriers et vérifie ce que le logiciel en a compris."),
            bool(roles & {Role.RECEPTION, Role.DIRECTION}),
            reverse("web:person_add"),
            _("Ajouter une personne"),
        ),
        Step(
            _("Créer les comptes des services"),
            _("Chacun reçoit les courriers de son service et y répond."),
            bool(roles & {Role.AGENT, Role.MANAGER, Role.DIRECTION}),
            reverse("web:person_add"),
            _("Ajouter une personne"),
        ),
        Step(
            _("Déposer un premier courrier"),
            _("Un PDF ou une photo d'un courrier suffit.")
            if deposits
            else _("L'accueil le fait : un PDF ou une photo d'un courrier suffit."),
            Mail.objects.filter(organisation=here).exists(),
            reverse("web:reception") if deposits else "",
            _("Ouvrir l'accueil"),
        ),
    ]


def counts_of(here: Organisation) -> dict[str, str]:
    """How many there are of what some settings hold, by the name of their address."""
    departments = here.departments.open().count()
    people = (
        Membership.objects.filter(organisation=here, user__is_active=True).values("user").distinct().count()
    )
    types = here.document_types.filter(active=True).count()
    templates = here.reply_templates.count()
    rules = here.routing_rules.filter(active=True).count()
    return {
        "departments": ngettext("%(n)d service ouvert", "%(n)d services ouverts", departments)
        % {"n": departments},
        "people": ngettext("%(n)d compte ouvert", "%(n)d comptes ouverts", people) % {"n": people},
        "document_types": ngettext("%(n)d type utilisé", "%(n)d types utilisés", types) % {"n": types},
        "rules": ngettext("%(n)d règle en service", "%(n)d règles en service", rules) % {"n": rules},
        "reply_templates": ngettext("%(n)d modèle", "%(n)d modèles", templates) % {"n": templates},
    }


def settings_of(here: Organisation) -> list[tuple[Section, list[tuple[str, Tab, str]]]]:
    """Each section with its settings: address, what it is, how many there are of it."""
    counts = counts_of(here)
    return [
        (section, [(reverse(f"web:{tab.name}"), tab, counts.get(tab.name, "")) for tab in section.tabs])
        for section in SECTIONS
    ]
