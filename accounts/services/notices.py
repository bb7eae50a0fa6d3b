"""The person's inbox, and the administrator's second try at mail that could not be sent."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from accounts import actions
from accounts.audit import Subject, record
from accounts.models import Notice, Role
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible


class NoticeRefused(Exception):
    """It cannot be done to this notice now. The text is a Japanese sentence."""


def open_notice(*, actor: Actor, now: dt.datetime, public_id: uuid.UUID) -> str:
    """Mark one of the actor's own notices as read; returns the path it leads to, "" for none. Raises NotVisible."""
    notice = Notice.objects.filter(recipient_id=actor.user_id, public_id=public_id).first()
    if notice is None:
        raise NotVisible
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now)
    return notice.path


def mark_all_read(*, actor: Actor, now: dt.datetime) -> int:
    """Mark the actor's own notices as read; returns how many were not."""
    return Notice.objects.filter(recipient_id=actor.user_id, read_at__isnull=True).update(read_at=now)


@transaction.atomic
def retry_notice(*, actor: Actor, now: dt.datetime, public_id: uuid.UUID) -> Notice:
    """Put a mail that was given up back into the queue, with all attempts before it again.

    Raises NotVisible outside the own municipality, NoticeRefused when it is no longer waiting for this.
    """
    if not actor.has(Role.ADMINISTRATOR):
        raise NotVisible
    own = Notice.objects.select_for_update().filter(municipality_id=actor.home_id)
    notice = own.filter(public_id=public_id).first()
    if notice is None:
        raise NotVisible
    if notice.mail_state != Notice.MailState.FAILED:
        raise NoticeRefused("このメールは、ほかの担当者がすでに再送しました。")
    notice.mail_state = Notice.MailState.WAITING
    notice.attempts = 0
    notice.send_after = now
    notice.leased_until = None
    notice.save(update_fields=["mail_state", "attempts", "send_after", "leased_until"])
    record(
        action=actions.NOTICE_RETRIED,
        subject=Subject("accounts.notice", str(notice.public_id), notice.subject),
        actor=actor,
        now=now,
    )
    return notice
