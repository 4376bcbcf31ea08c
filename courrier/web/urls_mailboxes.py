"""Addresses of the mailboxes whose messages become letters."""

from django.urls import path

from courrier.web.views import administration_mailboxes as views

urlpatterns = [
    path("administration/boites/", views.mailboxes, name="mailboxes"),
    path("administration/boites/ajouter/", views.add, name="mailbox_add"),
    path("administration/boites/<int:pk>/", views.edit, name="mailbox"),
    path("administration/boites/<int:pk>/retirer/", views.remove, name="mailbox_remove"),
]
