"""The code that opens the first page of an installation: only who sees the server's terminal knows it.

Whoever fills in that page becomes administrator; without it, that would be whoever first reaches the address.
The address one comes from proves nothing (behind a proxy on the same machine all the world is 127.0.0.1), so the code
is always asked for; the link printed at the start of the server carries it.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from courrier.organisations.typed_code import as_typed, encoded, in_groups

LENGTH = 14
"""Characters before the check: 70 bits."""


def setup_code() -> str:
    """The code, the same in every process of the installation: it follows from its SECRET_KEY."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"courrier setup code", hashlib.sha256)
    return encoded(int.from_bytes(digest, "big") % 32**LENGTH, LENGTH)


def is_setup_code(typed: str) -> bool:
    return hmac.compare_digest(as_typed(typed).encode(), setup_code().encode())


def setup_link() -> str:
    """The address of the first page with the code filled in."""
    code = urlencode({"code": in_groups(setup_code())})
    return f"{settings.SITE_URL.rstrip('/')}{reverse('web:first_run')}?{code}"
