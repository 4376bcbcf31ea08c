"""Beginning with Courrier: a collectivité with its usual departments, and the accounts of its people."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

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


def found_organisation(slug: str, name: str, **facts: object) -> Organisation:
    """Create a collectivité with its usual departments and document types; one that is there is left as it is.

    `facts` are fields of Organisation: address, email, phone, siret, dispatch_threshold…
    """
    with transaction.atomic():
        organisation, new = Organisation.objects.get_or_create(slug=slug, defaults={"name": name, **facts})
        if new:
            add_usual_departments(organisation)
            record(organisation, "organisation_founded", name=name)
        install(organisation)
    return organisation


def add_usual_departments(organisation: Organisation) -> None:
    """The departments that letters are usually for; the general direction settles what others send round."""
    head: Department | None = None
    for code, name in USUAL_DEPARTMENTS.items():
        department = Department.objects.create(
            organisation=organisation,
            code=code,
            name=name,
            parent=None if code in OWN_HEAD else head,
            arbitrates=code == "DGS",
        )
        head = department if code == "DGS" else head


def add_member(
    organisation: Organisation,
    username: str,
    role: Role,
    departments: Sequence[Department] = (),
    *,
    password: str | None = None,
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
            member=username,
            role=role,
            departments=[each.code for each in departments],
        )
    return user
