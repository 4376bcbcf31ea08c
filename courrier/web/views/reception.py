"""The reception desk: today's letters, handing files in, and what to do with those that can't be read."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from courrier.mail.models import Channel, Mail
from courrier.mail.rights import registers_in
from courrier.organisations.models import Organisation
from courrier.web.answers import by_htmx, refusal, said
from courrier.web.organisation import current_organisation, signed_in
from courrier.web.views.reception_list import Desk, desk
from workflows import actions

CHANNELS = (Channel.SCAN, Channel.COUNTER, Channel.EMAIL)
"""How a letter that somebody hands in may have come."""

UNKNOWN = "unknown"
"""Stands in the list's address until its content is known."""


def desk_organisation(request: HttpRequest) -> Organisation:
    """The collectivité whose letters this person registers; PermissionDenied for others."""
    here = current_organisation(request)
    if not registers_in(signed_in(request), here.pk):
        raise PermissionDenied
    return here


def desk_letter(request: HttpRequest, number: str) -> Mail:
    """A letter of this desk by its number; 404 for what is not in this person's register."""
    here = desk_organisation(request)
    mail = Mail.objects.registered_for(signed_in(request)).filter(organisation=here, number=number).first()
    if mail is None:
        raise Http404
    return mail


@require_GET
def reception(request: HttpRequest) -> HttpResponse:
    here = desk_organisation(request)
    context = {
        "desk": desk(request, here),
        "channels": [(channel.value, channel.label) for channel in CHANNELS],
        "today": timezone.localdate(),
        "max_bytes": settings.UPLOAD_MAX_BYTES,
    }
    return render(request, "web/reception/page.html", context)


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """The list alone; nothing (204) where it still is what `version` says the page shows."""
    shown = desk(request, desk_organisation(request))
    html, version = rendered_list(request, shown)
    if request.GET.get("version") == version:
        return HttpResponse(status=204)
    return trigger_client_event(HttpResponse(html), "counts", {"qualification": shown.counts["waiting"]})


def rendered_list(request: HttpRequest, shown: Desk) -> tuple[str, str]:
    """The list's HTML with the hash of what it says, by which the page asks whether anything changed."""
    html = render_to_string("web/reception/list.html", {"desk": shown, "version": UNKNOWN}, request)
    version = hashlib.blake2b(html.encode(), digest_size=8).hexdigest()
    return html.replace(f"version={UNKNOWN}", f"version={version}", 1), version


@require_POST
def retry(request: HttpRequest, number: str) -> HttpResponse:
    """Read a letter again that could not be read."""
    mail = desk_letter(request, number)
    try:
        actions.retry_reading(mail, signed_in(request))
    except actions.ActionRefused as error:
        return refused(request, error.message)
    return done(request, _("%(number)s est relu.") % {"number": mail.number})


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel a letter registered by mistake: ask why, then do it."""
    mail = desk_letter(request, number)
    reason, error = request.POST.get("reason", ""), ""
    if request.method == "POST":
        try:
            actions.cancel(mail, signed_in(request), reason)
        except actions.ActionRefused as refused_because:
            error = refused_because.message
        else:
            return done(
                request, _("%(number)s est annulé ; son numéro reste au registre.") % {"number": mail.number}
            )
    template = "web/reception/cancel_form.html" if by_htmx(request) else "web/reception/cancel.html"
    context = {"mail": mail, "reason": reason, "error": error}
    return render(request, template, context, status=200 if by_htmx(request) or not error else 409)


def done(request: HttpRequest, text: str) -> HttpResponse:
    """Back to the list: the page, or for htmx a sentence and a nudge to the list."""
    if by_htmx(request):
        return trigger_client_event(said(HttpResponse(), text), "letters-changed")
    messages.success(request, text)
    return redirect("web:reception")


def refused(request: HttpRequest, text: str) -> HttpResponse:
    if by_htmx(request):
        return refusal(text)
    messages.error(request, text)
    return redirect("web:reception")
