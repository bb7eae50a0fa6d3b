"""Who somebody is on a day: only appointments in force count."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from accounts.selectors import actor_of, holders

from .town import TODAY, Town, add_person, appoint_directly


def test_actor_carries_posts_and_place(town: Town) -> None:
    actor = town.actor(town.clerk)
    assert (actor.municipality_code, actor.municipality_name) == ("132225", "東久留米市")
    assert actor.label == "福祉総務課 窓口担当"
    assert actor.organisation == "東久留米市 福祉総務課"
    assert actor.has(Role.DESK)
    assert actor.has(Role.DESK, town.welfare.pk)
    assert not actor.has(Role.DESK, town.housing.pk)
    assert not actor.has(Role.DECIDER)


def test_departments_by_role(town: Town) -> None:
    appoint_directly(town.clerk, town.housing, Role.REVIEWER)
    actor = town.actor(town.clerk)
    assert actor.departments() == {town.welfare.pk, town.housing.pk}
    assert actor.departments(Role.REVIEWER) == {town.housing.pk}
    assert actor.departments(Role.DECIDER) == frozenset()


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (dt.date(2026, 3, 31), False),
        (dt.date(2026, 4, 1), True),
        (dt.date(2027, 3, 31), True),
        (dt.date(2027, 4, 1), False),
    ],
)
def test_only_appointments_in_force_count(town: Town, day: dt.date, holds: bool) -> None:
    user = add_person("期限 有子", "limited@kurume.example.jp")
    appoint_directly(user, town.welfare, Role.DECIDER, until=dt.date(2027, 3, 31))
    assert actor_of(user, day=day).has(Role.DECIDER) is holds


def test_inactive_people_hold_nothing(town: Town) -> None:
    town.clerk.is_active = False
    town.clerk.save()
    actor = town.actor(town.clerk)
    assert actor.posts == ()
    assert actor.municipality_id is None
    assert town.clerk not in holders(department_ids=[town.welfare.pk], roles=[Role.DESK], day=TODAY)


def test_superuser_without_post_has_no_role(town: Town) -> None:
    root = add_person("管理 花子", "root@example.jp", is_superuser=True)
    actor = actor_of(root, day=TODAY)
    assert actor.is_superuser
    assert not any(actor.has(role) for role in Role)
    assert actor.home_id == 0


def test_two_municipalities_are_never_mixed(town: Town, other_town: Town) -> None:
    """The services refuse it; should the admin have made it, the newer one decides."""
    appoint_directly(town.clerk, other_town.welfare, Role.DECIDER, from_on=dt.date(2026, 6, 1))
    actor = town.actor(town.clerk)
    assert actor.municipality_code == "261009"
    assert {post.department_id for post in actor.posts} == {other_town.welfare.pk}


def test_actor_is_one_query(town: Town) -> None:
    appoint_directly(town.clerk, town.housing, Role.REVIEWER)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        actor = actor_of(town.clerk, day=TODAY)
        assert actor.label
    assert len(queries) == 1


def test_holders_name_each_person_once(town: Town) -> None:
    appoint_directly(town.clerk, town.welfare, Role.REVIEWER)
    found = holders(
        department_ids=[town.welfare.pk, town.housing.pk], roles=[Role.DESK, Role.REVIEWER], day=TODAY
    )
    assert set(found) == {town.clerk, town.reviewer}
    assert found.count() == 2
