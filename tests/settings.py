"""Settings of a test run: those of the application, in a data folder of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FROM_OUTSIDE = (
    "ALLOWED_HOSTS", "BEHIND_PROXY", "BROKER_URL", "CSRF_TRUSTED_ORIGINS", "DATABASE_URL", "DEBUG",
    "DEFAULT_FROM_EMAIL", "DIGEST_HOUR", "EMAIL_URL", "JOB_LEASE_SECONDS", "JOB_PATIENCE_SECONDS",
    "JOB_PAUSE_SECONDS", "MAILBOX_INNER_HOSTS", "LIVE_STREAMS", "OCR_JOBS", "SCAN_FOLDER", "SEARCH_PREFIX",
    "SEARCH_REPLICAS", "SEARCH_SHARDS", "SEARCH_TIMEOUT", "SEARCH_URL", "SITE_URL", "SSL_REDIRECT",
    "STORAGE_URL", "TIME_ZONE", "UPLOAD_MAX_MB", "UPLOAD_MAX_PAGES",
)  # fmt: skip

if "COURRIER_TEST_FOLDER" not in os.environ:  # set by the first process of a run, found by those it starts
    os.environ["COURRIER_TEST_FOLDER"] = tempfile.mkdtemp(prefix="courrier-tests-")
    atexit.register(shutil.rmtree, os.environ["COURRIER_TEST_FOLDER"], ignore_errors=True)
for name in FROM_OUTSIDE:
    os.environ.pop(name, None)
worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["DATA_DIR"] = str(Path(os.environ["COURRIER_TEST_FOLDER"]) / worker)
os.environ["SECRET_KEY"] = "only for tests"
os.environ.setdefault("LOG_LEVEL", "WARNING")
if os.environ.get("COURRIER_TEST_ON_POSTGRESQL"):
    os.environ["DATABASE_URL"] = os.environ["COURRIER_TEST_DATABASE_URL"]

from courrier.settings import *  # noqa: E402, F403
from courrier.settings import DATA_DIR, DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: what an installation uses, and what threads and processes can share.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": "test_courrier"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: tests sign in often
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
