"""Rents, own numbers and follow-ups: who may write, what is refused, what is kept for good."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Notice, User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from certification.demo import Office, Walk, changed
from certification.models import DecidedThresholds, FollowUp, Operator, Revocation, Threshold
from certification.models import Plan as PlanRow
from certification.rules.plan import Plan
from certification.selectors.case import case_page
from certification.selectors.criteria import numbers_changed_since_filing
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.follow_ups import record_done, remind_follow_ups
from certification.services.rents import RentContent, add_rent, remove_rent
from certification.services.thresholds import ThresholdContent, add_threshold, end_threshold

CONTENT = RentContent(
    address="見本町一丁目", area_m2=Decimal(25), built_year=1998, monthly_rent_yen=50_000, source="見本の調べ"
)


def actor(user: User, *, now: dt.datetime | None = None) -> Actor:
    return actor_of(user, day=timezone.localdate(now) if now else timezone.localdate())


# --- 近傍同種の家賃 ---


def test_an_officer_enters_a_home_nearby_and_takes_it_out(accepted: Walk) -> None:
    case, desk, now = accepted.application, accepted.office.desk, accepted.at
    row = add_rent(application_id=case.public_id, content=CONTENT, actor=actor(desk), now=now)

    assert row.entered_by == desk
    assert case.reviewers.filter(pk=desk.pk).exists()
    remove_rent(application_id=case.public_id, rent_id=row.public_id, actor=actor(desk), now=now)
    assert not case.rent_comparables.exists()
    acts = AuditEvent.objects.filter(action__startswith="certification.rent_")
    assert [event.action for event in acts.order_by("pk")] == [
        "certification.rent_added",
        "certification.rent_removed",
    ]
    assert "見本町" not in str([event.details for event in acts])


def test_who_only_reads_enters_nothing(accepted: Walk) -> None:
    with pytest.raises(ActRefused):
        add_rent(
            application_id=accepted.application.public_id,
            content=CONTENT,
            actor=actor(accepted.office.viewer),
            now=accepted.at,
        )


# --- 基準の数値 ---


def own(
    value: str, *, code: str = "floor_area_existing_m2", start: dt.date | None = None
) -> ThresholdContent:
    return ThresholdContent(
        code=code,
        value=Decimal(value),
        effective_from=start or timezone.localdate(),
        basis="見本市賃貸住宅供給促進計画",
    )


def test_an_own_number_holds_from_its_day_and_only_there(accepted: Walk, other_office: Office) -> None:
    office, now = accepted.office, timezone.now()
    add_threshold(content=own("26"), actor=actor(office.administrator), now=now)
    page = case_page(actor(office.desk), accepted.application.public_id, now=now)

    assert page.thresholds["floor_area_existing_m2"] == 26
    assert [(one.label, one.before, one.after) for one in
            numbers_changed_since_filing(page.application, now_used=page.thresholds)] == (
        [] if timezone.localdate(page.application.submitted_at) == timezone.localdate(now)
        else [("床面積(既存住宅)", "18㎡", "26㎡")]
    )  # fmt: skip
    assert not Threshold.objects.filter(municipality=other_office.municipality).exists()


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (own("18"), "value"),
        (own("0.5", code="exclusive_units_min"), "value"),
        (own("2", code="safety_max_days"), "code"),
        (own("26", start=dt.date(2020, 1, 1)), "effective_from"),
    ],
)
def test_what_cannot_be_an_own_number_is_told_at_its_field(
    office: Office, content: ThresholdContent, field: str
) -> None:
    with pytest.raises(InputMissing) as refused:
        add_threshold(content=content, actor=actor(office.administrator), now=timezone.now())
    assert refused.value.field == field


def test_two_values_do_not_begin_on_one_day(office: Office) -> None:
    add_threshold(content=own("26"), actor=actor(office.administrator), now=timezone.now())
    with pytest.raises(InputMissing, match="同じ日から"):
        add_threshold(content=own("27"), actor=actor(office.administrator), now=timezone.now())


def test_an_own_number_ends_and_a_stale_page_ends_nothing(office: Office) -> None:
    who, now = actor(office.administrator), timezone.now()
    row = add_threshold(content=own("26"), actor=who, now=now)
    until = timezone.localdate() + dt.timedelta(days=9)
    end_threshold(threshold_id=row.pk, until=until, actor=who, now=now, seen="")

    row.refresh_from_db()
    assert row.effective_until == until
    with pytest.raises(Stale):
        end_threshold(threshold_id=row.pk, until=until, actor=who, now=now, seen="")


def test_the_desk_changes_no_numbers(office: Office) -> None:
    with pytest.raises(NotFound):
        add_threshold(content=own("26"), actor=actor(office.desk), now=timezone.now())


def test_a_decision_keeps_the_numbers_it_went_by(proposed: Walk) -> None:
    proposed.decide()
    kept = DecidedThresholds.objects.get(application=proposed.application)
    add_threshold(content=own("40"), actor=actor(proposed.office.administrator), now=timezone.now())
    page = case_page(
        actor(proposed.office.desk), proposed.application.public_id, now=timezone.now() + dt.timedelta(days=9)
    )

    assert kept.values["floor_area_existing_m2"] == "18.00"
    assert page.thresholds["floor_area_existing_m2"] == 18
    with pytest.raises(IntegrityError), transaction.atomic():
        DecidedThresholds.objects.update(day=dt.date(2020, 1, 1))


# --- 認定後の確認 ---


@pytest.fixture
def promised(walk: Walk, owner: tuple[Operator, User], plan: Plan) -> Walk:
    """認定, with works of an old building to come."""
    old = dataclasses.replace(
        plan.buildings[0],
        construction_started="1980-03",
        completed="1980-12",
        seismic="planned",
        seismic_works_until="2027-03",
    )
    return walk.file(owner[0], changed(plan, buildings=(old,))).accept().gather().propose().decide()


def test_a_certified_plan_with_works_to_come_leaves_a_task(promised: Walk) -> None:
    row = FollowUp.objects.get()

    assert (row.plan_id, row.due_on, row.is_guessed) == (
        promised.application.plan_id,
        dt.date(2027, 3, 31),
        False,
    )


def test_a_plan_without_works_leaves_none(proposed: Walk) -> None:
    proposed.decide()
    assert not FollowUp.objects.exists()


def test_an_officer_says_that_it_was_seen_to(promised: Walk) -> None:
    row, who, now = FollowUp.objects.get(), actor(promised.office.desk), timezone.now()
    given: dict[str, Any] = {"follow_up_id": row.public_id, "actor": who, "now": now}
    with pytest.raises(InputMissing, match="何で確かめたか"):
        record_done(done_on=timezone.localdate(), note=" ", seen=0, **given)
    with pytest.raises(InputMissing, match="今日まで"):
        record_done(done_on=timezone.localdate() + dt.timedelta(days=1), note="見た", seen=0, **given)
    record_done(done_on=timezone.localdate(), note="検査済証で確かめた。", seen=0, **given)

    row.refresh_from_db()
    assert (row.done_by, row.note, row.revision) == (promised.office.desk, "検査済証で確かめた。", 1)
    with pytest.raises(Stale):
        record_done(done_on=timezone.localdate(), note="もう一度", seen=0, **given)


def test_who_only_reads_or_is_of_another_city_closes_nothing(promised: Walk, other_office: Office) -> None:
    row = FollowUp.objects.get()
    for user in (promised.office.viewer, other_office.desk):
        with pytest.raises(NotFound):
            record_done(
                follow_up_id=row.public_id,
                done_on=timezone.localdate(),
                note="見た",
                actor=actor(user),
                now=timezone.now(),
                seen=0,
            )


def test_the_lead_is_reminded_before_the_day_and_after_it_once_each(promised: Walk) -> None:
    row = FollowUp.objects.get()

    def remind(days: int) -> int:
        at = dt.datetime.combine(row.due_on + dt.timedelta(days=days), dt.time(9), tzinfo=promised.at.tzinfo)
        return remind_follow_ups(now=at)

    assert remind(-31) == 0
    assert remind(-30) == 2
    assert remind(-29) == 0
    assert remind(1) == 2
    notices = Notice.objects.filter(subject__startswith="耐震改修の完了確認")
    assert {notice.recipient for notice in notices} == {promised.office.desk, promised.office.colleague}
    FollowUp.objects.update(done_on=row.due_on, done_by=promised.office.desk)
    assert remind(60) == 0


# --- 欠格 ---


def test_a_revoked_plan_of_the_same_city_is_told_beside_the_parties(
    accepted: Walk, owner: tuple[Operator, User], other_office: Office
) -> None:
    def revoke(walk: Walk) -> None:
        walk.file(owner[0], accepted.application.current_version.value).accept().gather().propose().decide()
        PlanRow.objects.filter(pk=walk.application.plan_id).update(status=PlanRow.Status.REVOKED)
        Revocation.objects.create(
            plan=walk.application.plan, revoked_on=timezone.localdate(), basis="法56条2項"
        )

    def told() -> int:
        page = case_page(actor(accepted.office.desk), accepted.application.public_id, now=timezone.now())
        return sum("取り消された" in found.text for found in page.checked(["parties"]))

    revoke(Walk(office=other_office, user=owner[1], at=accepted.at))
    assert told() == 0
    revoke(Walk(office=accepted.office, user=owner[1], at=accepted.at))
    assert told() >= 1
