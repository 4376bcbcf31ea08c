"""ghostscript: writes a PDF anew as PDF/A-2b, for documents that have fonts and colours of their own."""

from __future__ import annotations

from pathlib import Path

from ocr.programs.run import MEBIBYTE, run

SECONDS = 600.0
MEMORY = 3000 * MEBIBYTE


def to_pdf_a(source: Path, target: Path, definition: Path, profile: Path) -> None:
    """`definition` is the PostScript that names the output intent, `profile` the ICC file it names.

    Raises ProgramError and ProgramTimeout.
    """
    command: list[str | Path] = [
        "gs",
        "-q",
        "-dBATCH",
        "-dNOPAUSE",
        "-dSAFER",
        f"--permit-file-read={profile}",
    ]
    command += ["-sDEVICE=pdfwrite", "-dPDFA=2", "-dPDFACompatibilityPolicy=1", "-dCompatibilityLevel=1.7"]
    command += ["-sColorConversionStrategy=RGB", "-dPassThroughJPEGImages=true", "-dAutoRotatePages=/None"]
    command += [
        "-dDownsampleColorImages=false",
        "-dDownsampleGrayImages=false",
        "-dDownsampleMonoImages=false",
    ]
    run([*command, f"-sOutputFile={target}", definition, source], seconds=SECONDS, memory=MEMORY)
