from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courrier.search.checking import compare, mend
from courrier.search.engines import EngineRefused, EngineUnavailable
from courrier.search.flushing import flush
from courrier.search.models import SearchOutbox


class Command(BaseCommand):
    help = "Compare l'index de recherche à la base et renvoie les courriers qui diffèrent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui diffère sans rien renvoyer")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = compare()
        except (EngineUnavailable, EngineRefused) as error:
            raise CommandError(f"Le moteur de recherche ne répond pas ({error}).") from error
        self.stdout.write(
            f"{found.compared} courriers comparés : {len(found.missing)} absents de l'index, "
            f"{len(found.stale)} différents, {len(found.extra)} en trop."
        )
        aside = SearchOutbox.objects.set_aside()
        for row in aside:
            self.stdout.write(f"courrier {row.mail_id} mis de côté : {row.error}")
        if not options["dry_run"] and mend(found):
            while flush():
                pass
            self.stdout.write("Les courriers qui différaient ont été renvoyés.")
