"""Addresses of what open pages are told. A proxy must not buffer the first; see docs/exploitation.md."""

from django.urls import path

from courrier.web.views import letter_news, live

urlpatterns = [
    path("direct/", live.stream, name="live"),
    path("direct/nouvelles/", live.news, name="live_news"),
    path("direct/comptes/", live.counts, name="live_counts"),
    path("courrier/<str:number>/nouveau/", letter_news.letter_news, name="letter_news"),
]
