from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from courrier.capture.watching import SETTLED, Tally, watch_all

WORDS = {
    "received": "reçu(s)",
    "duplicate": "déjà enregistré(s)",
    "refused": "refusé(s)",
    "waiting": "en attente",
    "error": "en erreur",
}


class Command(BaseCommand):
    help = "Prend les courriers déposés dans les dossiers de numérisation, sans attendre le planificateur."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once",
            action="store_true",
            help="regarde deux fois, prend ce qui n'a pas changé, puis s'arrête",
        )
        parser.add_argument(
            "--every", type=float, default=10.0, metavar="SECONDES", help="temps entre deux passages (10)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            first = watch_all()
            if not first.pop("waiting", 0):
                self.say(first)
                return
            time.sleep(SETTLED)
            self.say(first + watch_all())
            return
        while True:
            self.say(watch_all())
            close_old_connections()
            time.sleep(options["every"])

    def say(self, tally: Tally) -> None:
        parts = [f"{count} {WORDS[outcome]}" for outcome, count in tally.items() if outcome in WORDS]
        if parts:
            self.stdout.write(", ".join(parts))
