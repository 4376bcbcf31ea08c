"""All addresses."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("courrier.api.urls")),
    path("", include("courrier.web.urls")),
]
