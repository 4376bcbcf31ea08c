from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from courrier.mail.models import Mail
from courrier.search.building import BATCH, abandon, build
from courrier.search.engines import EngineRefused, EngineUnavailable


def advance(bar: "tqdm[Any]", count: int) -> None:
    bar.update(count)


class Command(BaseCommand):
    help = "Reconstruit l'index de recherche à partir de la base ; la recherche continue pendant ce temps."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help="courriers envoyés à la fois")
        parser.add_argument(
            "--restart",
            action="store_true",
            help="recommencer au premier courrier une reconstruction interrompue",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["restart"]:
            abandon()
        with tqdm(total=Mail.objects.count(), unit=" courriers", file=self.stderr, mininterval=1) as bar:
            try:
                index, rejections = build(options["batch"], lambda count: advance(bar, count))
            except (EngineUnavailable, EngineRefused) as error:
                raise CommandError(
                    f"Le moteur de recherche ne répond pas ({error}). Relancer reindex : il reprendra où il en était."
                ) from error
        for each in rejections:
            self.stderr.write(f"courrier {each.mail_id} mis de côté : {each.reason}")
        self.stdout.write(f"L'index {index} est en service.")
