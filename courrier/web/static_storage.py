"""Names of static files that carry the hash of their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class ModuleStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Follows `import` between JavaScript modules too: a module is never loaded twice under two names."""

    support_js_module_import_aggregation = True
