"""Two at once, on PostgreSQL: sealers and writers, workers, administrators."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core import mail
from django.db import OperationalError, connection, transaction

from accounts import audit, outbox
from accounts.audit import Subject, record, seal, verify
from accounts.models import AuditEvent, AuditSeal, Notice
from accounts.outbox import notify, run_once
from accounts.rules.appointments import LEAVE, Move
from accounts.selectors import sitting_rows
from accounts.services import TransferRefused, sitting_fingerprint, transfer

from .town import NOW, Town, found_town

pytestmark = [pytest.mark.race, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def write(label: str = "x") -> AuditEvent:
    return record(action="test.done", subject=Subject("test.thing", "1", label), actor=None, now=NOW)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; returns their results, or the exceptions they raised."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@contextmanager
def open_writer() -> Iterator[Callable[[], None]]:
    """Somebody who has written an event and not committed yet; the callable lets the transaction end."""
    written, finish = threading.Event(), threading.Event()

    def run() -> None:
        with transaction.atomic():
            write("the lower id")
            written.set()
            finish.wait(30)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert written.wait(10)

    def end() -> None:
        finish.set()
        thread.join(10)

    try:
        yield end
    finally:
        end()


def test_sealer_waits_for_the_lower_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "WAIT_FOR_WRITERS_MS", 300)
    with open_writer() as end:
        write("the higher id")
        with pytest.raises(OperationalError):
            seal(now=NOW)
        assert not AuditSeal.objects.exists()
        end()
    assert seal(now=NOW) == 2
    assert verify().is_sound


def test_control_a_sealer_that_does_not_wait_calls_the_late_event_inserted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit, "_settled_id", lambda: AuditEvent.objects.latest("pk").pk)
    with open_writer() as end:
        write("the higher id")
        assert seal(now=NOW) == 1
        end()
    problem = verify().problem
    assert problem is not None
    assert problem.kind == "inserted"


def test_sealing_does_not_keep_writers_out() -> None:
    """Only the question for the last id holds the lock; the work afterwards does not."""
    write()
    results = at_once(*[write] * 6, lambda: seal(now=NOW), lambda: seal(now=NOW))
    assert not [result for result in results if isinstance(result, Exception)]
    seal(now=NOW)
    assert verify().is_sound
    assert verify().sealed == 7


def test_two_sealers_make_one_chain() -> None:
    for number in range(40):
        write(str(number))
    results = at_once(*[lambda: seal(now=NOW, batch=3)] * 4)
    assert sum(results) == 40
    assert verify().is_sound
    assert (verify().sealed, verify().unsealed) == (40, 0)


@pytest.fixture
def town() -> Town:
    return found_town("132225", "東久留米市", "kurume.example.jp")


def fill_outbox(town: Town, count: int) -> None:
    for number in range(count):
        notify(
            recipient_id=town.clerk.pk,
            key=f"k{number}",
            subject=f"番号{number}",
            body="",
            path="/",
            municipality_id=town.municipality.pk,
            now=NOW,
        )


def drain() -> int:
    sent = 0
    while not (work := run_once(now=NOW)).is_idle:
        sent += work.sent
    return sent


def test_two_workers_send_each_mail_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_jobs", {})
    monkeypatch.setattr(outbox, "BATCH", 5)
    fill_outbox(town, 60)
    results = at_once(drain, drain, drain)
    assert sum(results) == 60
    assert sorted(each.subject for each in mail.outbox) == sorted(
        f"【住まいの輪】番号{number}" for number in range(60)
    )
    assert Notice.objects.filter(mail_state="sent").count() == 60


def test_one_of_two_workers_runs_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[int] = []
    monkeypatch.setattr(outbox, "_jobs", {"job": (lambda *, now: ran.append(1), dt.timedelta(hours=1))})
    results = at_once(*[lambda: run_once(now=NOW)] * 4)
    assert sum(work.jobs for work in results) == 1
    assert ran == [1]


def test_same_notice_from_two_acts_is_one(town: Town) -> None:
    results = at_once(*[lambda: fill_outbox(town, 5)] * 3)
    assert results == [None] * 3
    assert Notice.objects.count() == 5


def test_two_sittings_at_once_are_one(town: Town) -> None:
    day = dt.date(2027, 4, 1)
    actor = town.actor(town.administrator)
    seen = sitting_fingerprint(sitting_rows(actor, on=day))
    move = Move(str(town.clerk.appointments.get().public_id), LEAVE)
    results = at_once(*[lambda: transfer(actor=actor, now=NOW, on=day, moves=[move], seen=seen)] * 3)
    refused = [result for result in results if isinstance(result, TransferRefused)]
    assert len(refused) == 2
    assert AuditEvent.objects.filter(action="accounts.appointment_ended").count() == 1
