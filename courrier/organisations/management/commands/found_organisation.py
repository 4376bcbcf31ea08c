from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.text import slugify

from courrier.organisations.founding import found_organisation


class Command(BaseCommand):
    help = "Crée une collectivité avec ses services et ses types de courrier habituels."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NOM", help="par exemple « Mairie de Cazalis »")
        parser.add_argument("--slug", help="identifiant court ; tiré du nom sans cela")
        for fact in ("address", "email", "phone", "siret"):
            parser.add_argument(f"--{fact}", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["slug"] or slugify(options["name"])[:50]
        facts = {fact: options[fact] for fact in ("address", "email", "phone", "siret")}
        organisation = found_organisation(slug, options["name"], **facts)
        codes = ", ".join(organisation.departments.order_by("pk").values_list("code", flat=True))
        self.stdout.write(f"{organisation} ({organisation.slug}) : services {codes}.")
        self.stdout.write(
            f"Ensuite : ./manage.py add_member {organisation.slug} IDENTIFIANT --role reception"
        )
