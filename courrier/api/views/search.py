from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from courrier.api.base import Route
from courrier.api.errors import Problem
from courrier.api.serializers.search import ResultsSerializer, SearchQuerySerializer
from courrier.mail.rights import access_of
from courrier.search import search


class SearchRoutes(Route):
    pagination_class = None

    @extend_schema(
        operation_id="search",
        summary="Cherche dans les courriers que vous pouvez lire",
        description="Un filtre répété accepte l'une ou l'autre de ses valeurs.",
        tags=["recherche"],
        parameters=[SearchQuerySerializer],
        responses={200: ResultsSerializer},
    )
    def find(self, request: Request) -> Response:
        asked = SearchQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        found = search(
            given["q"],
            access_of(self.user),
            filters=asked.filters(),
            sort=given["sort"],
            offset=given["offset"],
            limit=given["limit"],
        )
        if not found.available:
            return Problem(
                503, "search_unavailable", _("La recherche ne répond pas pour le moment.")
            ).response()
        return Response(ResultsSerializer(found).data)
