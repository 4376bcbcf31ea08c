"""A whole document: its pages read side by side, put together in order."""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pikepdf

from ocr import errors, searchable_pdf
from ocr.inspection import PDF, Inspection, inspect
from ocr.page import PageResult, read_page
from ocr.programs import tesseract
from ocr.programs.run import ProgramError, ProgramTimeout
from ocr.reading import PageReading, Reading
from ocr.source import ImageSource, PageTooLarge, Source, open_source

OnPage = Callable[[int, int], None]


def read(
    path: Path,
    *,
    languages: str = "fra",
    jobs: int | None = None,
    pdf: Path | None = None,
    images: Path | None = None,
    max_pages: int = 500,
    on_page: OnPage | None = None,
) -> Reading:
    """Read a document.

    `languages` as tesseract names them ("fra", "fra+deu"); `jobs` pages at once, all cores if None; `pdf`
    is where to write the searchable PDF, `images` the folder for page-0001.webp and so on; `on_page(done,
    total)` is called in this thread after each page. Raises ReadError where the document as a whole cannot
    be read; trouble with one page is a warning of that page.
    """
    path = Path(path)
    inspected = inspect(path, max_pages=max_pages)
    tesseract.require(languages)
    if images is not None:
        images.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="courrier-ocr-") as name:
        folder = Path(name)
        source = open_source(path, inspected.kind, folder)
        writer = _writer(path, inspected, folder) if pdf is not None else None
        try:
            results = _results(source, languages, jobs or cores(), images)
            pages = []
            for done, result in enumerate(results, 1):
                if writer is not None:
                    _add(writer, source, result, path, inspected.kind)
                pages.append(result.reading)
                if on_page is not None:
                    on_page(done, source.pages)
            if writer is not None and pdf is not None:
                writer.save(pdf)
        finally:
            source.close()
            if writer is not None:
                writer.close()
    return Reading(pages=tuple(pages), warnings=(), language="")


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _results(source: Source, languages: str, jobs: int, images: Path | None) -> Iterator[PageResult]:
    """Pages in order. Never more than twice `jobs` are held, so memory does not grow with the document."""
    waiting: deque[Future[PageResult]] = deque()
    with ThreadPoolExecutor(jobs, thread_name_prefix="ocr") as pool:
        try:
            for number in range(1, source.pages + 1):
                image = images / f"page-{number:04d}.webp" if images is not None else None
                waiting.append(pool.submit(_read_safely, source, number, languages, image))
                if len(waiting) >= 2 * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _read_safely(source: Source, number: int, languages: str, image: Path | None) -> PageResult:
    """A page that fails keeps its place, with a warning."""
    try:
        return read_page(source.scan(number), number, language=languages, image=image)
    except errors.ProgramMissing:
        raise
    except PageTooLarge:
        return _failed(number, "page_too_large")
    except ProgramTimeout:
        return _failed(number, "page_timeout")
    except (ProgramError, errors.ReadError, OSError, pikepdf.PdfError, ValueError, RuntimeError, MemoryError):
        return _failed(number, "page_failed")


def _failed(number: int, code: str) -> PageResult:
    reading = PageReading(
        number=number,
        width=0,
        height=0,
        text="",
        words=(),
        confidence=0.0,
        rotation=0,
        blank=False,
        warnings=(code,),
        barcodes=(),
        image=None,
    )
    return PageResult(reading, ())


def _writer(path: Path, inspected: Inspection, folder: Path) -> searchable_pdf.SearchablePdf:
    del folder
    if inspected.kind == PDF:
        return searchable_pdf.over_pdf(path)
    return searchable_pdf.SearchablePdf(pikepdf.new())


def _add(
    writer: searchable_pdf.SearchablePdf, source: Source, result: PageResult, path: Path, kind: str
) -> None:
    number = result.reading.number
    if isinstance(source, ImageSource):
        with source.frame(number) as frame:
            writer.append(searchable_pdf.one_page(frame, kind, path))
    writer.add_text(number, result.layer, result.reading.rotation)
