"""The outbox: notices written in the transaction of the act, mail sent afterwards; and the jobs that run by the clock.

Rules (docs/adr/0004-outbox.md): a notice is one row, so it stands or falls with the act. The worker claims rows for a
while (a lease), sends outside any transaction, and writes the outcome. A worker that dies leaves a lease that runs
out; the mail is then sent by another, so a mail may come twice but is never lost. After the last attempt it is shown
as failed.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q

from accounts.models import Notice, ScheduledJob

logger = logging.getLogger(__name__)

MAX_ATTEMPTS: Final = 8
FIRST_DELAY: Final = dt.timedelta(minutes=1)
LONGEST_DELAY: Final = dt.timedelta(hours=6)
#: Longer than a batch can take: every mail has the time-out of settings.EMAIL_TIMEOUT.
LEASE: Final = dt.timedelta(minutes=10)
BATCH: Final = 20
JOB_LEASE: Final = dt.timedelta(minutes=30)
INTERRUPTED: Final = "送信の途中で処理が止まりました。"

Job = Callable[..., object]
_jobs: dict[str, tuple[Job, dt.timedelta]] = {}
_links: dict[str, Callable[[Notice], str]] = {}


class NoticeError(Exception):
    """A notice that cannot be written as given: a mistake of the calling code."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one round did: mails sent, put off, given up; jobs that ran well and jobs that broke."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0
    jobs: int = 0
    broken_jobs: int = 0

    @property
    def is_idle(self) -> bool:
        return self == Work()

    def __add__(self, other: Work) -> Work:
        return Work(
            sent=self.sent + other.sent,
            put_off=self.put_off + other.put_off,
            failed=self.failed + other.failed,
            jobs=self.jobs + other.jobs,
            broken_jobs=self.broken_jobs + other.broken_jobs,
        )


def notify(
    *,
    recipient_id: int | None,
    key: str,
    subject: str,
    body: str,
    path: str,
    municipality_id: int | None,
    now: dt.datetime,
    mail: bool = True,
    send_after: dt.datetime | None = None,
    link: str = Notice.Link.PAGE,
    address: str = "",
) -> Notice | None:
    """Write a notice in the transaction of the caller; None when one with this `key` was already written.

    `body` is for the inbox; mail carries `subject` and the link alone. `path` is a page of this site ("/cases/…") or
    "". Write no personal data of third parties into either. Somebody who is no user yet has an `address` instead of a
    `recipient_id`: such a notice is mail and nothing else.

    Raises NoticeError for a path that leads elsewhere, or for texts longer than their columns.
    """
    _check_path(path)
    for name, text, longest in (("key", key, 120), ("subject", subject, 120), ("path", path, 200)):
        if len(text) > longest:
            raise NoticeError(f"{name} is longer than {longest} characters.")
    notice, is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "recipient_id": recipient_id,
            "address": address,
            "municipality_id": municipality_id,
            "subject": " ".join(subject.split()),
            "body": body,
            "path": path,
            "link": link,
            "created_at": now,
            "send_after": send_after or now,
            "mail_state": Notice.MailState.WAITING if mail else Notice.MailState.NONE,
        },
    )
    return notice if is_new else None


def call_back(notice_id: int) -> None:
    """Do not send a mail that is still waiting; what was sent is sent."""
    waiting = Notice.objects.filter(pk=notice_id, mail_state=Notice.MailState.WAITING)
    waiting.update(mail_state=Notice.MailState.NONE, leased_until=None)


def _check_path(path: str) -> None:
    parts = urlsplit(path)
    if path and (
        parts.scheme or parts.netloc or not path.startswith("/") or path.startswith("//") or "\\" in path
    ):
        raise NoticeError("path must be a page of this site.")


def link_maker(kind: str) -> Callable[[Callable[[Notice], str]], Callable[[Notice], str]]:
    """Register how the link of a kind is made when the mail is sent. It returns a path; nothing of it is stored."""

    def register(maker: Callable[[Notice], str]) -> Callable[[Notice], str]:
        _links[kind] = maker
        return maker

    return register


def periodic(name: str, *, every: dt.timedelta) -> Callable[[Job], Job]:
    """Register `job(*, now)` to run by the worker about every `every`, by one worker at a time.

    What it returns is kept as the result. It may run again after a crash, so it must be safe to repeat.
    """

    def register(job: Job) -> Job:
        if name in _jobs and _jobs[name][0] is not job:
            raise ValueError(f"There is already a job named {name}.")
        _jobs[name] = (job, every)
        return job

    return register


def run_once(*, now: dt.datetime) -> Work:
    """One round: run the jobs that are due, then send one batch of mail. Call it again until it is idle."""
    jobs, broken = _run_due_jobs(now=now)
    failed = _give_up_interrupted(now=now)
    sent = put_off = 0
    mailbox = get_connection()
    for notice in _claim(now=now):
        outcome = _deliver(notice, now=now, mailbox=mailbox)
        sent += outcome == Notice.MailState.SENT
        put_off += outcome == Notice.MailState.WAITING
        failed += outcome == Notice.MailState.FAILED
    _close(mailbox)
    return Work(sent=sent, put_off=put_off, failed=failed, jobs=jobs, broken_jobs=broken)


def delay_after(attempts: int) -> dt.timedelta:
    """How long to wait after the n-th failed attempt: 1, 2, 4, 8 … minutes, at most six hours."""
    return min(FIRST_DELAY * 2 ** (attempts - 1), LONGEST_DELAY)


# --- Mail -------------------------------------------------------------------------------------------------------------


def _free(now: dt.datetime) -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lte=now)


def _claim(*, now: dt.datetime) -> list[Notice]:
    """Take a batch for ourselves. The attempt counts from here: a mail that kills its worker is given up one day too.

    Rows another worker is just claiming are skipped where the database can, and waited for where it cannot.
    """
    with transaction.atomic():
        due = Notice.objects.filter(
            _free(now), mail_state=Notice.MailState.WAITING, send_after__lte=now, attempts__lt=MAX_ATTEMPTS
        ).order_by("send_after", "pk")
        ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        Notice.objects.filter(pk__in=ids).update(leased_until=now + LEASE, attempts=F("attempts") + 1)
        return list(
            Notice.objects.filter(pk__in=ids).select_related("recipient").order_by("send_after", "pk")
        )


def _give_up_interrupted(*, now: dt.datetime) -> int:
    """Mails whose worker died in the last attempt: nobody will try again, so they are shown as failed."""
    stuck = Notice.objects.filter(
        _free(now), mail_state=Notice.MailState.WAITING, send_after__lte=now, attempts__gte=MAX_ATTEMPTS
    )
    return stuck.update(mail_state=Notice.MailState.FAILED, leased_until=None, last_error=INTERRUPTED)


def _deliver(notice: Notice, *, now: dt.datetime, mailbox: BaseEmailBackend) -> str:
    """Send one mail and write the outcome; returns the state the notice has now."""
    if notice.recipient is not None and not notice.recipient.is_active:
        return _settle(
            notice, mail_state=Notice.MailState.NONE, last_error="利用者が使用停止のため送信しませんでした。"
        )
    try:
        _message(notice, mailbox).send()
    except Exception as error:  # any fault of the mail server or its answer must not stop the worker
        return _put_off(notice, error, now=now, mailbox=mailbox)
    return _settle(notice, mail_state=Notice.MailState.SENT, sent_at=now, last_error="")


def _put_off(notice: Notice, error: Exception, *, now: dt.datetime, mailbox: BaseEmailBackend) -> str:
    _close(mailbox)
    logger.warning(
        "A mail could not be sent: %s",
        type(error).__name__,
        extra={"notice_id": notice.pk, "attempt": notice.attempts},
    )
    if notice.attempts >= MAX_ATTEMPTS:
        return _settle(notice, mail_state=Notice.MailState.FAILED, last_error=_fault(error))
    return _settle(
        notice,
        mail_state=Notice.MailState.WAITING,
        last_error=_fault(error),
        send_after=now + delay_after(notice.attempts),
    )


def _settle(notice: Notice, *, mail_state: str, **values: object) -> str:
    """Write the outcome unless our lease ran out and another worker took the mail in the meantime."""
    ours = Notice.objects.filter(pk=notice.pk, attempts=notice.attempts, mail_state=Notice.MailState.WAITING)
    ours.update(mail_state=mail_state, leased_until=None, **values)
    return mail_state


def _fault(error: Exception) -> str:
    """What went wrong, without the server's own words: they may quote the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "宛先のメールアドレスが受け付けられませんでした。アドレスを確かめてください。"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"メールサーバーが断りました(応答 {error.smtp_code})。"
    if isinstance(error, OSError):
        return "メールサーバーに接続できませんでした。"
    return f"メールを作れませんでした({type(error).__name__})。"


def _message(notice: Notice, mailbox: BaseEmailBackend) -> EmailMessage:
    """Subject and link, nothing about anybody else. The id is the same at every attempt, so doubles can be told."""
    greeting = [f"{notice.recipient.name} 様", ""] if notice.recipient is not None else []
    lines = [*greeting, notice.subject]
    if path := _path_of(notice):
        lines += ["", _lead_of(notice), f"{settings.SITE_URL.rstrip('/')}{path}"]
    lines += ["", "このメールは住まいの輪から自動でお送りしています。返信はできません。"]
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return EmailMessage(
        subject=f"【住まいの輪】{notice.subject}",
        body="\n".join(lines),
        to=[notice.recipient.email if notice.recipient is not None else notice.address],
        headers={"Message-ID": f"<notice-{notice.public_id}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=mailbox,
    )


def _path_of(notice: Notice) -> str:
    maker = _links.get(notice.link)
    return maker(notice) if maker else notice.path


def _lead_of(notice: Notice) -> str:
    if notice.link == Notice.Link.PASSWORD:
        days = settings.PASSWORD_RESET_TIMEOUT // 86_400
        return f"次のページでパスワードを設定してください。このリンクが使えるのは、{days}日間に1回だけです。"
    if notice.link == Notice.Link.INVITATION:
        return "次のページを開いて、手続をしてください。このリンクが使えるのは1回だけです。心当たりがなければ、このメールは捨ててください。"
    return "くわしい内容は、次のページでご確認ください。"


def _close(mailbox: BaseEmailBackend) -> None:
    try:
        mailbox.close()
    except Exception:  # a dead connection may well refuse to be closed
        logger.info("The connection to the mail server was already gone.")


# --- Jobs -------------------------------------------------------------------------------------------------------------


def _run_due_jobs(*, now: dt.datetime) -> tuple[int, int]:
    """Run what is due, one after the other; returns how many ran well and how many broke."""
    _schedule_new(now=now)
    done = broken = 0
    for name, (job, every) in sorted(_jobs.items()):
        if not _take(name, now=now):
            continue
        is_sound, result = _run_job(name, job, now=now)
        done, broken = done + is_sound, broken + (not is_sound)
        ScheduledJob.objects.filter(name=name).update(
            next_run_at=now + every, leased_until=None, last_run_at=now, last_result=result[:200]
        )
    return done, broken


def _schedule_new(*, now: dt.datetime) -> None:
    known = set(ScheduledJob.objects.values_list("name", flat=True))
    new = [ScheduledJob(name=name, next_run_at=now) for name in _jobs if name not in known]
    if new:
        ScheduledJob.objects.bulk_create(new, ignore_conflicts=True)


def _take(name: str, *, now: dt.datetime) -> bool:
    """One UPDATE decides who runs the job: whoever finds it due and free."""
    due = ScheduledJob.objects.filter(_free(now), name=name, next_run_at__lte=now)
    return due.update(leased_until=now + JOB_LEASE) == 1


def _run_job(name: str, job: Job, *, now: dt.datetime) -> tuple[bool, str]:
    try:
        result = job(now=now)
    except Exception as error:  # a broken job must not keep mail or other jobs waiting
        logger.exception("A periodic job broke.", extra={"job": name})
        return False, f"失敗しました({type(error).__name__})"
    return True, "" if result is None else str(result)
