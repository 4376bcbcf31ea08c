"""The site over the database and the data folder of a test that runs in another process."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.live.settings"

from courrier.wsgi import application

__all__ = ["application"]
