"""What a scanner drops becomes letters, once each; what can't be one is put aside with the reason."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from courrier.capture import watching
from courrier.capture.watching import Tally, watch_all
from courrier.mail.models import Channel, Document, Mail
from courrier.organisations.models import Organisation
from tests import bad_files, build

Looks = Callable[[], Tally]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def waiting(folder: Path) -> list[str]:
    return [name for name in names(folder) if not name.startswith(".")]


def test_a_scan_becomes_a_letter_and_is_filed_under_its_number(
    folder: Path, cazalis: Organisation, two_looks: Looks
) -> None:
    (folder / "scan 001.pdf").write_bytes(build.pdf())
    assert two_looks() == {"received": 1}
    mail = Mail.objects.get()
    assert (mail.organisation, mail.channel, mail.registered_by) == (cazalis, Channel.FOLDER, None)
    assert mail.documents.get().name == "scan 001.pdf"
    assert names(folder / ".traites") == [f"{mail.number} scan 001.pdf"]
    assert waiting(folder) == []


def test_a_file_is_taken_only_once_it_has_stopped_changing(folder: Path) -> None:
    scan, content = folder / "scan.pdf", build.pdf()
    for part in range(1, 4):
        scan.write_bytes(content[: part * len(content) // 3])
        assert watch_all(settled=0.05) == {"waiting": 1}
    assert not Mail.objects.exists()
    assert watch_all(settled=0.0) == {"received": 1}


def test_one_look_alone_takes_nothing_however_old_the_file_says_it_is(folder: Path) -> None:
    scan = folder / "scan.pdf"
    scan.write_bytes(build.pdf())
    os.utime(scan, (0, 0))
    assert watch_all() == {"waiting": 1}
    assert watch_all() == {"waiting": 1}


def test_a_file_without_its_end_gets_time_before_it_is_refused(folder: Path) -> None:
    scan = folder / "scan.pdf"
    scan.write_bytes(bad_files.truncated_pdf())
    watch_all(settled=0.0)
    assert watch_all(settled=0.0, patience=60.0) == {"waiting": 1}
    scan.write_bytes(build.pdf())
    assert watch_all(settled=0.0, patience=60.0) == {"received": 1}


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: b"", "vide"),
        (lambda: b"du texte", "ni un PDF ni une image"),
        (bad_files.truncated_pdf, "incomplet"),
        (bad_files.encrypted_pdf, "mot de passe"),
        (lambda: bad_files.pdf_of(0), "aucune page"),
        (lambda: bad_files.pdf_of(600), "trop de pages"),
        (bad_files.huge_png, "démesurée"),
        (bad_files.zip_of_pdfs, "ni un PDF"),
    ],
)
def test_what_cannot_be_a_letter_is_put_aside_whole_with_the_reason(
    folder: Path, two_looks: Looks, made: Callable[[], bytes], said: str
) -> None:
    content = made()
    (folder / "scan.pdf").write_bytes(content)
    assert two_looks() == {"refused": 1}
    assert not Mail.objects.exists()
    assert (folder / ".refuses" / "scan.pdf").read_bytes() == content
    assert said in (folder / ".refuses" / "scan.pdf.txt").read_text()
    assert waiting(folder) == []


def test_two_refused_files_of_one_name_are_both_kept(folder: Path, two_looks: Looks) -> None:
    for content in (b"un", b"deux"):
        (folder / "scan.pdf").write_bytes(content)
        two_looks()
    assert names(folder / ".refuses") == ["scan (2).pdf", "scan (2).pdf.txt", "scan.pdf", "scan.pdf.txt"]
    assert (folder / ".refuses" / "scan.pdf").read_bytes() == b"un"


def test_the_same_scan_again_is_filed_under_the_first_number(folder: Path, two_looks: Looks) -> None:
    for name in ("a.pdf", "b.pdf"):
        (folder / name).write_bytes(build.pdf())
    assert two_looks() == {"received": 1, "duplicate": 1}
    number = Mail.objects.get().number
    assert names(folder / ".traites") == [f"{number} a.pdf", f"{number} b.pdf"]
    assert names(folder / ".refuses") == []


def test_a_bad_file_holds_up_no_other(
    folder: Path, two_looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("1.pdf", "2.pdf", "3.pdf"):
        (folder / name).write_bytes(build.pdf(name))
    receive = watching.receive

    def fails_for_two(organisation, upload, user):  # type: ignore[no-untyped-def]
        if upload.name == "2.pdf":
            raise OSError("no space left on device")
        return receive(organisation, upload, user)

    monkeypatch.setattr(watching, "receive", fails_for_two)
    assert two_looks() == {"received": 2, "error": 1}
    assert waiting(folder) == ["2.pdf"]
    monkeypatch.setattr(watching, "receive", receive)
    assert two_looks() == {"received": 1}


def test_a_look_that_dies_before_filing_takes_no_letter_twice(
    folder: Path, two_looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "scan.pdf").write_bytes(build.pdf())

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(watching, "file_as_done", dies)
        with pytest.raises(KeyboardInterrupt):
            two_looks()
    assert (Mail.objects.count(), waiting(folder)) == (1, ["scan.pdf"])
    assert two_looks() == {"duplicate": 1}
    assert Mail.objects.count() == 1
    assert names(folder / ".traites") == [f"{Mail.objects.get().number} scan.pdf"]


def test_a_file_written_to_while_it_is_taken_is_looked_at_again(
    folder: Path, two_looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = folder / "scan.pdf"
    scan.write_bytes(build.pdf("première page"))
    receive = watching.receive

    def overtaken(organisation, upload, user):  # type: ignore[no-untyped-def]
        mail = receive(organisation, upload, user)
        scan.write_bytes(build.pdf("première et deuxième page"))
        return mail

    with monkeypatch.context() as patch:
        patch.setattr(watching, "receive", overtaken)
        assert two_looks() == {"waiting": 1}
    assert two_looks() == {"received": 1}
    assert Mail.objects.count() == 2


def test_folders_within_are_looked_into_and_hidden_or_half_copied_files_left_alone(
    folder: Path, two_looks: Looks
) -> None:
    within = folder / "copieur 2" / "recto-verso"
    within.mkdir(parents=True)
    (within / "scan.pdf").write_bytes(build.pdf())
    for name in (".cache.pdf", "~scan.pdf", "scan.pdf.part", "scan.tmp", "Thumbs.db"):
        (folder / name).write_bytes(b"x")
    assert two_looks() == {"received": 1}
    assert names(folder / ".refuses") == []
    assert len(waiting(folder)) == 5


def test_links_and_pipes_are_never_followed(folder: Path, two_looks: Looks, tmp_path: Path) -> None:
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(build.pdf())
    (folder / "lien.pdf").symlink_to(secret)
    (folder / "dossier").symlink_to(tmp_path)
    os.mkfifo(folder / "tube.pdf")
    assert two_looks()["received"] == 0
    assert not Mail.objects.exists()
    assert secret.read_bytes() == build.pdf()
    assert "fichier ordinaire" in (folder / ".refuses" / "lien.pdf.txt").read_text()


@pytest.mark.parametrize(
    "name",
    [
        b"\xff\xfe.pdf",
        "e\u0301te\u0301 \u202efdp".encode(),
        b"a\nb\r.pdf",
        b"-rf",
        b"a" * 250,
        "é".encode() * 120 + b".pdf",
    ],
)
def test_any_name_a_disk_takes_is_taken(folder: Path, two_looks: Looks, name: bytes) -> None:
    (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_bytes(build.pdf())
    assert two_looks() == {"received": 1}
    assert "\n" not in Document.objects.get().name
    assert len(names(folder / ".traites")) == 1


def test_each_town_hall_has_its_own_folder(folder: Path, two_looks: Looks, settings) -> None:  # type: ignore[no-untyped-def]
    other = build.organisation("ailleurs")
    two_looks()
    (settings.SCAN_FOLDER / "ailleurs" / "scan.pdf").write_bytes(build.pdf())
    (folder / "scan.pdf").write_bytes(build.pdf())
    (settings.SCAN_FOLDER / "inconnu").mkdir()
    (settings.SCAN_FOLDER / "inconnu" / "scan.pdf").write_bytes(build.pdf())
    assert two_looks() == {"received": 2}
    assert Mail.objects.filter(organisation=other).count() == 1
    assert waiting(settings.SCAN_FOLDER / "inconnu") == ["scan.pdf"]


def test_a_memory_that_is_nonsense_only_makes_files_wait(folder: Path) -> None:
    (folder / "scan.pdf").write_bytes(build.pdf())
    for nonsense in (b"", b"[]", b'{"scan.pdf": 1}', b"\xff", b'{"scan.pdf": ["a", 1, 2, 3]}'):
        (folder / ".suivi.json").write_bytes(nonsense)
        assert watch_all(settled=60.0) == {"waiting": 1}


def test_while_another_looks_nothing_is_taken(folder: Path, two_looks: Looks) -> None:
    (folder / "scan.pdf").write_bytes(build.pdf())
    with watching.alone_in(folder) as alone:
        assert alone
        assert two_looks() == {}
    assert two_looks() == {"received": 1}
