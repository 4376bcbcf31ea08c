"""Addresses that everybody may open: the kiosk, and what became of a deposit; and where they are opened."""

from django.urls import path

from courrier.web.views import kiosk, kiosk_following, kiosk_settings

urlpatterns = [
    path("borne/", kiosk.kiosks, name="kiosks"),
    path("borne/<slug:slug>/", kiosk.kiosk, name="kiosk"),
    path("suivi/", kiosk_following.following, name="following"),
    path("administration/borne/", kiosk_settings.kiosk_settings, name="kiosk_settings"),
]
