"""What an administrator sets: facts of the collectivité and its departments. People are in `people`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from courrier.audit.changes import held, save_changes
from courrier.mail.rights import access_of
from courrier.organisations.closing import is_under
from courrier.organisations.models import Department, Organisation, User


class AdministrationRefused(Exception):
    """A setting that can't be changed so; `message` says in French why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def check_administers(by: User, organisation: Organisation) -> None:
    if organisation.pk not in access_of(by).administered:
        raise AdministrationRefused(_("Seul un administrateur change ces réglages."))


def change_facts(organisation: Organisation, values: Mapping[str, Any], by: User) -> bool:
    """Set fields of the collectivité; False where nothing was different."""
    check_administers(by, organisation)
    with held(organisation) as row:
        return save_changes(row, row, values, "organisation_changed", by)


def add_department(organisation: Organisation, values: Mapping[str, Any], by: User) -> Department:
    """Open a department: `code`, `name`, and as needed `parent`, `email`, `arbitrates`."""
    check_administers(by, organisation)
    with held(organisation) as here:
        if here.departments.filter(code=values["code"]).exists():
            raise AdministrationRefused(
                _("Un service porte déjà le code %(code)s.") % {"code": values["code"]}
            )
        department = Department(organisation=here)
        check_parent(department, values.get("parent"))
        give_up_arbitration(here, department, values, by)
        save_changes(here, department, values, "department_added", by)
    return department


def change_department(department: Department, values: Mapping[str, Any], by: User) -> bool:
    """Rename a department, move it in the tree, say whether it settles; its code stays, letters and rules name it."""
    check_administers(by, department.organisation)
    with held(department.organisation) as here:
        row = here.departments.select_related("parent").get(pk=department.pk)
        check_parent(row, values.get("parent"))
        give_up_arbitration(here, row, values, by)
        return save_changes(here, row, values, "department_changed", by)


def check_parent(department: Department, parent: Department | None) -> None:
    if parent is None:
        return
    if parent.organisation_id != department.organisation_id or parent.closed_on is not None:
        raise AdministrationRefused(_("Choisissez un service ouvert de la collectivité."))
    if department.pk is not None and (parent.pk == department.pk or is_under(parent, department)):
        raise AdministrationRefused(
            _("%(parent)s dépend de %(name)s : il ne peut pas être au-dessus.")
            % {"parent": parent.name, "name": department.name}
        )


def give_up_arbitration(
    organisation: Organisation, department: Department, values: Mapping[str, Any], by: User
) -> None:
    """One department settles: where it becomes this one, the one that did no longer does."""
    if values.get("arbitrates"):
        for other in organisation.departments.filter(arbitrates=True).exclude(pk=department.pk):
            save_changes(organisation, other, {"arbitrates": False}, "department_changed", by)
