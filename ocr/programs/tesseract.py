"""tesseract: one gray page in, its words with their boxes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ocr.errors import ProgramMissing
from ocr.programs.run import MEBIBYTE, ProgramError, run

SECONDS = 90.0
MEMORY = 3000 * MEBIBYTE

AUTOMATIC = 3
ONE_COLUMN = 4
ONE_BLOCK = 6
SPARSE = 11


@dataclass(frozen=True, slots=True)
class Found:
    """A word as tesseract sees it: pixels of the image it was given, confidence 0..1, its place in the
    layout."""

    text: str
    left: int
    top: int
    width: int
    height: int
    confidence: float
    block: int
    paragraph: int
    line: int


@cache
def languages() -> frozenset[str]:
    """The languages whose data is installed."""
    lines = run(["tesseract", "--list-langs"], seconds=10).decode("utf-8", "replace").splitlines()
    return frozenset(line.strip() for line in lines if line and not line.startswith("List of"))


def require(wanted: str) -> None:
    """Raises ProgramMissing where tesseract lacks one of the languages of `wanted` ("fra", "fra+deu")."""
    missing = [language for language in wanted.split("+") if language not in languages()]
    if missing:
        raise ProgramMissing(f"tesseract has no data for the language {', '.join(missing)}.")


def words(
    gray: NDArray[np.uint8], *, language: str, dpi: int, mode: int = AUTOMATIC, inverse: bool = True
) -> list[Found]:
    """Read a page. `gray` is height x width, 0 black to 255 white; `inverse` also tries white on black.

    Raises ProgramError and ProgramTimeout.
    """
    command = ["tesseract", "-", "-", "-l", language, "--dpi", str(dpi), "--psm", str(mode)]
    command += ["-c", "tessedit_create_tsv=1"]
    if not inverse:
        command += ["-c", "tessedit_do_invert=0"]
    out = run(command, stdin=portable_graymap(gray), seconds=SECONDS, memory=MEMORY)
    return _parse(out.decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Script:
    """What the page's letters look like: `name` as tesseract names it, how sure that is (above 1 is
    likely), and the clockwise turn in degrees that makes them upright."""

    name: str
    confidence: float
    turn: int


def script(gray: NDArray[np.uint8], *, dpi: int) -> Script | None:
    """The page's script, or None where its data (`osd`) is not installed.

    Raises ProgramError where there are too few letters.
    """
    if "osd" not in languages():
        return None
    command = ["tesseract", "-", "-", "-l", "osd", "--dpi", str(dpi), "--psm", "0"]
    out = run(command, stdin=portable_graymap(gray), seconds=SECONDS, memory=MEMORY).decode(
        "utf-8", "replace"
    )
    said = dict(re.findall(r"^(Script|Script confidence|Rotate): (\S+)$", out, re.M))
    try:
        return Script(said["Script"], float(said["Script confidence"]), int(said["Rotate"]) % 360)
    except (KeyError, ValueError) as error:
        raise ProgramError("tesseract did not tell the script.") from error


def portable_graymap(gray: NDArray[np.uint8]) -> bytes:
    """PGM: the one format that costs nothing to write or read."""
    height, width = gray.shape
    return b"P5\n%d %d\n255\n" % (width, height) + gray.tobytes()


def _parse(tsv: str) -> list[Found]:
    found = []
    for row in tsv.split("\n")[1:]:
        cells = row.split("\t")
        if len(cells) != 12 or cells[0] != "5":
            continue
        text = cells[11].strip()
        if not text:
            continue
        _, _, block, paragraph, line, _, left, top, width, height = map(int, cells[:10])
        confidence = min(max(float(cells[10]) / 100, 0.0), 1.0)
        found.append(Found(text, left, top, width, height, confidence, block, paragraph, line))
    return found
