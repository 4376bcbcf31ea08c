"""Every text on screen is there in English too, and says the same things in the same places."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
PIECE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
TAG = re.compile(r"{%-?\s*(\w+).*?-?%}|{{.*?}}|{#.*?#}", re.DOTALL)
SPOKEN = re.compile(r"""(?:aria-label|title|placeholder|alt)=(?:"([^"]*)"|'([^']*)')""")
BLOCKS = [("blocktranslate", "endblocktranslate"), ("blocktrans", "endblocktrans"), ("comment", "endcomment")]
NO_WORDS = {
    "courrier",
    "csv",
    "pdf",
    "zip",
    "html",
    "css",
    "javascript",
    "svg",
    "ctrl",
    "bpmn",
    "rgaa",
    "kbd",
    "iban",
}
"""Words that are the same in both languages."""

NOT_ON_SCREEN = {
    "courrier/web/templates/web/styleguide.html",
    "courrier/web/templates/web/search/start.html",
    "courrier/api/templates/api/swagger.html",
    "courrier/capture/templates/capture/message.html",
    "courrier/replies/templates/replies/letter.html",
}
"""Pages of developers, examples of queries, and what goes to citizens, which is in French whoever writes it."""


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """What the sources say now."""
    folder = tmp_path_factory.mktemp("sources")
    for name in ("courrier", "workflows", "ocr"):
        ignored = shutil.ignore_patterns("static", "migrations", "__pycache__", "icons")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    (folder / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "-l", "en", "--no-location"]
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=folder, env=bare, check=True, capture_output=True)
    return polib.pofile(str(folder / "locale" / "en" / "LC_MESSAGES" / "django.po"))


@pytest.fixture(scope="module")
def english() -> dict[tuple[str | None, str], polib.POEntry]:
    return {(each.msgctxt, each.msgid): each for each in polib.pofile(str(CATALOGUE)) if not each.obsolete}


def test_nothing_is_left_in_french(
    extracted: polib.POFile, english: dict[tuple[str | None, str], polib.POEntry]
) -> None:
    """Run `./dev messages`, then fill in what is empty in the catalogue."""
    missing = [
        each.msgid
        for each in extracted
        if (found := english.get((each.msgctxt, each.msgid))) is None or found.fuzzy or not said(found)
    ]
    assert missing == []


def test_each_translation_has_the_pieces_of_its_text(
    english: dict[tuple[str | None, str], polib.POEntry],
) -> None:
    wrong = [
        entry.msgid
        for entry in english.values()
        for text in said(entry)
        if not set(PIECE.findall(text)) <= set(PIECE.findall(entry.msgid + (entry.msgid_plural or "")))
        or (not entry.msgid_plural and set(PIECE.findall(text)) != set(PIECE.findall(entry.msgid)))
    ]
    assert wrong == []


def said(entry: polib.POEntry) -> list[str]:
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    return texts if all(texts) else []


def templates() -> list[Path]:
    return [
        path for path in ROOT.glob("courrier/**/*.html") if str(path.relative_to(ROOT)) not in NOT_ON_SCREEN
    ]


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT / "courrier")))
def test_no_word_of_a_page_stands_outside_the_catalogue(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for first, last in BLOCKS:
        text = re.sub(rf"{{%\s*{first}\b.*?{{%\s*{last}\s*%}}", " ", text, flags=re.DOTALL)
    text = re.sub(r"{% block app_class %}.*?{% endblock %}|<(code|a)\b[^>]*>[^<{]*\.fr</\1>", " ", text)
    bare = TAG.sub(" ", text)
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", bare, flags=re.DOTALL)
    spoken = " ".join(first or second for first, second in SPOKEN.findall(bare))
    words = re.findall(r"[A-Za-zÀ-ÿ]{3,}", re.sub(r"<[^>]*>|&\w+;", " ", bare) + " " + spoken)
    assert [word for word in words if word.lower() not in NO_WORDS] == []
