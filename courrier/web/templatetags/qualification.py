"""Fields of the qualification form with their suggestions."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm
from django.template.loader import get_template
from django.utils.safestring import SafeString

from courrier.web.templatetags.ui import confidence
from courrier.web.views.qualification_suggestions import Hint

register = template.Library()


@register.inclusion_tag("web/qualification/field.html")
def q_field(
    form: BaseForm, name: str, hints: dict[str, Hint], suggestion: str, quiet: str = ""
) -> dict[str, Any]:
    """A field of the form; `suggestion` names the suggestion it was filled from, shown unless `quiet`."""
    hint = hints.get(suggestion)
    return {"field": form[name], "hint": hint, "evidence": hint.evidence if hint else "", "quiet": quiet}


@register.simple_tag
def hint(hints: dict[str, Hint], suggestion: str) -> SafeString | str:
    """The confidence of a suggestion; nothing where there is none."""
    found = hints.get(suggestion)
    if found is None:
        return ""
    rendered = get_template("web/components/confidence.html")
    return SafeString(rendered.render(confidence(found.confidence, found.reason)))


@register.filter
def at(mapping: dict[str, str], key: str) -> str:
    return mapping.get(key, "")
