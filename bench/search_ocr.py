"""How many letters a search misses because a scan was misread: python -m bench.search_ocr FOLDER [--cache FOLDER].

FOLDER holds scanned pages and what is written on them (`page.jpg`, `page.txt`). Every page is read by tesseract and
indexed as a letter; every word written on one to five pages is asked for. A page is missed when the word, or a form
of the same stem, is written on it and it is not among the first ten found; precision is the share of pages found that
have it.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator
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


def stems_of(text: str) -> dict[str, str]:
    """A word of each stem of `text` that is long enough to be asked for."""
    return {
        stem: word
        for word in analysis.words_in(text)
        if len(word) >= SHORTEST and word.isalpha()
        for stem in analysis.stems(word)
    }


def queries(written: list[str], seed: int, count: int) -> list[tuple[str, set[int]]]:
    """Words with the places, from 1, of the pages they are written on."""
    pages = [stems_of(text) for text in written]
    asked = [
        (word, holders)
        for stem, word in sorted({stem: word for page in pages for stem, word in page.items()}.items())
        if 1 <= len(holders := {at for at, page in enumerate(pages, 1) if stem in page}) <= MOST_PAGES
    ]
    random.Random(seed).shuffle(asked)
    return asked[:count]


def figures(asked: list[tuple[str, set[int]]], ask: Callable[[str], list[int]]) -> str:
    wanted = found = right = 0
    for word, holders in asked:
        pages = ask(word)
        wanted += len(holders)
        found += len(pages)
        right += len(holders & set(pages))
    return f"missed={wanted - right}/{wanted} recall@10={right / wanted:.4f} precision@10={right / max(found, 1):.4f}"


def measure(engine: Engine, read: list[str], asked: list[tuple[str, set[int]]]) -> Iterator[str]:
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
