from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models import Department, Organisation
from courrier.replies.models.reply import Reply


class ApprovalKind(models.TextChoices):
    APPROVAL = "approval", _("visa")
    SIGNATURE = "signature", _("signature")


class ApprovalState(models.TextChoices):
    LATER = "later", _("à venir")
    PENDING = "pending", _("attendu")
    APPROVED = "approved", _("donné")
    REFUSED = "refused", _("refusé")


class Approval(models.Model):
    """A visa or a signature that a reply needs before it leaves: the signature book.

    `role` is who gives it: `manager` of the department, `direction` or `elected`.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="approvals")
    reply = models.ForeignKey(Reply, models.CASCADE, related_name="approvals")
    department = models.ForeignKey(Department, models.PROTECT, related_name="approvals")
    round = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=ApprovalKind.choices)
    role = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=ApprovalState.choices, default=ApprovalState.LATER)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="approvals"
    )
    given_at = models.DateTimeField(null=True)
    comment = models.CharField(_("remarque"), max_length=500, blank=True)

    class Meta:
        ordering = ["reply", "round", "position"]
        verbose_name = _("visa")
        verbose_name_plural = _("visas")
        constraints = [
            models.UniqueConstraint(fields=["reply", "round", "position"], name="approval_place_once"),
            models.UniqueConstraint(
                fields=["reply"], condition=Q(state="pending"), name="approval_one_pending_for_a_reply"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "role", "id"],
                condition=Q(state="pending"),
                name="approval_signature_book",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.role}: {self.reply}"
