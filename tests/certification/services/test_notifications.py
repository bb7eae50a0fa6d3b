"""届出・報告: filed, received or handed back; the report of a year; a plan that ends; what stays between few people."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, Notice, User
from certification.demo import Office, Walk, changed
from certification.models import (
    Application,
    Notification,
    NotificationFiling,
    Operator,
    OtherUsePermit,
    Plan,
    PublicNotice,
    RegisterEntry,
    ReportChase,
)
from certification.rules.notifications import (
    Abolition,
    AnnualReport,
    ChaseWay,
    Incapacity,
    NotificationKind,
    NotificationStatus,
)
from certification.rules.plan import to_content
from certification.rules.procedures import Procedure
from certification.rules.statements import ChangeStatement
from certification.rules.workflow import Action, State
from certification.selectors.access import applicant_notifications, staff_notifications
from certification.services import notifications, planning, procedures, reporting
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale

pytestmark = pytest.mark.django_db

CANARY = "カナリアの病名"


@pytest.fixture
def certified(proposed: Walk) -> Walk:
    return proposed.decide()


def plan_of(walk: Walk) -> Plan:
    return Plan.objects.get(pk=walk.application.plan_id)


def lesser(walk: Walk, *, price: int = -500, planned_on: dt.date = dt.date(2099, 4, 1)) -> Walk:
    """A draft of a change: the support costs 500 yen less, from a day far ahead."""
    plan_id = walk.application.plan.public_id
    walk.application = procedures.begin_procedure(
        plan_id=plan_id,
        procedure=Procedure.CHANGE,
        actor=walk.actor(walk.user),
        now=walk.at,
        key=uuid.uuid4(),
    ).application
    plan = walk.application.current_version.value
    new = dataclasses.replace(plan.price, monthly_yen=(plan.price.monthly_yen or 0) + price)
    walk.write(changed(plan, price=new))
    planning.save_statement(
        application_id=walk.application.public_id,
        content=to_content(ChangeStatement(planned_on=planned_on, reason="負担を減らすため。")),
        actor=walk.actor(walk.user),
        now=walk.at,
        seen=walk.reload().current_version.revision,
    )
    walk.reload()
    return walk


def notified(walk: Walk) -> Notification:
    lesser(walk).act(Action.NOTIFY, walk.user)
    return Notification.objects.get(application=walk.application)


def begun(walk: Walk, kind: NotificationKind, *, key: uuid.UUID | None = None) -> Notification:
    return notifications.begin(
        plan_id=walk.application.plan.public_id,
        kind=kind,
        actor=walk.actor(walk.user),
        now=walk.at,
        key=key or uuid.uuid4(),
    )


def filed(walk: Walk, row: Notification, statement: Any) -> Notification:
    return notifications.write(
        notification_id=row.public_id,
        content=to_content(statement),
        files=True,
        actor=walk.actor(walk.user),
        now=walk.at,
        seen=row.revision,
    )


def ending(walk: Walk, day: dt.date) -> Notification:
    row = begun(walk, NotificationKind.ABOLITION)
    return filed(walk, row, Abolition(ends_on=day, reason="閉じるため。", residents="みな住み続けます。"))


def received(walk: Walk, row: Notification, *, user: User | None = None) -> Notification:
    return notifications.receive(
        notification_id=row.public_id,
        actor=walk.actor(user or walk.office.desk),
        now=walk.at,
        seen=row.revision,
    )


def returned(walk: Walk, row: Notification, **given: Any) -> Notification:
    return notifications.hand_back(
        notification_id=row.public_id,
        reason=given.get("reason", "変更予定日を確かめてください。"),
        needs_certification=given.get("needs_certification", False),
        actor=walk.actor(walk.office.desk),
        now=walk.at,
        seen=row.revision,
    )


# --- 軽微な変更 ---


def test_a_lesser_change_is_notified_received_and_then_stands(certified: Walk) -> None:
    base = certified.application.current_version
    row = notified(certified)
    change = Application.objects.get(pk=certified.application.pk)
    assert change.state == State.NOTIFIED
    assert (row.kind, row.status) == (NotificationKind.LESSER_CHANGE, NotificationStatus.FILED)
    assert row.version == change.current_version
    assert row.version.frozen_at
    filing = row.filings.get()
    assert [one["ground"] for one in filing.changes] == ["共管省令21条1項6号(援助の対価の減額)"]
    assert procedures.standing_version(plan_of(certified)) == base
    row = received(certified, row)
    assert row.receipt_number.split("-")[1] == "軽"
    assert procedures.standing_version(plan_of(certified)) == change.current_version


def test_a_change_that_needs_a_certification_cannot_be_notified(certified: Walk) -> None:
    lesser(certified, price=500)
    with pytest.raises(ActRefused, match="変更認定の要るところ"):
        certified.act(Action.NOTIFY, certified.user)


def test_a_lesser_change_is_told_before_it_is_made(certified: Walk) -> None:
    day = dt.date.today()
    with pytest.raises(ActRefused, match="あすより後の日"):
        lesser(certified, planned_on=day).act(Action.NOTIFY, certified.user)
    assert not Notification.objects.exists()


def test_a_returned_change_is_written_anew_and_filed_again(certified: Walk) -> None:
    row = returned(certified, notified(certified))
    certified.reload()
    certified.act(Action.REWRITE, certified.user)
    assert certified.reload().state == State.DRAFT
    certified.act(Action.NOTIFY, certified.user)
    row.refresh_from_db()
    assert row.status == NotificationStatus.FILED
    assert row.return_reason == ""
    assert list(row.filings.order_by("number").values_list("version__number", flat=True)) == [2, 3]


def test_a_change_that_was_not_returned_is_not_written_anew(certified: Walk) -> None:
    notified(certified)
    certified.reload()
    with pytest.raises(ActRefused, match="返戻されていません"):
        certified.act(Action.REWRITE, certified.user)


def test_the_office_may_say_that_a_certification_is_needed(certified: Walk) -> None:
    returned(certified, notified(certified), needs_certification=True)
    certified.reload()
    certified.act(Action.REWRITE, certified.user)
    certified.reload()
    with pytest.raises(ActRefused, match="変更認定の要る"):
        certified.act(Action.NOTIFY, certified.user)
    certified.act(Action.SUBMIT, certified.user)
    assert certified.reload().state == State.SUBMITTED


def test_no_other_procedure_while_a_change_waits_to_be_received(certified: Walk) -> None:
    row = notified(certified)
    with pytest.raises(ActRefused, match="軽微変更届"):
        lesser(certified)
    notifications.withdraw(
        notification_id=row.public_id,
        actor=certified.actor(certified.user),
        now=certified.at,
        seen=row.revision,
    )
    lesser(certified)


# --- 受理と返戻 ---


def test_an_older_page_is_refused(certified: Walk) -> None:
    row = ending(certified, dt.date(2099, 3, 31))
    row.revision -= 1
    with pytest.raises(Stale):
        received(certified, row)
    with pytest.raises(Stale):
        returned(certified, row)


def test_one_click_twice_is_one_draft(certified: Walk) -> None:
    key = uuid.uuid4()
    first = begun(certified, NotificationKind.ABOLITION, key=key)
    assert begun(certified, NotificationKind.ABOLITION, key=key) == first
    with pytest.raises(Stale):
        begun(certified, NotificationKind.DIRECT_PAYMENT, key=key)
    with pytest.raises(ActRefused, match="もう一つ書きかけ"):
        begun(certified, NotificationKind.ABOLITION)


def test_what_lacks_is_not_filed_but_saved(certified: Walk) -> None:
    row = begun(certified, NotificationKind.ABOLITION)
    with pytest.raises(InputMissing, match="「廃止の日」を入れてください。"):
        filed(certified, row, Abolition(reason="閉じるため。"))
    row = notifications.write(
        notification_id=row.public_id,
        content=to_content(Abolition(reason="閉じるため。")),
        files=False,
        actor=certified.actor(certified.user),
        now=certified.at,
        seen=row.revision,
    )
    assert (row.status, row.statement["reason"]) == (NotificationStatus.DRAFT, "閉じるため。")


def test_only_the_desk_of_the_lead_department_receives(
    certified: Walk, other_office: Office, outsider: tuple[Operator, User]
) -> None:
    row = ending(certified, dt.date(2099, 3, 31))
    office = certified.office
    others = [office.viewer, office.decider, office.auditor, office.administrator, other_office.desk]
    for user in (*others, *office.reviewers.values(), certified.user, outsider[1]):
        with pytest.raises(NotFound):
            received(certified, row, user=user)


def test_a_return_needs_a_reason(certified: Walk) -> None:
    row = ending(certified, dt.date(2099, 3, 31))
    with pytest.raises(InputMissing, match="返戻の理由"):
        returned(certified, row, reason=" ")
    with pytest.raises(InputMissing, match="軽微変更届のときだけ"):
        returned(certified, row, needs_certification=True)
    row = returned(certified, row)
    assert row.status == NotificationStatus.RETURNED
    with pytest.raises(ActRefused, match="今「返戻」です"):
        received(certified, row)


def test_what_was_filed_never_changes(certified: Walk) -> None:
    filing = ending(certified, dt.date(2099, 3, 31)).filings.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        NotificationFiling.objects.filter(pk=filing.pk).update(statement={})
    with pytest.raises(IntegrityError), transaction.atomic():
        filing.delete()


def test_the_desk_enters_what_came_on_paper_and_is_named(certified: Walk) -> None:
    statement = Abolition(ends_on=dt.date(2099, 3, 31), reason="閉じるため。", residents="みな住み続けます。")
    row = notifications.file_on_paper(
        plan_id=certified.application.plan.public_id,
        kind=NotificationKind.ABOLITION,
        content=to_content(statement),
        actor=certified.actor(certified.office.desk),
        now=certified.at,
        key=uuid.uuid4(),
    )
    assert (row.status, row.is_on_paper, row.filed_by) == (
        NotificationStatus.FILED,
        True,
        certified.office.desk,
    )
    with pytest.raises(NotFound):
        notifications.file_on_paper(
            plan_id=certified.application.plan.public_id,
            kind=NotificationKind.ABOLITION,
            content=to_content(statement),
            actor=certified.actor(certified.office.viewer),
            now=certified.at,
            key=uuid.uuid4(),
        )


# --- 廃止 ---


def test_a_plan_ends_on_its_day_and_its_end_is_made_public(certified: Walk) -> None:
    today = certified.at.date()
    row = received(certified, ending(certified, today + dt.timedelta(days=10)))
    plan = plan_of(certified)
    assert plan.status == Plan.Status.CERTIFIED
    assert notifications.carry_out_abolitions(now=certified.at + dt.timedelta(days=9)) == 0
    assert notifications.carry_out_abolitions(now=certified.at + dt.timedelta(days=10)) == 1
    assert notifications.carry_out_abolitions(now=certified.at + dt.timedelta(days=11)) == 0
    plan.refresh_from_db()
    assert plan.status == Plan.Status.ABOLISHED
    assert not RegisterEntry.objects.listed().filter(plan=plan).exists()
    notice = PublicNotice.objects.get()
    assert (notice.certified_number, notice.ended_on) == (plan.certified_number, row.effective_on)
    assert notice.parties[0]["name"] == "株式会社みほん住まい"
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicNotice.objects.update(certified_number="")


def test_a_plan_ends_at_once_where_the_day_is_today(certified: Walk) -> None:
    received(certified, ending(certified, certified.at.date()))
    assert plan_of(certified).status == Plan.Status.ABOLISHED
    with pytest.raises(ActRefused, match="認定中ではありません"):
        begun(certified, NotificationKind.DIRECT_PAYMENT)


def test_an_abolition_is_told_beforehand(certified: Walk) -> None:
    with pytest.raises(InputMissing, match="もう過ぎています"):
        ending(certified, certified.at.date() - dt.timedelta(days=1))


# --- 心身の故障 ---


def test_an_incapacity_is_read_by_few(certified: Walk, owner: tuple[Operator, User]) -> None:
    from certification.demo import person
    from certification.models import OperatorUser

    colleague = person("colleague@sumai.example.jp", "同僚 三郎")
    OperatorUser.objects.create(operator=owner[0], user=colleague)
    row = begun(certified, NotificationKind.INCAPACITY)
    statement = Incapacity(
        filed_by="relative",
        name="架空 花子",
        happened_on=certified.at.date(),
        condition=CANARY,
        has_certificate=True,
    )
    row = filed(certified, row, statement)
    office = certified.office
    readers = [
        user
        for user in (*office.people, certified.user, colleague)
        if (staff_notifications(certified.actor(user)) | applicant_notifications(certified.actor(user)))
        .filter(pk=row.pk)
        .exists()
    ]
    assert readers == [office.desk, office.decider, certified.user]
    told = [f"{one.subject} {one.body}" for one in Notice.objects.all()]
    trail = [f"{one.subject_label} {one.reason} {one.details}" for one in AuditEvent.objects.all()]
    assert not [text for text in (*told, *trail) if CANARY in text]
    assert not [text for text in told if "故障" in text]


# --- 定期報告 ---


AT_JUNE = dt.date(2027, 6, 1)


def in_year(walk: Walk, day: dt.date) -> Walk:
    walk.at = walk.at.replace(year=day.year, month=day.month, day=day.day)
    return walk


def test_reports_are_opened_once_for_plans_of_the_year_before(certified: Walk) -> None:
    assert reporting.open_reports(now=certified.at) == 0  # certified in the year that runs
    spring = certified.at.replace(year=2027, month=4, day=1)
    assert reporting.open_reports(now=spring) == 1
    assert reporting.open_reports(now=spring) == 0
    assert Notification.objects.get().fiscal_year == 2026


def test_reminders_in_april_a_month_before_and_after_the_day(certified: Walk) -> None:
    reporting.open_reports(now=certified.at.replace(year=2027, month=4, day=1))
    told = []
    for month, day in ((4, 1), (4, 20), (5, 31), (6, 30), (7, 1), (8, 1)):
        now = certified.at.replace(year=2027, month=month, day=day)
        told.append(reporting.remind_reports(now=now))
    assert told == [1, 0, 1, 0, 2, 0]


def test_a_report_is_filed_and_cannot_be_taken_back(certified: Walk) -> None:
    in_year(certified, AT_JUNE)
    reporting.open_reports(now=certified.at)
    row = Notification.objects.get()
    numbers: dict[str, Any] = {
        item.name: 0
        for item in dataclasses.fields(AnnualReport)
        if item.name not in ("has_changes", "remarks")
    }
    row = filed(certified, row, AnnualReport(**numbers, has_changes=False))
    with pytest.raises(ActRefused, match="取り下げる"):
        notifications.withdraw(
            notification_id=row.public_id,
            actor=certified.actor(certified.user),
            now=certified.at,
            seen=row.revision,
        )
    row = received(certified, row)
    assert row.receipt_number == "R9-報-0001"
    with pytest.raises(ActRefused, match="もう届いています"):
        chased(certified, row)


def chased(
    walk: Walk, row: Notification, *, on: dt.date | None = None, user: User | None = None
) -> ReportChase:
    return notifications.chase(
        notification_id=row.public_id,
        on=on or walk.at.date(),
        way=ChaseWay.PHONE,
        actor=walk.actor(user or walk.office.desk),
        now=walk.at,
    )


def test_a_chase_is_recorded_once_by_the_desk(certified: Walk) -> None:
    in_year(certified, dt.date(2027, 7, 5))
    reporting.open_reports(now=certified.at)
    row = Notification.objects.get()
    assert chased(certified, row) == chased(certified, row)
    with pytest.raises(InputMissing, match="きょうより後"):
        chased(certified, row, on=dt.date(2027, 7, 6))
    with pytest.raises(NotFound):
        chased(certified, row, user=certified.office.viewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportChase.objects.update(way="mail")


# --- 目的外使用 ---


def test_both_sides_are_reminded_before_and_after_another_use_ends(certified: Walk) -> None:
    OtherUsePermit.objects.create(
        plan=certified.application.plan,
        application=certified.application,
        unit_keys=[],
        lease_from=dt.date(2026, 6, 1),
        lease_until=dt.date(2026, 9, 30),
    )
    days = [dt.date(2026, 8, 30), dt.date(2026, 8, 31), dt.date(2026, 9, 15), dt.date(2026, 10, 1)]
    told = [reporting.remind_permits(now=in_year(certified, day).at) for day in days]
    assert told == [0, 2, 0, 2]
