"""Passwords that have to be given again to another server: kept sealed, opened only to sign in there."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def seal(secret: str) -> str:
    """The secret as it may lie in the database: unreadable without the installation's SECRET_KEY."""
    return fernet(settings.SECRET_KEY).encrypt(secret.encode()).decode()


def opened(sealed: str) -> str | None:
    """The secret again, also after a change of key that SECRET_KEY_FALLBACKS tells of; None where no key fits."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return fernet(key).decrypt(sealed.encode()).decode()
        except InvalidToken:
            continue
    return None


def fernet(key: str | bytes) -> Fernet:
    whole = key.encode() if isinstance(key, str) else key
    digest = hashlib.blake2b(whole, digest_size=32, person=b"mailbox").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
