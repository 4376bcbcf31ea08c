"""Lists come in bounded parts."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request

LARGEST_PART = 200
FURTHEST = 100_000


class Parts(LimitOffsetPagination):
    """`limit` (50, at most 200) and `offset` (at most 100,000: further on, narrow the list instead)."""

    default_limit = 50
    max_limit = LARGEST_PART

    def get_offset(self, request: Request) -> int:
        offset = super().get_offset(request)
        if offset > FURTHEST:
            message = _("Au-delà de %(furthest)d, restreignez la liste par ses filtres.") % {
                "furthest": FURTHEST
            }
            raise ValidationError({"offset": [message]})
        return offset
