"""Files that come in pieces: gone on with where they broke off, checked as a whole, registered once."""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image

from courrier.capture import parts
from courrier.mail.models import Mail
from tests import bad_files, build
from tests.web import town as towns

pytestmark = pytest.mark.django_db
PDF = build.pdf()


@pytest.fixture
def desk(town: towns.Town) -> Client:
    return town.client()


def hashed(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def post(client: Client, address: str, /, **body: Any) -> Any:
    return client.post(reverse(address), json.dumps(body), content_type="application/json")


def announce(client: Client, content: bytes, **more: Any) -> Any:
    return post(client, "web:upload_announce", **hashed(content), **more)


def put(client: Client, url: str, offset: int, content: bytes) -> Any:
    return client.put(
        url, content, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)}
    )


def finish(client: Client, *contents: bytes, **more: Any) -> Any:
    body = {"files": [hashed(each) for each in contents], "name": "lettre.pdf", **more}
    return post(client, "web:upload_finish", **body)


def sent(client: Client, content: bytes) -> None:
    url = announce(client, content).json()["url"]
    assert put(client, url, 0, content).json()["offset"] == len(content)


def photograph(colour: str, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), colour).save(out, kind)
    return out.getvalue()


def test_a_file_in_pieces_becomes_one_letter(desk: Client, town: towns.Town) -> None:
    begun = announce(desk, PDF).json()
    assert begun["offset"] == 0
    assert put(desk, begun["url"], 0, PDF[:1000]).json()["offset"] == 1000
    assert announce(desk, PDF).json()["offset"] == 1000  # another tab, another day
    assert put(desk, begun["url"], 1000, PDF[1000:]).status_code == 200
    answer = finish(desk, PDF, channel="counter")
    mail = Mail.objects.get()
    assert (answer.status_code, answer.json()["number"]) == (201, mail.number)
    assert mail.documents.get().sha256 == hashed(PDF)["sha256"]
    assert (mail.channel, mail.registered_by) == ("counter", town.desk)
    assert list(parts.parts_folder().glob("*/*")) == []


def test_a_piece_at_the_wrong_place_says_where_to_go_on(desk: Client) -> None:
    url = announce(desk, PDF).json()["url"]
    put(desk, url, 0, PDF[:500])
    for offset in (0, 499, 501, 4000):
        answer = put(desk, url, offset, PDF[500:600])
        assert (answer.status_code, answer.json()["offset"]) == (409, 500)
    assert finish(desk, PDF).json()["offset"] == 500
    assert not Mail.objects.exists()


def test_a_line_that_breaks_keeps_what_came(town: towns.Town) -> None:
    part = parts.announced(1, town.desk.pk, **hashed(PDF))
    parts.begin(part)
    pieces = iter([PDF[:400]])

    def breaking(_most: int) -> bytes:
        try:
            return next(pieces)
        except StopIteration:
            raise OSError("the browser is gone") from None

    assert parts.append(part, 0, 2000, breaking) == 400
    assert parts.begin(part) == 400


def test_a_file_that_is_registered_already_says_so_before_it_is_sent(desk: Client) -> None:
    sent(desk, PDF)
    number = finish(desk, PDF).json()["number"]
    again = announce(desk, PDF)
    assert (again.status_code, again.json()["number"]) == (409, number)
    assert announce(desk, PDF, again=True).status_code == 200


def test_registered_again_only_where_it_is_asked_for(desk: Client) -> None:
    sent(desk, PDF)
    finish(desk, PDF)
    url = announce(desk, PDF, again=True).json()["url"]
    put(desk, url, 0, PDF)
    assert finish(desk, PDF, again=True).status_code == 201
    assert Mail.objects.count() == 2


def test_finishing_twice_registers_once(desk: Client) -> None:
    sent(desk, PDF)
    first = finish(desk, PDF).json()
    assert finish(desk, PDF).status_code == 409
    sent_again = announce(desk, PDF)
    assert sent_again.json()["number"] == first["number"]
    assert Mail.objects.count() == 1


def test_what_is_not_what_was_announced_is_thrown_away(desk: Client) -> None:
    url = announce(desk, PDF).json()["url"]
    put(desk, url, 0, b"x" * len(PDF))
    answer = finish(desk, PDF)
    assert (answer.status_code, answer.json()["offset"]) == (409, 0)
    assert announce(desk, PDF).json()["offset"] == 0
    assert not Mail.objects.exists()


def test_photographs_become_one_letter_in_their_order(desk: Client) -> None:
    photos = [photograph("red"), photograph("green", "PNG"), photograph("blue", "WEBP")]
    for each in photos:
        sent(desk, each)
    assert finish(desk, *photos).status_code == 201
    mail = Mail.objects.get()
    assert mail.documents.get().page_count == 3
    for each in photos:
        sent(desk, each)
    twice = finish(desk, *photos)
    assert (twice.status_code, twice.json()["number"]) == (409, mail.number)


def test_a_photograph_that_is_none_is_named(desk: Client) -> None:
    photos = [photograph("red"), PDF]
    for each in photos:
        sent(desk, each)
    answer = finish(desk, *photos)
    assert answer.status_code == 415
    assert answer.json()["message"].startswith("Photo 2 : ")
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[]", 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b'{"sha256": 3, "size": 5}', 400),
        (b'{"sha256": "../../etc/passwd", "size": 5}', 400),
        (b'{"sha256": "%s", "size": "5"}' % (b"a" * 64), 400),
        (b'{"sha256": "%s", "size": true}' % (b"a" * 64), 400),
        (b'{"sha256": "%s", "size": -1}' % (b"a" * 64), 400),
        (b'{"sha256": "%s", "size": 0}' % (b"a" * 64), 400),
        (b'{"sha256": "%s", "size": 99999999999999}' % (b"a" * 64), 413),
    ],
)
def test_hostile_announcements_are_refused(desk: Client, body: bytes, status: int) -> None:
    for name in ("web:upload_announce", "web:upload_finish"):
        answer = desk.post(reverse(name), body, content_type="application/json")
        assert 400 <= answer.status_code < 500
        assert answer.json()["message"]
    assert (
        desk.post(reverse("web:upload_announce"), body, content_type="application/json").status_code == status
    )


def test_hostile_pieces_are_refused(desk: Client) -> None:
    url = announce(desk, PDF).json()["url"]
    assert put(desk, url, 0, PDF + b"more").status_code == 413
    assert desk.put(url, PDF, content_type="application/octet-stream").status_code == 411
    assert put(desk, url, -1, PDF).status_code == 411
    other = reverse("web:upload_piece", args=["b" * 64, len(PDF)])
    assert put(desk, other, 0, PDF).json()["offset"] == 0  # never begun: 409, begin it
    assert put(desk, other, 0, PDF).status_code == 409
    assert announce(desk, PDF).json()["offset"] == 0


def test_no_more_than_so_many_unfinished_files(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_UNFINISHED", 3)
    for each in range(3):
        assert announce(desk, b"%d" % each).status_code == 200
    assert announce(desk, b"one more").status_code == 429
    assert announce(desk, b"1").status_code == 200


def test_files_nobody_goes_on_with_are_forgotten(desk: Client) -> None:
    announce(desk, PDF)
    (path,) = parts.parts_folder().glob("*/*")
    old = time.time() - parts.KEPT_FOR - 1
    os.utime(path, (old, old))
    announce(desk, b"another")
    assert not path.exists()


def test_a_disk_without_room_is_said(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "ROOM_LEFT", 10**18)
    assert announce(desk, PDF).status_code == 507


def test_a_file_that_is_no_letter_is_refused_and_not_kept(desk: Client) -> None:
    sent(desk, bad_files.zip_of_pdfs())
    assert finish(desk, bad_files.zip_of_pdfs()).status_code == 415
    assert list(parts.parts_folder().glob("*/*")) == []


def test_a_wrong_day_costs_no_second_sending(desk: Client) -> None:
    sent(desk, PDF)
    assert finish(desk, PDF, received_on="2026-02-31").status_code == 400
    assert finish(desk, PDF).status_code == 201


def test_given_up_is_gone(desk: Client) -> None:
    url = announce(desk, PDF).json()["url"]
    put(desk, url, 0, PDF[:100])
    assert desk.delete(url).status_code == 204
    assert announce(desk, PDF).json()["offset"] == 0


def test_pieces_are_the_desks_and_each_persons_own(desk: Client, town: towns.Town) -> None:
    assert announce(town.client(town.agent), PDF).status_code == 403
    url = announce(desk, PDF).json()["url"]
    put(desk, url, 0, PDF[:1000])
    assert announce(town.client(town.direction), PDF).json()["offset"] == 0
    assert put(town.client(town.agent), url, 0, PDF).status_code == 403
    assert len(PDF) <= settings.UPLOAD_MAX_BYTES
