"""Settings of a site that a test starts beside itself: those of the test, over the database that the test uses."""

import os
from pathlib import Path

most_streams = os.environ.get("LIVE_STREAMS")

from tests.settings import *  # noqa: E402, F403
from tests.settings import DATABASES  # noqa: E402

DATABASES["default"]["NAME"] = os.environ["COURRIER_SITE_DATABASE"]
FILE_UPLOAD_TEMP_DIR = Path(os.environ["COURRIER_SITE_FOLDER"]) / "incoming"
MEDIA_ROOT = Path(os.environ["COURRIER_SITE_FOLDER"]) / "documents"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if most_streams:
    LIVE_STREAMS = int(most_streams)
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = (
    True  # a browser of a test gets scripts without collecting them
)
