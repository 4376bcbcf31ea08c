"""The WSGI entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "courrier.settings")

application = get_wsgi_application()

from courrier.web.views.first_run import announce  # noqa: E402 - once the applications are there

announce()
