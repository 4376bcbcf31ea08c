"""Fit the curves that turn raw certainty into confidence, and say how true they are on letters not used for them.

python -m bench.classification_calibration [--scans FOLDER[=TOWN HALL] …] [--write]

Department and type are fitted on the tuning letters of tests/classification, twice with different senders, and on the
scans of each FOLDER with their truth, as `python -m demo.render` or `bench.classification_scans` write them; the other
fields on the scans alone, since it is reading that makes them wrong. What is weighed
(`courrier.classification.weighing`) is weighed here with weights fitted on the other letters, four fifths at a time,
and subjects that are made from what a letter says have a curve of their own. For each field the isotonic curve or the
logistic one is taken, whichever is truer on letters it was not fitted on: five parts, ten times, all copies of one
letter in the same part. Never give it letters that are kept aside for the final figures.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bench.classification_weights import QUESTIONS, STRENGTH, Scanned, fitted, scanned_letters
from courrier.classification import calibration, weighing
from courrier.classification.analysis import curve_of, understand_pages
from courrier.classification.evaluation import Report
from courrier.classification.taxonomy import town_hall
from courrier.classification.zones import letter_of
from tests.classification.town import TOWN, letters

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Answer = tuple[float, bool, str]
Curve = Callable[[Numbers, Numbers], Numbers]
FIELDS = ("department", "document_type", "sender", "subject", "subject, made", "letter_date", "references")
SMOOTHING = 0.1
HIGHEST = 0.985
POINTS = np.linspace(0, 1, 41)
REPEATS = 10


def typed_letters() -> Iterator[Scanned]:
    for seed in (0, 1):
        for letter in letters(seed=seed):
            yield f"{letter.name}/{seed}", letter.truth, letter.pages, TOWN, letter.received_on


def raw_answers(cases: Iterable[Scanned]) -> dict[str, list[Answer]]:
    """By field, each best answer: its raw certainty, whether it was right, and its letter."""
    answers: dict[str, list[Answer]] = defaultdict(list)
    for name, truth, pages, organisation, received in cases:
        report = Report()
        found = understand_pages(pages, town_hall(), organisation, received)
        report.judge(name, truth, found)
        subject = next((each for each in found if each.field == "subject"), None)
        for what, certainties in report.certainties.items():
            curve = curve_of(subject) if what == "subject" and subject else what
            answers[curve] += [(raw, right, name.partition("/")[0]) for raw, right in certainties]
    return answers


def cross_fitted(cases: list[Scanned]) -> dict[str, list[Answer]]:
    """The answers to each fifth of the letters with weights that were fitted on the others."""
    letters = [(name, truth, letter_of(pages, town, day)) for name, truth, pages, town, day in cases]
    examples = {
        question: [list(found_in(letter)) for letter in letters] for question, found_in in QUESTIONS.items()
    }
    answers: dict[str, list[Answer]] = defaultdict(list)
    folds = GroupKFold(5, shuffle=True, random_state=0).split(cases, groups=[case[0] for case in cases])
    for others, part in folds:
        known = {
            question: fitted([each for place in others for each in found[place]], STRENGTH[question])
            for question, found in examples.items()
        }
        with patch.object(weighing, "weights", partial(dict, known)):
            for what, found in raw_answers([cases[place] for place in part]).items():
                answers[what] += found
    return answers


def isotonic(raw: Numbers, right: Numbers) -> Numbers:
    """The part that is right at each of POINTS: isotonic, drawn a little towards the raw certainty."""
    fitted = IsotonicRegression(y_min=0.02, y_max=HIGHEST, out_of_bounds="clip").fit(raw, right)
    line = (1 - SMOOTHING) * fitted.predict(POINTS) + SMOOTHING * np.minimum(POINTS, HIGHEST)
    return np.asarray(np.maximum.accumulate(line))


def logistic(raw: Numbers, right: Numbers) -> Numbers:
    """The part that is right at each of POINTS, by Platt's curve; flat where certainty tells nothing."""
    if right.min() == right.max():
        return np.full(len(POINTS), min(HIGHEST, (right.sum() + 1) / (len(right) + 2)))
    fitted = LogisticRegression(C=10.0).fit(_odds(raw), right)
    if fitted.coef_[0, 0] <= 0:
        return np.full(len(POINTS), min(HIGHEST, right.mean()))
    return np.asarray(np.clip(fitted.predict_proba(_odds(POINTS))[:, 1], 0.02, HIGHEST))


def _odds(raw: Numbers) -> Numbers:
    inside = np.clip(raw, 0.01, 0.99)
    return np.asarray(np.log(inside / (1 - inside)).reshape(-1, 1))


def set_aside(fit: Curve, answers: list[Answer], seed: int) -> Numbers:
    """The confidence each answer gets from a curve fitted on the other letters."""
    raw, right = np.array([each[0] for each in answers]), np.array([float(each[1]) for each in answers])
    found = np.zeros(len(raw))
    parts = GroupKFold(5, shuffle=True, random_state=seed).split(raw, groups=[each[2] for each in answers])
    for train, test in parts:
        found[test] = np.interp(raw[test], POINTS, fit(raw[train], right[train]))
    return found


def expected_error(confidences: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> float:
    steps: dict[int, list[int]] = defaultdict(list)
    for index, confidence in enumerate(confidences):
        steps[min(9, int(confidence * 10))].append(index)
    return float(
        sum(abs(confidences[rows].sum() - right[rows].sum()) for rows in steps.values()) / len(right)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", nargs="*", default=[])
    parser.add_argument("--cache", type=Path, default=Path("var/evaluation"))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courrier.settings")
    curves = {}
    calibration.curves = lambda: {}  # type: ignore[assignment]
    typed, scanned = (
        raw_answers(typed_letters()),
        cross_fitted(list(scanned_letters(options.scans, options.cache))),
    )
    for what in FIELDS:
        answers = list(scanned[what])
        if what in ("department", "document_type") or not answers:
            answers += typed[what]
        raw, right = np.array([each[0] for each in answers]), np.array([float(each[1]) for each in answers])
        tried = {
            fit: [set_aside(fit, answers, seed) for seed in range(REPEATS)] for fit in (isotonic, logistic)
        }
        best = min(tried, key=lambda fit: np.mean([np.mean((found - right) ** 2) for found in tried[fit]]))
        errors = [expected_error(found, right) for found in tried[best]]
        sure = [found >= 0.95 for found in tried[best]]
        wrong = np.mean([np.sum(rows & (right < 1)) for rows in sure])
        print(
            f"{what:<15} {len(raw):>4} answers of {len({each[2] for each in answers})} letters,"
            f" {int(np.sum(right < 1))} wrong; {best.__name__}: error raw {expected_error(raw, right):.3f},"
            f" on others {np.mean(errors):.3f} ({min(errors):.3f} to {max(errors):.3f});"
            f" at 0.95 or more {wrong:.1f} wrong of {np.mean([rows.sum() for rows in sure]):.0f}"
        )
        curves[what] = {
            "raw": [round(float(x), 4) for x in POINTS],
            "right": [round(float(y), 4) for y in best(raw, right)],
        }
    if options.write:
        calibration.FILE.write_text(json.dumps(curves, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
