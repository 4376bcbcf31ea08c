"""Fit the curves that turn raw certainty into confidence, and say how true they are on letters not used for them.

python -m bench.classification_calibration [--scans FOLDER[=TOWN HALL] …] [--write]

Department and type are fitted on the tuning letters of tests/classification, twice with different senders, and on the
scans of each FOLDER with their truth, as `python -m demo.render` or `bench.classification_scans` write them; the other
fields on the scans alone, since it is reading that makes them wrong. Never give it letters that are kept aside for
the final figures.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import KFold

from courrier.classification import calibration
from courrier.classification.analysis import understand_pages
from courrier.classification.evaluation import Report
from courrier.classification.pages import OrganisationFacts, PageText
from courrier.classification.taxonomy import town_hall
from tests.classification.town import TOWN, letters

Case = tuple[str, dict[str, Any], list[PageText], OrganisationFacts, date]
FIELDS = ("department", "document_type", "sender", "subject", "letter_date", "references")
SMOOTHING = 0.1
HIGHEST = 0.985
POINTS = np.linspace(0, 1, 21)


def typed_letters() -> Iterator[Case]:
    for seed in (0, 1):
        for letter in letters(seed=seed):
            yield f"{letter.name}/{seed}", letter.truth, letter.pages, TOWN, letter.received_on


def scanned_letters(folders: list[str], cache: Path) -> Iterator[Case]:
    from courrier.classification.management.commands.evaluate import DEMO_TOWN, pages_of_scan, scan_of

    for folder in folders:
        place, _, town = folder.partition("=")
        for path in sorted(Path(place).glob("*.json")):
            truth = json.loads(path.read_text(encoding="utf-8"))
            received = date.fromisoformat(truth["received_on"] or "2026-11-30")
            yield (
                path.stem,
                truth,
                pages_of_scan(scan_of(path), cache),
                OrganisationFacts(town or DEMO_TOWN),
                received,
            )


def raw_answers(cases: Iterator[Case]) -> Report:
    """The raw certainty of each best answer and whether it was right."""
    report = Report()
    for name, truth, pages, organisation, received in cases:
        report.judge(name, truth, understand_pages(pages, town_hall(), organisation, received))
    return report


def curve(pairs: list[tuple[float, bool]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The part that is right at each of POINTS: isotonic, drawn a little towards the raw certainty."""
    raw, right = np.array([pair[0] for pair in pairs]), np.array([float(pair[1]) for pair in pairs])
    fitted = IsotonicRegression(y_min=0.02, y_max=HIGHEST, out_of_bounds="clip").fit(raw, right)
    line = (1 - SMOOTHING) * fitted.predict(POINTS) + SMOOTHING * np.minimum(POINTS, HIGHEST)
    return np.asarray(np.maximum.accumulate(line))


def expected_error(confidences: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> float:
    steps: dict[int, list[int]] = defaultdict(list)
    for index, confidence in enumerate(confidences):
        steps[min(9, int(confidence * 10))].append(index)
    return sum(abs(confidences[rows].sum() - right[rows].sum()) for rows in steps.values()) / len(right)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", nargs="*", default=[])
    parser.add_argument("--cache", type=Path, default=Path("var/evaluation"))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courrier.settings")
    curves = {}
    calibration.curves = lambda: {}  # type: ignore[assignment]
    typed, scanned = raw_answers(typed_letters()), raw_answers(scanned_letters(options.scans, options.cache))
    for what in FIELDS:
        pairs = list(scanned.certainties[what])
        if what in ("department", "document_type") or not pairs:
            pairs += typed.certainties[what]
        raw, right = np.array([pair[0] for pair in pairs]), np.array([float(pair[1]) for pair in pairs])
        aside = np.zeros(len(raw))
        for train, test in KFold(5, shuffle=True, random_state=3).split(raw):
            aside[test] = np.interp(raw[test], POINTS, curve([pairs[index] for index in train]))
        print(
            f"{what:<15} {len(pairs):>5} letters, error raw {expected_error(raw, right):.3f}, on others"
            f" {expected_error(aside, right):.3f}"
        )
        curves[what] = {
            "raw": [round(float(x), 4) for x in POINTS],
            "right": [round(float(y), 4) for y in curve(pairs)],
        }
    if options.write:
        calibration.FILE.write_text(json.dumps(curves, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
