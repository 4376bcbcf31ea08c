from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courrier.audit.chain import record
from courrier.audit.changes import held
from courrier.classification.models import DocumentType
from courrier.organisations.language import town_language
from courrier.organisations.models import Organisation, User


class StepKind(models.TextChoices):
    DISPATCH = "dispatch", _("répartition")
    OPINION = "opinion", _("avis")
    APPROVAL = "approval", _("visa")
    SIGNATURE = "signature", _("signature")


class Who(models.TextChoices):
    MANAGER = "manager", _("responsable du service")
    DIRECTION = "direction", _("direction générale")
    ELECTED = "elected", _("élu")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a circuit. `department` is the code of the one asked, for an opinion; `who` decides elsewhere."""

    kind: StepKind
    who: Who | None = None
    department: str = ""


class CircuitQuerySet(models.QuerySet["Circuit"]):
    def in_force(self, organisation: Organisation, document_type: DocumentType | None) -> Circuit | None:
        """The newest version for this type, else for all types; None where letters need no circuit."""
        versions = self.filter(organisation=organisation, active=True).order_by("-version")
        own = versions.filter(document_type=document_type).first() if document_type else None
        return own or versions.filter(document_type=None).first()


class Circuit(models.Model):
    """The steps that letters of a type go through, drawn on screen. A change is a new version: letters under way
    finish on theirs."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="circuits")
    document_type = models.ForeignKey(
        DocumentType, models.CASCADE, null=True, blank=True, related_name="circuits", verbose_name=_("type")
    )
    version = models.PositiveIntegerField(default=1)
    steps = models.JSONField(_("étapes"), default=list)
    active = models.BooleanField(_("en vigueur"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = CircuitQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "document_type", "-version"]
        verbose_name = _("circuit")
        verbose_name_plural = _("circuits")
        constraints = [
            # Two, since SQLite cannot count a missing type as a value.
            models.UniqueConstraint(
                fields=["organisation", "document_type", "version"],
                condition=models.Q(document_type__isnull=False),
                name="circuit_version_once_for_type",
            ),
            models.UniqueConstraint(
                fields=["organisation", "version"],
                condition=models.Q(document_type__isnull=True),
                name="circuit_version_once_for_all_types",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_type or _('tous les courriers')} (v{self.version})"

    def drawn(self) -> list[Step]:
        """The steps as they were drawn, in order."""
        return [
            Step(
                StepKind(each["kind"]),
                Who(each["who"]) if each.get("who") else None,
                each.get("department", ""),
            )
            for each in self.steps
        ]

    def of_kind(self, *kinds: StepKind) -> list[Step]:
        return [step for step in self.drawn() if step.kind in kinds]


class CircuitRefused(Exception):
    """Steps that make no circuit; `message` says in French what to change."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def draw(
    organisation: Organisation, document_type: DocumentType | None, steps: Sequence[Step], user: User | None
) -> Circuit:
    """Put a new version of a circuit in force; without steps, letters of the type need none any more."""
    check(organisation, steps)
    with held(organisation) as here:
        earlier = Circuit.objects.filter(organisation=here, document_type=document_type)
        last = earlier.order_by("-version").first()
        earlier.update(active=False)
        drawn = Circuit.objects.create(
            organisation=here,
            document_type=document_type,
            version=last.version + 1 if last else 1,
            steps=[asdict(step) for step in steps],
            created_by=user,
        )
        record(
            here,
            "circuit_drawn",
            actor=user,
            thing=str(document_type or ""),
            version=drawn.version,
            before={"steps": in_words(last.drawn() if last else [])},
            after={"steps": in_words(steps)},
        )
    return drawn


def in_words(steps: Sequence[Step]) -> str:
    """Steps as a journal tells them: avis (URB) → visa (responsable du service)."""
    with town_language():
        return " → ".join(
            f"{step.kind.label} ({step.department or (step.who or step.kind).label})" for step in steps
        )


def check(organisation: Organisation, steps: Sequence[Step]) -> None:
    """Raise CircuitRefused where a step lacks who decides, comes twice in a row, or follows the signature."""
    codes = set(organisation.departments.open().values_list("code", flat=True))
    for before, step in zip([None, *steps], steps, strict=False):
        if step == before:
            raise CircuitRefused(str(_("La même étape figure deux fois de suite.")))
        if before is not None and before.kind == StepKind.SIGNATURE:
            raise CircuitRefused(str(_("La signature est la dernière étape.")))
        if step.kind == StepKind.OPINION and step.department not in codes:
            raise CircuitRefused(str(_("Choisissez le service qui donne son avis.")))
        if step.kind != StepKind.OPINION and step.who is None:
            raise CircuitRefused(str(_("Choisissez qui décide à chaque étape.")))
        if step.kind == StepKind.DISPATCH and step.who != Who.DIRECTION:
            raise CircuitRefused(str(_("La répartition revient à la direction générale.")))
