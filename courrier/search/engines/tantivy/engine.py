"""Search embedded: tantivy in a folder, read by every process, written by one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from tantivy import Document, Index, Order, Query, Searcher

from courrier.search import tree
from courrier.search.documents import LetterDocument
from courrier.search.engines import EngineRefused, EngineUnavailable, Rejection
from courrier.search.engines.tantivy.compiling import Compiler
from courrier.search.engines.tantivy.folder import IndexFolder, of_todays_schema
from courrier.search.engines.tantivy.reading import found_letter, light_bodies
from courrier.search.engines.tantivy.schema import build_schema, register_analyses
from courrier.search.engines.tantivy.telling import telling_words
from courrier.search.schema import values_of

WRITER_MEMORY = 64_000_000
BUILDING_MEMORY = 200_000_000


class TantivyEngine:
    """An index in `root`; see `Engine` for what its methods promise."""

    name = "tantivy"

    def __init__(self, root: Path, prefix: str) -> None:
        self.folder = IndexFolder(root, prefix)
        self.schema = build_schema()
        self.compiler = Compiler(self.schema)
        self.opened: tuple[str, Index] | None = None
        self.seen: tuple[int, int] | None = None
        self.lock = Lock()

    # Writing

    def write(
        self, documents: Sequence[LetterDocument], gone: Sequence[int], version: int, into: str = ""
    ) -> list[Rejection]:
        name = into or self.folder.in_use() or self.begin()
        rejections: list[Rejection] = []
        with self.folder.writing(name):
            index = self.open(name)
            try:
                writer = index.writer(BUILDING_MEMORY if into else WRITER_MEMORY, num_threads=1)
            except ValueError as error:
                raise EngineUnavailable(str(error)) from error
            try:
                for mail_id in gone:
                    writer.delete_documents_by_term("mail_id", mail_id)
                for each in documents:
                    try:
                        document = Document.from_dict(values_of(each), self.schema)
                    except (ValueError, TypeError) as error:
                        rejections.append(Rejection(each.mail_id, str(error)))
                        continue
                    writer.delete_documents_by_term("mail_id", each.mail_id)
                    writer.add_document(document)
                writer.commit()
            except (ValueError, OSError) as error:
                raise EngineUnavailable(str(error)) from error
            finally:
                writer.wait_merging_threads()
        return rejections

    def begin(self) -> str:
        """The first index, made by the first change."""
        name = self.prepare()
        self.folder.point_to(name)
        return name

    def prepare(self) -> str:
        unfinished = [name for name in self.folder.versions() if name > self.folder.in_use()]
        fitting = [name for name in unfinished if of_todays_schema(name)]
        name = fitting[-1] if fitting else self.folder.next_name()
        self.open(name)
        return name

    def publish(self, index: str) -> None:
        self.folder.point_to(index)
        self.folder.remove_all_but(index)

    def ready(self) -> bool:
        return of_todays_schema(self.folder.in_use())

    def refresh(self) -> None:
        self.seen = None

    # Reading

    def open(self, name: str) -> Index:
        path = self.folder.root / name
        path.mkdir(exist_ok=True)
        index = Index(self.schema, path=str(path), reuse=True)
        register_analyses(index)
        return index

    def searcher(self) -> Searcher | None:
        """A searcher over the last commit of the index in use; None where there is no index yet."""
        for attempt in range(2):
            name = self.folder.in_use()
            if not of_todays_schema(name):
                return None
            try:
                return self.searcher_of(name)
            except (OSError, ValueError) as error:
                if attempt or self.folder.in_use() == name:
                    raise EngineUnavailable(str(error)) from error
        return None

    def searcher_of(self, name: str) -> Searcher:
        """A searcher over `name`, opened or read anew where it was written since."""
        with self.lock:
            written = (self.folder.root / name / "meta.json").stat()
            if self.opened is None or self.opened[0] != name:
                self.opened, self.seen = (name, self.open(name)), None
            if self.seen != (written.st_mtime_ns, written.st_ino):
                self.opened[1].reload()
                self.seen = (written.st_mtime_ns, written.st_ino)
            return self.opened[1].searcher()

    def ask(self, request: tree.Request) -> tree.Answer:
        searcher = self.searcher()
        if searcher is None:
            return tree.Answer(0, [], {})
        query = self.compiler.query(request.query)
        try:
            return self.answer(searcher, query, request)
        except ValueError as error:
            raise EngineRefused(str(error)) from error

    def answer(self, searcher: Searcher, query: Query, request: tree.Request) -> tree.Answer:
        order = {"order_by_field": request.sort} if request.sort else {}
        result = searcher.search(
            query,
            limit=max(request.limit, 1),
            offset=request.offset,
            order=Order.Desc if request.descending else Order.Asc,
            **order,  # type: ignore[arg-type]
        )
        hits = result.hits if request.limit else []
        lights = self.compiler.query(request.lights) if request.lights is not None else None
        lit = light_bodies(searcher, self.schema, lights, [address for _, address in hits])
        found = [
            found_letter(document, float(score or 0), light)
            for (score, _), (document, light) in zip(hits, lit, strict=True)
        ]
        return tree.Answer(
            result.count,  # type: ignore[attr-defined]  # its stub leaves it out
            found,
            self.counts(searcher, query, request),
        )

    def counts(
        self, searcher: Searcher, query: Query, request: tree.Request
    ) -> dict[str, list[tuple[str, int]]]:
        if not request.facets:
            return {}
        asked: dict[str, Any] = {
            name: {"terms": {"field": name, "size": request.facet_size}} for name in request.facets
        }
        answered = searcher.aggregate(query, asked)
        return {
            name: [(key_text(bucket["key"]), bucket["doc_count"]) for bucket in answered[name]["buckets"]]
            for name in request.facets
        }

    def beginnings(self, field: str, prefix: str, only: tree.Node, limit: int) -> list[tuple[str, int]]:
        searcher = self.searcher()
        if searcher is None:
            return []
        return searcher.terms_with_prefix(field, prefix, self.compiler.query(only), limit)

    def alike(self, mail_id: int, only: tree.Node, limit: int) -> list[tuple[int, float]]:
        searcher = self.searcher()
        itself = self.compiler.query(tree.Is("mail_id", [mail_id]))
        hits = searcher.search(itself, 1).hits if searcher else []
        if searcher is None or not hits:
            return []
        kept = searcher.doc(hits[0][1])
        text = "\n".join(str(kept.get_first(name) or "") for name in ("subject", "body"))
        words = [tree.Word("body", word, weight) for word, weight in telling_words(searcher, text)]
        if not words:
            return []
        least = max(1, len(words) // 5)
        never = [tree.Is("mail_id", [mail_id])]
        query = self.compiler.query(tree.Every(must=[tree.Some(words, least)], only=[only], never=never))
        found = searcher.search(query, limit).hits
        ids = searcher.fast_field_values("mail_id", [address for _, address in found])
        return [(int(each or 0), float(score)) for each, (score, _) in zip(ids, found, strict=True)]

    def marks(self, after: int, limit: int, index: str = "") -> list[tuple[int, int]]:
        if index:
            opened = self.open(index)
            opened.reload()
            searcher: Searcher | None = opened.searcher()
        else:
            searcher = self.searcher()
        if searcher is None:
            return []
        query = self.compiler.query(tree.Between("mail_id", after + 1, None))
        hits = searcher.search(query, limit, count=False, order_by_field="mail_id", order=Order.Asc).hits
        addresses = [address for _, address in hits]
        fingerprints = searcher.fast_field_values("fingerprint", addresses)
        ids = searcher.fast_field_values("mail_id", addresses)
        return [(int(one or 0), int(two or 0)) for one, two in zip(ids, fingerprints, strict=True)]


def key_text(key: Any) -> str:
    return str(int(key)) if isinstance(key, float) else str(key)
