"""What was changed in the settings: by whom, when, what was before and what is after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from courrier.audit.models import Event
from courrier.organisations.models import Role
from courrier.web.views.administration import administered

PAGE_SIZE = 50

SENTENCES = {
    "organisation_founded": gettext_lazy("La collectivité a été créée"),
    "organisation_changed": gettext_lazy("Réglages de la collectivité changés"),
    "department_added": gettext_lazy("Service ouvert : %(thing)s"),
    "department_changed": gettext_lazy("Service changé : %(thing)s"),
    "department_closed": gettext_lazy("Service fermé : %(department)s, repris par %(to)s"),
    "department_reopened": gettext_lazy("Service rouvert : %(department)s"),
    "member_added": gettext_lazy("Fonction donnée à %(member)s : %(role)s"),
    "account_opened": gettext_lazy("Compte ouvert : %(thing)s"),
    "account_changed": gettext_lazy("Compte changé : %(thing)s"),
    "account_closed": gettext_lazy("Compte désactivé : %(thing)s"),
    "account_reopened": gettext_lazy("Compte réactivé : %(thing)s"),
    "functions_changed": gettext_lazy("Fonctions changées : %(thing)s"),
    "password_set": gettext_lazy("Nouveau mot de passe donné à %(thing)s"),
    "document_type_added": gettext_lazy("Type de courrier ajouté : %(thing)s"),
    "document_type_changed": gettext_lazy("Type de courrier changé : %(thing)s"),
    "rule_added": gettext_lazy("Règle ajoutée : %(thing)s"),
    "rule_changed": gettext_lazy("Règle changée : %(thing)s"),
    "rule_moved": gettext_lazy("Règle déplacée : %(thing)s"),
    "rule_switched_on": gettext_lazy("Règle mise en service : %(thing)s"),
    "rule_switched_off": gettext_lazy("Règle arrêtée : %(thing)s"),
    "rule_removed": gettext_lazy("Règle supprimée : %(thing)s"),
    "reply_template_added": gettext_lazy("Modèle de réponse ajouté : %(thing)s"),
    "reply_template_changed": gettext_lazy("Modèle de réponse changé : %(thing)s"),
    "reply_template_removed": gettext_lazy("Modèle de réponse supprimé : %(thing)s"),
    "mailbox_added": gettext_lazy("Boîte aux lettres ajoutée : %(thing)s"),
    "mailbox_changed": gettext_lazy("Boîte aux lettres changée : %(thing)s"),
    "mailbox_password_changed": gettext_lazy("Mot de passe changé pour la boîte aux lettres %(thing)s"),
    "mailbox_removed": gettext_lazy("Boîte aux lettres retirée : %(thing)s"),
    "kiosk_changed": gettext_lazy("Borne et page de suivi changées"),
    "reminders_changed": gettext_lazy("Rappels des échéances changés"),
    "local_day_added": gettext_lazy("Jour ajouté au calendrier : %(thing)s"),
    "local_day_removed": gettext_lazy("Jour retiré du calendrier : %(thing)s"),
    "circuit_drawn": gettext_lazy("Circuit changé : %(thing)s"),
    "absence_named": gettext_lazy("%(substitute)s remplace %(absent)s"),
    "absence_ended": gettext_lazy("%(substitute)s ne remplace plus %(absent)s"),
    "all_handed_over": gettext_lazy("Courriers de %(of)s confiés à %(to)s"),
    "model_trained": gettext_lazy("Modèle de classement calculé, version %(version)s"),
    "model_put_in_service": gettext_lazy("Modèle de classement mis en service, version %(version)s"),
    "model_retired": gettext_lazy("Modèle de classement retiré, version %(version)s"),
    "person_forgotten_by_models": gettext_lazy("Courriers d'une personne retirés de l'apprentissage"),
    "correspondents_merged": gettext_lazy("Correspondants réunis"),
    "correspondents_parted": gettext_lazy("Correspondants séparés"),
}
LABELS = {
    "first_name": gettext_lazy("Prénom"),
    "last_name": gettext_lazy("Nom"),
    "email": gettext_lazy("Courriel"),
    "functions": gettext_lazy("Fonctions"),
    "steps": gettext_lazy("Étapes"),
    "department": gettext_lazy("Service"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An event in words; `changes` are name of the value, before, after."""

    event: Event
    sentence: str
    who: str
    changes: list[tuple[str, str, str]]


@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    rows = Event.objects.filter(chain=f"organisation:{here.pk}").order_by("-sequence")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "web/administration/journal.html", {"page": page, "lines": lines_of(page.object_list)}
    )


def lines_of(events: Iterable[Event]) -> list[Line]:
    return [
        Line(event, sentence_of(event), event.data.get("actor") or _("le système"), changes_of(event))
        for event in events
    ]


def sentence_of(event: Event) -> str:
    sentence = SENTENCES.get(event.verb)
    if sentence is None:
        return event.verb
    thing = event.data.get("thing") or (_("tous les courriers") if event.verb == "circuit_drawn" else "")
    known: dict[str, Any] = {**event.data, "thing": thing}
    if known.get("role") in Role.values:
        known["role"] = Role(known["role"]).label
    try:
        return str(sentence) % known
    except KeyError:  # an event of an earlier version, which told less
        return event.verb


def changes_of(event: Event) -> list[tuple[str, str, str]]:
    before, after = event.data.get("before"), event.data.get("after")
    before, after = (each if isinstance(each, dict) else {} for each in (before, after))
    kind = event.data.get("kind", "")
    names = list(dict.fromkeys([*before, *after]))
    found = [
        (label_of(kind, name), said(before.get(name), name), said(after.get(name), name)) for name in names
    ]
    return [each for each in found if each[1] != each[2]]


def label_of(kind: str, name: str) -> str:
    """A value's name on screen: what its model calls it."""
    if name in LABELS and not kind:
        return str(LABELS[name])
    try:
        label = str(getattr(apps.get_model(kind)._meta.get_field(name), "verbose_name", name))
    except (LookupError, ValueError, FieldDoesNotExist):
        label = str(LABELS.get(name, name))
    label = str(LABELS.get(name, label)) if label == name.replace("_", " ") else label
    return label[:1].upper() + label[1:]


def said(value: Any, name: str) -> str:
    """A value in words; a confidence as the forms offer it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if name == "dispatch_threshold" and isinstance(value, int | float):
        return _("tout est relu") if value > 1 else f"{value:.0%}".replace("%", "\N{NO-BREAK SPACE}%")
    return str(value)
