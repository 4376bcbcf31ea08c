from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from courrier.api.views.assignments import AssignmentRoutes
from courrier.api.views.bulk import BulkRoutes
from courrier.api.views.clock import ClockRoutes
from courrier.api.views.description import NoSuchAddress, SwaggerPage
from courrier.api.views.mail_content import MailContentRoutes
from courrier.api.views.mails import MailRoutes
from courrier.api.views.search import SearchRoutes

app_name = "api"

router = SimpleRouter(use_regex_path=False)
router.register("mails", MailRoutes, basename="mail")
router.register("mails", MailContentRoutes, basename="mail-content")
router.register("mails", ClockRoutes, basename="mail-clock")
router.register("assignments", AssignmentRoutes, basename="assignment")

urlpatterns: list[URLPattern | URLResolver] = [
    path("mails/<int:pk>/document.pdf", MailContentRoutes.as_view({"get": "document"}), name="mail-document"),
    path("assignments/bulk/", BulkRoutes.as_view({"post": "act"}), name="assignment-bulk"),
    path("", include(router.urls)),
    path("search/", SearchRoutes.as_view({"get": "find"}), name="search"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SwaggerPage.as_view(), name="docs"),
    re_path(r"^.*$", NoSuchAddress.as_view()),
]
