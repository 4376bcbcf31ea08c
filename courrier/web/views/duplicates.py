"""The same letter come twice: shown beside the new one, attached to the first, taken apart again."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courrier.classification.duplicates import duplicates_of
from courrier.mail.models import Assignment, AssignmentRole, Mail
from courrier.organisations.models import User
from courrier.web.organisation import signed_in
from courrier.web.views.letter import letter_of
from courrier.web.views.reception import desk_letter, desk_organisation
from workflows.actions import ActionRefused
from workflows.actions.attaching import attach as attach_letter
from workflows.actions.attaching import detach as detach_letter
from workflows.actions.attaching import original

SHOWN = 2


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier letter that seems to be the same one, and the departments that have it for action."""

    mail: Mail
    reason: str
    departments: list[str]


def known_before(mail: Mail, user: User) -> list[Known]:
    """Earlier letters that `user` may read and that `mail` seems to be again, most alike first, each once."""
    found = {original(each.mail).pk: each.reason for each in reversed(duplicates_of(mail))}
    found.pop(mail.pk, None)
    if not found:
        return []
    rows = Mail.objects.visible_to(user).filter(pk__in=found).in_bulk()
    placed = Assignment.objects.filter(mail__in=rows, role=AssignmentRole.ACTION).order_by("pk")
    desks: dict[int, list[str]] = {}
    for mail_id, code in placed.values_list("mail", "department__code"):
        if code not in desks.setdefault(mail_id, []):
            desks[mail_id].append(code)
    order = [pk for pk in reversed(found) if pk in rows]
    return [Known(rows[pk], found[pk], desks.get(pk, [])) for pk in order[:SHOWN]]


@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Attach a letter that waits to the earlier one named `first`, and go on to the next that waits."""
    here, user = desk_organisation(request), signed_in(request)
    mail = desk_letter(request, number)
    first = Mail.objects.visible_to(user).filter(organisation=here, number=request.POST.get("first", ""))
    found = first.select_related("duplicate_of").first()
    if found is None:
        raise Http404
    try:
        kept = attach_letter(mail, user, found)
    except ActionRefused as refusal:
        if refusal.forbidden:
            raise PermissionDenied(refusal.message) from refusal
        messages.error(request, refusal.message)
        return redirect("web:qualify", mail.number)
    text = _("%(number)s est joint à %(first)s ; son numéro reste au registre.")
    messages.success(request, text % {"number": mail.number, "first": kept.number})
    return redirect("web:qualification")


@require_POST
def detach(request: HttpRequest, number: str) -> HttpResponse:
    """Take an attached letter back to the desk."""
    mail = letter_of(request, number)
    try:
        detach_letter(mail, signed_in(request))
    except ActionRefused as refusal:
        if refusal.forbidden:
            raise PermissionDenied(refusal.message) from refusal
        messages.error(request, refusal.message)
        return redirect("web:letter", mail.number)
    messages.success(request, _("%(number)s attend de nouveau d'être qualifié.") % {"number": mail.number})
    return redirect("web:qualify", mail.number)
