"""Memory does not grow with the document."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.ocr import scans

READING = """
import re, sys
from pathlib import Path
from ocr import read
read(Path(sys.argv[1]), jobs=2, pdf=Path(sys.argv[2]), images=Path(sys.argv[3]))
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def _peak(source: Path, folder: Path) -> int:
    """Megabytes that reading the document in a process of its own took at most."""
    command = [sys.executable, "-c", READING, source, folder / "out.pdf", folder / "images"]
    done = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    return int(done.stdout)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_forty_pages_take_hardly_more_memory_than_four(tmp_path: Path) -> None:
    pages = [scans.scanned(scans.letter(lines=scans.LETTER[:3]), seed=seed) for seed in range(4)]
    short = scans.pdf(tmp_path / "short.pdf", *pages)
    long = scans.pdf(tmp_path / "long.pdf", *pages * 10)
    few, many = _peak(short, tmp_path), _peak(long, tmp_path)
    assert many < few + 60
    assert many < 400
