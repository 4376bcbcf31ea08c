from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from courrier.api.errors import Problem
from courrier.api.negotiation import OneAnswer


class SwaggerPage(SpectacularSwaggerSplitView):
    """Swagger UI from our own server: its script and styles are files, as the content policy asks."""

    url_name = "api:schema"
    template_name = "api/swagger.html"


class NoSuchAddress(APIView):
    """An address of the API that does not exist is answered like every other error."""

    content_negotiation_class = OneAnswer
    permission_classes = [AllowAny]
    authentication_classes = []
    schema = None

    def http_method_not_allowed(self, request: HttpRequest, *args: object, **kwargs: object) -> Response:
        detail = _(
            "Cette adresse n'existe pas ; toutes se terminent par une barre oblique, sauf « document.pdf »."
        )
        return Problem(404, "not_found", detail).response()

    get = post = put = patch = delete = head = options = http_method_not_allowed
