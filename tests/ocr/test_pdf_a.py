"""PDF/A-2b as veraPDF, the validator of the PDF Association, understands it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from ocr import read
from tests.ocr import mutants, scans
from tests.servers.cache import cache_folder
from tests.servers.java import java_home
from tests.servers.maven import Artifact, fetch

VALIDATOR = Artifact(
    "org.verapdf.apps",
    "greenfield-apps",
    "1.28.2",
    "jar",
    "687d4d8bcfec48c9f7e931cf78ed061f1eeccfba55d4cdc000ba9b4d8aa46ce6",
)
needs_validator = pytest.mark.skipif(
    os.environ.get("COURRIER_REQUIRE_SERVERS", "") in {"", "0"}
    and not VALIDATOR.file_in(cache_folder() / "maven").exists(),
    reason="needs veraPDF: ./dev test --all",
)
PROGRAM = "org.verapdf.apps.GreenfieldCliWrapper"


def _archived(source: Path) -> Path:
    target = source.with_name(f"{source.name}-archive.pdf")
    read(source, jobs=1, pdf=target, archive=True)
    return target


def _verdicts(files: Sequence[Path]) -> dict[str, str]:
    """PASS or FAIL for each file, by its name."""
    command = [java_home() / "bin" / "java", "-cp", fetch(VALIDATOR), PROGRAM, "--flavour", "2b"]
    done = subprocess.run(
        [*map(str, command), "--format", "text", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^(PASS|FAIL) (\S+)", done.stdout, re.M)
    assert len(found) == len(files), done.stdout + done.stderr
    return {Path(file).name: verdict for verdict, file in found}


def _images(folder: Path) -> list[Path]:
    page = Image.fromarray(scans.letter(100))
    made = []
    for name, mode in (
        ("bilevel.tif", "1"),
        ("colours.tif", "RGB"),
        ("palette.png", "P"),
        ("alpha.png", "LA"),
        ("inks.jpg", "CMYK"),
        ("picture.webp", "RGB"),
        ("picture.heic", "RGB"),
    ):
        options = {"compression": "group4"} if mode == "1" else {}
        page.convert(mode).save(folder / name, dpi=(100, 100), **options)
        made.append(folder / name)
    return made


def _documents(folder: Path) -> list[Path]:
    scan = scans.pdf(folder / "scan.pdf", scans.scanned(scans.letter(100)), dpi=100)
    stamped = scans.pdf(folder / "stamped.pdf", scans.stamped(scans.letter(100)), dpi=100)
    lying = scans.pdf(folder / "lying.pdf", scans.turned(scans.letter(100), 1), dpi=100)
    typed, form = folder / "typed.pdf", folder / "form.pdf"
    typed.write_bytes(mutants.typed())
    form.write_bytes(mutants.form())
    with pikepdf.open(scan) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.docinfo["/Title"] = "Lettre du 3 mars"
        pdf.save(folder / "active.pdf", encryption=pikepdf.Encryption(user="", owner="secret"))
    return [scan, stamped, lying, typed, form, folder / "active.pdf"]


@needs_validator
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_an_archive_pdf_is_valid_whatever_it_was_made_of(tmp_path: Path) -> None:
    archived = [_archived(source) for source in (*_images(tmp_path), *_documents(tmp_path))]
    assert _verdicts(archived) == {path.name: "PASS" for path in archived}


@needs_validator
def test_the_validator_refuses_what_is_no_archive_pdf(tmp_path: Path) -> None:
    plain = scans.pdf(tmp_path / "plain.pdf", scans.letter(100), dpi=100)
    assert _verdicts([plain]) == {"plain.pdf": "FAIL"}
