import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from demo.letter import load_letters
from demo.render import render_letter


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two demonstration letters that came as files, which are read without a scanner's errors."""
    folder = tmp_path_factory.mktemp("scans")
    for letter in load_letters("demo"):
        if letter.scanner == "digital":
            render_letter(letter, folder)
    return folder


def evaluated(folder: Path, cache: Path, **options: object) -> str:
    output = StringIO()
    call_command("evaluate", folder, cache=cache, stdout=output, **options)
    return output.getvalue()


def test_figures_are_printed_for_each_thing_that_is_understood(scans: Path, tmp_path: Path) -> None:
    printed = evaluated(scans, tmp_path)
    for what in (
        "department",
        "document_type",
        "sender",
        "subject, printed",
        "letter_date",
        "erreur de calibration",
    ):
        assert what in printed


def test_a_reading_is_kept_and_used_again(scans: Path, tmp_path: Path) -> None:
    first = evaluated(scans, tmp_path)
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert evaluated(scans, tmp_path) == first
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == kept


def test_a_figure_under_its_floor_fails(scans: Path, tmp_path: Path) -> None:
    floors = tmp_path / "floors.json"
    floors.write_text(json.dumps({"reference, iban": 0.5}))
    with pytest.raises(CommandError, match="plancher"):
        evaluated(scans, tmp_path, floors=floors)


def test_a_wrong_answer_counts_as_wrong(scans: Path, tmp_path: Path) -> None:
    for path in scans.iterdir():
        target = tmp_path / path.name
        target.write_bytes(path.read_bytes())
        if path.suffix == ".json":
            target.write_text(json.dumps(json.loads(path.read_text()) | {"department": "POL"}))
    figures = tmp_path / "figures.json"
    printed = evaluated(tmp_path, tmp_path / "cache", mistakes=True, json=figures)
    assert json.loads(figures.read_text())["department"] == 0
    assert "department: 'POL' ≠" in printed


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="vérité"):
        evaluated(tmp_path, tmp_path)


def test_a_truth_without_its_scan_is_refused(tmp_path: Path) -> None:
    (tmp_path / "seule.json").write_text("{}")
    with pytest.raises(CommandError, match="scan"):
        evaluated(tmp_path, tmp_path / "cache")
