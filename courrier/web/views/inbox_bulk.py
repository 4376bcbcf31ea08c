"""What is done with the ticked letters of an inbox, all at once."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from courrier.mail.models import AssignmentRole
from courrier.organisations.models import Department, User
from courrier.web.organisation import current_organisation, signed_in
from courrier.web.views.inbox import Typed, chosen_departments, show
from courrier.web.views.inbox_list import Choice, listed
from courrier.web.views.inbox_report import keep, kept_report, put_away
from courrier.web.views.letter import colleagues_in
from workflows import actions
from workflows.actions.bulk import MOST, Report

FORMS = ("reorienter", "confier", "clore")
"""Acts that ask for more than the letters: shown again with what was typed where they are refused."""


@require_POST
def take(request: HttpRequest, code: str = "") -> HttpResponse:
    """Do `acte` with the ticked letters, or with the first MOST of the list where `tout` says so.

    `one` is the line whose own button was used: taken in hand, or marked as read where it is a copy.
    """
    departments = chosen_departments(request, code)
    back = back_to(request, code)
    act = "prendre" if request.POST.get("one") else request.POST.get("acte", "prendre")
    try:
        report = done(request, departments, asked_for(request, departments, back), act)
    except actions.ActionRefused as refusal:
        if act not in FORMS:
            messages.info(request, refusal.message)
            return redirect(back)
        asked = QueryDict(urlsplit(back).query)
        typed = typed_in(request, act, refusal.message)
        return show(request, departments, code, list_url=back, asked=asked, typed=typed)
    sentences = said_of(act, report)
    for sentence in sentences:
        messages.success(request, sentence)
    if report.left:
        messages.warning(request, left_out(report))
    keep(request, sentences, report, undoable=True)
    return redirect(back)


def asked_for(request: HttpRequest, departments: list[Department], back: str) -> list[int]:
    """Ids of the assignments meant."""
    if "tout" in request.POST and not request.POST.get("one"):
        choice = Choice.of(QueryDict(urlsplit(back).query))
        rows = listed(signed_in(request), departments, choice)
        return [] if choice.view == "traites" else list(rows.values_list("pk", flat=True)[:MOST])
    asked = [request.POST["one"]] if request.POST.get("one") else request.POST.getlist("assignment")
    return [int(each) for each in asked if each.isdecimal() and len(each) < 19]


def done(request: HttpRequest, departments: list[Department], ids: list[int], act: str) -> Report:
    user, reason = signed_in(request), request.POST.get(f"motif_{act}", "")
    match act:
        case "reorienter":
            return actions.redirect_all(ids, user, department_named(request), reason)
        case "confier":
            return actions.give_all(ids, user, colleague_named(request, departments))
        case "clore":
            return actions.close_all(ids, user, reason)
        case _:
            return actions.accept_all(ids, user)


def department_named(request: HttpRequest) -> Department:
    here = Department.objects.open().filter(organisation=current_organisation(request))
    department = here.filter(code=request.POST.get("service", "")).first()
    if department is None:
        raise actions.ActionRefused(_("Choisissez le service."))
    return department


def colleague_named(request: HttpRequest, departments: list[Department]) -> User:
    people = colleagues_in([each.pk for each in departments])
    known = {str(person.pk): person for persons in people.values() for person in persons}
    if request.POST.get("collegue", "") not in known:
        raise actions.ActionRefused(_("Choisissez à qui confier ces courriers."))
    return known[request.POST["collegue"]]


def typed_in(request: HttpRequest, act: str, problem: str) -> Typed:
    return Typed(
        act,
        problem,
        frozenset(request.POST.getlist("assignment")),
        "tout" in request.POST,
        request.POST.get(f"motif_{act}", ""),
        request.POST.get("service", ""),
        request.POST.get("collegue", ""),
    )


def said_of(act: str, report: Report) -> list[str]:
    """What was done, in one sentence for letters and one for copies."""
    copies = sum(each.role == AssignmentRole.COPY for each in report.done)
    letters = len(report.done) - copies
    match act:
        case "reorienter":
            one = ngettext("Courrier réorienté.", "%(n)d courriers réorientés.", letters)
        case "confier":
            one = ngettext("Courrier confié.", "%(n)d courriers confiés.", letters)
        case "clore":
            one = ngettext("Courrier clos.", "%(n)d courriers clos.", letters)
        case _:
            one = ngettext("Courrier pris en charge.", "%(n)d courriers pris en charge.", letters)
    sentences = [one % {"n": letters}] if letters else []
    if copies:
        text = ngettext("Copie marquée comme lue.", "%(n)d copies marquées comme lues.", copies)
        sentences.append(text % {"n": copies})
    return sentences


def left_out(report: Report) -> str:
    n = len(report.left)
    if n == 1:
        return f"{report.left[0].number} : {report.left[0].reason}".removeprefix(" : ")
    return _("%(n)d courriers sont restés où ils étaient : le compte rendu dit pourquoi.") % {"n": n}


@require_POST
def undo(request: HttpRequest, code: str = "") -> HttpResponse:
    """Undo what was done together, as far as nothing has followed; or put its report away (`fermer`)."""
    kept = kept_report(request)
    if "fermer" in request.POST or kept is None:
        put_away(request)
    elif kept.undoable:
        report = actions.undo_all(kept.done, signed_in(request))
        n = len(report.done)
        text = ngettext("Annulé pour %(n)d courrier.", "Annulé pour %(n)d courriers.", n) % {"n": n}
        messages.success(request, text) if n else messages.warning(request, _("Rien n'a pu être annulé."))
        keep(request, [text] if n else [], report, undoable=False)
    return redirect(back_to(request, code))


def back_to(request: HttpRequest, code: str) -> str:
    """The list as it was: its filters and page, never another site."""
    here = reverse("web:inbox_of", args=[code]) if code else reverse("web:inbox")
    asked = request.POST.get("liste", "")
    return asked if asked.startswith(f"{here}?") else here
