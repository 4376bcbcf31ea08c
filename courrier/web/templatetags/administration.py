"""The tabs of the settings, for who may open them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courrier.mail.rights import access_of
from courrier.web.organisation import current_organisation

register = template.Library()


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: `name` and `inside` are names of addresses; `directs`: open to the general direction too."""

    name: str
    label: Any
    inside: tuple[str, ...] = ()
    directs: bool = False


TABS = (
    Tab("administration", _("Vue d'ensemble")),
    Tab("administration_facts", _("Collectivité")),
    Tab(
        "departments",
        _("Services"),
        ("department_add", "department_edit", "department_close", "department_reopen"),
        directs=True,
    ),
    Tab("people", _("Personnes"), ("person_add", "person", "person_password")),
    Tab("document_types", _("Types de courrier"), ("document_type", "document_type_add")),
    Tab("rules", _("Règles"), ("rule_add", "rule")),
    Tab("thresholds", _("Envoi sans relecture")),
    Tab("learning", _("Apprentissage")),
    Tab("circuits", _("Circuits"), ("circuit", "circuit_of_all")),
    Tab("flows", _("Parcours"), directs=True),
    Tab("reply_templates", _("Modèles de réponse"), ("reply_template_add", "reply_template")),
    Tab("kiosk_settings", _("Borne et suivi")),
    Tab("mailboxes", _("Boîtes aux lettres"), ("mailbox_add", "mailbox")),
    Tab("delays", _("Délais légaux")),
    Tab("days", _("Jours ouvrés")),
    Tab("reminders", _("Rappels"), directs=True),
    Tab("search_state", _("Recherche")),
    Tab("journal", _("Journal")),
)


@register.inclusion_tag("web/administration/tabs.html", takes_context=True)
def administration_tabs(context: dict[str, Any]) -> dict[str, Any]:
    """The tabs that the person may open, the one of this page marked."""
    request: HttpRequest = context["request"]
    match = request.resolver_match
    name = match.url_name if match else ""
    return {
        "tabs": [
            (reverse(f"web:{each.name}"), each.label, name in {each.name, *each.inside})
            for each in open_tabs(request)
        ]
    }


def open_tabs(request: HttpRequest) -> list[Tab]:
    """The settings that the person may open here."""
    here, access = current_organisation(request).pk, access_of(request.user)
    return [
        each for each in TABS if here in access.administered or (each.directs and here in access.direction)
    ]
