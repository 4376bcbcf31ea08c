"""How many letters a search misses because a scan was misread: python -m bench.search_ocr FOLDER [--cache FOLDER].

FOLDER holds scanned pages and what is written on them (`page.jpg`, `page.txt`). Every page is read by tesseract and
indexed as a letter; every word written on one to five pages is asked for. A page is missed when the word is written on
it and it is not among the first ten found; precision is the share of the pages found that have it. A page with another
form of the word counts neither way.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.search_quality import letter, plain_elasticsearch, plain_tantivy, product
from courrier.search import analysis
from courrier.search.engines import Engine
from courrier.search.engines.elasticsearch.engine import ElasticsearchEngine
from courrier.search.engines.tantivy.engine import TantivyEngine

MOST_PAGES = 5
SHORTEST = 5


def read_by_tesseract(image: Path, cache: Path) -> str:
    kept = cache / f"{image.stem}.ocr.txt"
    if not kept.exists():
        environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
        command = ["tesseract", str(image), str(kept.with_suffix("")), "-l", "fra"]
        subprocess.run(command, check=True, capture_output=True, env=environment)
    return kept.read_text()


@dataclass(frozen=True)
class Query:
    """A word, the places from 1 of the pages it is written on, and of those with another form of it."""

    word: str
    holders: frozenset[int]
    others: frozenset[int]


def words_of(text: str) -> set[str]:
    return {each for word in analysis.words_in(text) if word.isalpha() for each in analysis.folded(word)}


def queries(written: list[str], seed: int, count: int) -> list[Query]:
    """Words of one to MOST_PAGES pages, by the transcription."""
    pages = [words_of(text) for text in written]
    asked = []
    for word in sorted(
        {word for page in pages for word in page if len(word) >= SHORTEST and analysis.stems(word)}
    ):
        holders = frozenset(at for at, page in enumerate(pages, 1) if word in page)
        beginning = word[: max(4, len(word) - 3)]
        alike = (at for at, page in enumerate(pages, 1) if any(each.startswith(beginning) for each in page))
        if len(holders) <= MOST_PAGES:
            asked.append(Query(word, holders, frozenset(alike) - holders))
    random.Random(seed).shuffle(asked)
    return asked[:count]


def figures(asked: list[Query], ask: Callable[[str], list[int]]) -> str:
    wanted = found = right = 0
    for query in asked:
        pages = set(ask(query.word)) - query.others
        wanted += len(query.holders)
        found += len(pages)
        right += len(query.holders & pages)
    return f"missed={wanted - right}/{wanted} recall@10={right / wanted:.4f} precision@10={right / max(found, 1):.4f}"


def measure(engine: Engine, read: list[str], asked: list[Query]) -> Iterator[str]:
    engine.write([letter(at, text) for at, text in enumerate(read, 1)], [], 1)
    engine.refresh()
    yield f"{engine.name} product {figures(asked, lambda word: product(engine, word))}"
    if isinstance(engine, ElasticsearchEngine):
        yield f"{engine.name} plain {figures(asked, lambda word: plain_elasticsearch(engine, word))}"
    elif isinstance(engine, TantivyEngine):
        yield f"{engine.name} plain {figures(asked, lambda word: plain_tantivy(engine, word))}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path, help="where readings are kept from one run to the next")
    parser.add_argument("--elasticsearch", default=os.environ.get("COURRIER_TEST_ELASTICSEARCH_URL", ""))
    parser.add_argument("--queries", type=int, default=1_500)
    parser.add_argument("--seed", type=int, default=2026)
    chosen = parser.parse_args()
    cache = chosen.cache or Path(tempfile.mkdtemp())
    images = sorted(chosen.folder.glob("*.jpg"))
    read = [read_by_tesseract(image, cache) for image in images]
    asked = queries([image.with_suffix(".txt").read_text() for image in images], chosen.seed, chosen.queries)
    if chosen.elasticsearch:
        engine = ElasticsearchEngine(chosen.elasticsearch, f"ocr-{chosen.seed}")
        engine.remove()
        try:
            print(*measure(engine, read, asked), sep="\n", flush=True)
        finally:
            engine.remove()
    with tempfile.TemporaryDirectory() as folder:
        print(*measure(TantivyEngine(Path(folder), "ocr"), read, asked), sep="\n", flush=True)


if __name__ == "__main__":
    main()
