"""Days off of one collectivité, and public holidays it works on: added and taken away by its administrators."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from courrier.audit.chain import record
from courrier.audit.changes import held, save_changes
from courrier.organisations.administering import AdministrationRefused, check_administers
from courrier.organisations.calendar import public_holidays
from courrier.organisations.models import LocalDay, Organisation, User


def add_local_day(organisation: Organisation, day: date, name: str, worked: bool, by: User) -> LocalDay:
    """A day on which nobody works here, or, `worked`, a public holiday on which people do. Raises
    AdministrationRefused where it would change nothing."""
    check_administers(by, organisation)
    holiday = public_holidays(organisation.holiday_zone, day.year).get(day, "")
    if worked and not holiday:
        raise AdministrationRefused(_("Ce jour n'est pas férié ici : il est déjà travaillé."))
    if not worked and (holiday or day.weekday() >= 5):
        raise AdministrationRefused(
            _("Ce jour est déjà chômé : %(name)s.") % {"name": holiday or _("fin de semaine")}
        )
    with held(organisation) as here:
        if here.local_days.filter(day=day).exists():
            raise AdministrationRefused(_("Ce jour est déjà dans la liste."))
        row = LocalDay(organisation=here)
        save_changes(here, row, {"day": day, "name": name.strip(), "worked": worked}, "local_day_added", by)
    return row


def remove_local_day(row: LocalDay, by: User) -> None:
    check_administers(by, row.organisation)
    with held(row.organisation) as here:
        before = {"day": str(row.day), "name": row.name, "worked": row.worked}
        kind = row._meta.label_lower
        record(here, "local_day_removed", actor=by, kind=kind, thing=str(row), thing_id=row.pk, before=before)
        row.delete()
