"""The people of a collectivité: their accounts, and what each is there. What they may do follows from it alone.

An account may serve in several collectivités. Its name, password and closing belong to who administers all of them:
else one collectivité could take over a person's account in another.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _

from courrier.audit.chain import record
from courrier.audit.changes import held, save_changes
from courrier.mail.rights import access_of, forget_access
from courrier.organisations.administering import AdministrationRefused, check_administers
from courrier.organisations.models import Department, Membership, Organisation, Role, User
from courrier.organisations.models.membership import DEPARTMENT_ROLES

Function = tuple[Role, Department | None]
"""A role, and its department for the roles that are held in one."""

CONSONANTS, VOWELS = "bcdfghjklmnprstvz", "aeiou"


def drawn_password() -> str:
    """A password that is easily read out and typed: four words of two syllables and two digits, 57 bits."""
    words = [
        "".join(secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _n in range(2)) for _w in range(4)
    ]
    return "-".join([*words, f"{secrets.randbelow(100):02d}"])


def owns_account(by: User, person: User) -> bool:
    """Whether every collectivité this person works in is administered by `by`."""
    places = set(Membership.objects.filter(user=person).values_list("organisation_id", flat=True))
    return bool(places) and places <= access_of(by).administered


def check_owns(by: User, person: User) -> None:
    if not owns_account(by, person):
        raise AdministrationRefused(
            _("%(name)s travaille aussi dans une autre collectivité : son compte ne se change pas d'ici.")
            % {"name": person}
        )


def open_account(
    organisation: Organisation,
    username: str,
    password: str,
    functions: Iterable[Function],
    by: User,
    **names: str,
) -> User:
    """Create an account with these functions; `names` are first_name, last_name and email.

    Raises AdministrationRefused where the username is taken, ValidationError for a password against the rules.
    """
    check_administers(by, organisation)
    wanted = checked(organisation, functions)
    with held(organisation) as here:
        if User.objects.filter(username__iexact=username).exists():
            raise AdministrationRefused(_("L'identifiant « %(name)s » est déjà pris.") % {"name": username})
        person = User(username=username, **names)
        validate_password(password, person)
        person.set_password(password)
        person.save()
        record(here, "account_opened", actor=by, thing=username, thing_id=person.pk, after=names)
        give_functions(here, person, wanted, by)
    return person


def change_account(organisation: Organisation, person: User, names: dict[str, str], by: User) -> bool:
    """Change first_name, last_name and email; the username stays, events and mentions name it."""
    check_administers(by, organisation)
    check_owns(by, person)
    with held(organisation) as here:
        return save_changes(here, User.objects.get(pk=person.pk), names, "account_changed", by)


def set_functions(organisation: Organisation, person: User, functions: Iterable[Function], by: User) -> bool:
    """Let the person be this and nothing else in the collectivité; what they are in closed departments stays.

    The last administrator remains one. Raises AdministrationRefused.
    """
    check_administers(by, organisation)
    wanted = checked(organisation, functions)
    with held(organisation) as here:
        if (Role.ADMINISTRATOR, None) not in wanted:
            check_not_last(here, person)
        return give_functions(here, person, wanted, by)


def checked(organisation: Organisation, functions: Iterable[Function]) -> set[Function]:
    wanted = set(functions)
    if not wanted:
        raise AdministrationRefused(
            _("Donnez au moins une fonction : sans elle, le compte n'ouvre sur rien.")
        )
    for role, department in wanted:
        if (role in DEPARTMENT_ROLES) != (department is not None):
            raise AdministrationRefused(_("Le rôle et le service ne vont pas ensemble."))
        if department and (department.organisation_id != organisation.pk or department.closed_on is not None):
            raise AdministrationRefused(_("Choisissez un service ouvert de la collectivité."))
    return wanted


def give_functions(organisation: Organisation, person: User, wanted: set[Function], by: User) -> bool:
    rows = Membership.objects.filter(user=person, organisation=organisation, department__closed_on=None)
    there = {(Role(each.role), each.department): each for each in rows.select_related("department")}
    if wanted == set(there):
        return False
    Membership.objects.filter(
        pk__in=[each.pk for function, each in there.items() if function not in wanted]
    ).delete()
    for role, department in wanted - set(there):
        Membership.objects.create(user=person, organisation=organisation, role=role, department=department)
    forget_access(person)
    record(
        organisation,
        "functions_changed",
        actor=by,
        thing=person.username,
        thing_id=person.pk,
        before={"functions": named(there)},
        after={"functions": named(wanted)},
    )
    return True


def named(functions: Iterable[Function]) -> str:
    """Functions in words, in one order."""
    return ", ".join(
        sorted(
            f"{role.label} {department.code}" if department else str(role.label)
            for role, department in functions
        )
    )


def check_not_last(organisation: Organisation, person: User) -> None:
    holders = Membership.objects.filter(
        organisation=organisation, role=Role.ADMINISTRATOR, user__is_active=True
    ).values_list("user_id", flat=True)
    if set(holders) == {person.pk}:
        raise AdministrationRefused(
            _("%(name)s est le seul administrateur : nommez-en d'abord un autre.") % {"name": person}
        )


def set_password(organisation: Organisation, person: User, password: str, by: User) -> None:
    """Give the person another password; their open sessions end. Raises ValidationError where it is too weak."""
    check_administers(by, organisation)
    check_owns(by, person)
    validate_password(password, person)
    with held(organisation) as here:
        person.set_password(password)
        person.save(update_fields=["password"])
        record(here, "password_set", actor=by, thing=person.username, thing_id=person.pk)


def close_account(organisation: Organisation, person: User, by: User) -> None:
    """Let the person sign in no more; what they did stays theirs."""
    check_administers(by, organisation)
    check_owns(by, person)
    if person.pk == by.pk:
        raise AdministrationRefused(_("Vous ne pouvez pas désactiver votre propre compte."))
    with held(organisation) as here:
        check_not_last(here, person)
        switch(here, person, False, by)


def reopen_account(organisation: Organisation, person: User, by: User) -> None:
    """Let the person sign in again, with the functions and the password they had."""
    check_administers(by, organisation)
    check_owns(by, person)
    with held(organisation) as here:
        switch(here, person, True, by)


def switch(organisation: Organisation, person: User, active: bool, by: User) -> None:
    row = User.objects.get(pk=person.pk)
    if row.is_active != active:
        row.is_active = person.is_active = active
        row.save(update_fields=["is_active"])
        verb = "account_reopened" if active else "account_closed"
        record(organisation, verb, actor=by, thing=row.username, thing_id=row.pk)
