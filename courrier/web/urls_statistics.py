"""Addresses of the statistics."""

from django.urls import path

from courrier.web.views import statistics

urlpatterns = [
    path("statistiques/", statistics.statistics, name="statistics"),
    path("statistiques/<slug:what>.csv", statistics.statistics_csv, name="statistics_csv"),
]
