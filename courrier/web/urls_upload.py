"""Addresses of files that are handed in piece by piece."""

from django.urls import path

from courrier.web.views import upload_parts

urlpatterns = [
    path("accueil/envois/", upload_parts.announce, name="upload_announce"),
    path("accueil/envois/enregistrer/", upload_parts.finish, name="upload_finish"),
    path("accueil/envois/<str:sha256>/<int:size>/", upload_parts.piece, name="upload_piece"),
]
