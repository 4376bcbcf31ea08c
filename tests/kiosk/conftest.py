from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from courrier.kiosk.models import Kiosk
from courrier.organisations.models import Department, Organisation, Role, User
from tests import build


@dataclass
class Town:
    organisation: Organisation
    urb: Department
    desk: User
    agent: User
    admin: User

    def open(self, *, takes_letters: bool = True, tells_state: bool = True) -> Kiosk:
        opened = {"takes_letters": takes_letters, "tells_state": tells_state}
        return Kiosk.objects.update_or_create(organisation=self.organisation, defaults=opened)[0]


@pytest.fixture
def town(db: None, settings: Any) -> Town:
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    here = build.organisation(email="mairie@cazalis.example")
    urb = build.department(here, "URB")
    return Town(
        here,
        urb,
        build.member(here, Role.RECEPTION),
        build.member(here, Role.AGENT, urb),
        build.member(here, Role.ADMINISTRATOR),
    )


def pdf(text: str = build.LETTER, name: str = "lettre.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, build.pdf(text), "application/pdf")


def photo(shade: int = 200, name: str = "photo.jpg") -> SimpleUploadedFile:
    image = io.BytesIO()
    Image.new("RGB", (600, 850), (shade, shade, shade)).save(image, "JPEG")
    return SimpleUploadedFile(name, image.getvalue(), "image/jpeg")


Hand = Callable[..., Any]


@pytest.fixture
def hand_in(town: Town) -> Hand:
    """Hands files in at the kiosk, by somebody who has no account; the answer."""

    def hand(*files: SimpleUploadedFile, client: Client | None = None, **said: str) -> Any:
        return (client or Client()).post("/borne/cazalis/", {"documents": list(files), **said})

    return hand
