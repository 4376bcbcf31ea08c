"""The settings by sections, for who may open them."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """One page of settings: `name` and `inside` name addresses; `directs`: open to the general direction too."""

    name: str
    label: Any
    text: Any
    icon: str
    inside: tuple[str, ...] = ()
    directs: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Settings that belong together, with a sentence on what they decide."""

    label: Any
    text: Any
    tabs: tuple[Tab, ...]


OVERVIEW = "administration"

SECTIONS = (
    Section(
        _("La collectivité"),
        _("Qui elle est, ses services, et les personnes qui y travaillent."),
        (
            Tab(
                "administration_facts",
                _("Collectivité"),
                _("Nom, adresse, courriel, numéros des courriers"),
                "building-community",
            ),
            Tab(
                "departments",
                _("Services"),
                _("L'organigramme ; ouvrir et fermer un service"),
                "inbox",
                ("department_add", "department_edit", "department_close", "department_reopen"),
                directs=True,
            ),
            Tab(
                "people",
                _("Personnes"),
                _("Comptes, mots de passe, rôles dans les services"),
                "users",
                ("person_add", "person", "person_password"),
            ),
        ),
    ),
    Section(
        _("Arrivée des courriers"),
        _("Par où ils entrent, en plus de l'accueil."),
        (
            Tab(
                "mailboxes",
                _("Boîtes aux lettres"),
                _("Les courriels reçus deviennent des courriers"),
                "at",
                ("mailbox_add", "mailbox"),
            ),
            Tab(
                "kiosk_settings",
                _("Borne et suivi"),
                _("Déposer un courrier sans compte, et savoir ce qu'il devient"),
                "cloud-upload",
            ),
        ),
    ),
    Section(
        _("Tri"),
        _("Comment un courrier est reconnu, et vers quel service il part."),
        (
            Tab(
                "document_types",
                _("Types de courrier"),
                _("Les sortes de demandes, leur service et leur délai"),
                "tag",
                ("document_type", "document_type_add"),
            ),
            Tab(
                "rules",
                _("Règles"),
                _("Si un courrier contient ceci, alors cela"),
                "filter",
                ("rule_add", "rule"),
            ),
            Tab(
                "thresholds",
                _("Envoi sans relecture"),
                _("À partir de quelle confiance, et ce que cela aurait fait"),
                "send",
            ),
            Tab(
                "learning", _("Apprentissage"), _("Ce que vos corrections ont appris au logiciel"), "progress"
            ),
        ),
    ),
    Section(
        _("Traitement"),
        _("Par quelles étapes passe un courrier, et ce qu'on y répond."),
        (
            Tab(
                "circuits",
                _("Circuits"),
                _("Répartition, avis, visas, signature"),
                "route",
                ("circuit", "circuit_of_all"),
            ),
            Tab(
                "flows",
                _("Parcours"),
                _("Le dessin des étapes, et combien de courriers y sont"),
                "arrows-split",
                directs=True,
            ),
            Tab(
                "reply_templates",
                _("Modèles de réponse"),
                _("Des lettres prêtes à compléter"),
                "template",
                ("reply_template_add", "reply_template"),
            ),
        ),
    ),
    Section(
        _("Délais"),
        _("Le temps que laisse la loi, et qui est prévenu avant qu'il passe."),
        (
            Tab(
                "delays",
                _("Délais légaux"),
                _("Silence qui vaut accord ou refus, avec les articles"),
                "clock",
            ),
            Tab(
                "days",
                _("Jours ouvrés"),
                _("Jours fériés et de fermeture, qui décalent les échéances"),
                "calendar-off",
            ),
            Tab("reminders", _("Rappels"), _("Avant et après les échéances"), "calendar-due", directs=True),
        ),
    ),
    Section(
        _("Surveillance"),
        _("Si le logiciel suit, et qui a changé quoi."),
        (
            Tab("search_state", _("Recherche"), _("L'index, ce qui y manque, ce qui attend"), "search"),
            Tab("journal", _("Journal"), _("Chaque changement d'un réglage, avec son auteur"), "list"),
        ),
    ),
)


@register.inclusion_tag("web/administration/tabs.html", takes_context=True)
def administration_tabs(context: dict[str, Any]) -> dict[str, Any]:
    """The settings that the person may open by sections, the one of this page marked."""
    request: HttpRequest = context["request"]
    match = request.resolver_match
    name = match.url_name if match else ""
    sections = [
        (
            section.label,
            [
                (reverse(f"web:{each.name}"), each.label, name in {each.name, *each.inside})
                for each in section.tabs
            ],
        )
        for section in open_sections(request)
    ]
    here = [label for _section, tabs in sections for _url, label, current in tabs if current]
    return {
        "overview": reverse(f"web:{OVERVIEW}") if administers(request) else "",
        "on_overview": name == OVERVIEW,
        "here": here[0] if here else "",
        "sections": sections,
    }


def administers(request: HttpRequest) -> bool:
    return current_organisation(request).pk in access_of(request.user).administered


def open_sections(request: HttpRequest) -> list[Section]:
    """The settings that the person may open here; the general direction has some of them."""
    if administers(request):
        return list(SECTIONS)
    if current_organisation(request).pk not in access_of(request.user).direction:
        return []
    kept = [replace(each, tabs=tuple(tab for tab in each.tabs if tab.directs)) for each in SECTIONS]
    return [each for each in kept if each.tabs]
