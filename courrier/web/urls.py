"""Addresses of the pages, one section a screen."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from courrier.web import language
from courrier.web.views import (
    accessibility,
    commands,
    pages,
    qualification,
    reception,
    session,
    styleguide,
    upload,
)

app_name = "web"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", session.home, name="home"),
    path("connexion/", session.SignIn.as_view(), name="login"),
    path("deconnexion/", session.SignOut.as_view(), name="logout"),
    path("collectivite/", session.choose_organisation, name="choose_organisation"),
    path("accessibilite/", accessibility.statement, name="accessibility"),
    path("langue/", language.choose_language, name="language"),
    path("commandes/", commands.commands, name="commands"),
]

# Reception desk
urlpatterns += [
    path("accueil/", reception.reception, name="reception"),
    path("accueil/courriers/", reception.letters, name="reception_letters"),
    path("accueil/deposer/", upload.upload, name="upload"),
    path("accueil/<str:number>/relire/", reception.retry, name="retry"),
    path("accueil/<str:number>/annuler/", reception.cancel, name="cancel"),
]

# Qualification
urlpatterns += [
    path("qualifier/", qualification.qualification, name="qualification"),
    path("qualifier/expediteurs/", qualification.senders, name="senders"),
    path("qualifier/<str:number>/", qualification.qualify, name="qualify"),
    path("courriers/<str:number>/pages/<int:page>/image/", pages.page_image, name="page_image"),
    path("courriers/<str:number>/pages/<int:page>/mots/", pages.page_words, name="page_words"),
]

# Inbox, letter, replies, search, register
urlpatterns += [path("", include("courrier.web.urls_department"))]

# Legal delays
urlpatterns += [path("", include("courrier.web.urls_clock"))]

# Flows drawn
urlpatterns += [path("", include("courrier.web.urls_flows"))]

# Notifications, absences, closing of departments
urlpatterns += [path("", include("courrier.web.urls_notifications"))]

# Rules, learning, correspondents, letters come twice
urlpatterns += [path("", include("courrier.web.urls_understanding"))]

# Searches people keep, exports, similar letters
urlpatterns += [path("", include("courrier.web.urls_search"))]

# Files handed in piece by piece
urlpatterns += [path("", include("courrier.web.urls_upload"))]

# What open pages are told
urlpatterns += [path("", include("courrier.web.urls_live"))]

# Mailboxes
urlpatterns += [path("", include("courrier.web.urls_mailboxes"))]

# Statistics
urlpatterns += [path("", include("courrier.web.urls_statistics"))]

# Kiosk, and what became of a deposit
urlpatterns += [path("", include("courrier.web.urls_kiosk"))]

# First run, administration
urlpatterns += [path("", include("courrier.web.urls_administration"))]

if settings.DEBUG:
    urlpatterns += [path("styleguide/", styleguide.styleguide, name="styleguide")]
