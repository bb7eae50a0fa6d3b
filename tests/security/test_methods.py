"""Reading changes nothing: every GET and HEAD of the table leaves every table as it was, the trail and sessions apart."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from certification.models import Application
from tests.security.record import OURS, acts_on_record, fingerprint
from tests.security.table import TABLE
from tests.security.test_access_table import actors_of, signed_in, text_of
from tests.world import World


def test_reading_writes_nothing(world: World) -> None:
    """Row counts and values of all tables, for everybody of the own city who may open the page."""
    people, reads = actors_of(world), 0
    for actor, user in people.items():
        client = signed_in(user)
        before, acts = fingerprint(of=()), acts_on_record()
        for name, cell in TABLE.items():
            if actor not in cell.get or not cell.reads:
                continue
            path = reverse(name, kwargs=cell.args(world.own))
            answered, asked = client.get(path), client.head(path)
            assert answered.status_code in (200, 302), (actor, name)
            assert asked.status_code == answered.status_code, (actor, name)
            text_of(answered)
            text_of(asked)
            reads += 2
        after = fingerprint(of=())
        assert {table: rows for table, rows in after.items() if rows != before[table]} == {}, actor
        assert acts_on_record() == acts, actor
    print(f"reads: {reads}, tables: {len(fingerprint(of=()))}")  # noqa: T201 -- the counts are part of the record
    assert reads > 200


def test_the_fingerprint_notices_one_letter(world: World) -> None:
    """Control: one changed value of one row is enough."""
    before = fingerprint()
    row = Application.objects.order_by("pk")[0]
    Application.objects.filter(pk=row.pk).update(last_moved_label=f"{row.last_moved_label}。")
    after = fingerprint()
    assert [table for table in after if after[table] != before[table]] == ["certification_application"]


def test_the_fingerprint_covers_every_table_of_ours() -> None:
    names = set((fingerprint.__kwdefaults__ or {})["of"])
    assert names == set(OURS)


@pytest.mark.parametrize("name", ["certification:case", "certification:document", "certification:letter"])
def test_a_reading_of_a_case_is_one_event(world: World, name: str) -> None:
    client = signed_in(world.own.office.viewer)
    before = AuditEvent.objects.count()
    response = client.get(reverse(name, kwargs=TABLE[name].args(world.own)))
    assert response.status_code == 200
    text_of(response)
    assert AuditEvent.objects.count() == before + 1
