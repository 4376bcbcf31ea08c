"""Beginning with Courrier: a collectivité with its usual departments, and the accounts of its people."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.contrib.auth.password_validation import validate_password
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.text import slugify

from courrier.audit.chain import record
from courrier.classification.taxonomy import install
from courrier.organisations.models import Department, Membership, Organisation, Role, User
from courrier.organisations.models.membership import DEPARTMENT_ROLES

USUAL_DEPARTMENTS = {
    "DGS": "Direction générale des services",
    "CAB": "Cabinet du maire",
    "ETC": "État civil, élections et cimetière",
    "URB": "Urbanisme",
    "TEC": "Services techniques",
    "FIN": "Finances",
    "RH": "Ressources humaines",
    "SCO": "Affaires scolaires",
    "PET": "Petite enfance",
    "CCAS": "Centre communal d'action sociale",
    "POL": "Police municipale",
    "CUL": "Culture, sport et vie associative",
    "JUR": "Affaires juridiques",
}
OWN_HEAD = frozenset({"DGS", "CAB"})
"""Departments that answer to the mayor alone; the others are under the general direction."""


class AlreadyBegun(Exception):
    """Somebody has an account here: administrators open the others."""


def begun() -> bool:
    """Whether this installation has an account."""
    return User.objects.exists()


def begin(
    name: str,
    departments: Collection[str],
    *,
    username: str,
    password: str,
    also_desk: bool = False,
    first_name: str = "",
    last_name: str = "",
    **facts: object,
) -> tuple[Organisation, User]:
    """The first collectivité of an installation and its first account, which administers it, all or nothing.

    `departments` are codes of USUAL_DEPARTMENTS; `also_desk` gives the person the reception and the
    general direction too. A collectivité founded beforehand is taken over.
    Raises AlreadyBegun, also for the later of two at once, and ValidationError for a weak password.
    """
    with transaction.atomic():
        # One at a time: this row is there before anybody is, and locks as well as a table would.
        list(ContentType.objects.select_for_update().filter(app_label="organisations", model="user"))
        if begun():
            raise AlreadyBegun
        organisation = Organisation.objects.order_by("pk").first()
        if organisation is None:
            organisation = found_organisation(short_name(name), name, departments, **facts)
        else:
            add_usual_departments(organisation, departments)
            Organisation.objects.filter(pk=organisation.pk).update(name=name, **facts)
        user = add_member(
            organisation,
            username,
            Role.ADMINISTRATOR,
            password=password,
            first_name=first_name,
            last_name=last_name,
        )
        if also_desk:
            for role in (Role.RECEPTION, Role.DIRECTION):
                add_member(organisation, username, role, by=user)
    return organisation, user


def short_name(name: str) -> str:
    """The identifier of a collectivité that is called so."""
    return slugify(name)[:50].strip("-") or "collectivite"


def found_organisation(
    slug: str, name: str, departments: Collection[str] = tuple(USUAL_DEPARTMENTS), **facts: object
) -> Organisation:
    """Create a collectivité with these of its usual departments and the usual document types; one that is there is
    left as it is.

    `facts` are fields of Organisation: address, email, phone, siret, dispatch_threshold…
    """
    with transaction.atomic():
        organisation, new = Organisation.objects.get_or_create(slug=slug, defaults={"name": name, **facts})
        if new:
            add_usual_departments(organisation, departments)
            record(organisation, "organisation_founded", name=name)
        install(organisation)
    return organisation


def add_usual_departments(
    organisation: Organisation, codes: Collection[str] = tuple(USUAL_DEPARTMENTS)
) -> None:
    """Those of the departments that letters are usually for which are not there yet; the general direction settles
    what others send round."""
    there = {each.code: each for each in organisation.departments.all()}
    for code, name in USUAL_DEPARTMENTS.items():
        if code in codes and code not in there:
            there[code] = Department.objects.create(
                organisation=organisation,
                code=code,
                name=name,
                parent=None if code in OWN_HEAD else there.get("DGS"),
                arbitrates=code == "DGS" and not any(each.arbitrates for each in there.values()),
            )


def add_member(
    organisation: Organisation,
    username: str,
    role: Role,
    departments: Sequence[Department] = (),
    *,
    password: str | None = None,
    by: User | None = None,
    **names: str,
) -> User:
    """Give somebody a role, in each of `departments` where the role is held in a department; the account is created
    where it is not there yet, with `password`, which must satisfy the site's rules (ValidationError otherwise).

    Raises ValueError where the role needs a department and none is given, or the other way round.
    """
    if (role in DEPARTMENT_ROLES) != bool(departments):
        raise ValueError("role and departments do not fit")
    with transaction.atomic():
        user = User.objects.filter(username=username).first()
        if user is None:
            user = User(username=username, **names)
            validate_password(password or "", user)
            user.set_password(password)
            user.save()
        places: list[Department | None] = [*departments] or [None]
        for department in places:
            Membership.objects.get_or_create(
                user=user, organisation=organisation, role=role, department=department
            )
        record(
            organisation,
            "member_added",
            actor=by,
            member=username,
            role=role,
            departments=[each.code for each in departments],
        )
    return user
