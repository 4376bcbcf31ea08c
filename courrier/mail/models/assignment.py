from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.mail.models.mail import Mail
from courrier.organisations.models import Department, Organisation


class AssignmentRole(models.TextChoices):
    ACTION = "action", _("pour action")
    COPY = "copy", _("pour information")
    OPINION = "opinion", _("pour avis")


class AssignmentState(models.TextChoices):
    PENDING = "pending", _("à prendre en charge")
    ACCEPTED = "accepted", _("en traitement")
    DONE = "done", _("traité")
    REDIRECTED = "redirected", _("réorienté")
    SENT_BACK = "sent_back", _("renvoyé à l'accueil")
    WITHDRAWN = "withdrawn", _("retiré")


OPEN_STATES = (AssignmentState.PENDING, AssignmentState.ACCEPTED)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open(self) -> AssignmentQuerySet:
        return self.filter(state__in=OPEN_STATES)

    def for_action(self) -> AssignmentQuerySet:
        return self.filter(role=AssignmentRole.ACTION)

    def waiting_for_opinion(self) -> AssignmentQuerySet:
        """Handlings whose department asked another for its opinion and has not had it yet."""
        return self.open().filter(asked__state__in=OPEN_STATES, asked__role=AssignmentRole.OPINION).distinct()

    def overdue(self, day: date) -> AssignmentQuerySet:
        return self.open().filter(due_on__lt=day)

    def due_within(self, first: date, last: date) -> AssignmentQuerySet:
        return self.open().filter(due_on__range=(first, last))


class Assignment(models.Model):
    """A letter on the desk of a department, for action or for information: the inbox."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="assignments")
    mail = models.ForeignKey(Mail, models.CASCADE, related_name="assignments")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="assignments", verbose_name=_("service")
    )
    role = models.CharField(
        _("rôle"), max_length=8, choices=AssignmentRole.choices, default=AssignmentRole.ACTION
    )
    state = models.CharField(
        _("état"), max_length=12, choices=AssignmentState.choices, default=AssignmentState.PENDING
    )
    due_on = models.DateField(_("échéance"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="accepted_assignments",
        verbose_name=_("pris en charge par"),
    )
    accepted_at = models.DateTimeField(_("pris en charge le"), null=True, blank=True)
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    came_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="went_to")
    asked_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="asked",
        verbose_name=_("avis demandé par"),
    )
    answer = models.TextField(_("avis"), blank=True)
    created_at = models.DateTimeField(_("arrivé le"), default=timezone.now)
    finished_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("affectation")
        verbose_name_plural = _("affectations")
        constraints = [
            models.UniqueConstraint(
                fields=["mail", "department", "role"],
                condition=Q(state__in=["pending", "accepted"]),
                name="assignment_open_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["department", "due_on", "id"],
                condition=Q(state__in=["pending", "accepted"]),
                name="assignment_inbox",
            ),
            models.Index(
                fields=["accepted_by", "due_on"],
                condition=Q(state="accepted"),
                name="assignment_of_person",
            ),
            models.Index(fields=["department", "mail"], name="assignment_of_department"),
            # What was dealt with, last first: by one department, and by all of them together.
            models.Index(
                fields=["department", "-finished_at", "-id"],
                condition=Q(finished_at__isnull=False),
                name="assignment_finished",
            ),
            models.Index(
                fields=["organisation", "-finished_at", "-id"],
                condition=Q(finished_at__isnull=False),
                name="assignment_finished_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mail} → {self.department.code}"
