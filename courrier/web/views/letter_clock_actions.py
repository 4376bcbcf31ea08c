"""What is done to the legal delay from the letter's page. A refusal shows the form again with what was typed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courrier.clock.standing import standing
from courrier.mail.models import Mail
from courrier.organisations.models import User
from courrier.replies.models import Reply
from courrier.web.organisation import signed_in
from courrier.web.views.letter import back_to_letter, readable_letter, show
from courrier.web.views.letter_clock_forms import FORMS, ClockForm, form_for
from courrier.web.views.replies import with_list
from workflows import actions
from workflows.actions.clock import Moved

Do = Callable[[HttpRequest, Mail, User, ClockForm], Reply | None]


def said(request: HttpRequest, moved: Moved, sentence: str) -> Reply | None:
    """Say that it was done and what to know of it; the letter prepared with it, if any, is opened next."""
    if moved.letter is not None:
        sentence += " " + _("La lettre est prête : relisez-la, puis envoyez-la.")
    messages.success(request, sentence)
    if moved.warning:
        messages.warning(request, moved.warning)
    return moved.letter


def ask_documents(request: HttpRequest, mail: Mail, user: User, form: ClockForm) -> Reply | None:
    given = form.cleaned_data
    moved = actions.request_documents(
        mail, user, given["documents"], given["on"], given.get("until"), with_letter=given["with_letter"]
    )
    return said(request, moved, _("Demande de pièces notée."))


def arrived(request: HttpRequest, mail: Mail, user: User, form: ClockForm) -> Reply | None:
    return said(request, actions.documents_received(mail, user, form.cleaned_data["on"]), _("Pièces reçues."))


def decide(request: HttpRequest, mail: Mail, user: User, form: ClockForm) -> Reply | None:
    return said(request, actions.decide(mail, user, form.cleaned_data["on"]), _("Le délai est arrêté."))


def extend(request: HttpRequest, mail: Mail, user: User, form: ClockForm) -> Reply | None:
    given = form.cleaned_data
    return said(
        request, actions.extend(mail, user, given["extension"], given["on"]), _("Prolongation notée.")
    )


def choose_rule(request: HttpRequest, mail: Mail, user: User, form: ClockForm) -> Reply | None:
    moved = actions.choose_rule(mail, user, form.cleaned_data["rule"])
    return said(request, moved, _("Le délai est calculé par cette règle."))


def transmit(request: HttpRequest, mail: Mail, user: User, form: ClockForm) -> Reply | None:
    given = form.cleaned_data
    moved = actions.transmit(
        mail, user, given["administration"], given["on"], with_letter=given["with_letter"]
    )
    return said(request, moved, _("Transmission notée."))


def elsewhere(request: HttpRequest, mail: Mail, user: User, form: ClockForm) -> Reply | None:
    given = form.cleaned_data
    moved = actions.first_received_elsewhere(mail, user, given["administration"], given["on"])
    return said(request, moved, _("Réception notée."))


def receipt(request: HttpRequest, mail: Mail, user: User, form: ClockForm) -> Reply | None:
    found = actions.acknowledge_receipt(mail, user)
    messages.success(request, _("L'accusé de réception est prêt : relisez-le, puis envoyez-le."))
    if found.gaps:
        missing = ", ".join(found.gaps)
        messages.warning(
            request, _("Il y manque, dans les réglages de la collectivité : %(gaps)s.") % {"gaps": missing}
        )
    return found.letter


DO: dict[str, Do] = {
    "accuse": receipt,
    "pieces-demandees": ask_documents,
    "pieces-recues": arrived,
    "decision": decide,
    "prolonger": extend,
    "regle": choose_rule,
    "transmettre": transmit,
    "recu-ailleurs": elsewhere,
}


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do one of DO. The address opened as a page leads back to the letter."""
    mail = readable_letter(request, number)
    if verb not in FORMS:
        raise Http404
    if request.method == "GET":
        return redirect(panel_url(request, mail))
    form = form_for(verb, mail, standing(mail), request.POST)
    if not form.is_valid():
        return show(request, mail, clock_form=form)
    try:
        letter = DO[verb](request, mail, signed_in(request), form)
    except actions.ActionRefused as refusal:
        return refused(request, mail, refusal, form)
    if letter is not None:
        return redirect(with_list(request, "web:reply", number, letter.pk))
    return redirect(panel_url(request, mail))


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take out what was entered by mistake, with the reason."""
    mail = readable_letter(request, number)
    if request.method == "POST":
        try:
            actions.withdraw_clock_event(mail, signed_in(request), pk, request.POST.get("motif", "")[:300])
        except actions.ActionRefused as refusal:
            return refused(request, mail, refusal)
        messages.success(request, _("Saisie retirée."))
    return redirect(panel_url(request, mail))


def refused(
    request: HttpRequest, mail: Mail, refusal: actions.ActionRefused, form: ClockForm | None = None
) -> HttpResponse:
    if refusal.forbidden:
        raise PermissionDenied(refusal.message) from refusal
    mail = readable_letter(request, mail.number)
    if form is None:
        messages.warning(request, refusal.message)
        return redirect(panel_url(request, mail))
    form.add_error(None, refusal.message)
    return show(request, mail, clock_form=form)


def panel_url(request: HttpRequest, mail: Mail) -> str:
    url = back_to_letter(request, mail)
    return f"{url}{'&' if '?' in url else '?'}onglet=delais"
