from pathlib import Path

import pytest
from PIL import Image, ImageDraw

import ocr


def test_a_bilevel_scan_is_read_by_a_path_relative_to_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Image.new("1", (1654, 2339), 1)
    ImageDraw.Draw(page).text((200, 300), "Demande de permis de construire", fill=0, font_size=48)
    page.save(tmp_path / "fax.pdf", resolution=200)
    monkeypatch.chdir(tmp_path)
    reading = ocr.read(Path("fax.pdf"))
    assert reading.pages[0].warnings == ()
    assert "permis de construire" in reading.text
