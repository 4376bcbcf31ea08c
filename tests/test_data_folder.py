"""A test run never touches the data folder of an installation."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from tests.settings import FROM_OUTSIDE

INSTALLATION = Path(__file__).resolve().parents[1] / "var"


def test_every_folder_lies_in_the_test_s_own(data_folder: Path) -> None:
    folders = [settings.DATA_DIR, settings.MEDIA_ROOT, settings.SCAN_FOLDER, settings.EMAIL_FILE_PATH]
    assert all(Path(folder).is_relative_to(data_folder) for folder in folders)
    assert str(data_folder) in settings.SEARCH_URL
    assert not data_folder.is_relative_to(INSTALLATION)


def test_documents_are_stored_in_the_test_s_own_folder(data_folder: Path) -> None:
    name = default_storage.save("letter.pdf", ContentFile(b"%PDF-"))
    assert Path(default_storage.path(name)).is_relative_to(data_folder)


def test_no_value_of_an_installation_reaches_a_test() -> None:
    source = (INSTALLATION.parent / "courrier" / "settings.py").read_text()
    read = set(re.findall(r'(?:environ\.get|flag|words)\(\s*"([A-Z_]+)"', source))
    assert read - set(FROM_OUTSIDE) == {"DATA_DIR", "SECRET_KEY", "LOG_LEVEL"}


@pytest.mark.django_db
def test_the_database_is_the_one_of_the_run() -> None:
    name = str(connection.settings_dict["NAME"])
    assert not name.startswith(str(INSTALLATION))
    assert name.startswith(os.environ["COURRIER_TEST_FOLDER"]) or name.startswith("test_courrier")
    assert Path(os.environ["DATA_DIR"]).is_relative_to(os.environ["COURRIER_TEST_FOLDER"])
