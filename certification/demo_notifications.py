"""Invented 届出・報告: a plan of the year before with its report, a lesser change to receive, and one that was abolished."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

from django.utils import timezone

from accounts.models import User
from certification.demo import Office, Walk, changed, sample_plan
from certification.models import Notification, Operator
from certification.rules.notifications import Abolition, AnnualReport, ChaseWay, NotificationKind
from certification.rules.plan import to_content
from certification.rules.procedures import Procedure
from certification.rules.statements import ChangeStatement
from certification.rules.workflow import Action
from certification.services import notifications, planning
from certification.services.procedures import begin_procedure
from certification.services.reporting import open_reports
from japan.wareki import fiscal_year

REPORT = AnnualReport(
    occupied_units=1,
    vacant_units=0,
    low_income=1,
    elderly=1,
    disabled=0,
    child_rearing=0,
    other_residents=0,
    safety_alerts=2,
    watch_visits=12,
    referrals=1,
    monthly_price_yen=3_500,
    has_changes=False,
)


def ending(walk: Walk, *, ends_on: dt.date) -> Notification:
    """廃止届 of a certified plan, filed."""
    actor = walk.actor(walk.user)
    row = notifications.begin(
        plan_id=walk.application.plan.public_id,
        kind=NotificationKind.ABOLITION,
        actor=actor,
        now=walk.at,
        key=uuid.uuid4(),
    )
    statement = Abolition(
        ends_on=ends_on,
        reason="建物が古くなり、建て替えるため。",
        residents="入居している方には、近くの住宅への住み替えを一緒に進めています。",
    )
    return notifications.write(
        notification_id=row.public_id,
        content=to_content(statement),
        files=True,
        actor=actor,
        now=walk.at,
        seen=row.revision,
    )


def lesser_change(walk: Walk) -> Notification:
    """軽微変更届: the support costs 500 yen less."""
    actor = walk.actor(walk.user)
    walk.application = begin_procedure(
        plan_id=walk.application.plan.public_id,
        procedure=Procedure.CHANGE,
        actor=actor,
        now=walk.at,
        key=uuid.uuid4(),
    ).application
    plan = walk.application.current_version.value
    walk.write(
        changed(
            plan, price=dataclasses.replace(plan.price, monthly_yen=(plan.price.monthly_yen or 500) - 500)
        )
    )
    planned_on = timezone.localdate() + dt.timedelta(days=30)
    planning.save_statement(
        application_id=walk.application.public_id,
        content=to_content(ChangeStatement(planned_on=planned_on, reason="入居者の負担を減らすため。")),
        actor=actor,
        now=walk.at,
        seen=walk.reload().current_version.revision,
    )
    walk.reload()
    walk.act(Action.NOTIFY, walk.user)
    return Notification.objects.get(application=walk.application)


def load(office: Office, operator: Operator, user: User, *, now: dt.datetime) -> None:
    """Three plans certified in the fiscal year before: one reported, one late and chased, one abolished."""
    today = timezone.localdate(now)
    spring = dt.datetime.combine(dt.date(fiscal_year(today), 4, 1), dt.time(10, 0))
    before = timezone.make_aware(spring) - dt.timedelta(days=90)

    def certified(title: str) -> Walk:
        plan = sample_plan(title, company=operator.name, city=office.municipality.name)
        walk = Walk(office=office, user=user, at=before)
        walk.file(operator, plan).accept().gather().propose().decide()
        walk.at = now - dt.timedelta(days=3)
        return walk

    reported, late, abolished = (certified(title) for title in ("例示荘 東", "例示荘 西", "旧見本荘"))
    open_reports(now=now)
    row = _report_of(reported)
    notifications.write(
        notification_id=row.public_id,
        content=to_content(REPORT),
        files=True,
        actor=reported.actor(user),
        now=reported.at,
        seen=row.revision,
    )
    lesser_change(late)
    notifications.chase(
        notification_id=_report_of(late).public_id,
        on=today - dt.timedelta(days=1),
        way=ChaseWay.PHONE,
        actor=late.actor(office.desk),
        now=now,
    )
    end = ending(abolished, ends_on=timezone.localdate(abolished.at))
    notifications.receive(
        notification_id=end.public_id, actor=abolished.actor(office.desk), now=now, seen=end.revision
    )


def _report_of(walk: Walk) -> Notification:
    return Notification.objects.get(plan=walk.application.plan_id, kind=NotificationKind.ANNUAL_REPORT)
