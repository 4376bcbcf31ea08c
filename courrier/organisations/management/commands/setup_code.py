from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from courrier.organisations.founding import begun
from courrier.organisations.setup_code import setup_code, setup_link
from courrier.organisations.typed_code import in_groups


class Command(BaseCommand):
    help = (
        "Affiche le code de mise en route et l'adresse de la première page, tant que personne n'a de compte."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if begun():
            self.stdout.write("Courrier est déjà en route : les comptes s'ouvrent dans l'administration.")
            return
        self.stdout.write(f"Code de mise en route : {in_groups(setup_code())}\n{setup_link()}")
