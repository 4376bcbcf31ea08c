"""What holds for every page: strict content policy, icons that exist, errors in French, static files."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.views.defaults import bad_request, server_error

from courrier.web.management.commands.icon_sprite import SPRITE, WEB, icons_in_sprite, icons_named
from courrier.web.templatetags.ui import STATE_LOOKS
from tests.web import town as towns

TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.js", re.I)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_no_template_holds_style_or_script(path: Path) -> None:
    if "print" in path.parts or path.name.endswith("_pdf.html"):
        pytest.skip("made for paper, never sent to a browser")
    html = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert not INLINE.findall(html)


def test_every_icon_named_is_in_the_sprite() -> None:
    drawn = icons_in_sprite()
    assert icons_named() <= drawn
    assert {symbol for _tone, symbol in STATE_LOOKS.values()} <= drawn


def test_the_licences_of_what_is_vendored_are_there() -> None:
    for name in ("bootstrap", "htmx", "tabler"):
        assert (SPRITE.parents[1] / name / "LICENSE").stat().st_size > 500


@pytest.mark.django_db
def test_pages_forbid_inline_code_and_other_hosts() -> None:
    answer = Client().get(reverse("web:login"))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.content.decode())


@pytest.mark.django_db
def test_errors_speak_french() -> None:
    town = towns.found()
    missing = town.client().get("/qualifier/A-2020-99999/")
    assert missing.status_code == 404
    assert "introuvable" in missing.content.decode()
    refused = town.client(town.agent).get(reverse("web:reception"))
    assert refused.status_code == 403
    assert "Vos fonctions" in refused.content.decode()
    client = Client(enforce_csrf_checks=True)
    stale = client.post(reverse("web:login"), {"username": "a", "password": "b"})
    assert stale.status_code == 403
    assert "rechargez" in stale.content.decode()


def test_the_page_for_a_failure_needs_neither_database_nor_session() -> None:
    request = RequestFactory().get("/")
    assert "Aucun courrier déjà enregistré n'est perdu".replace("'", "&#x27;") in (
        server_error(request).content.decode().replace("'", "&#x27;")
    )
    assert bad_request(request, Exception()).status_code == 400


def test_the_styleguide_shows_every_component_in_debug_only() -> None:
    assert Client().get("/styleguide/").status_code == 404
    components = {path.name for path in (WEB / "templates/web/components").iterdir()}
    assert {"state.html", "due.html", "empty.html", "pager.html", "field.html", "notice.html"} <= components


def test_static_files_are_named_after_their_content(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Also between modules: what one imports is the very file the page loaded."""
    storage = {"BACKEND": "courrier.web.static_storage.ModuleStaticFilesStorage"}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=settings.STORAGES | {"staticfiles": storage}):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["drf_*"])
        assert re.search(r"tokens\.[0-9a-f]{12}\.css", render_to_string("web/skeleton.html"))
    module = next(path for path in (tmp_path / "web").glob("qualification.*.js") if path.suffix == ".js")
    imported = re.search(r'from "\./(app\.[0-9a-f]{12}\.js)"', module.read_text(encoding="utf-8"))
    assert imported
    assert (tmp_path / "web" / imported[1]).exists()
