"""Fit the weights of `courrier.classification.weighing` on letters whose truth is known.

python -m bench.classification_weights FOLDER[=TOWN HALL] … [--cache FOLDER] [--write]

Each FOLDER holds scans with their truth, as `manage.py evaluate` reads them. Printed for each question: how many
candidates there are, and how well weights fitted on four fifths of the letters judge the last fifth. Never give it
letters that are kept aside for the final figures.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from courrier.classification import weighing
from courrier.classification.evaluation import same_name, same_subject
from courrier.classification.fields import coded_numbers, sender
from courrier.classification.fields.reference import plain
from courrier.classification.pages import OrganisationFacts, PageText
from courrier.classification.zones import Letter, letter_of

Case = tuple[str, dict[str, Any], Letter]
Scanned = tuple[str, dict[str, Any], list[PageText], OrganisationFacts, date]
Example = tuple[str, dict[str, float], bool, str]
"""Letter, features, whether the answer is yes, and what it is about."""
STRENGTH = {"file": 1.0, "heading": 1.0, "sender": 1.0}
"""The inverse of what holds the weights small (C of the logistic regression)."""


def scanned_letters(folders: list[str], cache: Path) -> Iterator[Scanned]:
    """The letters of the folders, their pages read once and kept in `cache`."""
    from courrier.classification.management.commands.evaluate import DEMO_TOWN, pages_of_scan, scan_of

    for folder in folders:
        place, _, town = folder.partition("=")
        for path in sorted(Path(place).glob("*.json")):
            truth = json.loads(path.read_text(encoding="utf-8"))
            received = date.fromisoformat(truth.get("received_on") or "2026-11-30")
            pages = pages_of_scan(scan_of(path), cache)
            yield path.stem, truth, pages, OrganisationFacts(town or DEMO_TOWN), received


def cases(folders: list[str], cache: Path) -> Iterator[Case]:
    for name, truth, pages, town, received in scanned_letters(folders, cache):
        yield name, truth, letter_of(pages, town, received)


def file_examples(case: Case) -> Iterator[Example]:
    name, truth, letter = case
    wanted = {plain(each["value"]) for each in truth["references"] if each["kind"] == "file"}
    others = [plain(each["value"]) for each in truth["references"] if each["kind"] != "file"]
    for coded in coded_numbers.candidates(letter):
        value = plain(coded.value)
        if any(value in other for other in others):
            continue
        yield name, dict(coded.features), value in wanted, coded.value


def heading_examples(case: Case) -> Iterator[Example]:
    name, truth, letter = case
    printed = truth.get("subject_printed", True)
    for heading in letter.headings:
        yield name, dict(heading.features), printed and same_subject(heading.text, truth), heading.text


def sender_examples(case: Case) -> Iterator[Example]:
    name, truth, letter = case
    found, features = sender.features(letter)
    if found:
        yield name, features, same_name(truth["sender"]["name"], found), found


QUESTIONS = {"file": file_examples, "heading": heading_examples, "sender": sender_examples}


def fitted(examples: list[Example], strength: float) -> dict[str, float]:
    """Weights of every feature, with the constant."""
    vectors = DictVectorizer()
    table = vectors.fit_transform([each[1] for each in examples])
    model = LogisticRegression(C=strength, max_iter=2000).fit(table, [each[2] for each in examples])
    found = {
        name: round(float(worth), 3)
        for name, worth in zip(vectors.feature_names_, model.coef_[0], strict=True)
    }
    return {weighing.CONSTANT: round(float(model.intercept_[0]), 3), **found}


def judged(question: str, examples: list[Example], strength: float, show: bool) -> None:
    """How well weights fitted on other letters judge each letter's candidates."""
    table = DictVectorizer().fit_transform([each[1] for each in examples])
    right = np.array([each[2] for each in examples])
    groups = [each[0].rsplit("/", 1)[-1] for each in examples]
    found = cross_val_predict(
        LogisticRegression(C=strength, max_iter=2000),
        table, right, groups=groups, cv=GroupKFold(5), method="predict_proba",
    )[:, 1]  # fmt: skip
    print(
        f"{question}: {len(right)} candidates of {len(set(groups))} letters, {right.sum()} right; on other letters"
        f" area under the curve {roc_auc_score(right, found):.3f}, loss {log_loss(right, found):.3f};"
        f" at one half {np.sum(found[right] >= 0.5)} of {right.sum()} kept, {np.sum(found[~right] >= 0.5)} wrong"
    )
    if show:
        for (name, features, yes, text), likely in zip(examples, found, strict=True):
            if yes != (likely >= 0.5) and (yes or likely > 0.3):
                print(
                    f"   {'missed' if yes else 'wrong '} {likely:.2f} {name}: {text!r} {', '.join(features)}"
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scans", nargs="+")
    parser.add_argument("--cache", type=Path, default=Path("var/evaluation"))
    parser.add_argument("--show", action="store_true", help="what is judged wrong")
    parser.add_argument("--only", choices=list(QUESTIONS))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courrier.settings")
    known = dict(weighing.weights())
    letters = list(cases(options.scans, options.cache))
    for question, found_in in QUESTIONS.items():
        if options.only in (None, question):
            examples = [example for case in letters for example in found_in(case)]
            judged(question, examples, STRENGTH[question], options.show)
            known[question] = fitted(examples, STRENGTH[question])
    if options.write:
        weighing.FILE.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
