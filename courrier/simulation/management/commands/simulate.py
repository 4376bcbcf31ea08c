from __future__ import annotations

import random
import secrets
import time
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from courrier.mail.models import Mail
from courrier.simulation.checks import checks
from courrier.simulation.clock import at, simulated_clock
from courrier.simulation.playing import Game
from courrier.simulation.report import report
from courrier.simulation.town import found_town
from courrier.simulation.worker import at_work
from courrier.statistics.counting import count as count_days


def count(text: str) -> int:
    """A whole number of at least one."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"« {text} » n'est pas un nombre entier d'au moins 1")
    return int(text)


class Command(BaseCommand):
    help = "Joue les courriers d'une ville inventée, jour par jour, et vérifie que rien ne s'est perdu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=count, default=60, help="jours de calendrier, jusqu'à hier")
        parser.add_argument("--letters-per-day", type=count, default=80, help="en moyenne, par jour ouvré")
        parser.add_argument("--agents", type=count, default=25, help="agents des services")
        parser.add_argument("--seed", type=int, default=1, help="les mêmes tirages donnent la même ville")
        parser.add_argument("--until", type=date.fromisoformat, help="dernier jour joué, AAAA-MM-JJ")
        parser.add_argument(
            "--no-learning", action="store_true", help="sans apprendre des corrections (plus rapide)"
        )
        parser.add_argument(
            "--new-organisation",
            action="store_true",
            help="fonder une collectivité de démonstration à côté de celles qui ont des courriers",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if Mail.objects.exists() and not options["new_organisation"]:
            raise CommandError(
                "Cette base contient déjà des courriers. Avec --new-organisation, la simulation fonde sa propre "
                "collectivité de démonstration et ne touche pas aux autres."
            )
        last = options["until"] or timezone.localdate() - timedelta(days=1)
        if last > timezone.localdate():
            raise CommandError("Le dernier jour est dans l'avenir : choisissez un jour passé.")
        first = last - timedelta(days=options["days"] - 1)
        password = f"mairie-{secrets.token_hex(4)}"
        began = time.perf_counter()
        game = self.play(first, password, options)
        count_days(game.town.organisation)
        for line in report(game):
            self.stdout.write(line)
        failed = self.prove(game)
        self.stdout.write(f"Joué et vérifié en {time.perf_counter() - began:.0f} s.")
        if failed:
            raise CommandError(f"Vérifications en échec : {', '.join(failed)}.")
        slug = game.town.organisation.slug
        self.stdout.write(
            f"Pour voir : connectez-vous avec {slug}.direction (ou {slug}.accueil1, {slug}.urb1, {slug}.admin), "
            f"mot de passe affiché une seule fois : {password}"
        )

    def play(self, first: date, password: str, options: dict[str, Any]) -> Game:
        chance = random.Random(options["seed"])  # noqa: S311
        with simulated_clock(at(first, 6)) as clock:
            town = found_town(options["agents"], password)
            game = Game(
                town, clock, chance, first, options["days"], options["letters_per_day"],
                learns=not options["no_learning"],
            )  # fmt: skip
            with at_work(game.worker):
                # without durations: tqdm would count simulated ones
                shape = "{l_bar}{bar}| {n_fmt}/{total_fmt}{postfix}"
                quiet = options["verbosity"] == 0
                days = tqdm(game.play(), total=options["days"], bar_format=shape, disable=quiet)
                for day in days:
                    days.set_postfix_str(f"{day:%d/%m/%Y}, {len(game.worker.letters)} courriers")
        return game

    def prove(self, game: Game) -> list[str]:
        """Say of each check whether it holds; the names of those that do not."""
        self.stdout.write("\nRien ne s'est perdu :")
        failed = []
        for check in checks(game.town.organisation, len(game.worker.letters)):
            mark = "✗" if check.problems else "✓"
            self.stdout.write(f"  {mark} {check.name} ({check.looked_at})")
            for problem in check.problems[:10]:
                self.stdout.write(f"      {problem}")
            if check.problems:
                failed.append(check.name)
        return failed
