"""Settings, read from the environment; every one has a value that is safe on one machine."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from courrier.secret_key import secret_key_in

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str) -> list[str]:
    return [word for word in os.environ.get(name, default).replace(",", " ").split() if word]


DATA_DIR = Path(os.environ.get("DATA_DIR", BASE_DIR / "var")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key_in(DATA_DIR)
SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "127.0.0.1 localhost [::1] testserver")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS", SITE_URL)

INSTALLED_APPS = [
    "courrier.organisations",
    "courrier.audit",
    "courrier.correspondents",
    "courrier.classification",
    "courrier.mail",
    "courrier.clock",
    "courrier.search",
    "courrier.annotations",
    "courrier.replies",
    "courrier.notifications",
    "courrier.mailboxes",
    "workflows",
    "courrier.live",
    "courrier.statistics",
    "courrier.kiosk",
    "courrier.capture",
    "courrier.simulation",
    "courrier.api",
    "courrier.web",
    "viewflow.workflow",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "courrier.web.language.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "courrier.urls"
WSGI_APPLICATION = "courrier.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "courrier.web.navigation.navigation",
            ]
        },
    }
]

# Database: DATABASE_URL, or SQLite in the data folder.
# SQLite takes its write lock when a transaction begins: a later upgrade of a read lock could only fail.
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", f"sqlite:///{DATA_DIR / 'courrier.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728;",
    }

# Search: "tantivy" in the data folder, or an http(s) address of Elasticsearch.
SEARCH_URL = os.environ.get("SEARCH_URL", f"tantivy://{DATA_DIR / 'search'}")
SEARCH_PREFIX = os.environ.get("SEARCH_PREFIX", "courrier")
SEARCH_TIMEOUT = float(
    os.environ.get("SEARCH_TIMEOUT", "10")
)  # seconds; six times as long for a bulk request
SEARCH_SHARDS = int(os.environ.get("SEARCH_SHARDS", "1"))  # of an Elasticsearch index made from now on
SEARCH_REPLICAS = int(os.environ.get("SEARCH_REPLICAS", "0"))

# Jobs of flows: how long a worker's word holds, a message may wait, and a failed job rests before its next try.
JOB_LEASE_SECONDS: float = float(os.environ.get("JOB_LEASE_SECONDS", "60"))
JOB_PATIENCE_SECONDS: float = float(os.environ.get("JOB_PATIENCE_SECONDS", "120"))
JOB_PAUSE_SECONDS: float = float(os.environ.get("JOB_PAUSE_SECONDS", "20"))

# Queue: Celery over BROKER_URL, or over files in the data folder.
BROKER_URL = os.environ.get("BROKER_URL", "filesystem://")
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
if BROKER_URL.startswith("filesystem://"):
    queue_folder = DATA_DIR / "queue"
    (queue_folder / "messages").mkdir(parents=True, exist_ok=True)
    (queue_folder / "control").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(queue_folder / "messages"),
        "data_folder_out": str(queue_folder / "messages"),
        "control_folder": str(queue_folder / "control"),
        "polling_interval": 0.2,
    }
    CELERY_BROKER_TRANSPORT = "courrier.file_queue:Transport"
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
# Three queues, which a worker serves in turn: letters to read, the steps that follow reading, what comes by the clock.
# So a letter that was read is on its desk before a morning's other scans are read.
CELERY_TASK_DEFAULT_QUEUE = "clock"
CELERY_TASK_TIME_LIMIT = 1800


def every(task: str, seconds: float) -> dict[str, Any]:
    """A beat entry whose message is worthless once the next one is there."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


CELERY_BEAT_SCHEDULE = {
    "restart-lost-jobs": every("workflows.tasks.restart_lost_jobs", max(1.0, JOB_LEASE_SECONDS / 4)),
    "flush-search-outbox": every("courrier.search.tasks.flush_outbox", 5),
    "check-saved-searches": every("courrier.search.tasks.check_saved_searches", 300),
    "tend-search-exports": every("courrier.search.tasks.tend_exports", 300),
    "look-into-mailboxes": every("courrier.capture.tasks.look_into_mailboxes", 120),
    "watch-scan-folders": every("courrier.capture.tasks.watch_folders", 10),
    "count-for-statistics": every("courrier.statistics.tasks.count_all", 300),
    "remind-of-due-dates": every("courrier.notifications.tasks.remind", 600),
    "let-silence-decide": every("courrier.clock.tasks.let_silence_decide", 900),
    "send-digests": every("courrier.notifications.tasks.send_digests", 300),
    "learn-from-corrections": every("courrier.classification.tasks.train_all", 6 * 3600),
}

# Mail servers that are inside: reached on any port, without encryption. All others by TLS, on IMAP's ports.
MAILBOX_INNER_HOSTS = [each for each in os.environ.get("MAILBOX_INNER_HOSTS", "").split(",") if each]

# Files: the data folder, or S3 where STORAGE_URL is s3://bucket/prefix?endpoint_url=…
STORAGE_URL = os.environ.get("STORAGE_URL", "")
MEDIA_ROOT = DATA_DIR / "documents"


def document_storage(url: str) -> dict[str, Any]:
    """The STORAGES entry of an address: "" for the data folder, or `s3://bucket/prefix?endpoint_url=…`."""
    if not url:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": MEDIA_ROOT, "file_permissions_mode": 0o600},
        }
    parts = urlsplit(url)
    if parts.scheme != "s3":
        raise ImproperlyConfigured(f"STORAGE_URL: unknown scheme {parts.scheme!r}; use s3://bucket/prefix")
    options = {"bucket_name": parts.netloc, "location": parts.path.strip("/"), "querystring_auth": True}
    options |= {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORAGES = {
    "default": document_storage(STORAGE_URL),
    "staticfiles": {"BACKEND": "courrier.web.static_storage.ModuleStaticFilesStorage"},
}
STATIC_URL = "static/"
STATICFILES_FINDERS = ["courrier.web.static_storage.ShownAppsFinder"]
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

UPLOAD_MAX_BYTES = int(os.environ.get("UPLOAD_MAX_MB", "100")) * 1024 * 1024
UPLOAD_MAX_PAGES = int(os.environ.get("UPLOAD_MAX_PAGES", "500"))
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
SCAN_FOLDER = Path(os.environ.get("SCAN_FOLDER", DATA_DIR / "scans"))
OCR_JOBS = int(os.environ.get("OCR_JOBS", "1"))

# Open pages that one process of the site tells what happens.
LIVE_STREAMS = int(os.environ.get("LIVE_STREAMS", "400"))

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:login"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "courrier.api.schema.Description",
    "DEFAULT_PAGINATION_CLASS": "courrier.api.pagination.Parts",
    "EXCEPTION_HANDLER": "courrier.api.errors.answer_error",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Courrier",
    "DESCRIPTION": "Courrier arrivé d'une collectivité : dépôt, lecture, suites données.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "MailState": "courrier.mail.models.MailState",
        "Channel": "courrier.mail.models.Channel",
        "Confidentiality": "courrier.mail.models.Confidentiality",
        "AssignmentState": "courrier.mail.models.AssignmentState",
        "AssignmentRole": "courrier.mail.models.AssignmentRole",
        "ReplyState": "courrier.replies.models.ReplyState",
        "ReplyChannel": "courrier.replies.models.ReplyChannel",
        "AnnotationKind": "courrier.annotations.models.AnnotationKind",
        "CorrespondentKind": "courrier.correspondents.models.Kind",
        "ClockState": "courrier.clock.models.ClockState",
        "ClockAction": "courrier.api.serializers.clock.ACTIONS",
        "AssignmentAction": "courrier.api.serializers.assignment.ACTIONS",
        "ReferenceKind": "courrier.api.serializers.qualification.KINDS",
    },
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = os.environ.get("TIME_ZONE", "Europe/Paris")
USE_I18N = True
USE_TZ = True

EMAIL = urlsplit(os.environ.get("EMAIL_URL", ""))
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL.scheme in {"smtp", "smtps", "smtp+tls"}
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "sent-mail"
EMAIL_HOST = EMAIL.hostname or "localhost"
EMAIL_PORT = EMAIL.port or 25
EMAIL_HOST_USER = EMAIL.username or ""
EMAIL_HOST_PASSWORD = EMAIL.password or ""
EMAIL_USE_SSL = EMAIL.scheme == "smtps"
EMAIL_USE_TLS = EMAIL.scheme == "smtp+tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "courrier@localhost")
DIGEST_HOUR = int(os.environ.get("DIGEST_HOUR", "7"))  # local hour from which the morning's digests leave

# Security: strict from the first page. HTTPS-only parts follow SITE_URL, so one machine works without a certificate.
SECURE = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = SECURE and flag("SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "courrier.web.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    # libraries that write a line for each request, page or font
    "loggers": {
        name: {"level": "WARNING"} for name in ("elastic_transport", "weasyprint", "fontTools", "pikepdf")
    },
}
