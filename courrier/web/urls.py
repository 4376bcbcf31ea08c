"""Addresses of the pages, one section a screen."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from courrier.web.views import session, styleguide

app_name = "web"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", session.home, name="home"),
    path("connexion/", session.SignIn.as_view(), name="login"),
    path("deconnexion/", session.SignOut.as_view(), name="logout"),
    path("collectivite/", session.choose_organisation, name="choose_organisation"),
]

# Reception desk

# Qualification

# Inbox

# Letter: path("courriers/<int:pk>/", …, name="letter")

# Search

# Register

if settings.DEBUG:
    urlpatterns += [path("styleguide/", styleguide.styleguide, name="styleguide")]
