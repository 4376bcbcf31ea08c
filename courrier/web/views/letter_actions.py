"""What is done from the letter's page. A refusal shows the page again with what was typed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courrier.annotations.models import Annotation, AnnotationKind
from courrier.annotations.notes import NoteRefused, annotate, resolve
from courrier.mail.models import Assignment, Mail, Page
from courrier.mail.rights import can
from courrier.organisations.models import Department, User
from courrier.web.organisation import signed_in
from courrier.web.views.letter import back_to_letter, readable_letter, show
from courrier.web.views.letter_history import undone_name
from workflows import actions

Act = Callable[[HttpRequest, Assignment, User], str]


def accept(request: HttpRequest, assignment: Assignment, user: User) -> str:
    actions.accept(assignment, user)
    return _("Courrier pris en charge.")


def acknowledge(request: HttpRequest, assignment: Assignment, user: User) -> str:
    actions.acknowledge(assignment, user)
    return _("Copie marquée comme lue.")


def send_on(request: HttpRequest, assignment: Assignment, user: User) -> str:
    new = actions.redirect(
        assignment, user, department_named(request, assignment), request.POST.get("motif", "")
    )
    return _("Courrier réorienté vers %(department)s.") % {"department": new.department.name}


def department_named(request: HttpRequest, assignment: Assignment) -> Department:
    here = Department.objects.open().filter(organisation=assignment.organisation_id)
    department = here.filter(code=request.POST.get("service", "")).first()
    if department is None:
        raise actions.ActionRefused(_("Choisissez le service."))
    return department


def ask_opinion(request: HttpRequest, assignment: Assignment, user: User) -> str:
    asked = actions.ask_opinion(
        assignment, user, department_named(request, assignment), request.POST.get("motif", "")
    )
    return _("Avis demandé à %(department)s.") % {"department": asked.department.name}


def answer_opinion(request: HttpRequest, assignment: Assignment, user: User) -> str:
    actions.answer_opinion(assignment, user, request.POST.get("motif", ""))
    return _("Avis transmis au service qui l'a demandé.")


def withdraw_question(request: HttpRequest, assignment: Assignment, user: User) -> str:
    actions.withdraw_question(assignment, user)
    return _("Demande d'avis retirée.")


def hand_over(request: HttpRequest, assignment: Assignment, user: User) -> str:
    named = request.POST.get("collegue", "")
    colleague = User.objects.filter(pk=int(named), is_active=True).first() if named.isdecimal() else None
    if colleague is None:
        raise actions.ActionRefused(_("Choisissez à qui confier ce courrier."))
    actions.hand_over(assignment, user, colleague)
    return _("Courrier confié à %(name)s.") % {"name": colleague}


def take_over(request: HttpRequest, assignment: Assignment, user: User) -> str:
    actions.take_over(assignment, user)
    return _("Vous avez maintenant ce courrier en charge.")


def split(request: HttpRequest, assignment: Assignment, user: User) -> str:
    new = actions.split(
        assignment, user, department_named(request, assignment), request.POST.get("motif", "")
    )
    return _("L'autre demande est partie vers %(department)s.") % {"department": new.department.name}


def send_back(request: HttpRequest, assignment: Assignment, user: User) -> str:
    actions.send_back(assignment, user, request.POST.get("motif", ""))
    return _("Courrier renvoyé à l'accueil.")


def close(request: HttpRequest, assignment: Assignment, user: User) -> str:
    actions.close(assignment, user, reason=request.POST.get("motif", ""))
    return _("Courrier traité : il quitte votre bannette.")


ACTS: dict[str, tuple[str, Act]] = {
    "prendre": ("accept", accept),
    "lu": ("acknowledge", acknowledge),
    "reorienter": ("redirect", send_on),
    "renvoyer": ("send_back", send_back),
    "clore": ("close", close),
    "demander-avis": ("ask_opinion", ask_opinion),
    "avis": ("answer", answer_opinion),
    "retirer-avis": ("withdraw_question", withdraw_question),
    "confier": ("hand_over", hand_over),
    "reprendre": ("take_over", take_over),
    "partager": ("split", split),
}
"""Each act by its name in addresses: the right it takes, and what does it."""


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, number: str, pk: int, verb: str) -> HttpResponse:
    """Do one of ACTS on an assignment. The address opened as a page leads back to the letter.

    A refusal shows the form again, or is said where there is no such form any more: somebody was quicker.
    """
    mail = readable_letter(request, number)
    if request.method == "GET":
        return redirect(back_to_letter(request, mail))
    if verb not in ACTS:
        raise Http404
    assignment = get_object_or_404(Assignment.objects.select_related("department"), mail=mail, pk=pk)
    right, do = ACTS[verb]
    user = signed_in(request)
    try:
        messages.success(request, do(request, assignment, user))
    except actions.ActionRefused as refusal:
        if refusal.forbidden:
            raise PermissionDenied(refusal.message) from refusal
        assignment.refresh_from_db()
        if can(user, right, assignment):
            return again(request, mail, f"{verb}-{pk}", refusal.message)
        messages.warning(request, refusal.message)
    return redirect(back_to_letter(request, mail))


def again(request: HttpRequest, mail: Mail, form: str, problem: str) -> HttpResponse:
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    mail.refresh_from_db(fields=["state"])
    return show(request, mail, typed=typed, open_form=form, problem=problem)


@require_http_methods(["GET", "POST"])
def write_note(request: HttpRequest, number: str) -> HttpResponse:
    """A note on the letter, at a place of a page, or in answer to another."""
    mail = readable_letter(request, number)
    if request.method == "GET":
        return redirect(back_to_letter(request, mail))
    parent_pk = request.POST.get("parent", "")
    form = f"note-{parent_pk}" if parent_pk else "note"
    try:
        parent = mail.annotations.filter(pk=int(parent_pk)).first() if parent_pk.isdecimal() else None
        box = box_of(request.POST.get("box", ""))
        annotate(
            mail,
            signed_in(request),
            request.POST.get("texte", ""),
            kind=kind_of(request.POST.get("kind", ""), box),
            page=page_of(mail, request.POST.get("page", "")),
            box=box,
            parent=parent,
        )
    except NoteRefused as refusal:
        return again(request, mail, form, refusal.message)
    return redirect(back_to_letter(request, mail))


def kind_of(text: str, box: list[float] | None) -> str:
    places = {AnnotationKind.HIGHLIGHT.value, AnnotationKind.BOX.value}
    return text if box is not None and text in places else AnnotationKind.NOTE.value


def page_of(mail: Mail, text: str) -> int | None:
    """The page a note is for; NoteRefused where the letter has no such page."""
    if not text:
        return None
    if not text.isdecimal() or not Page.objects.filter(mail=mail, number=int(text)).exists():
        raise NoteRefused(_("Ce courrier n'a pas de page %(page)s.") % {"page": text})
    return int(text)


def box_of(text: str) -> list[float] | None:
    """Four fractions parted by commas; NoteRefused for anything else."""
    if not text:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise NoteRefused(_("Cet endroit n'est pas sur la page.")) from error


@require_http_methods(["GET", "POST"])
def settle_note(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Mark a note as dealt with, or open it again."""
    mail = readable_letter(request, number)
    if request.method == "POST":
        note = get_object_or_404(Annotation.objects.select_related("mail"), mail=mail, pk=pk)
        try:
            resolve(note, signed_in(request))
        except NoteRefused as refusal:
            return again(request, mail, f"note-{pk}", refusal.message)
    return redirect(back_to_letter(request, mail))


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Undo what the person did last to the letter."""
    mail = readable_letter(request, number)
    if request.method == "POST":
        try:
            verb = actions.undo(mail, signed_in(request))
        except actions.ActionRefused as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, _("Annulé : %(what)s.") % {"what": undone_name(verb)})
    return redirect(back_to_letter(request, mail))
