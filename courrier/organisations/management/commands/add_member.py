from __future__ import annotations

import getpass
import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from courrier.organisations.founding import add_member
from courrier.organisations.models import Department, Organisation, Role, User
from courrier.organisations.models.membership import DEPARTMENT_ROLES


class Command(BaseCommand):
    help = "Donne une fonction à une personne ; crée son compte s'il n'existe pas et affiche une fois son mot de passe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", metavar="COLLECTIVITÉ", help="identifiant court")
        parser.add_argument(
            "username", metavar="IDENTIFIANT", help="pour se connecter, par exemple n.belkacem"
        )
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument(
            "--department", action="append", default=[], metavar="CODE", help="peut être répété"
        )
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--ask", action="store_true", help="demande le mot de passe au lieu d'en tirer un"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"Aucune collectivité ne s'appelle « {options['organisation']} ».")
        role, departments = Role(options["role"]), self.departments(organisation, options["department"])
        if (role in DEPARTMENT_ROLES) != bool(departments):
            needs = "demande" if role in DEPARTMENT_ROLES else "ne prend pas"
            raise CommandError(f"Le rôle « {role.label} » {needs} un service (--department).")
        known = User.objects.filter(username=options["username"]).exists()
        password = None if known else getpass.getpass() if options["ask"] else secrets.token_urlsafe(12)
        names = {name: options[name] for name in ("first_name", "last_name", "email")}
        try:
            user = add_member(
                organisation, options["username"], role, departments, password=password, **names
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user} est {role.label} à {organisation}.")
        if password and not options["ask"]:
            self.stdout.write(f"Mot de passe, affiché une seule fois : {password}")

    def departments(self, organisation: Organisation, codes: list[str]) -> list[Department]:
        found = {each.code: each for each in organisation.departments.open()}
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise CommandError(f"Service inconnu : {', '.join(unknown)}. Connus : {', '.join(found)}.")
        return [found[code] for code in codes]
