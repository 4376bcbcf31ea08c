"""Naming who works in somebody's place while they are away, or since they left."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.audit.chain import record
from courrier.mail.rights import Access, own_accesses
from courrier.organisations.models import Delegation, Membership, Organisation, Role, User

LONGEST = timedelta(days=366)


class AbsenceRefused(Exception):
    """An absence that can't be entered; `message` says in French why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def name_substitute(
    organisation: Organisation,
    absent: User,
    substitute: User,
    first: date,
    last: date,
    *,
    by: User,
    reason: str = "",
) -> Delegation:
    """Have `substitute` work in the place of `absent` from `first` to `last`, both included.

    Entered twice it is one; days that touch those already entered with the same substitute lengthen them.
    Raises AbsenceRefused.
    """
    if not may_name_for(by, absent, organisation):
        raise AbsenceRefused(_("Vous ne pouvez pas désigner de remplaçant pour %(name)s.") % {"name": absent})
    check_days(first, last)
    check_substitute(organisation, absent, substitute)
    with transaction.atomic():
        held = Organisation.objects.select_for_update().get(pk=organisation.pk)
        check_free(held, substitute, first, last)
        absence = lengthened(held, absent, substitute, first, last) or Delegation(
            organisation=held, absent=absent, substitute=substitute, starts_on=first, ends_on=last
        )
        absence.named_by, absence.reason = by, " ".join(reason.split())[:120]
        absence.save()
        note(held, "absence_named", absence, by)
    return absence


def check_days(first: date, last: date) -> None:
    if last < first:
        raise AbsenceRefused(_("Le dernier jour vient avant le premier."))
    if last < timezone.localdate():
        raise AbsenceRefused(_("Ces jours sont passés."))
    if last - first > LONGEST:
        raise AbsenceRefused(_("Un remplacement dure un an au plus : il se renouvelle."))


def check_substitute(organisation: Organisation, absent: User, substitute: User) -> None:
    if absent.pk == substitute.pk:
        raise AbsenceRefused(_("Le remplaçant est une autre personne."))
    works_here = Membership.objects.filter(user=substitute, organisation=organisation).exists()
    if not substitute.is_active or not works_here:
        raise AbsenceRefused(_("%(name)s ne travaille pas dans cette collectivité.") % {"name": substitute})


def check_free(organisation: Organisation, substitute: User, first: date, last: date) -> None:
    """Refuse a substitute who is away themselves: what falls to them would reach nobody."""
    away = overlapping(organisation, first, last).filter(absent=substitute).first()
    if away is not None:
        raise AbsenceRefused(
            _("%(name)s est absent du %(first)s au %(last)s : choisissez quelqu'un d'autre.")
            % {"name": substitute, "first": f"{away.starts_on:%d/%m/%Y}", "last": f"{away.ends_on:%d/%m/%Y}"}
        )


def lengthened(
    organisation: Organisation, absent: User, substitute: User, first: date, last: date
) -> Delegation | None:
    """The absence already entered that these days overlap, over both; refused where it names somebody else."""
    known = overlapping(organisation, first, last).filter(absent=absent)
    other = known.exclude(substitute=substitute).select_related("substitute").first()
    if other is not None:
        raise AbsenceRefused(
            _(
                "%(name)s est déjà remplacé par %(other)s du %(first)s au %(last)s : supprimez d'abord cette absence."
            )
            % {
                "name": absent,
                "other": other.substitute,
                "first": f"{other.starts_on:%d/%m/%Y}",
                "last": f"{other.ends_on:%d/%m/%Y}",
            }
        )
    rows = list(known.order_by("starts_on"))
    if not rows:
        return None
    kept, rest = rows[0], rows[1:]
    kept.starts_on = min(first, kept.starts_on)
    kept.ends_on = max([last, *(each.ends_on for each in rows)])
    for each in rest:
        each.delete()
    return kept


def overlapping(organisation: Organisation, first: date, last: date) -> QuerySet[Delegation]:
    return Delegation.objects.filter(organisation=organisation, starts_on__lte=last, ends_on__gte=first)


def end_absence(absence: Delegation, *, by: User) -> None:
    """Somebody is back: their replacement ends now, or is taken out if it had not begun. Twice is once."""
    if not may_name_for(by, absence.absent, absence.organisation):
        raise AbsenceRefused(_("Vous ne pouvez pas mettre fin à cette absence."))
    with transaction.atomic():
        held = Organisation.objects.select_for_update().get(pk=absence.organisation_id)
        current = Delegation.objects.filter(pk=absence.pk).first()
        yesterday = timezone.localdate() - timedelta(days=1)
        if current is None or current.ends_on <= yesterday:
            return
        if current.starts_on > yesterday:
            note(held, "absence_ended", current, by)
            current.delete()
            return
        current.ends_on = yesterday
        current.save(update_fields=["ends_on"])
        note(held, "absence_ended", current, by)


def note(organisation: Organisation, verb: str, absence: Delegation, by: User) -> None:
    record(
        organisation,
        verb,
        actor=by,
        absence=absence.pk,
        absent=str(absence.absent),
        absent_id=absence.absent_id,
        substitute=str(absence.substitute),
        substitute_id=absence.substitute_id,
        starts_on=str(absence.starts_on),
        ends_on=str(absence.ends_on),
        reason=absence.reason,
    )


def may_name_for(by: User, absent: User, organisation: Organisation) -> bool:
    """Whether `by` may name who replaces `absent`: themselves; who manages all that the other does there; the general
    direction or an administrator.

    Only by functions of one's own: a substitute can't prolong their own replacement, nor a manager reach by it
    what they have no right to.
    """
    if by.pk == absent.pk:
        return True
    own = own_accesses([by.pk])[by.pk]
    held = Membership.objects.filter(user=absent, organisation=organisation).exclude(role=Role.ADMINISTRATOR)
    places = list(held.values_list("department_id", flat=True))
    return in_charge(own, organisation) or (bool(places) and all(each in own.managed for each in places))


def in_charge(own: Access, organisation: Organisation) -> bool:
    return organisation.pk in own.direction | own.administered


def people_under(by: User, organisation: Organisation) -> list[User]:
    """The people for whom `by` may name a substitute, themselves left out; those who left come last."""
    own = own_accesses([by.pk])[by.pk]
    rows = Membership.objects.filter(organisation=organisation).exclude(user=by)
    people = User.objects.filter(pk__in=rows.values("user"))
    if not in_charge(own, organisation):
        beyond = rows.filter(~Q(department__in=own.managed) | Q(department=None))
        theirs = rows.filter(department__in=own.managed)
        people = people.filter(pk__in=theirs.values("user")).exclude(
            pk__in=beyond.exclude(role=Role.ADMINISTRATOR).values("user")
        )
    return list(people.order_by("-is_active", "last_name", "first_name", "pk"))


def replaced_meanwhile(organisation: Organisation, absent: User, first: date, last: date) -> list[Delegation]:
    """Whom `absent` was to replace in these days: nobody does while they are away themselves."""
    rows = overlapping(organisation, first, last).filter(substitute=absent)
    return list(rows.select_related("absent"))


def colleagues(organisation: Organisation) -> QuerySet[User]:
    """Who may be named as substitute: everyone who works there."""
    working = Membership.objects.filter(organisation=organisation).values("user")
    return User.objects.filter(pk__in=working, is_active=True).order_by("last_name", "first_name", "pk")
