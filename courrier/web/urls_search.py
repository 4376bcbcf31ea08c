"""Addresses of searches that are kept, of exports, of similar letters, and of the state of the search."""

from django.urls import path

from courrier.web.views import administration_search, search_exports, search_saved, search_similar

urlpatterns = [
    # Searches people keep
    path("recherche/enregistrees/", search_saved.saved_searches, name="saved_searches"),
    path("recherche/enregistrees/ajouter/", search_saved.save, name="search_save"),
    path("recherche/enregistrees/<int:pk>/", search_saved.saved_search, name="saved_search"),
    path("recherche/enregistrees/<int:pk>/renommer/", search_saved.rename, name="saved_search_rename"),
    path("recherche/enregistrees/<int:pk>/alerte/", search_saved.alert, name="saved_search_alert"),
    path("recherche/enregistrees/<int:pk>/supprimer/", search_saved.remove, name="saved_search_remove"),
    path(
        "recherche/enregistrees/<int:pk>/retablir/", search_saved.bring_back, name="saved_search_bring_back"
    ),
    # Exports
    path("recherche/exports/", search_exports.exports, name="search_exports"),
    path("recherche/exports/ajouter/", search_exports.ask, name="search_export"),
    path("recherche/exports/<int:pk>/", search_exports.fetch, name="search_export_file"),
    path("recherche/exports/<int:pk>/supprimer/", search_exports.remove, name="search_export_remove"),
    # Letters that resemble one
    path("courrier/<str:number>/ressemblants/", search_similar.similar_letters, name="similar_letters"),
    # For administrators
    path("administration/recherche/", administration_search.search_state, name="search_state"),
    path("administration/recherche/renvoyer/", administration_search.retry, name="search_retry"),
]
