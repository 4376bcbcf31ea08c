"""The learning curve: a town that routes differently from the taxonomy, after 50, 200 and 1000 of its letters.

python -m bench.classification_learning [--counts 50 200 1000] [--later 400]

The town sends the canteen's letters to its finance department, senders' complaints about roads to its cabinet, and so
on (HABITS); one type is parted by what the letter says (the crèche's letters that speak of a bill). Letters are made
of hand-written bodies, their sentences shuffled and mixed; the later letters come from bodies of which the earlier
ones have no copy.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from courrier.classification.analysis import read_letter
from courrier.classification.figures import Figures, figures_of
from courrier.classification.learned import Learned, Lesson, teach
from courrier.classification.phrases import text_of
from courrier.classification.taxonomy import town_hall
from tests.classification.town import TOWN, Body, bodies, composed

HABITS = {
    "cantine": "FIN",
    "facture-cantine": "FIN",
    "periscolaire": "FIN",
    "voirie": "CAB",
    "nuisances": "CCAS",
    "candidature": "DGS",
    "stage": "DGS",
    "location-salle": "ETC",
    "debit-boissons": "ETC",
    "assurance-sinistre": "DGS",
    "demande-subvention": "FIN",
    "invitation": "DGS",
    "logement": "CAB",
    "infraction-urbanisme": "POL",
}


def department_here(body: Body) -> str:
    if body.type == "contrat-creche" and any(
        word in body.body for word in ("montant", "facture", "heures comptées")
    ):
        return "FIN"
    return HABITS.get(body.type, town_hall().by_code[body.type].department)


def bodies_of(part: int) -> list[Body]:
    """Bodies of one half of the material: hand-written ones, and sentences of the taxonomy's phrases beside them."""
    found = [body for number, body in enumerate(bodies()) if number % 2 == part]
    for kind in town_hall().kinds:
        phrases = kind.phrases[part::2]
        sender = {"FIN": "company", "DGS": "administration", "CUL": "association"}.get(
            kind.department, "person"
        )
        found += [Body(kind.code, sender, "", " ".join(pair)) for pair in pairwise(phrases)]
    return found


def town_letters(part: int, seed: int) -> Iterator[Lesson]:
    rng = random.Random(seed)
    material = bodies_of(part)
    taxonomy = town_hall()
    number = 0
    while True:
        body = rng.choice(material)
        sentences = body.body.split(". ")
        rng.shuffle(sentences)
        kept = sentences[: max(1, len(sentences) - rng.randrange(2))]
        letter = composed(
            replace(body, body=". ".join(kept), object=body.object if rng.random() < 0.6 else ""),
            str(number),
            rng,
        )
        reading = read_letter(letter.pages, taxonomy, TOWN, letter.received_on)
        yield Lesson(
            text_of(reading.letter), reading.types, reading.departments, department_here(body), body.type
        )
        number += 1


def line(name: str, figures: Figures, seconds: float) -> str:
    return f"{name:<22} {figures.department:>8.1%} {figures.document_type:>8.1%} {figures.loss:>7.3f} {seconds:>8.1f} s"


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[50, 200, 1000])
    parser.add_argument("--later", type=int, default=400)
    parser.add_argument(
        "--same", action="store_true", help="later letters from the same material as the earlier ones"
    )
    options = parser.parse_args(argv)
    earlier = list(islice(town_letters(0, 1), max(options.counts)))
    later = list(islice(town_letters(0 if options.same else 1, 2), options.later))
    print(f"{'':<22} {'service':>8} {'type':>8} {'perte':>7} {'appris en':>10}")
    print(line("taxonomie seule", figures_of(None, later), 0.0))
    for count in options.counts:
        begin = time.perf_counter()
        learned = teach(earlier[:count])
        seconds = time.perf_counter() - begin
        learned = Learned.from_bytes(learned.to_bytes())
        print(line(f"{count} courriers", figures_of(learned, later), seconds))


if __name__ == "__main__":
    main()
