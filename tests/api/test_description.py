"""The OpenAPI description is whole, and its page obeys the content policy."""

from __future__ import annotations

import re

import yaml
from django.core.management import call_command
from rest_framework.test import APIClient

PROMISED = {
    ("post", "/api/v1/mails/"),
    ("get", "/api/v1/mails/"),
    ("get", "/api/v1/mails/{id}/"),
    ("get", "/api/v1/mails/{id}/text/"),
    ("get", "/api/v1/mails/{id}/document.pdf"),
    ("post", "/api/v1/mails/{id}/qualify/"),
    ("get", "/api/v1/assignments/"),
    ("get", "/api/v1/search/"),
} | {
    ("post", f"/api/v1/assignments/{{id}}/{action}/")
    for action in ("accept", "redirect", "send_back", "annotate", "reply", "close", "acknowledge")
}


def test_it_is_valid_and_made_without_a_warning(db: None, tmp_path) -> None:  # type: ignore[no-untyped-def]
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    description = yaml.safe_load((tmp_path / "schema.yml").read_text())
    described = {(method, path) for path, methods in description["paths"].items() for method in methods}
    assert described >= PROMISED
    for methods in description["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["responses"]["401"]["content"]["application/json"]["schema"]


def test_it_is_served(db: None) -> None:
    answer = APIClient().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert yaml.safe_load(answer.content)["info"]["title"] == "Courrier"


def test_its_page_has_no_inline_script_or_style_and_loads_from_here(db: None) -> None:
    answer = APIClient().get("/api/v1/docs/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not re.search(r"<style|style=|<script>|\son\w+=", page)
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(loaded) == 6
    assert all(address.startswith("/") for address in loaded)
    script = APIClient().get(loaded[-1].replace("&amp;", "&"))
    assert script["Content-Type"].startswith("application/javascript")
