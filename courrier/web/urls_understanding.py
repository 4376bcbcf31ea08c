"""Addresses of rules, of what was learned, of correspondents and of letters come twice."""

from django.urls import path

from courrier.web.views import correspondents, duplicates, learning, rules, thresholds

urlpatterns = [
    # Rules
    path("administration/regles/", rules.rules, name="rules"),
    path("administration/regles/ajouter/", rules.add, name="rule_add"),
    path("administration/regles/<int:pk>/", rules.edit, name="rule"),
    path("administration/regles/<int:pk>/deplacer/", rules.move, name="rule_move"),
    path("administration/regles/<int:pk>/arreter/", rules.switch_off, name="rule_off"),
    path("administration/regles/<int:pk>/supprimer/", rules.remove, name="rule_remove"),
    # Learning, sending without a reader
    path("administration/apprentissage/", learning.learned, name="learning"),
    path("administration/apprentissage/etat/", learning.progress, name="learning_progress"),
    path("administration/apprentissage/lancer/", learning.train, name="learning_train"),
    path("administration/apprentissage/version/<int:version>/", learning.serve, name="learning_serve"),
    path("administration/envoi-sans-relecture/", thresholds.thresholds, name="thresholds"),
    # Correspondents
    path("correspondants/", correspondents.correspondents, name="correspondents"),
    path("correspondants/doublons/", correspondents.duplicates, name="correspondent_duplicates"),
    path("correspondants/<int:pk>/", correspondents.correspondent, name="correspondent"),
    path("correspondants/<int:pk>/reunir/<int:other>/", correspondents.join, name="correspondent_join"),
    path("correspondants/<int:pk>/distinguer/<int:other>/", correspondents.apart, name="correspondent_apart"),
    path("correspondants/reunions/<int:pk>/defaire/", correspondents.part, name="correspondent_part"),
    path("correspondants/<int:pk>/oublier/", correspondents.forget, name="correspondent_forget"),
    # Letters come twice
    path("qualifier/<str:number>/joindre/", duplicates.attach, name="attach"),
    path("courrier/<str:number>/separer/", duplicates.detach, name="detach"),
]
