"""Addresses of the legal delay: a letter's, the rules, the days off."""

from django.urls import path

from courrier.web.views import letter_clock_actions

urlpatterns = [
    path("courrier/<str:number>/delais/<slug:verb>/", letter_clock_actions.act, name="letter_clock"),
    path(
        "courrier/<str:number>/delais/retirer/<int:pk>/",
        letter_clock_actions.withdraw,
        name="letter_clock_withdraw",
    ),
]
