"""Small things every screen draws: icons, states, dates, confidence, people."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from courrier.annotations.mentions import MENTION
from courrier.annotations.models import Annotation
from courrier.mail.models import AssignmentState, MailState

register = template.Library()

STATE_LOOKS = {
    MailState.RECEIVED: ("neutral", "clock"),
    MailState.READING: ("progress", "scan"),
    MailState.TO_QUALIFY: ("accent", "circle-dashed"),
    MailState.IN_PROGRESS: ("info", "progress"),
    MailState.CLOSED: ("ok", "circle-check"),
    MailState.FAILED: ("danger", "alert-triangle"),
    MailState.CANCELLED: ("muted", "ban"),
    AssignmentState.PENDING: ("accent", "circle-dashed"),
    AssignmentState.ACCEPTED: ("info", "progress"),
    AssignmentState.DONE: ("ok", "circle-check"),
    AssignmentState.REDIRECTED: ("muted", "arrow-forward-up"),
    AssignmentState.SENT_BACK: ("muted", "arrow-back-up"),
}
"""Tone and icon of each state; the words beside them say the same, colour alone never does."""

SURE, PROBABLE = 0.9, 0.6
CONFIDENCE_WORDS = {
    "sure": gettext_lazy("sûr"),
    "probable": gettext_lazy("probable"),
    "check": gettext_lazy("à vérifier"),
    "unlikely": gettext_lazy("peu probable"),
}


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration and hidden from screen readers."""
    return drawn_icon(name, str(label), size)


@lru_cache(maxsize=1024)
def drawn_icon(name: str, label: str, size: str) -> SafeString:
    """Drawn once: a list has a hundred of them."""
    extra = f" icon-{size}" if size else ""
    address = f"{static('vendor/tabler/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            extra,
            label,
            address,
        )
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="{}"></use></svg>', extra, address)


@register.inclusion_tag("web/components/state.html")
def state_badge(thing: Any) -> dict[str, Any]:
    """The state of a letter or of an assignment, in words, with its tone."""
    tone, symbol = STATE_LOOKS.get(thing.state, ("neutral", "circle-dashed"))
    return {"label": thing.get_state_display(), "tone": tone, "icon": symbol}


@register.simple_tag
def due_chip(due_on: date | None, finished: bool = False) -> str:
    """A due date as people say it: late by 3 days, today, in 5 days; only the date once work is finished."""
    if due_on is None:
        return ""
    return drawn_due(due_on, bool(finished), timezone.localdate(), get_language())


@lru_cache(maxsize=1024)
def drawn_due(due_on: date, finished: bool, today: date, _language: str | None) -> SafeString:
    """Drawn once a day and language: many lines of a list are due on the same days."""
    days = (due_on - today).days
    tone = "neutral" if finished or days > 7 else "danger" if days < 0 else "warn" if days <= 2 else "info"
    words = {"due_on": due_on, "tone": tone, "text": due_words(due_on, days, finished)}
    return render_to_string("web/components/due.html", words)


def due_words(due_on: date, days: int, finished: bool) -> str:
    if finished or days > 30:
        return ""
    if days < 0:
        return ngettext("en retard d'un jour", "en retard de %(days)d jours", -days) % {"days": -days}
    if days == 0:
        return _("aujourd'hui")
    return ngettext("demain", "dans %(days)d jours", days) % {"days": days}


@register.filter
def confidence_level(confidence: float | None) -> str:
    """`sure`, `probable` or `check`."""
    value = confidence or 0
    return "sure" if value >= SURE else "probable" if value >= PROBABLE else "check"


@register.inclusion_tag("web/components/confidence.html")
def confidence(value: float | None, reason: str = "", alternative: bool = False) -> dict[str, Any]:
    """A confidence from 0 to 1 as three dots, a word and a percentage.

    What is only an alternative to a better suggestion is improbable rather than to be checked.
    """
    level = confidence_level(value)
    if alternative and level == "check":
        level = "unlikely"
    dots = {"sure": 3, "probable": 2, "check": 1, "unlikely": 1}[level]
    return {
        "level": level,
        "word": CONFIDENCE_WORDS[level],
        "percent": min(99, int((value or 0) * 100)),
        "dots": [number < dots for number in range(3)],
        "reason": reason,
    }


@register.filter
def initials(person: Any) -> str:
    words = [word for word in str(person).replace("-", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1])).upper()


@register.filter
def with_mentions(note: Annotation) -> SafeString:
    """The text of a note, its line breaks kept; whom it called stand out, with their full names behind."""
    called = {person.username.lower(): person for person in note.mentions.all()}

    def shown(found: re.Match[str]) -> str:
        name = found[1].rstrip(".-")
        person = called.get(name.lower())
        if person is None:
            return conditional_escape(found[0])
        rest = found[1][len(name) :]
        return format_html('<span class="mention" title="{}">@{}</span>{}', person, name, rest)

    pieces, at = [], 0
    for found in MENTION.finditer(note.text):
        pieces += [conditional_escape(note.text[at : found.start()]), shown(found)]
        at = found.end()
    pieces.append(conditional_escape(note.text[at:]))
    return linebreaksbr(mark_safe("".join(pieces)))  # noqa: S308


@register.filter
def hue(thing: Any) -> int:
    """One of eight tints that stays the same for the same name."""
    return sum(map(ord, str(thing))) % 8


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as one says it in a list: aujourd'hui, hier, 12 mars, 12/03/2024."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    today = timezone.localdate()
    if value == today:
        return _("aujourd'hui")
    if value == today - timedelta(days=1):
        return _("hier")
    return date_format(value, "j N" if value.year == today.year else "d/m/Y")


@register.filter
def on_day(value: date | datetime | None) -> str:
    """A day as one says it in a sentence: aujourd'hui, hier, le 12 mars."""
    said = day(value)
    return _("le %(day)s") % {"day": said} if said[:1].isdigit() else said


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The query string of this page with `changes`; a value of None or "" takes a key out."""
    parameters = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            parameters.pop(key, None)
        else:
            parameters[key] = str(value)
    return f"?{parameters.urlencode()}" if parameters else "?"
