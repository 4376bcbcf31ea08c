from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ocr import Reading
from ocr.__main__ import main
from tests.ocr import scans


def test_all_outputs_are_written_in_one_call(tmp_path: Path) -> None:
    source = scans.pdf(tmp_path / "scan.pdf", scans.scanned(scans.letter()))
    command = [sys.executable, "-m", "ocr", str(source), "-o", str(tmp_path / "out.pdf"), "-j", "1"]
    command += ["--json", str(tmp_path / "out.json"), "--text", str(tmp_path / "out.txt"), "--lang", "fra"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "1/1" in done.stderr  # the progress bar
    reading = Reading.from_json((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == reading.text
    assert "lampadaires" in reading.text
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")


def test_what_cannot_be_read_is_said_in_a_sentence_with_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_text("Bonjour")
    assert main([str(path), "-q"]) == 2
    assert "[not_supported]" in capsys.readouterr().err


def test_a_missing_language_is_an_error_of_the_installation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = scans.pdf(tmp_path / "scan.pdf", scans.letter(60), dpi=60)
    assert main([str(source), "--lang", "xyz", "-q"]) == 3
    assert "xyz" in capsys.readouterr().err


def test_several_inputs_go_into_a_folder(tmp_path: Path) -> None:
    sources = [scans.pdf(tmp_path / name, scans.letter(100), dpi=100) for name in ("a.pdf", "b.pdf")]
    folder = tmp_path / "out"
    folder.mkdir()
    assert main([*map(str, sources), "-q", "--text", str(folder)]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "b.txt"]
    assert main([*map(str, sources), "-q", "--text", str(tmp_path / "one.txt")]) == 2
