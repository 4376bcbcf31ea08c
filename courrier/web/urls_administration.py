"""Addresses of the first run and of what administrators set."""

from django.urls import path

from courrier.web.views import first_run

urlpatterns = [
    path("demarrage/", first_run.first_run, name="first_run"),
]
