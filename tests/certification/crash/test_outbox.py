"""A worker of the outbox killed in the middle of sending: its leases run out, every notice is sent, none is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import Notice, User
from accounts.outbox import BATCH, LEASE, notify, run_once
from tests.certification.crash.mailbox import Mailbox, open_mailbox
from tests.certification.crash.server import environment

pytestmark = [pytest.mark.race, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

NOTICES: Final = 60
KILLS: Final = 6
"""Half before a message was handed over, half after it and before the answer."""
LONGEST_SECONDS: Final = 40.0


@pytest.fixture(autouse=True)
def _on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Kills are tried on PostgreSQL. Run this with DATABASE_URL=postgres://…")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as mailbox:
        yield mailbox


@contextmanager
def worker(mailbox: Mailbox) -> Iterator[subprocess.Popen[bytes]]:
    """The real `manage.py work`."""
    command = [sys.executable, "manage.py", "work", "--pause", "0.1"]
    env = environment(EMAIL_URL=f"smtp://127.0.0.1:{mailbox.port}")
    process = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def write_notices() -> list[Notice]:
    user = User.objects.create_user("tomo@example.jp", name="受取 友(見本)")
    now = timezone.now()
    made = [
        notify(
            recipient_id=user.pk,
            key=f"crash:{number}",
            subject=f"お知らせ {number}",
            body="見本",
            path="/inbox/",
            municipality_id=None,
            now=now,
        )
        for number in range(NOTICES)
    ]
    return [notice for notice in made if notice is not None]


def kill_in_the_middle(mailbox: Mailbox, *, moment: str, nth: int) -> None:
    """Let a worker send, and end it with SIGKILL at this moment of its nth message."""
    target = mailbox.announced + nth
    with worker(mailbox) as process:

        def strike(number: int) -> None:
            if number == target:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()

        setattr(mailbox, moment, strike)
        process.wait(LONGEST_SECONDS)
        setattr(mailbox, moment, lambda number: None)
    assert process.returncode == -signal.SIGKILL


def let_leases_run_out() -> int:
    """Ten minutes pass for what is leased; returns how many leases there were."""
    return Notice.objects.filter(leased_until__isnull=False).update(leased_until=F("leased_until") - LEASE)


def test_a_killed_worker_loses_no_mail(
    mailbox: Mailbox, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    notices = write_notices()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    leased = 0
    for kill in range(KILLS):
        kill_in_the_middle(mailbox, moment="after" if kill % 2 else "before", nth=3 + kill)
        held = set(Notice.objects.filter(leased_until__gt=timezone.now()).values_list("pk", flat=True))
        assert 0 < len(held) <= BATCH
        if kill == 0:
            assert_leases_hold(held)
        leased += let_leases_run_out()
    drain_with_a_worker(mailbox)

    states = Notice.objects.values_list("mail_state", flat=True)
    assert set(states) == {Notice.MailState.SENT}
    sent = {notice.public_id for notice in notices}
    assert {message.split("notice-")[1].split("@")[0] for message in mailbox.received} == {
        str(pk) for pk in sent
    }
    doubles = mailbox.received.total() - len(mailbox.received)
    with capsys.disabled():
        print(  # noqa: T201 -- counts of what was killed belong to the result
            f"\noutbox: {KILLS} kills, {leased} leases ran out, {len(mailbox.received)} of {NOTICES} notices sent, "
            f"{doubles} sent twice"
        )
    assert doubles == KILLS // 2


def assert_leases_hold(held: set[int]) -> None:
    """Another worker sends what is free, and leaves alone what the dead one had taken."""
    work = run_once(now=timezone.now())
    assert work.sent == BATCH
    assert set(Notice.objects.filter(leased_until__isnull=False).values_list("pk", flat=True)) == held


def drain_with_a_worker(mailbox: Mailbox) -> None:
    """The last worker finishes the rest, and ends politely when it is told to."""
    end = time.monotonic() + LONGEST_SECONDS
    with worker(mailbox) as process:
        while Notice.objects.filter(mail_state=Notice.MailState.WAITING).exists():
            assert time.monotonic() < end, "The worker did not send everything in time."
            time.sleep(0.1)
        process.terminate()
        assert process.wait(LONGEST_SECONDS) == 0
