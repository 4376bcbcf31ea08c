"""Scans come out in the format of their machine, the same each time, readable, and only once."""

import json
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from demo.letter import Letter, load_letters
from demo.render import main, render_letter

LETTERS = {letter.id: letter for letter in load_letters("all")}


def text_of(scan: Path) -> str:
    return subprocess.run(["pdftotext", str(scan), "-"], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def cloture() -> Letter:
    return LETTERS["urb-dp-cloture"]


@pytest.mark.parametrize("letter_id", ["urb-dp-cloture", "etc-travaux-caveau-fax", "rh-stage-troisieme",
                                       "etc-liste-electorale", "urb-certificat-geometre"])  # fmt: skip
def test_the_same_seed_gives_the_same_bytes(letter_id: str, tmp_path: Path) -> None:
    first = render_letter(LETTERS[letter_id], tmp_path / "a", seed=3)
    second = render_letter(LETTERS[letter_id], tmp_path / "b", seed=3)
    assert first.read_bytes() == second.read_bytes()


def test_another_seed_gives_another_scan(cloture: Letter, tmp_path: Path) -> None:
    first = render_letter(cloture, tmp_path / "a", seed=1)
    second = render_letter(cloture, tmp_path / "b", seed=2)
    assert first.read_bytes() != second.read_bytes()


def test_a_scan_is_an_image_without_text(cloture: Letter, tmp_path: Path) -> None:
    scan = render_letter(cloture, tmp_path)
    assert text_of(scan).strip() == ""
    with pikepdf.open(scan) as pdf:
        assert [str(image["/Filter"]) for page in pdf.pages for image in page.get_images().values()] == [
            "/DCTDecode"
        ]


def test_a_fax_is_bilevel_and_compressed_as_one(tmp_path: Path) -> None:
    scan = render_letter(LETTERS["pol-demenagement-fax"], tmp_path)
    with pikepdf.open(scan) as pdf:
        image = next(iter(pdf.pages[0].get_images().values()))
        assert "CCITTFaxDecode" in str(image["/Filter"].unparse())
        assert int(image["/BitsPerComponent"]) == 1


def test_a_message_that_never_was_on_paper_keeps_its_text(tmp_path: Path) -> None:
    assert "radié des listes" in text_of(render_letter(LETTERS["etc-liste-electorale"], tmp_path))


def test_two_pages_and_annexes_have_two_pages(tmp_path: Path) -> None:
    for letter_id in ("tec-refoulement-egout", "cul-subvention-avec-budget", "rh-candidature-jardinier"):
        with pikepdf.open(render_letter(LETTERS[letter_id], tmp_path)) as pdf:
            assert len(pdf.pages) == 2, letter_id


def test_a_turned_page_lies_on_its_side(tmp_path: Path) -> None:
    with pikepdf.open(render_letter(LETTERS["tec-platanes-et-voitures"], tmp_path)) as pdf:
        _, _, width, height = (float(edge) for edge in pdf.pages[0].mediabox)
        assert width > height


def test_tesseract_reads_a_clean_scan(cloture: Letter, tmp_path: Path) -> None:
    scan = render_letter(cloture, tmp_path, clean=True)
    subprocess.run(["pdfimages", "-j", str(scan), str(tmp_path / "page")], check=True)
    image = next(tmp_path.glob("page*"))
    read = subprocess.run(
        ["tesseract", str(image), "-", "-l", "fra"], check=True, capture_output=True, text=True
    )
    text = re.sub(r"\s+", " ", read.stdout)
    assert "déclaration préalable pour une clôture" in text
    assert "pièces complémentaires" in text
    assert "DP 033 571 26 X0084" in text
    assert "COURRIER ARRIVÉ" not in text


def test_truth_is_written_beside_the_scan(cloture: Letter, tmp_path: Path) -> None:
    scan = render_letter(cloture, tmp_path)
    truth = json.loads((tmp_path / "urb-dp-cloture.json").read_text(encoding="utf-8"))
    assert truth["file"] == scan.name
    assert truth["department"] == "URB"
    assert truth["letter_date"] == "2026-10-02"
    assert truth["received_on"] == "2026-10-06"
    assert truth["deadline"] is None
    assert truth["sender"]["phone"] == "+33639981207"
    assert {"kind": "cadastre", "value": "AB 123"} in truth["references"]


def test_a_scan_already_made_is_left_alone(cloture: Letter, tmp_path: Path) -> None:
    scan = render_letter(cloture, tmp_path)
    made = scan.stat().st_mtime_ns
    render_letter(cloture, tmp_path)
    assert scan.stat().st_mtime_ns == made
    render_letter(cloture, tmp_path, clean=True)
    assert scan.stat().st_mtime_ns != made


def test_the_command_renders_what_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scans = tmp_path / "scans"
    assert main([str(scans), "--only", "cab-merci-skatepark", "--jobs", "1"]) == 0
    with Image.open(scans / "cab-merci-skatepark.jpg") as photo:
        assert photo.width > 1000
    assert sorted(path.name for path in scans.iterdir()) == [
        "cab-merci-skatepark.jpg",
        "cab-merci-skatepark.json",
    ]
    assert main([str(scans), "--only", "no-such-letter"]) == 1
    assert "no-such-letter" in capsys.readouterr().err
