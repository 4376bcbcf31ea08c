"""In which collectivité a person works right now."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from courrier.mail.rights import access_of
from courrier.organisations.models import Organisation, User

SESSION_KEY = "organisation"


def signed_in(request: HttpRequest) -> User:
    """The person behind `request`; PermissionDenied where nobody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def organisations(request: HttpRequest) -> list[Organisation]:
    """The collectivités this person works in, replacements included; read once in a request."""
    known: list[Organisation] | None = getattr(request, "_organisations", None)
    if known is None:
        known = list(Organisation.objects.filter(pk__in=access_of(request.user).organisations))
        request._organisations = known  # type: ignore[attr-defined]
    return known


def current_organisation(request: HttpRequest) -> Organisation:
    """The collectivité chosen in this session, or the first; PermissionDenied where a person has none."""
    own = organisations(request)
    if not own:
        raise PermissionDenied(_("Votre compte n'est rattaché à aucune collectivité."))
    chosen = request.session.get(SESSION_KEY)
    return next((organisation for organisation in own if organisation.pk == chosen), own[0])
