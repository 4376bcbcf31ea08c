"""jpegtran: packs a JPEG more tightly without touching its pixels."""

from __future__ import annotations

from ocr.programs.run import MEBIBYTE, run

SECONDS = 10.0
MEMORY = 2048 * MEBIBYTE


def repacked(jpeg: bytes, *, progressive: bool) -> bytes:
    """The same coefficients under codes fitted to them; `progressive` is smaller and takes twice the time.

    Raises ProgramError, for a damaged file too, and ProgramMissing.
    """
    how = "-progressive" if progressive else "-optimize"
    return run(["jpegtran", "-copy", "none", how], stdin=jpeg, seconds=SECONDS, memory=MEMORY)
