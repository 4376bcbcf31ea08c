"""What search costs as it grows: python -m bench.search --pages 1000 10000 [--elasticsearch URL].

For each engine and size: pages indexed a second beside the raw bulk rate for the same documents, bytes on disk per
page, and p50/p95/p99 of ten kinds of query beside the raw engine given the same query. `product` is the whole search:
the text understood, rights, facets, snippets, hits checked against the register in the database.

With BENCH_KEEP=FOLDER the register and the indexes of one size stay in FOLDER (and on the server): a later run asks
again without filling them anew.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
KEPT = os.environ.get("BENCH_KEEP", "")
SCRATCH = KEPT or tempfile.mkdtemp(prefix="courrier-bench-", dir=os.environ.get("BENCH_FOLDER"))
os.environ.update(
    DJANGO_SETTINGS_MODULE="courrier.settings", DATA_DIR=SCRATCH, LOG_LEVEL="ERROR", DATABASE_URL=""
)
del os.environ["DATABASE_URL"]

import django  # noqa: E402

django.setup()

from datetime import date  # noqa: E402

import tantivy  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.search_letters import DEPARTMENTS, TYPES, Letter, Writer  # noqa: E402
from courrier.classification.models import DocumentType  # noqa: E402
from courrier.mail.models import Assignment, Mail  # noqa: E402
from courrier.mail.rights import Access  # noqa: E402
from courrier.organisations.models import Department, Organisation  # noqa: E402
from courrier.search import planning, tree  # noqa: E402
from courrier.search.analysis import folded  # noqa: E402
from courrier.search.documents import PAGE_BREAK, LetterDocument  # noqa: E402
from courrier.search.engines import Engine  # noqa: E402
from courrier.search.engines.elasticsearch import writing  # noqa: E402
from courrier.search.engines.elasticsearch.engine import ElasticsearchEngine  # noqa: E402
from courrier.search.engines.opening import open_engine  # noqa: E402
from courrier.search.engines.tantivy.engine import BUILDING_MEMORY, TantivyEngine  # noqa: E402
from courrier.search.language.function_words import says_little  # noqa: E402
from courrier.search.language.reading import read  # noqa: E402
from courrier.search.numbers import numbers_in, shape_of  # noqa: E402
from courrier.search.rights import words_of_letter  # noqa: E402
from courrier.search.schema import FACETS, values_of  # noqa: E402
from courrier.search.searching import search, ways_for  # noqa: E402

BATCH = 2_000
RAW_PART = 20_000
"""Pages on which the rate of indexing is compared with the raw one, at most."""


class Town:
    """The register the letters are in, without their pages, and who looks for them."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        self.organisation, _ = Organisation.objects.get_or_create(slug="banc", defaults={"name": "Banc"})
        place_of, kind_of = Department.objects.get_or_create, DocumentType.objects.get_or_create
        named = {"organisation": self.organisation}
        self.departments = {
            code: place_of(**named, code=code, defaults={"name": code})[0] for code in DEPARTMENTS
        }
        self.types = {code: kind_of(**named, code=code, defaults={"name": code})[0] for code in TYPES}
        place = frozenset({self.organisation.pk})
        self.direction = Access(user_id=1, whole=place, restricted=place, organisations=place)
        few = frozenset(self.departments[code].pk for code in ("URB", "FIN", "TECH"))
        self.agent = Access(user_id=2, departments=few, organisations=place)

    def register(self, letters: Sequence[Letter]) -> None:
        Mail.objects.bulk_create(
            Mail(
                pk=each.rank, organisation=self.organisation, year=each.year, sequence=each.rank,
                number=f"A-{each.year}-{each.rank:05}", state=each.state, channel=each.channel,
                received_on=date(each.year, 1 + each.rank % 12, each.day), subject=each.subject[:300],
                document_type=self.types[each.kind],
            )
            for each in letters
        )  # fmt: skip
        Assignment.objects.bulk_create(
            Assignment(
                organisation=self.organisation,
                mail_id=each.rank,
                department=self.departments[each.department],
            )
            for each in letters
        )

    def document(self, each: Letter) -> LetterDocument:
        """As `courrier.search.documents` makes it from the database."""
        body = PAGE_BREAK.join(each.pages)
        found = numbers_in(f"{each.subject}\n{body}") + numbers_in(f"A-{each.year}-{each.rank:05}")
        department = self.departments[each.department]
        return LetterDocument(
            mail_id=each.rank, version=1,
            readers=words_of_letter(self.organisation.pk, "normal", each.state, None, [department.pk]),
            organisation=self.organisation.pk, number=f"A-{each.year}-{each.rank:05}",
            rank=each.year * 10_000_000 + each.rank, sequence=each.rank, year=each.year, direction="in",
            state=each.state, channel=each.channel,
            received_on=each.year * 10_000 + (1 + each.rank % 12) * 100 + each.day, letter_date=None,
            due_on=20_260_101 if each.state != "closed" else None, registered_post=False,
            departments=[each.department], department_names=[each.department], document_type=each.kind,
            type_name=each.kind, sender=each.sender, subject=each.subject, body=body,
            tags=[], words=[f"{' '.join(folded(word))}\t{word}" for word in set(each.subject.split()) if len(word) > 3],
            numbers=sorted({*found, *("~" + shape_of(number) for number in found)}), page_count=len(each.pages),
        )  # fmt: skip


def batches(letters: Iterable[Letter]) -> Iterator[list[Letter]]:
    source = iter(letters)
    while batch := list(islice(source, BATCH)):
        yield batch


def pages_of(letters: Sequence[Letter]) -> int:
    return sum(len(each.pages) for each in letters)


def fill(engine: Engine, town: Town, pages: int, seed: int, register: bool) -> float:
    """Index the letters; pages a second, their making and the register left out of the time."""
    spent, index = 0.0, engine.prepare()
    for batch in batches(Writer(seed).letters(pages)):
        if register:
            town.register(batch)
        began = time.perf_counter()
        rejected = engine.write([town.document(each) for each in batch], [], 1, into=index)
        spent += time.perf_counter() - began
        assert not rejected, rejected[0]
    began = time.perf_counter()
    engine.publish(index)
    return pages / (spent + time.perf_counter() - began)


def raw_rates(engine: Engine, town: Town, pages: int, seed: int, folder: Path) -> tuple[float, float]:
    """Pages a second of the product and of the raw engine for the same documents, batch by batch in turn."""
    letters = list(Writer(seed).letters(min(pages, RAW_PART)))
    raw: Callable[[list[LetterDocument]], float]
    if isinstance(engine, ElasticsearchEngine):
        made = ElasticsearchEngine(engine.url, f"{engine.alias}-rate")
        raw = elasticsearch_writer(ElasticsearchEngine(engine.url, f"{engine.alias}-raw"))
    else:
        made = TantivyEngine(folder / "rate", "rate")
        raw = tantivy_writer(TantivyEngine(folder / "raw", "raw"))
    index, spent, raw_spent = made.prepare(), 0.0, 0.0
    for batch in batches(letters):
        began = time.perf_counter()
        made.write([town.document(each) for each in batch], [], 1, into=index)
        spent += time.perf_counter() - began
        raw_spent += raw([town.document(each) for each in batch])
    if isinstance(made, ElasticsearchEngine):
        made.remove()
        ElasticsearchEngine(engine.url, f"{engine.alias}-raw").remove()
    return pages_of(letters) / spent, pages_of(letters) / raw_spent


def elasticsearch_writer(engine: ElasticsearchEngine) -> Callable[[list[LetterDocument]], float]:
    """Sends ready-made bodies."""
    index = engine.prepare()

    def write(documents: list[LetterDocument]) -> float:
        bodies = [body for _, body in writing.requests(writing.operations(documents, [], 1))]
        began = time.perf_counter()
        for body in bodies:
            writing.send(engine.bulk_client, index, body)
        return time.perf_counter() - began

    return write


def tantivy_writer(engine: TantivyEngine) -> Callable[[list[LetterDocument]], float]:
    """Adds ready-made documents to one writer that stays open, as a program that only fills an index would."""
    writer = engine.open(engine.prepare()).writer(BUILDING_MEMORY, num_threads=1)

    def write(documents: list[LetterDocument]) -> float:
        made = [tantivy.Document.from_dict(values_of(each), engine.schema) for each in documents]
        began = time.perf_counter()
        for each in made:
            writer.add_document(each)
        writer.commit()
        return time.perf_counter() - began

    return write


def bytes_on_disk(engine: Engine) -> int:
    if isinstance(engine, ElasticsearchEngine):
        engine.client.indices.flush(index=engine.alias)
        stats = engine.client.indices.stats(index=engine.alias, metric="store")
        return int(stats["_all"]["total"]["store"]["size_in_bytes"])
    assert isinstance(engine, TantivyEngine)
    folder = engine.folder.root / engine.folder.in_use()
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def kinds(seed: int, count: int) -> dict[str, list[str]]:
    """Ten kinds of query, `count` of each; words that are asked for together stand together in a letter."""
    writer = Writer(seed + 1)
    letters = list(islice(Writer(seed).letters(1_000), 400))
    pick, chance = writer.word, writer.chance

    def words(length: int, together: bool = False) -> str:
        """Words of one letter: `length` of them, telling ones unless they are to stand one after the other."""
        text = letters[int(chance.integers(len(letters)))].pages[0].replace(".", "").split()
        if together:
            at = int(chance.integers(len(text) - length))
            return " ".join(text[at : at + length])
        telling = [word for word in text if not says_little(word) and word.isalpha()]
        return " ".join(str(word) for word in chance.choice(telling, length, replace=False))

    def letter() -> Letter:
        return letters[int(chance.integers(len(letters)))]

    def criteria(one: Letter) -> str:
        return f'de:"{one.sender}" service:{one.department} du:{one.year} au:{one.year + 1}'

    return {
        "rare word": [pick(20_000, 100_000) for _ in range(count)],
        "common word": [pick(0, 40) for _ in range(count)],
        "three words": [words(3) for _ in range(count)],
        "phrase": [f'"{words(3, together=True)}"' for _ in range(count)],
        "without": [f"{pick(100, 2000)} -{pick(0, 50)}" for _ in range(count)],
        "misread": [writer.misread(words(1)) for _ in range(count)],
        "reference": [letter().reference for _ in range(count)],
        "criteria": [criteria(letter()) for _ in range(count)],
        "sentence": [f"quel est {words(8, together=True)} ?" for _ in range(count)],
        "everything": ["" for _ in range(count)],
    }


def requests_for(text: str, access: Access) -> list[tree.Request]:
    """What `search` asks, way after way until one finds something."""
    question = read(text)
    return [
        tree.Request(
            query=planning.plan(question, access, {}, timezone.localdate(), way),
            lights=planning.lights(question),
            sort="" if question.wanted else "received_on",
            facets=FACETS,
        )
        for way in ways_for(question)
    ]


def raw_query(engine: Engine, requests: Sequence[tree.Request]) -> Callable[[], Any]:
    """A call that does nothing but the engine's own work for `requests`."""
    if isinstance(engine, ElasticsearchEngine):
        return raw_elasticsearch(engine, [engine.body(each) for each in requests])
    assert isinstance(engine, TantivyEngine)
    asks = [raw_tantivy(engine, each) for each in requests]
    return lambda: any(ask() for ask in asks)


def raw_elasticsearch(engine: ElasticsearchEngine, bodies: Sequence[Any]) -> Callable[[], Any]:
    def ask(body: Any) -> int:
        return int(engine.client.search(index=engine.alias, body=body)["hits"]["total"]["value"])

    return lambda: any(ask(body) for body in bodies)


def raw_tantivy(engine: TantivyEngine, request: tree.Request) -> Callable[[], int]:
    searcher, query = engine.searcher(), engine.compiler.query(request.query)
    lights = engine.compiler.query(request.lights) if request.lights else None
    facets = {name: {"terms": {"field": name, "size": request.facet_size}} for name in request.facets}
    order = {"order_by_field": request.sort} if request.sort else {}
    assert searcher is not None

    def ask() -> int:
        result = searcher.search(query, limit=request.limit, **order)  # type: ignore[arg-type]
        generator = None
        if lights is not None:
            generator = tantivy.SnippetGenerator.create(searcher, lights, engine.schema, "body")
            generator.set_max_num_chars(220)
        for _, address in result.hits:
            document = searcher.doc(address)
            if generator is not None:
                generator.snippet_from_doc(document).highlighted()
        searcher.aggregate(query, facets)
        return int(result.count)  # type: ignore[attr-defined]

    return ask


def timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def run(
    engine: Engine, access: Access, texts: Sequence[str], clients: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of each query as the product and as the raw engine, in turn, so that both meet the same machine."""

    def both(text: str) -> tuple[float, float]:
        raw = raw_query(engine, requests_for(text, access))
        product = lambda: search(text, access)  # noqa: E731
        first_raw = hash(text) % 2
        one = timed(raw if first_raw else product)
        two = timed(product if first_raw else raw)
        return (two, one) if first_raw else (one, two)

    def share(part: Sequence[str]) -> list[tuple[float, float]]:
        try:
            return [both(text) for text in part]
        finally:
            if clients > 1:
                connection.close()

    if clients == 1:
        measured = share(texts)
    else:
        with ThreadPoolExecutor(clients) as pool:
            shares = pool.map(share, [texts[at::clients] for at in range(clients)])
            measured = [each for part in shares for each in part]
    return [one for one, _ in measured], [two for _, two in measured]


def percentiles(times: Sequence[float]) -> str:
    return "/".join(f"{np.percentile(times, each):.1f}" for each in (50, 95, 99))


def measure(engine: Engine, town: Town, pages: int, chosen: argparse.Namespace, first: bool) -> None:
    name = engine.name
    print(f"\n{name}, {pages} pages", flush=True)
    if not (KEPT and engine.ready()):
        measure_filling(engine, town, pages, chosen, first)
    print(f"  on disk: {bytes_on_disk(engine) / pages:.0f} bytes/page", flush=True)
    for clients in chosen.clients:
        ask_all(engine, town, chosen, clients)


def measure_filling(engine: Engine, town: Town, pages: int, chosen: argparse.Namespace, first: bool) -> None:
    whole = fill(engine, town, pages, chosen.seed, first)
    product, raw = raw_rates(engine, town, pages, chosen.seed, Path(SCRATCH) / f"{engine.name}-{pages}")
    part = min(pages, RAW_PART)
    print(
        f"  indexed: {whole:.0f} pages/s; on {part} pages product {product:.0f}, raw {raw:.0f} ({product / raw:.0%})",
        flush=True,
    )


def ask_all(engine: Engine, town: Town, chosen: argparse.Namespace, clients: int) -> None:
    """Every kind of query, half of them by the direction and half by an agent of three departments."""
    asked = kinds(chosen.seed, chosen.queries)
    run(engine, town.direction, [text for texts in asked.values() for text in texts[:2]], clients)
    all_ours: list[float] = []
    all_raw: list[float] = []
    for kind, texts in asked.items():
        half = len(texts) // 2
        parts = ((town.direction, texts[:half]), (town.agent, texts[half:]))
        times = [run(engine, who, part, clients) for who, part in parts]
        ours, raws = [each for one, _ in times for each in one], [each for _, two in times for each in two]
        print(f"  {clients} client(s) {kind:12} {beside(ours, raws)}", flush=True)
        all_ours += ours
        all_raw += raws
    print(f"  {clients} client(s) {'all':12} {beside(all_ours, all_raw)}", flush=True)


def beside(ours: Sequence[float], raws: Sequence[float]) -> str:
    more = np.median(np.array(ours) - np.array(raws))
    return (
        f"product {percentiles(ours)} ms, raw {percentiles(raws)} ms, {sum(ours) / sum(raws):.2f} of raw, "
        f"{more:+.1f} ms in the middle"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--elasticsearch", default=os.environ.get("COURRIER_TEST_ELASTICSEARCH_URL", ""))
    parser.add_argument("--engines", nargs="+", default=["tantivy", "elasticsearch"])
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--queries", type=int, default=40, help="queries of each kind and number of clients")
    parser.add_argument("--seed", type=int, default=2026)
    chosen = parser.parse_args()
    town = Town()
    if KEPT and len(chosen.pages) > 1:
        parser.error("BENCH_KEEP keeps one size: give one number to --pages")
    for pages in chosen.pages:
        first = not (KEPT and Mail.objects.exists())
        if first:
            Assignment.objects.all().delete()
            Mail.objects.all().delete()
        for name in chosen.engines:
            if name == "elasticsearch" and not chosen.elasticsearch:
                continue
            settings.SEARCH_URL = (
                chosen.elasticsearch if name == "elasticsearch" else f"tantivy://{SCRATCH}/{pages}"
            )
            settings.SEARCH_PREFIX = f"bench-{pages}" if KEPT else f"bench-{uuid4().hex[:8]}"
            engine = open_engine(settings.SEARCH_URL, settings.SEARCH_PREFIX)
            try:
                measure(engine, town, pages, chosen, first)
            finally:
                first = False
                if isinstance(engine, ElasticsearchEngine) and not KEPT:
                    engine.remove()


if __name__ == "__main__":
    main()
