from django.db import models
from django.utils import timezone


class SearchOutbox(models.Model):
    """A letter whose change has not reached the search index yet; written in the letter's own transaction.

    `mail_id` is no foreign key: a letter that was deleted must leave the index too.
    """

    mail_id = models.BigIntegerField(db_index=True)
    organisation_id = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now, db_index=True)
    error = models.TextField(blank=True)
    set_aside = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.mail_id}"
