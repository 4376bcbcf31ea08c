"""The French names of values that the index keeps as codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from courrier.classification.models import DocumentType
from courrier.mail.models import Channel, MailState
from courrier.mail.rights import Access
from courrier.organisations.models import Department


def facet_labels(facet: str, values: Sequence[str], access: Access) -> list[str]:
    """The name to show for each of `values`, in their order, as the organisations of `access` call them."""
    names: dict[str, str] = {}
    if facet == "state":
        names = {value: str(label) for value, label in MailState.choices}
    elif facet == "channel":
        names = {value: str(label) for value, label in Channel.choices}
    elif facet == "departments" and values:
        departments = Department.objects.filter(organisation__in=access.organisations, code__in=values)
        names = dict(departments.values_list("code", "name"))
    elif facet == "document_type":
        names = type_labels(values, access)
    return [names.get(value, value) for value in values]


def type_labels(codes: Collection[str], access: Access) -> dict[str, str]:
    """Names of document types by code, in the organisations of `access`."""
    if not any(codes):
        return {}
    types = DocumentType.objects.filter(organisation__in=access.organisations, code__in=codes)
    return dict(types.values_list("code", "name"))
