"""Damaged files of every kind: one of our own errors or a reading, in bounded time, and nothing left behind."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path

import pikepdf
import pytest

from ocr import ReadError, Reading, inspect, read
from tests.ocr import mutants

SECONDS = float(os.environ.get("OCR_FUZZ_SECONDS", "60"))
SEED = int(os.environ.get("OCR_FUZZ_SEED", "1"))
KEPT = os.environ.get("OCR_FUZZ_KEEP")
CODES = {
    *("empty", "not_supported", "truncated", "encrypted", "no_pages", "too_many_pages"),
    *("too_large", "bomb", "failed", "timeout"),
}
LONGEST = 60.0
MOST_PAGES = 5


@pytest.mark.slow
@pytest.mark.timeout(SECONDS * 2 + 120)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_mutated_files_never_crash_hang_or_leave_files(tmp_path: Path, nothing_left_behind: Path) -> None:
    """OCR_FUZZ_SECONDS sets how long, OCR_FUZZ_SEED where it starts, OCR_FUZZ_KEEP where the file at work is
    kept."""
    seeds = mutants.seeds(tmp_path)
    chance = random.Random(SEED)
    end = time.monotonic() + SECONDS
    path, target = Path(KEPT or tmp_path / "mutant"), tmp_path / "out.pdf"
    outcomes: Counter[str] = Counter()
    children, files = _children(), _open_files()
    while time.monotonic() < end:
        path.write_bytes(mutants.mutated(chance.choice(seeds), chance, seeds))
        start = time.monotonic()
        outcomes[_outcome(path, target, tmp_path / "images", archive=chance.random() < 0.2)] += 1
        assert time.monotonic() - start < LONGEST
        assert list(nothing_left_behind.iterdir()) == []
        assert _children() <= children
        assert _open_files() <= files + 8
    print(outcomes)
    assert set(outcomes) <= CODES | {"read"}
    assert outcomes["read"] > 0
    assert outcomes.total() > 20


def _outcome(path: Path, target: Path, images: Path, *, archive: bool) -> str:
    target.unlink(missing_ok=True)
    try:
        reading = read(path, jobs=2, pdf=target, images=images, max_pages=MOST_PAGES, archive=archive)
    except ReadError as error:
        assert not target.exists()
        return error.code
    assert Reading.from_json(reading.to_json()).text == reading.text
    assert inspect(path, max_pages=MOST_PAGES).pages == len(reading.pages)
    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) == len(reading.pages)
    return "read"


def _children() -> set[int]:
    listed = (path.read_text() for path in Path("/proc/self/task").glob("*/children"))
    return {int(child) for children in listed for child in children.split()}


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
