"""How well a question finds the passage that answers it: python -m bench.search_quality FILE [--elasticsearch URL].

FILE is in SQuAD form: articles of paragraphs, each with its questions. Every paragraph is a letter of one page. One
line for each engine and way of asking: `product` is what the search page asks, `plain` one match over the French chain.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courrier.settings")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="courrier-bench-"))

import django

django.setup()

from courrier.mail.rights import Access  # noqa: E402
from courrier.search import analysis, tree  # noqa: E402
from courrier.search.documents import LetterDocument  # noqa: E402
from courrier.search.engines import Engine  # noqa: E402
from courrier.search.engines.elasticsearch.engine import ElasticsearchEngine  # noqa: E402
from courrier.search.engines.tantivy.engine import TantivyEngine  # noqa: E402
from courrier.search.language.reading import read  # noqa: E402
from courrier.search.searching import answered  # noqa: E402

READER = Access(user_id=1, whole=frozenset({1}), organisations=frozenset({1}))
DEPTH = 10


@dataclass(frozen=True)
class Sample:
    """Passages, and questions each with the place of the passage that answers it."""

    passages: list[str]
    questions: list[tuple[str, int]]


def sample(path: Path, part: str) -> Sample:
    """The articles of `path`; `part` keeps every other one ("even", "odd"), or all."""
    passages: list[str] = []
    questions: list[tuple[str, int]] = []
    for at, article in enumerate(json.loads(path.read_text())["data"]):
        chosen = part == "all" or (at % 2 == 0) == (part == "even")
        for paragraph in article["paragraphs"]:
            passages.append(paragraph["context"])
            if chosen:
                questions += [(each["question"], len(passages)) for each in paragraph["qas"]]
    return Sample(passages, questions)


def letter(mail_id: int, text: str) -> LetterDocument:
    return LetterDocument(
        mail_id=mail_id, version=1, readers=["w1"], organisation=1, number=f"A-2026-{mail_id:05}",
        rank=20_260_000_000 + mail_id, sequence=mail_id, year=2026, direction="in", state="in_progress",
        channel="scan", received_on=20260101, letter_date=None, due_on=None, registered_post=False,
        departments=[], department_names=[], document_type="", type_name="", sender="", subject="",
        body=text, tags=[], words=[], numbers=[], page_count=1,
    )  # fmt: skip


def product(engine: Engine, question: str) -> list[int]:
    answer, _ = answered(engine, read(question), READER, {}, limit=DEPTH)
    return [each.mail_id for each in answer.found]


def plain_elasticsearch(engine: ElasticsearchEngine, question: str) -> list[int]:
    body: dict[str, Any] = {"query": {"match": {"body": question}}, "size": DEPTH, "_source": False}
    return [int(hit["_id"]) for hit in engine.search(body)["hits"]["hits"]]


def plain_tantivy(engine: TantivyEngine, question: str) -> list[int]:
    words = [word for word in re.findall(r"\w+", question) if analysis.stems(word)]
    nodes = tree.Some([tree.Word("body", word) for word in words])
    return [each.mail_id for each in engine.ask(tree.Request(nodes, limit=DEPTH)).found]


def figures(questions: Sequence[tuple[str, int]], ask: Callable[[str], list[int]]) -> str:
    """recall@1, recall@10 and MRR@10 of `ask` over `questions`."""
    first = within = reciprocal = 0.0
    for question, wanted in questions:
        found = ask(question)
        if wanted in found:
            rank = found.index(wanted) + 1
            first += rank == 1
            within += 1
            reciprocal += 1 / rank
    count = len(questions)
    return f"recall@1={first / count:.4f} recall@10={within / count:.4f} mrr@10={reciprocal / count:.4f}"


def measure(engine: Engine, of: Sample) -> Iterator[str]:
    letters = [letter(at, text) for at, text in enumerate(of.passages, 1)]
    engine.write(letters, [], 1)
    engine.refresh()
    plain: Any = plain_elasticsearch if isinstance(engine, ElasticsearchEngine) else plain_tantivy
    yield f"{engine.name} product {figures(of.questions, lambda text: product(engine, text))}"
    yield f"{engine.name} plain {figures(of.questions, lambda text: plain(engine, text))}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--elasticsearch",
        default=os.environ.get("COURRIER_TEST_ELASTICSEARCH_URL", ""),
        help="address of the server; without it tantivy alone is measured",
    )
    parser.add_argument(
        "--part", choices=["all", "even", "odd"], default="all", help="questions of which articles"
    )
    chosen = parser.parse_args()
    of = sample(chosen.file, chosen.part)
    if chosen.elasticsearch:
        engine = ElasticsearchEngine(chosen.elasticsearch, f"quality-{uuid4().hex[:8]}")
        try:
            for line in measure(engine, of):
                print(line, flush=True)
        finally:
            engine.remove()
    with tempfile.TemporaryDirectory() as folder:
        for line in measure(TantivyEngine(Path(folder), "quality"), of):
            print(line, flush=True)


if __name__ == "__main__":
    main()
