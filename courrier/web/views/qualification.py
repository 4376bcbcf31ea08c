"""Qualification: one letter after the other, its page beside what was understood of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courrier.annotations.turning import with_turns
from courrier.classification.models import SuggestionField
from courrier.classification.rules import fired
from courrier.correspondents.identity import name_words
from courrier.correspondents.searching import on_file, with_word
from courrier.mail.models import Assignment, DocumentRole, Mail, Page
from courrier.mail.models.mail import MailQuerySet
from courrier.mail.rights import can
from courrier.organisations.models import Organisation
from courrier.web.organisation import signed_in
from courrier.web.views.duplicates import known_before
from courrier.web.views.qualification_form import REFERENCE_KINDS, SENDER_KEYS, QualificationForm
from courrier.web.views.qualification_sealed import sealed_letter, send_unopened
from courrier.web.views.qualification_sender import known_sender
from courrier.web.views.qualification_suggestions import Suggested, due_by_type
from courrier.web.views.reception import desk_organisation
from workflows import actions

PROPOSED_SENDERS = 8
SET_BY_RULES = (SuggestionField.COPIES, SuggestionField.PRIORITY, SuggestionField.TAG)


def queue(request: HttpRequest, here: Organisation) -> MailQuerySet:
    """Letters that wait for reception, in the order of their numbers."""
    mine = Mail.objects.visible_to(signed_in(request)).filter(organisation=here)
    return mine.to_qualify().order_by("year", "sequence")


@require_GET
@never_cache
def qualification(request: HttpRequest) -> HttpResponse:
    """The first letter that waits, or the good news that none does."""
    first = queue(request, desk_organisation(request)).first()
    if first is not None:
        return redirect("web:qualify", first.number)
    return render(request, "web/qualification/empty.html")


@require_http_methods(["GET", "POST"])
@never_cache
def qualify(request: HttpRequest, number: str) -> HttpResponse:
    here = desk_organisation(request)
    if sealed := sealed_letter(signed_in(request), here, number):
        return send_unopened(request, signed_in(request), here, sealed)
    mail = letter(request, here, number)
    if request.method == "POST":
        return decided(request, here, mail)
    if not can(signed_in(request), "qualify", mail):
        return shown(request, "settled", {"mail": mail, **beside(request, here, mail)})
    suggested = Suggested(mail)
    candidates = suggested.candidates(here.departments.open())
    initial = suggested.initial(candidates)
    known = known_sender(mail, initial, signed_in(request))
    initial["correspondent"] = known.correspondent.pk if known else None
    form = QualificationForm(mail, initial=initial)
    return shown(request, "workspace", workspace(request, here, mail, form) | {"known": known})


def decided(request: HttpRequest, here: Organisation, mail: Mail) -> HttpResponse:
    """Send the letter on its way; where that fails, the form comes back with all that was typed."""
    form = QualificationForm(mail, request.POST)
    if form.is_valid():
        wanted = form.qualification()
        try:
            actions.qualify(mail, signed_in(request), wanted)
        except actions.ActionRefused as error:
            form.add_error(None, error.message)
        else:
            names = ", ".join(department.name for department in wanted.departments)
            text = _("%(number)s transmis : %(names)s") % {"number": mail.number, "names": names}
            return sent(request, here, mail, text)
    return shown(request, "workspace", workspace(request, here, mail, form), status=422)


def sent(request: HttpRequest, here: Organisation, mail: Mail, text: str) -> HttpResponse:
    around = beside(request, here, mail)
    if by_script(request):
        return JsonResponse({"message": text, "left": around["left"]})
    messages.success(request, text)
    following = around["next"]
    return redirect("web:qualify", following.number) if following else redirect("web:qualification")


def by_script(request: HttpRequest) -> bool:
    return "X-Fragment" in request.headers


def shown(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The whole page, or its changing part for the script that has the rest."""
    template = f"web/qualification/{name}.html"
    if not by_script(request):
        context, template = {**context, "part": template}, "web/qualification/page.html"
    response = render(request, template, context, status=status)
    response["Vary"] = "X-Fragment, Cookie"
    return response


def letter(request: HttpRequest, here: Organisation, number: str) -> Mail:
    pages = with_turns(Page.objects.order_by("number").defer("words", "text", "barcodes"))
    returned = Assignment.objects.select_related("department").order_by("-finished_at")
    mails = Mail.objects.visible_to(signed_in(request)).filter(organisation=here, number=number)
    found = (
        mails.select_related("organisation", "sender", "document_type")
        .prefetch_related(
            "suggestions", Prefetch("pages", pages), Prefetch("assignments", returned), "documents"
        )
        .first()
    )
    if found is None:
        raise Http404
    return found


def beside(request: HttpRequest, here: Organisation, mail: Mail) -> dict[str, Any]:
    """How many letters wait besides this one, and which comes next. `sans` names those just dealt with."""
    done = [number for number in request.GET.get("sans", "").split(",") if number]
    waiting = queue(request, here).exclude(pk=mail.pk).exclude(number__in=done[:50])
    later = Q(year=mail.year, sequence__gt=mail.sequence) | Q(year__gt=mail.year)
    return {"left": waiting.count(), "next": waiting.filter(later).first() or waiting.first()}


def workspace(
    request: HttpRequest, here: Organisation, mail: Mail, form: QualificationForm
) -> dict[str, Any]:
    suggested = Suggested(mail)
    kinds = list(form.fields["document_type"].queryset)  # type: ignore[attr-defined]
    chosen = form["department"].value() or form["other_department"].value() or ""
    candidates = suggested.candidates(form.departments)
    return {
        "mail": mail,
        "form": form,
        "candidates": candidates,
        "chosen": chosen,
        "chosen_is_candidate": chosen in {each.department.code for each in candidates},
        "departments": form.departments,
        "kinds": kinds,
        "due_by_type": due_by_type(mail, kinds),
        "hints": suggested.hints(),
        "references": form.references,
        "reference_kinds": REFERENCE_KINDS,
        "original": next((each for each in mail.documents.all() if each.role == DocumentRole.ORIGINAL), None),
        "sent_back": next((each for each in mail.assignments.all() if each.state == "sent_back"), None),
        "rule": fired(mail.suggestions.all()),
        "set_by_rule": [each for each in mail.suggestions.all() if each.field in SET_BY_RULES],
        "duplicates": known_before(mail, signed_in(request)),
        "others_chosen": bool(form["more_departments"].value() or (form.is_bound and form["copies"].value())),
        **beside(request, here, mail),
    }


@require_GET
def senders(request: HttpRequest) -> JsonResponse:
    """Known correspondents with words that begin as those typed, for the sender's field."""
    here = desk_organisation(request)
    words = name_words(request.GET.get("q", ""))[:6]
    if len("".join(words)) < 2:
        return JsonResponse({"senders": []})
    known = on_file(here)
    for word in words:
        known = known.filter(pk__in=with_word(here, word))
    rows = known.order_by("name").values("pk", *SENDER_KEYS)[:PROPOSED_SENDERS]
    return JsonResponse({"senders": list(rows)})
