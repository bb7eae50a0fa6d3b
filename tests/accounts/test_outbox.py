"""Notices stand or fall with the act; mail is tried again, never lost, never promised twice, shown when it failed."""

from __future__ import annotations

import datetime as dt
import os
import signal
import smtplib
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import OperationalError, transaction

from accounts import outbox
from accounts.models import Notice, ScheduledJob
from accounts.outbox import (
    FIRST_DELAY,
    LEASE,
    LONGEST_DELAY,
    MAX_ATTEMPTS,
    NoticeError,
    Work,
    delay_after,
    notify,
    run_once,
)

from .town import NOW, Town

MINUTE = dt.timedelta(minutes=1)


class BrokenBackend(EmailBackend):
    """A mail server that refuses, and quotes the address as real ones do."""

    error: Exception = OSError("no route to clerk@kurume.example.jp")

    def send_messages(self, messages: Any) -> int:
        raise self.error


@pytest.fixture
def broken_mail(settings: Any) -> Iterator[type[BrokenBackend]]:
    settings.EMAIL_BACKEND = "tests.accounts.test_outbox.BrokenBackend"
    yield BrokenBackend
    BrokenBackend.error = OSError("no route to clerk@kurume.example.jp")


@pytest.fixture(autouse=True)
def only_our_jobs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The jobs of the apps stay out of these tests."""
    jobs: dict[str, Any] = {}
    monkeypatch.setattr(outbox, "_jobs", jobs)
    return jobs


def write(town: Town, *, key: str = "k1", **changed: Any) -> Any:
    arguments: dict[str, Any] = {
        "recipient_id": town.clerk.pk,
        "key": key,
        "subject": "R8-認-0012 があなたの番です",
        "body": "審査事項を判定してください。",
        "path": "/cases/1/",
        "municipality_id": town.municipality.pk,
        "now": NOW,
    }
    return notify(**{**arguments, **changed})


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_same_key_is_one_notice(town: Town) -> None:
    assert write(town) is not None
    assert write(town) is None
    assert Notice.objects.count() == 1


def test_notice_falls_with_the_act(town: Town) -> None:
    with transaction.atomic():
        write(town)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert run_once(now=NOW) == Work()
    assert mail.outbox == []


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "cases/", "/\\evil"]
)
def test_paths_lead_nowhere_else(town: Town, path: str) -> None:
    with pytest.raises(NoticeError):
        write(town, path=path)


def test_too_long_is_a_mistake_of_the_code(town: Town) -> None:
    with pytest.raises(NoticeError):
        write(town, key="k" * 121)


def test_line_breaks_never_reach_a_mail_header(town: Town) -> None:
    write(town, subject="一行目\r\nBcc: x@example.com")
    run_once(now=NOW)
    assert mail.outbox[0].subject == "【住まいの輪】一行目 Bcc: x@example.com"


# --- Sending ----------------------------------------------------------------------------------------------------------


def test_mail_carries_subject_and_link_only(town: Town, settings: Any) -> None:
    settings.SITE_URL = "https://sumai.example.jp/"
    notice = write(town)
    assert run_once(now=NOW).sent == 1
    sent = mail.outbox[0]
    assert sent.to == ["clerk@kurume.example.jp"]
    assert "https://sumai.example.jp/cases/1/" in sent.body
    assert "審査事項" not in sent.body
    assert sent.extra_headers["Message-ID"] == f"<notice-{notice.public_id}@sumai.example.jp>"
    notice.refresh_from_db()
    assert (notice.mail_state, notice.sent_at, notice.leased_until) == ("sent", NOW, None)


def test_sent_mail_is_not_sent_again(town: Town) -> None:
    write(town)
    run_once(now=NOW)
    assert run_once(now=NOW + LEASE * 2).is_idle
    assert len(mail.outbox) == 1


def test_inbox_only_notice_sends_no_mail(town: Town) -> None:
    write(town, mail=False)
    assert run_once(now=NOW).is_idle
    assert mail.outbox == []


def test_mail_waits_for_its_time(town: Town) -> None:
    write(town, send_after=NOW + MINUTE)
    assert run_once(now=NOW).is_idle
    assert run_once(now=NOW + MINUTE).sent == 1


def test_suspended_people_get_no_mail(town: Town) -> None:
    write(town)
    town.clerk.is_active = False
    town.clerk.save()
    run_once(now=NOW)
    assert mail.outbox == []
    assert Notice.objects.get().mail_state == "none"


# --- Failing ----------------------------------------------------------------------------------------------------------


def test_failure_is_tried_again_later(town: Town, broken_mail: Any) -> None:
    write(town)
    assert run_once(now=NOW).put_off == 1
    notice = Notice.objects.get()
    assert (notice.mail_state, notice.attempts, notice.send_after) == ("waiting", 1, NOW + FIRST_DELAY)
    assert notice.last_error == "メールサーバーに接続できませんでした。"
    assert run_once(now=NOW).is_idle


def test_back_off_doubles_and_has_an_end() -> None:
    assert [delay_after(n) / MINUTE for n in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert delay_after(30) == LONGEST_DELAY


def test_after_the_last_attempt_it_is_shown_as_failed(town: Town, broken_mail: Any) -> None:
    write(town)
    now = NOW
    for attempt in range(1, MAX_ATTEMPTS + 1):
        work = run_once(now=now)
        assert (work.put_off, work.failed) == ((1, 0) if attempt < MAX_ATTEMPTS else (0, 1))
        now += LONGEST_DELAY
    notice = Notice.objects.get()
    assert (notice.mail_state, notice.attempts) == ("failed", MAX_ATTEMPTS)
    assert run_once(now=now + LONGEST_DELAY).is_idle


def test_mail_server_that_recovers_gets_the_mail(town: Town, broken_mail: Any, settings: Any) -> None:
    write(town)
    run_once(now=NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert run_once(now=NOW + FIRST_DELAY).sent == 1
    assert Notice.objects.get().last_error == ""


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused(
            {"clerk@kurume.example.jp": (550, b"no such user clerk@kurume.example.jp")}
        ),
        smtplib.SMTPDataError(554, b"clerk@kurume.example.jp is blocked"),
        OSError("clerk@kurume.example.jp"),
        ValueError("clerk@kurume.example.jp"),
    ],
)
def test_neither_error_nor_log_quotes_the_address(
    town: Town, broken_mail: Any, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    broken_mail.error = error
    write(town)
    assert run_once(now=NOW).put_off == 1
    assert "clerk@" not in Notice.objects.get().last_error
    assert Notice.objects.get().last_error != ""
    assert "clerk@" not in caplog.text


def test_one_refused_mail_does_not_stop_the_others(
    town: Town, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(self: Any, messages: Any) -> int:
        if "だめ" in messages[0].subject:
            raise OSError
        return original(self, messages)

    original = EmailBackend.send_messages
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    write(town, key="bad", subject="だめなメール")
    write(town, key="good")
    work = run_once(now=NOW)
    assert (work.sent, work.put_off) == (1, 1)


# --- Leases -----------------------------------------------------------------------------------------------------------


def test_lease_keeps_a_second_worker_away_until_it_runs_out(town: Town) -> None:
    """The first worker claimed and died before it sent."""
    write(town)
    assert len(outbox._claim(now=NOW)) == 1
    assert run_once(now=NOW + LEASE - MINUTE).is_idle
    assert run_once(now=NOW + LEASE).sent == 1
    assert Notice.objects.get().attempts == 2


def test_worker_that_dies_every_time_is_given_up(town: Town) -> None:
    write(town)
    now = NOW
    for _ in range(MAX_ATTEMPTS):
        assert len(outbox._claim(now=now)) == 1
        now += LEASE
    assert run_once(now=now).failed == 1
    assert (Notice.objects.get().mail_state, Notice.objects.get().last_error) == (
        "failed",
        outbox.INTERRUPTED,
    )


def test_late_outcome_of_a_lost_lease_changes_nothing(town: Town) -> None:
    write(town)
    late = outbox._claim(now=NOW)[0]
    assert run_once(now=NOW + LEASE).sent == 1
    outbox._settle(late, mail_state="failed", last_error="遅れた結果")
    assert Notice.objects.get().mail_state == "sent"


def test_batches_are_bounded(town: Town) -> None:
    for number in range(outbox.BATCH + 3):
        write(town, key=f"k{number}")
    assert run_once(now=NOW).sent == outbox.BATCH
    assert run_once(now=NOW).sent == 3


# --- Jobs -------------------------------------------------------------------------------------------------------------


def test_job_runs_when_due_and_keeps_its_result(db: None) -> None:
    ran: list[dt.datetime] = []

    @outbox.periodic("test_job", every=dt.timedelta(hours=1))
    def job(*, now: dt.datetime) -> str:
        ran.append(now)
        return "3件"

    assert run_once(now=NOW).jobs == 1
    assert run_once(now=NOW + MINUTE).jobs == 0
    assert run_once(now=NOW + dt.timedelta(hours=1)).jobs == 1
    assert ran == [NOW, NOW + dt.timedelta(hours=1)]
    row = ScheduledJob.objects.get()
    assert (row.last_result, row.leased_until) == ("3件", None)


def test_broken_job_stops_neither_mail_nor_the_next_job(
    town: Town, only_our_jobs: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*, now: dt.datetime) -> None:
        raise ValueError("住所の入った文")

    ran: list[str] = []
    only_our_jobs["a_broken"] = (broken, MINUTE)
    only_our_jobs["b_sound"] = (lambda *, now: ran.append("b"), MINUTE)
    write(town)
    work = run_once(now=NOW)
    assert (work.sent, work.jobs, work.broken_jobs) == (1, 1, 1)
    assert ran == ["b"]
    assert ScheduledJob.objects.get(name="a_broken").last_result == "失敗しました(ValueError)"


def test_lease_of_a_job_runs_out(db: None, only_our_jobs: dict[str, Any]) -> None:
    ran: list[int] = []
    only_our_jobs["job"] = (lambda *, now: ran.append(1), MINUTE)
    outbox._schedule_new(now=NOW)
    assert outbox._take("job", now=NOW)
    assert run_once(now=NOW).jobs == 0
    assert run_once(now=NOW + outbox.JOB_LEASE).jobs == 1


def test_two_jobs_never_share_a_name(only_our_jobs: dict[str, Any]) -> None:
    outbox.periodic("same", every=MINUTE)(lambda *, now: None)
    with pytest.raises(ValueError, match="same"):
        outbox.periodic("same", every=MINUTE)(lambda *, now: None)


def test_command_stops_cleanly_when_told(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGTERM in the middle of a round: the round ends, no other begins."""
    rounds: list[str] = []

    def round_(*, now: dt.datetime) -> Work:
        rounds.append("begun")
        os.kill(os.getpid(), signal.SIGTERM)
        rounds.append("ended")
        return Work(sent=1)

    monkeypatch.setattr("accounts.management.commands.work.run_once", round_)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    out = StringIO()
    try:
        call_command("work", "--pause", "30", stdout=out)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert rounds == ["begun", "ended"]
    assert "ワーカーを終わりました" in out.getvalue()


def test_command_outlives_a_database_that_is_away(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []

    def round_(*, now: dt.datetime) -> Work:
        rounds.append(1)
        if len(rounds) == 1:
            raise OperationalError("the connection is gone")
        os.kill(os.getpid(), signal.SIGTERM)
        return Work(sent=1)

    monkeypatch.setattr("accounts.management.commands.work.run_once", round_)
    monkeypatch.setattr("accounts.management.commands.work.connections.close_all", lambda: None)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        call_command("work", "--pause", "0.01", stdout=StringIO())
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert len(rounds) == 2


def test_command_drains_and_says_what_it_did(town: Town, clock: Any) -> None:
    for number in range(outbox.BATCH + 1):
        write(town, key=f"k{number}")
    out = StringIO()
    call_command("work", "--once", stdout=out)
    assert f"送信 {outbox.BATCH + 1}件" in out.getvalue()
    assert len(mail.outbox) == outbox.BATCH + 1
