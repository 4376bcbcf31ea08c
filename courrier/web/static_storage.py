"""Names of static files that carry the hash of their content."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Follows `import` between JavaScript modules too: a module is never loaded twice under two names."""

    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Only our own modules import each other; looking for it in megabytes of other scripts takes long.
        self._patterns["web/*.js"] = self._patterns.pop("*.js")


SHOWN = ("courrier.", "drf_spectacular_sidecar")
"""Apps whose static files a browser asks for; viewflow's and the REST framework's own screens are never shown."""

UNSHOWN = ("redoc", "*.js.map")
"""What they bring and no page of ours uses."""


class ShownAppsFinder(AppDirectoriesFinder):
    """Static files of the apps that have pages here."""

    def __init__(self, app_names: Sequence[str] | None = None, *args: Any, **kwargs: Any) -> None:
        names = [config.name for config in apps.get_app_configs() if config.name.startswith(SHOWN)]
        super().__init__(names, *args, **kwargs)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Any]]:
        return super().list([*(ignore_patterns or ()), *UNSHOWN])
