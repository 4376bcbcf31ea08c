"""Writing a reply beside the letter it answers, seeing it as it will be sent, sending it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courrier.annotations.turning import with_turns
from courrier.mail.models import Assignment, Page
from courrier.mail.rights import access_of, can
from courrier.organisations.models import User
from courrier.replies.approvals import may_give, waiting_for
from courrier.replies.drafting import DraftRefused, draft_reply, filled, render_pdf, save_draft
from courrier.replies.models import ApprovalKind, Reply, ReplyChannel, ReplyState, Template
from courrier.web.forms import StyledForm
from courrier.web.organisation import current_organisation, signed_in
from courrier.web.views.letter import back_to_letter, readable_letter
from workflows import actions


class ReplyForm(StyledForm):
    """What a reply is made of; the address asked for follows the way it is sent."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Envoi"), choices=ReplyChannel.choices, widget=forms.RadioSelect
    )
    email = forms.EmailField(label=gettext_lazy("Adresse de courriel"), required=False)
    recipient = forms.CharField(
        label=gettext_lazy("Nom et adresse postale"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=300)
    body = forms.CharField(
        label=gettext_lazy("Texte"),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "true"}),
        required=False,
    )


class SendForm(ReplyForm):
    """As ReplyForm, for what is about to leave: nothing that is needed may be missing."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (
            given.get("channel") == ReplyChannel.EMAIL
            and not given.get("email")
            and "email" not in self.errors
        ):
            self.add_error("email", _("Indiquez l'adresse de courriel du destinataire."))
        if given.get("channel") == ReplyChannel.POST and not given.get("recipient"):
            self.add_error("recipient", _("Indiquez le nom et l'adresse du destinataire."))
        if not given.get("body", "").strip():
            self.add_error("body", _("La réponse est vide : écrivez son texte avant de l'envoyer."))
        return given


def own_reply(request: HttpRequest, number: str, pk: int) -> Reply:
    """The reply, if the person may read the letter it answers; Http404 otherwise."""
    mail = readable_letter(request, number)
    reply = get_object_or_404(
        Reply.objects.select_related("assignment__department", "author", "document"), mail=mail, pk=pk
    )
    reply.mail = mail
    return reply


def may_change(user: User, reply: Reply) -> bool:
    unsent = reply.state in {ReplyState.DRAFT, ReplyState.FAILED}
    return unsent and reply.assignment is not None and can(user, "reply", reply.assignment)


@require_POST
def start(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Start a reply for an assignment, or take up the draft under way."""
    mail = readable_letter(request, number)
    assignment = get_object_or_404(Assignment, mail=mail, pk=pk)
    try:
        reply = draft_reply(assignment, signed_in(request))
    except DraftRefused as refusal:
        messages.warning(request, refusal.message)
        return redirect(back_to_letter(request, mail))
    return redirect(with_list(request, "web:reply", number, reply.pk))


def with_list(request: HttpRequest, name: str, number: str, pk: int) -> str:
    from django.urls import reverse

    kept = request.GET.urlencode()
    return reverse(name, args=[number, pk]) + (f"?{kept}" if kept else "")


@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Write the reply. `do` says what the button wants: save, template, preview or send."""
    found = own_reply(request, number, pk)
    user = signed_in(request)
    if not may_change(user, found):
        return show(request, found, None)
    if request.method == "GET":
        return show(request, found, ReplyForm(initial=initial_of(found)))
    wanted = request.POST.get("do", "save")
    form = (SendForm if wanted == "send" else ReplyForm)(request.POST)
    if not form.is_valid():
        return show(request, found, form)
    try:
        found = save_draft(found, user, **form.cleaned_data)
        if wanted == "send":
            actions.send_reply(found, user)
    except (DraftRefused, actions.ActionRefused) as refusal:
        messages.error(request, refusal.message)
        return show(request, found, form)
    return after(request, found, wanted, number)


def after(request: HttpRequest, found: Reply, wanted: str, number: str) -> HttpResponse:
    """Where each button leads once the draft is saved."""
    if wanted == "preview":
        return redirect("web:reply_preview", number=number, pk=found.pk)
    if wanted == "send":
        messages.success(request, _("Réponse confiée à l'envoi : vous la verrez partir dans l'historique."))
        return redirect(back_to_letter(request, found.mail))
    if wanted == "template":
        return from_template(request, found)
    messages.success(request, _("Brouillon enregistré."))
    return redirect(with_list(request, "web:reply", number, found.pk))


def from_template(request: HttpRequest, found: Reply) -> HttpResponse:
    """The form with a template's text in place of the body; nothing is saved until the person does."""
    template = templates_for(found).filter(pk=request.POST.get("modele") or 0).first()
    values = initial_of(found)
    if template is None:
        messages.info(request, _("Choisissez un modèle."))
    else:
        values["body"] = filled(template, found.mail)
        values["subject"] = template.subject or values["subject"]
    return show(request, found, ReplyForm(initial=values))


def templates_for(found: Reply) -> Any:
    from django.db.models import Q

    department = found.assignment.department_id if found.assignment else None
    here = Template.objects.filter(organisation=found.mail.organisation_id)
    return here.filter(Q(department__isnull=True) | Q(department=department))


def initial_of(found: Reply) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("channel", "email", "recipient", "subject", "body")}


def show(request: HttpRequest, found: Reply, form: ReplyForm | None) -> HttpResponse:
    """The editor, or the reply as it stands where it can't be changed any more."""
    visas = list(found.approvals.select_related("given_by", "department"))
    access = access_of(request.user)
    context = {
        "visas": visas,
        "visa": next((each for each in visas if may_give(access, each)), None),
        "may_take_back": found.state == ReplyState.AWAITING
        and found.assignment is not None
        and can(request.user, "reply", found.assignment),
        "mail": found.mail,
        "reply": found,
        "form": form,
        "templates": templates_for(found),
        "pages": with_turns(
            Page.objects.filter(mail=found.mail).defer("words", "text", "barcodes").order_by("number")
        ),
        "letter_url": back_to_letter(request, found.mail),
    }
    wrong = form is not None and form.is_bound and not form.is_valid()
    return render(request, "web/letter/reply.html", context, status=422 if wrong else 200)


@require_GET
def preview(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The reply as it is, or was, sent: PDF."""
    found = own_reply(request, number, pk)
    answer = HttpResponse(render_pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="reponse-{found.mail.number}.pdf"'
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@require_POST
def decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Give the visa or sign, refuse with what to change, or take the reply out of the signature book."""
    found = own_reply(request, number, pk)
    user = signed_in(request)
    wanted, comment = request.POST.get("do", ""), request.POST.get("remarque", "")
    try:
        if wanted == "take_back":
            actions.take_back(found, user)
            return redirect(with_list(request, "web:reply", number, pk))
        visa = get_object_or_404(found.approvals, pk=request.POST.get("visa") or 0)
        if wanted == "refuse":
            actions.refuse(visa, user, comment)
            messages.success(request, _("Réponse rendue à son auteur."))
        else:
            actions.approve(visa, user, comment)
            signed = visa.kind == ApprovalKind.SIGNATURE
            messages.success(request, _("Réponse signée.") if signed else _("Visa donné."))
    except actions.ActionRefused as refusal:
        if refusal.forbidden:
            raise PermissionDenied(refusal.message) from refusal
        messages.warning(request, refusal.message)
        return redirect(with_list(request, "web:reply", number, pk))
    if waiting_for(access_of(user)).exists():
        return redirect("web:signature_book")
    return redirect("web:letter", number=number)


@require_GET
def signature_book(request: HttpRequest) -> HttpResponse:
    """What waits for this person's visa or signature, oldest first."""
    here = current_organisation(request)
    waiting = waiting_for(access_of(request.user)).filter(organisation=here)[:200]
    return render(request, "web/letter/signature_book.html", {"waiting": list(waiting)})
