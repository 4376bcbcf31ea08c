"""The digest each person gets on the morning of a working day, where there is something to say."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from courrier.notifications.digest_making import digests_for
from courrier.notifications.digest_message import Digest, message_of
from courrier.notifications.models import DigestSent, Kind, Notification, Preference
from courrier.organisations.calendar import is_working_day
from courrier.organisations.models import Delegation, Organisation, User

logger = logging.getLogger(__name__)

BATCH = 50
MOST_ATTEMPTS = 8
LEASE = timedelta(minutes=10)
PAUSE = timedelta(minutes=15)
"""The rest before a try that follows one the server refused or did not answer."""

REMINDERS = (Kind.LEGAL_SOON, Kind.DUE_SOON, Kind.DUE_TODAY, Kind.LATE, Kind.ESCALATED)


def send_digests(now: datetime | None = None) -> int:
    """Send the digests of today that were not sent yet; returns how many left.

    From DIGEST_HOUR on, so that a server that was down at that hour catches up. A mail server that can't be reached
    ends this run; the next one tries again.
    """
    moment = now or timezone.now()
    morning = morning_of(moment)
    if moment < morning:
        return 0
    day = timezone.localtime(moment).date()
    working = [each for each in Organisation.objects.all() if is_working_day(day, each)]
    sent, last = 0, 0
    connection = get_connection()
    try:
        while users := list(awaiting(working, day, moment, morning).filter(pk__gt=last)[:BATCH]):
            last = users[-1].pk
            for digest in digests_for(users, working, said_by(morning), day):
                sent += deliver(digest, connection, moment)
    except ServerAway as error:
        logger.warning("digests wait, the mail server can't be reached: %s", error)
    finally:
        connection.close()
    return sent


class ServerAway(Exception):
    """The mail server can't be reached: nobody's digest can leave now."""


def morning_of(moment: datetime) -> datetime:
    day = timezone.localtime(moment).date()
    return timezone.make_aware(datetime.combine(day, time(hour=settings.DIGEST_HOUR)))


def said_by(morning: datetime) -> Q:
    """What a digest speaks of: what was there in the morning. Reminders are made late where the server was down."""
    return Q(created_at__lt=morning) | Q(kind__in=REMINDERS)


def awaiting(
    organisations: list[Organisation], day: date, now: datetime, morning: datetime
) -> QuerySet[User]:
    """Who has something to hear of, is not away today, wants it by e-mail and has not had it."""
    something = (
        Notification.objects.to_email()
        .filter(said_by(morning), organisation__in=organisations)
        .values("user")
    )
    away = Delegation.objects.in_force(day).filter(absent=OuterRef("pk"))
    refused = Preference.objects.filter(user=OuterRef("pk"), digest=False)
    settled = DigestSent.objects.filter(user=OuterRef("pk"), day=day).exclude(open_again(now))
    people = User.objects.filter(pk__in=something, is_active=True).exclude(email="")
    return people.exclude(Exists(away)).exclude(Exists(refused)).exclude(Exists(settled)).order_by("pk")


def open_again(now: datetime) -> Q:
    """A digest that somebody began and that another may take over."""
    return Q(sent_at=None, handed_at=None, lease_until__lte=now, attempts__lt=MOST_ATTEMPTS)


def deliver(digest: Digest, connection: BaseEmailBackend, now: datetime) -> bool:
    """Claim a digest, send it and write it down; False where another has it, or the server would not take it."""
    claim = claimed(digest.user, digest.day, now)
    if claim is None:
        return False
    if not digest.lines:
        DigestSent.objects.filter(pk=claim.pk).update(sent_at=now)
        return False
    try:
        connection.open()
    except OSError as error:
        put_back(claim, error, now)
        raise ServerAway(str(error)) from error
    hand = DigestSent.objects.filter(pk=claim.pk, holder=claim.holder, handed_at=None)
    if not hand.update(handed_at=now):
        return False
    try:
        connection.send_messages([message_of(digest, connection)])
    except (SMTPException, OSError) as error:
        connection.close()
        put_back(claim, error, now, final=is_final(error))
        return False
    write_down(claim, digest, now)
    return True


def claimed(user: User, day: date, now: datetime) -> DigestSent | None:
    """Take a digest in hand: by its row, or by taking over the row of a try that failed."""
    holder = uuid.uuid4().hex
    row, created = DigestSent.objects.get_or_create(
        user=user, day=day, defaults={"holder": holder, "lease_until": now + LEASE}
    )
    if created:
        return row
    again = DigestSent.objects.filter(open_again(now), pk=row.pk)
    if not again.update(holder=holder, lease_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    return DigestSent.objects.get(pk=row.pk)


def put_back(claim: DigestSent, error: Exception, now: datetime, *, final: bool = False) -> None:
    """Leave it for another try after a pause, or, refused for good, for tomorrow's digest."""
    logger.warning("the digest of %s was not sent: %s", claim.user_id, error)
    attempts = MOST_ATTEMPTS if final else claim.attempts
    DigestSent.objects.filter(pk=claim.pk, holder=claim.holder).update(
        handed_at=None,
        lease_until=now + PAUSE,
        attempts=attempts,
        error=f"{type(error).__name__}: {error}"[:2000],
    )


def is_final(error: Exception) -> bool:
    """Whether trying again today is useless: a 5xx answer, for the message or for its recipient."""
    codes = (
        [code for code, _why in error.recipients.values()] if isinstance(error, SMTPRecipientsRefused) else []
    )
    if isinstance(error, SMTPResponseException):
        codes.append(error.smtp_code)
    return any(500 <= code < 600 for code in codes)


def write_down(claim: DigestSent, digest: Digest, now: datetime) -> None:
    with transaction.atomic():
        DigestSent.objects.filter(pk=claim.pk).update(sent_at=now, count=len(digest.lines), error="")
        Notification.objects.filter(pk__in=[line.notification.pk for line in digest.lines]).update(
            emailed_at=now
        )


def waiting_digests(day: date) -> Iterator[DigestSent]:
    """Digests of that day that have not left, with why."""
    return DigestSent.objects.filter(day=day, sent_at=None).select_related("user").iterator()
