"""Mailboxes whose messages become letters: where they are, how their last look went, what was refused."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courrier.audit.chain import record
from courrier.audit.changes import held, save_changes
from courrier.mailboxes.connecting import MailboxTrouble, tried
from courrier.mailboxes.models import Mailbox, Outcome, Security
from courrier.organisations.models import Organisation
from courrier.web.forms import StyledForm
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered, saved, show_form

REFUSED_SHOWN = 20


class MailboxForm(StyledForm):
    """Fields of Mailbox; the password is never shown again, and stays where nothing is typed."""

    address = forms.EmailField(label=gettext_lazy("Adresse"), help_text=gettext_lazy("mairie@exemple.fr"))
    host = forms.RegexField(
        r"^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$",
        label=gettext_lazy("Serveur IMAP"),
        help_text=gettext_lazy("Donné par votre hébergeur : imap.exemple.fr"),
        max_length=200,
        error_messages={"invalid": gettext_lazy("Donnez un nom de serveur, sans « https:// ».")},
    )
    security = forms.ChoiceField(label=gettext_lazy("Chiffrement"), choices=Security.choices)
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=993)
    username = forms.CharField(label=gettext_lazy("Identifiant"), max_length=200)
    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=gettext_lazy("Gardé chiffré. Vide : celui d'avant reste."),
    )
    folder = forms.CharField(label=gettext_lazy("Dossier relevé"), initial="INBOX", max_length=100)
    done_folder = forms.CharField(
        label=gettext_lazy("Dossier des messages enregistrés"), initial="Enregistrés", max_length=100
    )
    refused_folder = forms.CharField(
        label=gettext_lazy("Dossier des messages refusés"), initial="Refusés", max_length=100
    )
    active = forms.BooleanField(label=gettext_lazy("Relever cette boîte"), required=False, initial=True)

    def __init__(self, *args: Any, row: Mailbox, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.row.pk and not given.get("password"):
            self.add_error("password", _("Donnez le mot de passe de la boîte."))
        if len({given.get(name) for name in ("folder", "done_folder", "refused_folder")}) < 3:
            self.add_error("done_folder", _("Les trois dossiers doivent être différents."))
        same = Mailbox.objects.filter(
            organisation=self.row.organisation,
            **{name: given.get(name, "") for name in ("host", "username", "folder")},
        ).exclude(pk=self.row.pk)
        if not self.errors and same.exists():
            self.add_error("username", _("Cette boîte est déjà relevée."))
        if not self.errors and given.get("active"):
            self.try_it(given)
        return given

    def try_it(self, given: dict[str, Any]) -> None:
        """Sign in with what was typed: a mailbox in use is one that was reached."""
        trial = Mailbox(**{name: given[name] for name in FIELDS})
        trial.sealed_password = self.row.sealed_password
        if given["password"]:
            trial.give_password(given["password"])
        try:
            self.waiting = tried(trial)
        except MailboxTrouble as trouble:
            self.add_error(None, trouble.message)


FIELDS = tuple(name for name in MailboxForm.base_fields if name != "password")


@require_GET
def mailboxes(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    rows = here.mailboxes.annotate(
        received=Count("messages", filter=Q(messages__outcome=Outcome.RECEIVED)),
        refused=Count("messages", filter=Q(messages__outcome=Outcome.REFUSED)),
    )
    return render(request, "web/administration/mailboxes.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    return edited(request, here, Mailbox(organisation=here), _("Ajouter une boîte aux lettres"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    here = administered(request)
    found = get_object_or_404(here.mailboxes, pk=pk)
    return edited(request, here, found, found.address)


def edited(request: HttpRequest, here: Organisation, row: Mailbox, title: str) -> HttpResponse:
    known = {name: getattr(row, name) for name in FIELDS} if row.pk else {}
    form = MailboxForm(request.POST or None, initial=known, row=row)
    if saved(request, form, lambda: kept(request, here, row, form)):
        return redirect("web:mailboxes")
    refused = row.messages.filter(outcome=Outcome.REFUSED)[:REFUSED_SHOWN] if row.pk else []
    return show_form(
        request,
        form,
        title,
        _("Essayer et enregistrer"),
        back=reverse("web:mailboxes"),
        lead=_(
            "Chaque message devient un courrier : une page avec son texte, suivie des pièces jointes. Il passe ensuite "
            "dans un autre dossier de la boîte."
        ),
        removal=reverse("web:mailbox_remove", args=[row.pk]) if row.pk else "",
        removal_words=_("Ne plus relever cette boîte"),
        refused=refused,
    )


def kept(request: HttpRequest, here: Organisation, row: Mailbox, form: MailboxForm) -> str:
    user, new, given = signed_in(request), not row.pk, form.cleaned_data
    with held(here) as place:
        if given["password"]:
            row.give_password(given["password"])
        values = {name: given[name] for name in FIELDS}
        save_changes(place, row, values, "mailbox_added" if new else "mailbox_changed", user)
        if given["password"] and not new:
            row.save(update_fields=["sealed_password"])
            record(place, "mailbox_password_changed", actor=user, thing=row.address, thing_id=row.pk)
        if not new:
            Mailbox.objects.filter(pk=row.pk).update(trouble="", trouble_since=None)
    if not given["active"]:
        return _("La boîte %(address)s est enregistrée, sans être relevée.") % {"address": row.address}
    waiting = ngettext("%(n)d message attend", "%(n)d messages attendent", form.waiting) % {"n": form.waiting}
    return _("La boîte %(address)s répond : %(waiting)s.") % {"address": row.address, "waiting": waiting}


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop looking into a mailbox; letters that came by it stay, and so do its messages on the server."""
    here, user = administered(request), signed_in(request)
    with held(here) as place:
        found = get_object_or_404(place.mailboxes, pk=pk)
        kind = found._meta.label_lower
        record(place, "mailbox_removed", actor=user, kind=kind, thing=found.address, thing_id=pk)
        found.delete()
    messages.success(request, _("La boîte %(address)s n'est plus relevée.") % {"address": found.address})
    return redirect("web:mailboxes")
