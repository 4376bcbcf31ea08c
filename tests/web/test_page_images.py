"""Images of pages kept beside the documents: whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from courrier.web import page_images


def test_a_disk_that_is_full_keeps_no_piece_of_an_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "ab" / "abcd-150.webp"

    def full(_path: Path, _target: Path) -> Path:
        raise OSError("No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "replace", full)
        page_images.keep(kept, b"image")
    assert list(kept.parent.iterdir()) == []
    page_images.keep(kept, b"image")
    assert [each.name for each in kept.parent.iterdir()] == [kept.name]
    assert kept.read_bytes() == b"image"
