"""Addresses of the first run and of what administrators set."""

from django.urls import path

from courrier.web.views import (
    administration,
    administration_circuits,
    administration_departments,
    administration_facts,
    administration_journal,
    administration_people,
    administration_templates,
    administration_types,
    first_run,
    password,
)

urlpatterns = [
    path("demarrage/", first_run.first_run, name="first_run"),
    path("administration/", administration.administration, name="administration"),
    path("administration/collectivite/", administration_facts.facts, name="administration_facts"),
    # Departments; their list and their closing are in urls_notifications
    path("administration/services/ajouter/", administration_departments.add, name="department_add"),
    path("administration/services/<str:code>/", administration_departments.edit, name="department_edit"),
    # People
    path("administration/personnes/", administration_people.people, name="people"),
    path("administration/personnes/ajouter/", administration_people.add, name="person_add"),
    path("administration/personnes/<int:pk>/", administration_people.person, name="person"),
    path(
        "administration/personnes/<int:pk>/mot-de-passe/",
        administration_people.password,
        name="person_password",
    ),
    path("administration/personnes/<int:pk>/compte/", administration_people.switch, name="person_switch"),
    # Types, circuits, reply templates
    path("administration/types/", administration_types.document_types, name="document_types"),
    path("administration/types/ajouter/", administration_types.add, name="document_type_add"),
    path("administration/types/<slug:code>/", administration_types.document_type, name="document_type"),
    path("administration/circuits/", administration_circuits.circuits, name="circuits"),
    path("administration/circuits/choisir/", administration_circuits.chosen, name="circuit_chosen"),
    path("administration/circuits/tous/", administration_circuits.circuit, name="circuit_of_all"),
    path("administration/circuits/type/<slug:code>/", administration_circuits.circuit, name="circuit"),
    path("administration/modeles/", administration_templates.reply_templates, name="reply_templates"),
    path("administration/modeles/ajouter/", administration_templates.add, name="reply_template_add"),
    path("administration/modeles/<int:pk>/", administration_templates.edit, name="reply_template"),
    path(
        "administration/modeles/<int:pk>/supprimer/",
        administration_templates.remove,
        name="reply_template_remove",
    ),
    path("administration/journal/", administration_journal.journal, name="journal"),
    # One's own account
    path("mot-de-passe/", password.OwnPassword.as_view(), name="own_password"),
]
