"""Which sessions are over: signed out, run out, of an account that was closed or whose password changed."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.sessions.models import Session
from django.utils import timezone

from courrier.organisations.models import User

Held = tuple[str, int, str]
"""The key of a session, whose it is, and their password's hash when it began to be held."""


def ended(held: Collection[Held]) -> set[Held]:
    """Those of `held` that are over; two queries for all."""
    keys = {key for key, _user, _password in held}
    open_now = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    keys_open = set(open_now.values_list("session_key", flat=True))
    active = User.objects.filter(pk__in={user for _key, user, _password in held}, is_active=True)
    passwords = dict(active.values_list("pk", "password"))
    return {each for each in held if each[0] not in keys_open or passwords.get(each[1]) != each[2]}
