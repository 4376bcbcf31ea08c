"""Forms that look like the rest: a widget's classes and its ties to help and error, given once."""

from __future__ import annotations

from typing import Any

from django import forms

CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
]


class StyledForm(forms.Form):
    """A form whose widgets carry the classes of our components; Django ties errors and help to them."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", class_of(field.widget))


def class_of(widget: forms.Widget) -> str:
    return next(name for kind, name in CLASSES if isinstance(widget, kind))
