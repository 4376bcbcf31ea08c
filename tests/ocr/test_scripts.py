"""Letters in a script whose data is not installed: said so, instead of noise words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import ImageDraw, ImageFont

from ocr import PageReading, Reading, read
from ocr.programs import tesseract
from ocr.script import language_with, script_of
from tests.ocr import scans

RUSSIAN = (
    "Уважаемая госпожа мэр, прошу вас рассмотреть",
    "мою просьбу о ремонте дороги на улице Пушкина.",
    "С начала месяца фонари не работают, и дети",
    "возвращаются из школы в темноте каждый вечер.",
    "Прошу сообщить мне дату начала ремонтных работ.",
    "Несколько соседей уже сообщали об этой поломке.",
    "С уважением, Иван Петрович Сидоров",
)
ARABIC = (
    "السيدة رئيسة البلدية المحترمة، أكتب إليكم",
    "بخصوص إنارة الطريق العام في حينا السكني",
    "منذ بداية الشهر لا تعمل ثلاثة مصابيح",
    "الأطفال يعودون من المدرسة في الظلام",
    "أرجو منكم إبلاغي بتاريخ الإصلاح المتوقع",
    "تفضلوا بقبول فائق الاحترام والتقدير",
)
GREEK = (
    "Αξιότιμη κυρία Δήμαρχε, σας γράφω σχετικά με",
    "τον φωτισμό του δρόμου στη γειτονιά μας.",
    "Από την αρχή του μήνα τρεις λάμπες δεν λειτουργούν",
    "και τα παιδιά επιστρέφουν από το σχολείο στο σκοτάδι.",
    "Παρακαλώ ενημερώστε με για την ημερομηνία",
    "Με εκτίμηση, Γεώργιος Παπαδόπουλος",
)


def _letter(lines: tuple[str, ...]) -> scans.Pixels:
    page = scans.sheet()
    pen = ImageDraw.Draw(page)
    face = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 34)
    for number, line in enumerate(lines):
        to_the_left = lines is ARABIC
        place = (1450 if to_the_left else 200, 240 + number * 60)
        pen.text(place, line, font=face, fill=0, anchor="ra" if to_the_left else "la")
    return scans.scanned(np.asarray(page, np.uint8))


def _read_one(tmp_path: Path, pixels: scans.Pixels) -> PageReading:
    return read(scans.pdf(tmp_path / "scan.pdf", pixels), jobs=1, languages="fra").pages[0]


@pytest.fixture
def only_french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "languages", lambda: frozenset({"fra", "osd"}))


@pytest.mark.usefixtures("only_french")
@pytest.mark.parametrize(
    ("lines", "script"),
    [(RUSSIAN, "Cyrillic"), (ARABIC, "Arabic"), (GREEK, "Greek")],
    ids=["Cyrillic", "Arabic", "Greek"],
)
def test_another_script_is_told_instead_of_noise_words(
    tmp_path: Path, lines: tuple[str, ...], script: str
) -> None:
    page = _read_one(tmp_path, _letter(lines))
    assert page.script == script
    assert page.warnings == ("other_script",)
    assert len(page.words) <= 2
    assert page.rotation == 0


@pytest.mark.usefixtures("only_french")
def test_a_page_in_another_script_is_laid_upright(tmp_path: Path) -> None:
    page = _read_one(tmp_path, scans.turned(_letter(RUSSIAN), 2))
    assert (page.script, page.rotation) == ("Cyrillic", 180)


@pytest.mark.skipif("script/Cyrillic" not in tesseract.languages(), reason="needs tesseract-ocr-script-cyrl")
def test_where_the_scripts_data_is_installed_the_page_is_read_with_it(tmp_path: Path) -> None:
    page = _read_one(tmp_path, _letter(RUSSIAN))
    assert (page.script, page.warnings) == ("Cyrillic", ())
    assert scans.error(page.text, RUSSIAN) < 0.05


def test_data_for_a_script_is_used_only_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "languages", lambda: frozenset({"fra", "script/Greek"}))
    assert language_with("Greek", "fra") == "fra+script/Greek"
    assert language_with("Arabic", "fra") is None


def test_a_french_letter_that_reads_badly_stays_latin(tmp_path: Path) -> None:
    worn = scans.letter(45)
    page = _read_one(tmp_path, scans.scanned(np.kron(worn, np.ones((3, 3), np.uint8))))
    assert "other_script" not in page.warnings


def test_a_french_letter_is_in_latin_script(tmp_path: Path) -> None:
    reading = read(scans.pdf(tmp_path / "scan.pdf", scans.scanned(scans.letter())), jobs=1)
    assert (reading.script, reading.language) == ("Latin", "fr")
    assert Reading.from_json(reading.to_json()).script == "Latin"


def test_the_script_of_a_text_is_that_of_most_letters() -> None:
    assert script_of("Mairie de Rennes") == "Latin"
    assert script_of("Иван Сидоров, 12 rue") == "Cyrillic"
    assert script_of("東京都庁") == "Han"
    assert script_of("12 34 56") == ""
