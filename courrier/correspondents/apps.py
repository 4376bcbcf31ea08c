from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_save


class CorrespondentsConfig(AppConfig):
    name = "courrier.correspondents"

    def ready(self) -> None:
        post_save.connect(
            _found_by_name, sender="correspondents.Correspondent", dispatch_uid="correspondent-keys"
        )


def _found_by_name(instance: Any, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """A record is found by the words of its name from the moment it is saved; bulk imports call `write_keys`."""
    if update_fields is None or "name" in update_fields:
        from courrier.correspondents.matching import write_keys

        write_keys([instance])
