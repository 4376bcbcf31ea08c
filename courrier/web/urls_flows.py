"""Addresses of the flows drawn: all letters', and one letter's way."""

from django.urls import path

from courrier.web.views import flows

urlpatterns = [
    path("administration/parcours/", flows.flows, name="flows"),
    path("administration/parcours/<slug:name>.bpmn", flows.bpmn, name="flow_bpmn"),
    path("courrier/<str:number>/parcours/", flows.letter_flow, name="letter_flow"),
]
