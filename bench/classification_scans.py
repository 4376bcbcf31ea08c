"""Scans of the tuning letters, with the demonstration's renderer, for `manage.py evaluate`.

python -m bench.classification_scans OUT [--count 120] [--seed 5]
python -m bench.classification_scans OUT --whole develop|held4
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path

from demo.letter import read_letter
from demo.render import render_letter
from tests.classification.town import ComposedLetter, letters
from tests.classification.whole_letters import FONTS, OFFICE_SCANNERS, whole_letters

LAYOUTS = {
    "person": ("citizen", "citizen", "plain", "note"),
    "letterhead": ("letterhead", "banner", "official", "letterhead"),
}


def as_toml(letter: ComposedLetter, rng: random.Random) -> str:
    """The letter in the form in which demonstration letters are written."""
    kind = "letterhead" if letter.parts.get("letterhead") else "person"
    lines = [
        'split = "demo"',
        f'layout = "{rng.choice(LAYOUTS[kind])}"',
        f'font = "{rng.choice(FONTS)}"',
        f"size = {rng.choice([10, 10.5, 11, 11.5, 12])}",
        f'scanner = "{rng.choice(OFFICE_SCANNERS)}"',
    ]
    if rng.random() < 0.8:
        lines.append(f"stamp = {letter.received_on.isoformat()}")
    lines += [
        f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in letter.parts.items() if text
    ]
    truth = letter.truth
    sender = ", ".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in truth["sender"].items()
    )
    lines += [
        "[truth]",
        f'department = "{truth["department"]}"',
        f'document_type = "{truth["document_type"]}"',
    ]
    lines += [f"sender = {{ {sender} }}", f"subject = {json.dumps(truth['subject'], ensure_ascii=False)}"]
    lines += [
        f"subject_printed = {str(truth['subject_printed']).lower()}",
        f"letter_date = {truth['letter_date']}",
    ]
    if truth["second_department"]:
        lines.append(f'second_department = "{truth["second_department"]}"')
    entries = ", ".join(
        f'{{ kind = "{each["kind"]}", value = "{each["value"]}" }}' for each in truth["references"]
    )
    lines.append(f"references = [{entries}]")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--whole", choices=["develop", "held4"], help="the letters written whole, in one set")
    options = parser.parse_args()
    if options.whole:
        scans = [render_letter(whole, options.out) for whole in whole_letters(options.whole)]
        print(f"{len(scans)} letters in {options.out}")
        return
    chosen = list(letters(seed=options.seed))
    random.Random(options.seed).shuffle(chosen)
    with tempfile.TemporaryDirectory() as folder:
        for letter in chosen[: options.count]:
            path = Path(folder, f"{letter.name}.toml")
            path.write_text(as_toml(letter, random.Random(letter.name)), encoding="utf-8")
            render_letter(read_letter(path), options.out, options.seed)
    print(f"{options.count} letters in {options.out}")


if __name__ == "__main__":
    main()
