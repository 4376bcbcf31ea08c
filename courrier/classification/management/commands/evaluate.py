from __future__ import annotations

import hashlib
import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

import ocr
from courrier.classification.analysis import understand_pages
from courrier.classification.evaluation import GOALS, Report
from courrier.classification.pages import Candidate, OrganisationFacts, PageText
from courrier.classification.taxonomy import town_hall

SUFFIXES = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png")
DEMO_TOWN = "Mairie de Saint-Aubin-sur-Garonne"

HELP = """Mesure ce que Courrier comprend de courriers dont la vérité est connue.

FOLDER tient pour chaque courrier un scan (NOM.pdf, .tif, .jpg, .png) et sa vérité (NOM.json) :
  department, document_type   codes de la taxonomie
  sender                      {"name", "email", "phone", "postcode", "siret"}, "" quand le courrier ne le dit pas
  subject                     l'objet ; subject_printed (vrai par défaut) dit s'il est imprimé,
  keywords                    sinon : les mots qu'un objet rédigé doit contenir (au moins la moitié)
  letter_date, deadline       dates ISO ou null
  references                  [{"kind", "value"}] : permit, invoice, iban, siret, registered, cadastre, file
  registered, confidential    booléens
  second_department           code ou null
  received_on                 date de réception ISO, si elle est connue
`python -m demo.render FOLDER` en fabrique un."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--cache", type=Path, help="où garder les lectures (défaut : le dossier de données)"
        )
        parser.add_argument("--mistakes", action="store_true", help="montre chaque erreur")
        parser.add_argument("--json", type=Path, help="écrit aussi les chiffres dans ce fichier")
        parser.add_argument(
            "--floors", type=Path, help="fichier JSON {mesure: part minimale} ; échoue en dessous"
        )
        parser.add_argument("--town", default=DEMO_TOWN, help="nom de la mairie destinataire")
        parser.add_argument("--received", type=date.fromisoformat, default=date(2026, 11, 30),
                            help="date de réception des courriers qui n'en disent pas")  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        truths = sorted(folder.glob("*.json"))
        if not truths:
            raise CommandError(f"Aucune vérité (NOM.json) dans {folder}.")
        cache = options["cache"] or settings.DATA_DIR / "evaluation"
        cache.mkdir(parents=True, exist_ok=True)
        report = Report()
        organisation = OrganisationFacts(options["town"])
        for path in tqdm(truths, unit="courrier", disable=None):
            truth = json.loads(path.read_text(encoding="utf-8"))
            received = truth.get("received_on")
            day = date.fromisoformat(received) if received else options["received"]
            report.judge(path.stem, truth, _understood(scan_of(path), cache, organisation, day))
        self._print(report, options)

    def _print(self, report: Report, options: dict[str, Any]) -> None:
        if options["mistakes"]:
            for mistake in sorted(report.mistakes):
                self.stdout.write(mistake)
        self.stdout.write(f"{report.letters} courriers")
        for line in lines_of(report):
            self.stdout.write(line)
        figures = {name: tally.share for name, tally in report.tallies.items()}
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        if options["floors"]:
            floors = json.loads(options["floors"].read_text(encoding="utf-8"))
            low = [
                f"{name} : {figures.get(name, 0):.1%} < {floor:.1%}"
                for name, floor in floors.items()
                if figures.get(name, 0) < floor
            ]
            if low:
                raise CommandError("Sous le plancher : " + " ; ".join(low))


def lines_of(report: Report) -> Iterator[str]:
    """The report as lines of a table."""
    yield f"{'mesure':<36} {'juste':>12} {'part':>7}  but"
    for name in sorted(report.tallies):
        tally = report.tallies[name]
        goal = f"{GOALS[name]:.0%}" if name in GOALS else ""
        yield f"{name:<36} {tally.right:>5} / {tally.total:<5} {tally.share:>6.1%}  {goal}"
    yield ""
    for what in ("department", "document_type", "sender", "subject", "letter_date", "references"):
        yield f"{what} : erreur de calibration {report.calibration_error(what):.3f} (but < 0,05)"
        for mean, right, count in report.reliability(what):
            yield f"    confiance {mean:.2f}  juste {right:.2f}  ({count})"
    for threshold in (0.9, 0.95):
        tally = report.above("department", threshold)
        yield f"service, confiance ≥ {threshold:.2f} : {tally.total} envois, {tally.total - tally.right} faux"


def scan_of(truth: Path) -> Path:
    for suffix in SUFFIXES:
        if (scan := truth.with_suffix(suffix)).exists():
            return scan
    raise CommandError(f"{truth.name} n'a pas de scan à côté de lui.")


def _understood(
    scan: Path, cache: Path, organisation: OrganisationFacts, received_on: date
) -> list[Candidate]:
    return understand_pages(pages_of_scan(scan, cache), town_hall(), organisation, received_on)


def pages_of_scan(scan: Path, cache: Path) -> list[PageText]:
    """The pages of a scan as reading finds them; read once, then kept in `cache` under the scan's own hash."""
    kept = cache / f"{hashlib.sha256(scan.read_bytes()).hexdigest()}.json"
    if kept.exists():
        reading = ocr.Reading.from_json(kept.read_text(encoding="utf-8"))
    else:
        reading = ocr.read(scan)
        draft = kept.with_suffix(".part")
        draft.write_text(reading.to_json(), encoding="utf-8")
        draft.replace(kept)
    return [
        PageText(
            page.number,
            page.text,
            [[word.text, *word.box, word.confidence, word.line] for word in page.words],
        )
        for page in reading.pages
    ]
