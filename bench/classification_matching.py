"""How fast a sender is matched among many correspondents.

python -m bench.classification_matching [--count 100000] [--asked 200]

Uses a database of its own in memory. Each sender asked for is a known one, misspelt or with its words in another
order; a third are asked for by name and postcode alone.
"""

from __future__ import annotations

import argparse
import os
import random
import time

FIRST = (
    "Marie Jean Fatima Pierre Nadia Lucas Chloé Bernard Sylvie Mehdi Aurélie François Inès Gérard Yvonne"
    " Karim Élise Paul Hugo Laure"
)
PARTS = "la mar du bou ber ron vil le dan tour cha gar pé ri ber tas ca stel mo reau lin faur dor zé nou ga"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--asked", type=int, default=200)
    options = parser.parse_args()
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courrier.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from courrier.correspondents.matching import SAME, matches, write_keys
    from courrier.correspondents.models import Correspondent
    from courrier.organisations.models import Organisation

    call_command("migrate", verbosity=0)
    town = Organisation.objects.create(slug="banc", name="Banc d'essai")
    rng = random.Random(7)
    rows = [_person(rng, number) for number in range(options.count)]
    Correspondent.objects.bulk_create(
        (Correspondent(organisation=town, **row) for row in rows), batch_size=5000
    )
    begin = time.perf_counter()
    everybody = list(Correspondent.objects.order_by("pk"))
    for start in range(0, len(everybody), 5000):
        write_keys(everybody[start : start + 5000])
    print(f"{options.count} correspondents, keys written in {time.perf_counter() - begin:.1f} s")
    seconds, right, worked = [], 0, time.process_time()
    for number in rng.sample(range(options.count), options.asked):
        asked = _asked(rng, rows[number])
        begin = time.perf_counter()
        found = matches(town, asked)
        seconds.append(time.perf_counter() - begin)
        right += bool(found) and found[0].correspondent.pk == everybody[number].pk and found[0].score >= SAME
    worked = time.process_time() - worked
    seconds.sort()
    print(
        f"{options.asked} asked: median {1000 * seconds[len(seconds) // 2]:.1f} ms, 95 % under"
        f" {1000 * seconds[int(0.95 * len(seconds))]:.1f} ms, slowest {1000 * seconds[-1]:.1f} ms; {right} recognised;"
        f" {1000 * worked / options.asked:.1f} ms of processor each"
    )


def _person(rng: random.Random, number: int) -> dict[str, str]:
    last = "".join(rng.choice(PARTS.split()) for _ in range(rng.randrange(2, 4))).capitalize()
    return {
        "name": f"{rng.choice(FIRST.split())} {last}",
        "email": f"p{number}@courriel.example" if rng.random() < 0.4 else "",
        "phone": f"+336{number:08d}" if rng.random() < 0.5 else "",
        "postcode": f"{rng.randrange(1000, 95999):05d}",
    }


def _asked(rng: random.Random, row: dict[str, str]) -> dict[str, str]:
    first, last = row["name"].split(" ", 1)
    name = rng.choice([f"{last.upper()} {first}", f"M. {first} {last}", f"{first} {last[:-1]}"])
    if rng.random() < 0.33:
        return {"name": name, "postcode": row["postcode"]}
    return {**row, "name": name}


if __name__ == "__main__":
    main()
