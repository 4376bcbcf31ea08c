"""The rules that say where letters go: their order, whether they are in service, and what each would have done."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courrier.classification.models import RoutingRule
from courrier.classification.rulebook import move_rule, remove_rule, rules_of, save_rule, switch_rule
from courrier.classification.trials import Trials, try_rule
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Mail
from courrier.organisations.models import Organisation
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered, status_of
from courrier.web.views.rules_form import RuleForm, initial_of
from courrier.web.views.rules_words import told

SHOWN = 100
"""So many letters of a trial are listed; all are counted."""


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    return render(request, "web/rules/list.html", {"rules": [told(each) for each in rules_of(here)]})


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Write a rule; the address may name the sender it is for, as `expediteur`."""
    here = administered(request)
    sender = request.GET.get("expediteur", "")
    known = Correspondent.objects.filter(organisation=here, pk=int(sender) if sender.isdecimal() else 0)
    return edited(request, here, RoutingRule(organisation=here, sender=known.first()))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    here = administered(request)
    return edited(request, here, rule_of(here, pk))


def rule_of(here: Organisation, pk: int) -> RoutingRule:
    return get_object_or_404(rules_of(here), pk=pk)


def edited(request: HttpRequest, here: Organisation, rule: RoutingRule) -> HttpResponse:
    """The form of a rule. What is in service, or will be, was tried first as it stands now.

    The buttons are named `do`: `try` shows what the rule would have done and keeps nothing; `save`, `on` and `off`
    keep it, the last two putting it in service or out of it.
    """
    form = RuleForm(request.POST or None, initial=initial_of(rule), organisation=here, sender=rule.sender)
    if request.method == "GET" or not form.is_valid():
        return show(request, form, rule)
    wanted = request.POST.get("do", "try")
    serves = wanted == "on" or (rule.active and wanted == "save")
    known = mark_of(form)
    if wanted == "try" or (serves and request.POST.get("tried") != known):
        draft = RoutingRule(pk=rule.pk, organisation=here, position=rule.position, **form.values())
        trials = try_rule(draft, copies=form.in_copy())
        return show(request, form, rule, trials=trials, tried=known, asked_first=wanted != "try")
    user = signed_in(request)
    with transaction.atomic():  # what serves is never changed without the switch that was asked for with it
        save_rule(rule, form.values(), form.in_copy(), user)
        if wanted in {"on", "off"}:
            switch_rule(rule, wanted == "on", user)
    messages.success(request, saved_words(rule))
    return redirect("web:rules")


def mark_of(form: RuleForm) -> str:
    """What tells a rule as it was tried from another."""
    said = repr([*sorted(form.values().items(), key=lambda pair: pair[0]), form.in_copy()])
    return blake2b(said.encode(), digest_size=8).hexdigest()


def saved_words(rule: RoutingRule) -> str:
    if rule.active:
        text = _("La règle « %(name)s » est en service pour les courriers lus dès maintenant.")
    else:
        text = _("La règle « %(name)s » est enregistrée, hors service.")
    return text % {"name": rule.name}


def show(
    request: HttpRequest,
    form: RuleForm,
    rule: RoutingRule,
    *,
    trials: Trials | None = None,
    tried: str = "",
    asked_first: bool = False,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "rule": rule, "trials": trials, "tried": tried}
    if trials is not None:
        shown = trials.found[:SHOWN]
        ids = [each.mail.pk for each in shown]
        readable = Mail.objects.visible_to(signed_in(request)).filter(pk__in=ids)
        context |= {
            "shown": shown,
            "readable": set(readable.values_list("pk", flat=True)),
            "asked_first": asked_first,
        }
    return render(request, "web/rules/form.html", context, status=status_of(form))


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a rule asked earlier or later; `way` is `up` or `down`."""
    here = administered(request)
    move_rule(rule_of(here, pk), -1 if request.POST.get("way") == "up" else 1, signed_in(request))
    return redirect("web:rules")


@require_POST
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    here = administered(request)
    rule = rule_of(here, pk)
    switch_rule(rule, False, signed_in(request))
    messages.success(request, _("La règle « %(name)s » est hors service.") % {"name": rule.name})
    return redirect("web:rules")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    here = administered(request)
    rule = rule_of(here, pk)
    name = rule.name
    remove_rule(rule, signed_in(request))
    messages.success(request, _("La règle « %(name)s » est supprimée.") % {"name": name})
    return redirect("web:rules")
