"""The OpenAPI description: what the framework sees, and the errors every route may answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema

from courrier.api.serializers.problem import ProblemSerializer

ERRORS = {
    "400": "requête mal remplie",
    "401": "jeton absent ou inconnu",
    "403": "vos droits ne le permettent pas",
    "404": "introuvable, ou hors de vos droits",
    "409": "impossible dans l'état du courrier, ou fichier déjà enregistré",
    "411": "longueur du corps inconnue",
    "413": "trop gros, ou trop de pages",
    "415": "type de fichier ou de requête non accepté",
    "422": "fichier incomplet, abîmé, protégé ou sans page",
    "503": "registre très sollicité : recommencez",
}


class Description(AutoSchema):
    """Adds to each operation the errors it may answer, all of one shape."""

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction=direction)
        problem = self._get_response_for_code(ProblemSerializer, "400")  # type: ignore[no-untyped-call]
        for status in self.errors():
            bodies.setdefault(status, {**problem, "description": ERRORS[status]})
        return bodies

    def errors(self) -> list[str]:
        statuses = ["400", "401", "403", "503"]
        if "{id}" in self.path:
            statuses += ["404", "409"]
        if self.method == "POST":
            statuses += ["409", "411", "413", "415"]
        if self.method == "POST" and self.path.endswith("/mails/"):
            statuses += ["422"]
        return statuses
