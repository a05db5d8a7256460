"""Deliver mail from the outbox: claimed by one worker, tried again when refused.

A mail is claimed in a transaction of its own before it is handed over, so two workers never send
the same one. When a connection breaks after the text was handed over and before the server
confirmed, it is unknown whether it was taken; it is sent again under the same Message-ID, by which
servers and mail programs drop the second copy (RFC 5322, 3.6.4).
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone

from sojourn import scheduling
from sojourn.people.models import MailState, OutboxMail, User

DELIVER_MAIL = "sojourn.people.tasks.deliver_mail"

logger = logging.getLogger("sojourn.mail")

# Waits of 2, 4, 8 … minutes, four hours at most: a mail server may be away for most of a day.
ATTEMPTS = 12
FILES = "django.core.mail.backends.filebased.EmailBackend"
LONGEST_WAIT = dt.timedelta(hours=4)
# A worker that has held a mail this long has died.
CLAIM_LASTS = dt.timedelta(minutes=15)
# What was sent is readable to the operator for this long; a secret goes at once.
KEEP_CONTENT = dt.timedelta(days=14)
KEEP_ROW = dt.timedelta(days=180)


GONE = (MailState.SENT, MailState.FILED)


def is_delivered_by_server() -> bool:
    """Tell whether a mail server takes the mail, or it lies in the data folder only."""
    return str(settings.MAIL_DELIVERY_BACKEND) != FILES


def claim(number: int, now: dt.datetime) -> OutboxMail | None:
    """Claim a mail; None when it is sent, failed, not due or another worker's."""
    with transaction.atomic():
        # The lock makes two workers take turns on PostgreSQL; SQLite takes turns anyway.
        mail = OutboxMail.objects.select_for_update().filter(pk=number).first()
        if mail is None or mail.next_try_at > now:
            return None
        is_lost = (
            mail.state == MailState.SENDING
            and mail.claimed_at is not None
            and mail.claimed_at < now - CLAIM_LASTS
        )
        if mail.state != MailState.WAITING and not is_lost:
            return None
        mail.state = MailState.SENDING
        mail.claimed_at = now
        mail.attempts += 1
        mail.save(update_fields=["state", "claimed_at", "attempts"])
        return mail


def send(mail: OutboxMail) -> None:
    """Hand a claimed mail to the mail server and record the outcome. Raises no mail error."""
    try:
        _message(mail).send()
    except OSError as error:  # smtplib's errors are OSErrors too
        _refused(mail, error)
        return
    mail.state = MailState.SENT if is_delivered_by_server() else MailState.FILED
    mail.sent_at = timezone.now()
    mail.last_error = ""
    if mail.is_secret:
        mail.content = {}
    mail.save(update_fields=["state", "sent_at", "last_error", "content"])


def retry(mail: OutboxMail) -> None:
    """Send a failed mail again, as if it were new. Twice does no harm."""
    with transaction.atomic():
        revived = OutboxMail.objects.filter(pk=mail.pk, state=MailState.FAILED).update(
            state=MailState.WAITING, attempts=0, next_try_at=timezone.now()
        )
        if revived:
            scheduling.enqueue(DELIVER_MAIL, mail.pk)


def delete_old_mail(now: dt.datetime) -> int:
    """Empty mail that was sent a while ago; delete it after half a year. Return how many."""
    emptied = (
        OutboxMail.objects.filter(state__in=GONE, sent_at__lt=now - KEEP_CONTENT)
        .exclude(content={})
        .update(content={}, to=[])
    )
    gone, _each = OutboxMail.objects.filter(created_at__lt=now - KEEP_ROW).delete()
    return emptied + gone


def delete_mail_of(user: User) -> int:
    """Delete the mail that somebody was sent; what still has to leave goes first. How many."""
    on_its_way = (MailState.WAITING, MailState.SENDING)
    gone, _each = OutboxMail.objects.filter(receiver=user).exclude(state__in=on_its_way).delete()
    return gone


def find_overdue(now: dt.datetime) -> list[int]:
    """Find mail whose task was lost: overdue, or claimed by a worker that died."""
    late = now - CLAIM_LASTS
    waiting = OutboxMail.objects.filter(state=MailState.WAITING, next_try_at__lt=late)
    claimed = OutboxMail.objects.filter(state=MailState.SENDING, claimed_at__lt=late)
    return [*waiting.values_list("pk", flat=True), *claimed.values_list("pk", flat=True)]


def waits_long(now: dt.datetime) -> int:
    """Count the mails that should have left a while ago: refused for now, or never tried."""
    return OutboxMail.objects.filter(
        state__in=(MailState.WAITING, MailState.SENDING), created_at__lt=now - CLAIM_LASTS
    ).count()


def given_up() -> int:
    return OutboxMail.objects.filter(state=MailState.FAILED).count()


def _message(mail: OutboxMail) -> EmailMultiAlternatives:
    content = mail.content
    message = EmailMultiAlternatives(
        subject=content["subject"],
        body=content["body"],
        from_email=content["from_email"],
        to=content["to"],
        cc=content["cc"],
        bcc=content["bcc"],
        reply_to=content["reply_to"],
        headers=content["headers"] | {"Message-ID": content["message_id"]},
        connection=get_connection(settings.MAIL_DELIVERY_BACKEND),
    )
    for part, kind in content["alternatives"]:
        message.attach_alternative(part, kind)
    return message


def _refused(mail: OutboxMail, error: OSError) -> None:
    code = _reply_code(error)
    mail.last_error = f"{type(error).__name__} {code}" if code else type(error).__name__
    # 5yz means never (RFC 5321, 4.2.1); everything else may be over in a while.
    if code >= 500 or mail.attempts >= ATTEMPTS:
        mail.state = MailState.FAILED
        logger.error("mail %d given up: %s", mail.pk, mail.last_error)
    else:
        mail.state = MailState.WAITING
        wait = min(dt.timedelta(minutes=2**mail.attempts), LONGEST_WAIT)
        mail.next_try_at = timezone.now() + wait
        logger.warning("mail %d not delivered, again in %s: %s", mail.pk, wait, mail.last_error)
    mail.save(update_fields=["state", "next_try_at", "last_error"])


def _reply_code(error: OSError) -> int:
    """Return the server's code for this mail; 0 when there was none, or one about us."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return 0  # a password that the operator has yet to mend
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min((code for code, _text in error.recipients.values()), default=0)
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code)
    return 0
