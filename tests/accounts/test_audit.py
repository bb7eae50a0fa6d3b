"""The trail: what an event says, that it cannot be touched, and that touching it is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.audit import (
    GENESIS,
    AuditError,
    Problem,
    Subject,
    action_label,
    digest_of,
    record,
    seal,
    verify,
)
from accounts.logs import request_id
from accounts.models import AuditEvent, AuditSeal
from accounts.selectors import timeline_of

from .town import NOW, Town
from .trail import audit_triggers_off

THING = Subject("test.thing", "7", "サンプル荘")


def write(count: int, *, label: str = "サンプル荘") -> list[AuditEvent]:
    return [
        record(
            action="test.done",
            subject=Subject("test.thing", str(number), f"{label}{number}"),
            actor=None,
            now=NOW + dt.timedelta(seconds=number),
            details={"number": number},
        )
        for number in range(1, count + 1)
    ]


def roll_back(act: Callable[[], Any]) -> None:
    """Do something in a transaction that does not come to its end."""
    with transaction.atomic():
        act()
        transaction.set_rollback(True)


def tamper(sql: str, params: list[Any]) -> None:
    with audit_triggers_off(connection), connection.cursor() as cursor:
        cursor.execute(sql, params)


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_event_keeps_who_as_it_was(town: Town) -> None:
    token = request_id.set("req-12345678")
    try:
        event = record(
            action="accounts.appointed",
            subject=THING,
            actor=town.actor(town.clerk),
            now=NOW,
            from_state="a",
            to_state="b",
            reason="理由",
            legal_basis="法40条1項",
            details={"件数": 3},
        )
    finally:
        request_id.reset(token)
    town.clerk.name = "改名 三郎"
    town.clerk.save()
    event.refresh_from_db()
    assert event.actor_name == "東久留米市窓口 三郎"
    assert event.actor_role == "窓口担当"
    assert event.actor_organisation == "東久留米市 福祉総務課"
    assert event.municipality_code == "132225"
    assert event.request_id == "req-12345678"
    assert event.digest == digest_of(event)


def test_event_falls_with_the_act(db: None) -> None:
    roll_back(lambda: record(action="test.done", subject=THING, actor=None, now=NOW))
    assert not AuditEvent.objects.exists()


def test_applicants_act_without_a_post(town: Town) -> None:
    event = record(
        action="test.done",
        subject=THING,
        actor=None,
        now=NOW,
        municipality_code="132225",
        actor_role="申請者",
        actor_organisation="見本住宅",
    )
    assert (event.actor_name, event.actor_role, event.actor_organisation) == (
        "システム",
        "申請者",
        "見本住宅",
    )


def test_long_labels_are_cut_and_long_codes_refused(db: None) -> None:
    event = record(action="test.done", subject=Subject("test.thing", "1", "長" * 300), actor=None, now=NOW)
    assert len(event.subject_label) == 200
    assert event.subject_label.endswith("…")
    with pytest.raises(AuditError):
        record(action="a" * 61, subject=THING, actor=None, now=NOW)


@pytest.mark.parametrize("details", [{"x": 1.5}, {"x": NOW}, {1: "x"}, {"x": ["\x00"]}])
def test_details_that_databases_would_change_are_refused(db: None, details: dict[Any, Any]) -> None:
    with pytest.raises(AuditError):
        record(action="test.done", subject=THING, actor=None, now=NOW, details=details)


def test_naive_moments_are_refused(db: None) -> None:
    with pytest.raises(AuditError):
        record(action="test.done", subject=THING, actor=None, now=dt.datetime(2026, 1, 1))


@pytest.mark.parametrize("name", ["神\ufa19", "か\u3099", "𠮷野家", "a\r\nb", "\u3000 空白 "])
def test_texts_survive_the_database_to_the_letter(db: None, name: str) -> None:
    record(
        action="test.done",
        subject=Subject("test.thing", "1", name),
        actor=None,
        now=dt.datetime(2026, 1, 1, 23, 59, 59, 999_999, tzinfo=dt.UTC),
        reason=name,
        details={"b": [1, True, None, {"z": name}], "a": 10**15},
    )
    assert AuditEvent.objects.get().subject_label == name
    assert verify().is_sound


def test_timeline_is_newest_first_in_words(town: Town) -> None:
    record(
        action="accounts.appointed", subject=THING, actor=town.actor(town.clerk), now=NOW, reason="人事異動"
    )
    record(action="test.unnamed", subject=THING, actor=None, now=NOW)
    newest, oldest = timeline_of("test.thing", "7")
    assert newest["title"] == "test.unnamed"
    assert oldest == {
        "title": "辞令を出した",
        "actor": "東久留米市 福祉総務課 窓口担当 東久留米市窓口 三郎",
        "when": "令和8年11月24日(火) 10:00",
        "text": "人事異動",
    }
    assert action_label("accounts.appointed") == "辞令を出した"


# --- Triggers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["update", "delete"])
@pytest.mark.parametrize("model", [AuditEvent, AuditSeal])
def test_database_refuses_changes(db: None, verb: str, model: type[Any]) -> None:
    write(1)
    seal(now=NOW)
    before = list(model.objects.values())
    act = model.objects.all().delete if verb == "delete" else partial(model.objects.update, id=99)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        act()
    assert list(model.objects.values()) == before


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_control_without_triggers_the_change_goes_through(db: None, verb: str) -> None:
    """The guard, not something else, is what refuses above."""
    write(1)
    with audit_triggers_off(connection):
        if verb == "delete":
            AuditEvent.objects.all().delete()
        else:
            AuditEvent.objects.update(reason="x")
    assert not AuditEvent.objects.filter(reason="").exists()


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["accounts_auditevent", "accounts_auditseal"])
def test_postgres_refuses_truncate(db: None, table: str) -> None:
    refused = pytest.raises(DatabaseError, match="only ever added")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")


# --- Sealing ----------------------------------------------------------------------------------------------------------


def test_seals_chain_over_ranges(db: None) -> None:
    events = write(5)
    assert seal(now=NOW, batch=2) == 5
    first, second, third = AuditSeal.objects.all()
    assert first.previous_hash == GENESIS
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert (first.first_id, third.last_id) == (events[0].pk, events[4].pk)
    assert seal(now=NOW) == 0
    assert AuditSeal.objects.count() == 3


def test_untouched_trail_is_sound(db: None) -> None:
    write(5)
    seal(now=NOW, batch=2)
    write(2)
    report = verify(page=2)
    assert report.is_sound
    assert (report.sealed, report.unsealed, report.seals) == (5, 2, 3)
    assert report.last_hash == newest_seal().hash


def test_gaps_of_rolled_back_acts_are_no_fault(db: None) -> None:
    write(1)
    roll_back(lambda: write(3))
    write(1)
    seal(now=NOW)
    assert verify().is_sound


def test_empty_trail_is_sound(db: None) -> None:
    assert verify().is_sound


def test_another_key_proves_nothing(db: None, settings: Any) -> None:
    """Who has the database but not the key cannot make digests that hold."""
    write(2)
    seal(now=NOW)
    settings.AUDIT_KEY = "another-key"
    assert first_problem().kind == "seal_altered"


# --- Tampering --------------------------------------------------------------------------------------------------------


@pytest.fixture
def sealed(db: None) -> list[AuditEvent]:
    """Two seals of three events each with a free id between the second and the third, and two events not sealed yet."""
    events = write(2)
    gap = write(1)[0]
    tamper("DELETE FROM accounts_auditevent WHERE id = %s", [gap.pk])
    events += write(4, label="第二")
    seal(now=NOW, batch=3)
    return [*events, *write(2, label="第三")]


def forge(like: AuditEvent, pk: int) -> AuditEvent:
    """An event that somebody with the key and the database writes under an id of choice."""
    forged = AuditEvent.objects.get(pk=like.pk)
    forged.pk, forged.reason, forged.nonce = pk, "差し込み", "f" * 16
    forged.digest = digest_of(forged)
    forged.save(force_insert=True)
    return forged


def first_problem(*, expect_seal: str = "") -> Problem:
    problem = verify(page=2, expect_seal=expect_seal).problem
    assert problem is not None, "nothing was found"
    return problem


def found() -> tuple[str, int]:
    problem = first_problem()
    return problem.kind, problem.id


def newest_seal() -> AuditSeal:
    return AuditSeal.objects.order_by("-pk")[0]


@pytest.mark.parametrize("index", [0, 3, 5])
@pytest.mark.parametrize("column", ["reason", "actor_name", "municipality_code"])
def test_altered_event_is_named(sealed: list[AuditEvent], index: int, column: str) -> None:
    pk = sealed[index].pk
    tamper(f"UPDATE accounts_auditevent SET {column} = %s WHERE id = %s", ["x", pk])  # noqa: S608 - columns written here
    assert found() == ("altered", pk)
    assert str(pk) in first_problem().text


def test_altered_moment_and_details_are_named(sealed: list[AuditEvent]) -> None:
    tamper("UPDATE accounts_auditevent SET details = %s WHERE id = %s", ['{"number": 9}', sealed[4].pk])
    assert found() == ("altered", sealed[4].pk)
    tamper(
        "UPDATE accounts_auditevent SET recorded_at = %s WHERE id = %s",
        ["2020-01-01 00:00:00+00", sealed[1].pk],
    )
    assert found() == ("altered", sealed[1].pk)


def test_digest_that_is_not_even_one_is_named(sealed: list[AuditEvent]) -> None:
    tamper("UPDATE accounts_auditevent SET digest = %s WHERE id = %s", ["改ざん", sealed[2].pk])
    assert found() == ("altered", sealed[2].pk)


def test_altered_event_before_its_seal_is_named(sealed: list[AuditEvent]) -> None:
    tamper("UPDATE accounts_auditevent SET reason = 'x' WHERE id = %s", [sealed[7].pk])
    assert found() == ("altered", sealed[7].pk)


@pytest.mark.parametrize("index", [0, 1, 2, 5])
def test_missing_event_is_named(sealed: list[AuditEvent], index: int) -> None:
    tamper("DELETE FROM accounts_auditevent WHERE id = %s", [sealed[index].pk])
    assert found() == ("missing", sealed[index].pk)


@pytest.mark.parametrize("place", ["below all", "in the gap", "at zero"])
def test_inserted_event_is_named(sealed: list[AuditEvent], place: str) -> None:
    """Even a well-made one, with a digest that holds: it was not there when the seal was made."""
    pk = {"below all": -7, "in the gap": sealed[1].pk + 1, "at zero": sealed[0].pk - 1}[place]
    forge(sealed[0], pk)
    assert found() == ("inserted", pk)


def test_swapped_events_are_named(sealed: list[AuditEvent]) -> None:
    first, second = sealed[3].pk, sealed[4].pk
    swap(first, second)
    assert found() == ("reordered", first)


def test_events_swapped_across_seals_are_named(sealed: list[AuditEvent]) -> None:
    swap(sealed[1].pk, sealed[5].pk)
    assert found() == ("reordered", sealed[1].pk)


def test_event_moved_into_a_gap_is_named(sealed: list[AuditEvent]) -> None:
    """The third event moves up one place: its old place is empty, but the new one comes first."""
    gap = sealed[1].pk + 1
    tamper("UPDATE accounts_auditevent SET id = %s WHERE id = %s", [gap, sealed[2].pk])
    assert found() == ("reordered", gap)


def swap(one: int, other: int) -> None:
    for old, new in ((one, -1), (other, one), (-1, other)):
        tamper("UPDATE accounts_auditevent SET id = %s WHERE id = %s", [new, old])


def test_copied_event_is_named(sealed: list[AuditEvent]) -> None:
    """A genuine event written again at the end needs no key; its nonce gives it away."""
    copy = AuditEvent.objects.get(pk=sealed[0].pk)
    copy.pk = sealed[-1].pk + 1
    copy.save(force_insert=True)
    assert found() == ("copied", copy.pk)
    seal(now=NOW)
    assert found() == ("copied", copy.pk)


def test_removed_seal_is_named(sealed: list[AuditEvent]) -> None:
    first, second = AuditSeal.objects.order_by("pk")
    tamper("DELETE FROM accounts_auditseal WHERE id = %s", [first.pk])
    assert found() == ("seal_broken", second.pk)


def test_altered_seal_is_named(sealed: list[AuditEvent]) -> None:
    second = newest_seal()
    tamper("UPDATE accounts_auditseal SET first_id = %s WHERE id = %s", [1, second.pk])
    assert found() == ("seal_altered", second.pk)


def test_cut_off_end_is_seen_by_who_kept_the_seal(sealed: list[AuditEvent]) -> None:
    """Without the key the newest seals and events can only be cut off; the hash written down elsewhere shows it."""
    kept = verify().last_hash
    newest = newest_seal()
    tamper("DELETE FROM accounts_auditseal WHERE id = %s", [newest.pk])
    tamper("DELETE FROM accounts_auditevent WHERE id >= %s", [newest.first_id])
    assert verify().is_sound
    assert first_problem(expect_seal=kept).kind == "seal_missing"


def test_older_seal_kept_is_found_in_the_chain(sealed: list[AuditEvent]) -> None:
    first = AuditSeal.objects.order_by("pk")[0]
    assert verify(expect_seal=first.hash).is_sound


# --- Command ----------------------------------------------------------------------------------------------------------


def test_command_says_what_it_read(sealed: list[AuditEvent]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "封印済み 6件(封印 2個)、封印前 2件" in out.getvalue()
    assert verify().last_hash in out.getvalue()
    assert "異常はありません" in out.getvalue()


def test_command_ends_with_one_and_a_sentence(sealed: list[AuditEvent]) -> None:
    pk = sealed[2].pk
    tamper("DELETE FROM accounts_auditevent WHERE id = %s", [pk])
    err = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", stdout=StringIO(), stderr=err)
    assert ended.value.code == 1
    assert f"記録 {pk} がありません" in err.getvalue()


def test_command_misses_the_seal_kept_elsewhere(sealed: list[AuditEvent]) -> None:
    with pytest.raises(SystemExit):
        call_command("verify_audit", "--expect-seal", "0" * 64, stdout=StringIO(), stderr=StringIO())
