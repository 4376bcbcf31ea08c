"""A whole document: its pages read side by side, put together in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import cv2
import pikepdf

from ocr import errors, language
from ocr.inspection import PDF, inspect, open_pdf
from ocr.page import PageResult, read_page
from ocr.programs import tesseract
from ocr.programs.run import ProgramError, ProgramTimeout
from ocr.reading import PageReading, Reading
from ocr.searchable_pdf import SearchablePdf, empty_page, one_page
from ocr.source import ImageSource, PageTooLarge, Source, open_source
from ocr.working_folder import working_folder

_PAGE_TROUBLE = (
    ProgramError,
    errors.ReadError,
    pikepdf.PdfError,
    cv2.error,
    OSError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    RuntimeError,
    SyntaxError,
    MemoryError,
)

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
    archive: bool = False,
) -> Reading:
    """Read a document.

    `languages` as tesseract names them ("fra", "fra+deu"); `jobs` pages at once, all cores if None; `pdf`
    is where to write the searchable PDF (as PDF/A-2b if `archive`), `images` the folder for page-0001.webp
    and so on; `on_page(done, total)` is called in this thread after each page. Raises ReadError where the
    document as a whole cannot be read; trouble with one page is a warning of that page.
    """
    path = Path(path).resolve()  # programs run in a folder of their own
    inspected = inspect(path, max_pages=max_pages)
    tesseract.require(languages)
    if images is not None:
        images.mkdir(parents=True, exist_ok=True)
    with working_folder() as folder, closing(open_source(path, inspected.kind, folder)) as source:
        results = _results(source, languages, jobs or cores(), images)
        if pdf is None:
            pages = _collected(results, source.pages, on_page, None)
        else:
            with closing(_writer(path, inspected.kind, folder)) as writer:
                add = partial(_add, writer, source, path, inspected.kind)
                pages = _collected(results, source.pages, on_page, add)
                _save(writer, pdf, folder if archive else None)
        warnings = source.warnings
    text = "\n".join(page.text for page in pages)
    return Reading(pages=tuple(pages), warnings=warnings, language=language.guessed(text))


def _collected(
    results: Iterator[PageResult],
    total: int,
    on_page: OnPage | None,
    add: Callable[[PageResult], None] | None,
) -> list[PageReading]:
    pages = []
    for result in results:
        if add is not None:
            add(result)
        pages.append(result.reading)
        if on_page is not None:
            on_page(len(pages), total)
    return pages


def _save(writer: SearchablePdf, pdf: Path, archive: Path | None) -> None:
    try:
        writer.save(pdf, archive=archive)
    except ProgramTimeout as error:
        raise errors.TimedOut("Writing the PDF took too long.") from error
    except (ProgramError, pikepdf.PdfError, RuntimeError) as error:
        raise errors.Failed("The searchable PDF could not be written.") from error


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
    except _PAGE_TROUBLE:
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


def _writer(path: Path, kind: str, folder: Path) -> SearchablePdf:
    return SearchablePdf(open_pdf(path) if kind == PDF else pikepdf.new(), folder)


def _add(writer: SearchablePdf, source: Source, path: Path, kind: str, result: PageResult) -> None:
    number = result.reading.number
    if isinstance(source, ImageSource):
        writer.append(_image_page(source, number, path, kind))
    with suppress(pikepdf.PdfError, ValueError, TypeError, RuntimeError):
        writer.finish_page(number, result.layer, result.reading.rotation)


def _image_page(source: ImageSource, number: int, path: Path, kind: str) -> bytes:
    """A page that cannot be put into a PDF leaves an empty one in its place."""
    try:
        with source.frame(number) as frame:
            return one_page(frame, kind, path)
    except (PageTooLarge, OSError, ValueError, RuntimeError, MemoryError, SyntaxError):
        return empty_page()
