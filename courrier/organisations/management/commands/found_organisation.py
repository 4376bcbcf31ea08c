from __future__ import annotations

import getpass
import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from courrier.organisations.founding import add_member, found_organisation, short_name
from courrier.organisations.models import Organisation, Role, User


class Command(BaseCommand):
    help = "Crée une collectivité avec ses services et ses types de courrier habituels."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NOM", help="par exemple « Mairie de Cazalis »")
        parser.add_argument("--slug", help="identifiant court ; tiré du nom sans cela")
        for fact in ("address", "email", "phone", "siret"):
            parser.add_argument(f"--{fact}", default="")
        parser.add_argument("--admin", metavar="IDENTIFIANT", help="crée aussi le compte de l'administrateur")
        parser.add_argument(
            "--ask", action="store_true", help="demande son mot de passe au lieu d'en tirer un"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["slug"] or short_name(options["name"])
        facts = {fact: options[fact] for fact in ("address", "email", "phone", "siret")}
        with transaction.atomic():
            organisation = found_organisation(slug, options["name"], **facts)
            codes = ", ".join(organisation.departments.order_by("pk").values_list("code", flat=True))
            said = [f"{organisation} ({organisation.slug}) : services {codes}."]
            if options["admin"]:
                said += self.administrator(organisation, options["admin"], options["ask"])
        for line in said:
            self.stdout.write(line)
        self.stdout.write(
            f"Ensuite : ./manage.py add_member {organisation.slug} IDENTIFIANT --role reception"
        )

    def administrator(self, organisation: Organisation, username: str, ask: bool) -> list[str]:
        """Make somebody administrator; what to tell. An account that is there keeps its password."""
        known = User.objects.filter(username=username).exists()
        password = None if known else getpass.getpass() if ask else secrets.token_urlsafe(12)
        try:
            user = add_member(organisation, username, Role.ADMINISTRATOR, password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        said = [f"{user} est administrateur."]
        return said if known or ask else [*said, f"Mot de passe, affiché une seule fois : {password}"]
