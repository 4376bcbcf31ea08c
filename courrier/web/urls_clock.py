"""Addresses of the legal delay: a letter's, the rules, the days off."""

from django.urls import path

from courrier.web.views import administration_days, administration_delays, letter_clock_actions

urlpatterns = [
    path("administration/delais/", administration_delays.delays, name="delays"),
    path("administration/jours/", administration_days.days, name="days"),
    path("administration/jours/<int:pk>/retirer/", administration_days.remove, name="day_remove"),
    path("courrier/<str:number>/delais/<slug:verb>/", letter_clock_actions.act, name="letter_clock"),
    path(
        "courrier/<str:number>/delais/retirer/<int:pk>/",
        letter_clock_actions.withdraw,
        name="letter_clock_withdraw",
    ),
]
