"""Two administrators at the same instant: one is told that the other was first. Without the lock, one text is lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Municipality
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from certification.demo import Office
from certification.models import CertificationSetting, ReviewItem, ReviewTable
from certification.selectors import master as selectors
from certification.services import master as services
from tests.certification.conftest import MONDAY_MORNING
from tests.certification.races.arena import (
    LONGEST_SECONDS,
    WINDOW_SECONDS,
    Meeting,
    Outcome,
    count,
    together,
)

pytestmark = [pytest.mark.race, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

NOW = MONDAY_MORNING


@pytest.fixture(autouse=True)
def _on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip(
            "SQLite has one writer at a time: there is nothing to race. Run this with DATABASE_URL=postgres://…"
        )


@pytest.fixture(params=[True, False], ids=["guarded", "control"])
def guarded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    """With the lock or without; either way both meet after the last read and before the first write.

    Without the lock, the trigger that keeps published rows is out of the way too: the lock alone is looked at here.
    """
    meeting = Meeting(2, patience=WINDOW_SECONDS if request.param else LONGEST_SECONDS)
    for name in ("_write", "_write_item", "_check_start"):
        monkeypatch.setattr(services, name, partial(_meet_first, meeting, getattr(services, name)))
    if not request.param:
        monkeypatch.setattr(services, "_lock", _read_without_lock)
        _trigger("DISABLE")
    yield bool(request.param)
    _trigger("ENABLE")


def _trigger(verb: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE certification_reviewitem {verb} TRIGGER certification_reviewitem_published"
        )


def _meet_first(meeting: Meeting, step: Any, *args: Any, **values: Any) -> Any:
    meeting.arrive()
    return step(*args, **values)


def _read_without_lock(actor: Actor) -> Municipality:
    return Municipality.objects.get(pk=actor.home_id)


@pytest.fixture
def actor(office: Office) -> Actor:
    return actor_of(office.administrator, day=timezone.localdate(NOW))


def test_two_administrators_save_the_settings(office: Office, actor: Actor, guarded: bool) -> None:
    before = selectors.setting_content(office.setting)

    def save(name: str) -> CertificationSetting:
        content = dataclasses.replace(before, authority_name=name)
        return services.save_setting(
            content=content, actor=actor, now=NOW, seen=selectors.fingerprint(before)
        )

    answers = together(partial(save, "先の 名前"), partial(save, "後の 名前"))
    assert count(answers, Outcome.DONE) == (1 if guarded else 2)
    assert count(answers, Outcome.REFUSED) == (1 if guarded else 0)


def test_one_edits_a_row_while_the_other_publishes(office: Office, actor: Actor, guarded: bool) -> None:
    """What was published is what the publisher saw, or nothing was published."""
    draft = _draft(actor)
    seen = selectors.fingerprint(selectors.table_content(draft))
    item = ReviewItem.objects.get(table=draft, number=7)
    content = selectors.item_content(item)

    def edit() -> ReviewItem:
        changed = dataclasses.replace(content, label="見ていない変更")
        return services.save_item(
            item_id=item.pk, content=changed, actor=actor, now=NOW, seen=selectors.fingerprint(content)
        )

    def publish() -> ReviewTable:
        return services.publish(
            effective_from=timezone.localdate(NOW), source="要綱", actor=actor, now=NOW, seen=seen
        )

    answers = together(edit, publish)
    draft.refresh_from_db()
    item.refresh_from_db()
    went_wrong = draft.published_at is not None and item.label == "見ていない変更"
    assert went_wrong is not guarded
    assert count(answers, Outcome.DONE) == (1 if guarded else 2)


def test_a_row_that_comes_beside_a_publication_waits_and_is_refused(office: Office, actor: Actor) -> None:
    """Without any lock of ours: the database reads the table again once the other transaction has ended."""
    draft = _draft(actor)

    def slip_in() -> ReviewItem:
        return ReviewItem.objects.create(
            table=draft, number=8, label="すべりこみ", document_label="申請書", requirement="required"
        )

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            ReviewTable.objects.filter(pk=draft.pk).update(published_at=NOW)
            late = pool.submit(with_own_connection, slip_in)
            with pytest.raises(TimeoutError):
                late.result(timeout=0.5)
        with pytest.raises(IntegrityError, match="never change"):
            late.result(timeout=LONGEST_SECONDS)
    assert not ReviewItem.objects.filter(label="すべりこみ").exists()


def with_own_connection(act: Callable[[], ReviewItem]) -> ReviewItem:
    """Done in a thread, whose connection is closed at its end."""
    try:
        return act()
    finally:
        connection.close()


def _draft(actor: Actor) -> ReviewTable:
    """A draft as a copy of version 1, made before anybody waits for anybody."""
    made = ReviewTable.objects.create(
        municipality_id=actor.home_id, version=2, effective_from=timezone.localdate(NOW), source="案"
    )
    department = CertificationSetting.objects.get(municipality=actor.home_id).lead_department
    item = ReviewItem.objects.create(
        table=made, number=7, label="はじめの言葉", document_label="申請書", requirement="required"
    )
    item.departments.create(department=department)
    found = selectors.draft_of(actor)
    assert found is not None
    return found
