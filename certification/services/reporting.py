"""What the worker does about certified plans: opens the year's reports, reminds of them, and of 目的外使用 that ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.outbox import notify
from accounts.selectors import holders
from certification.models import CertificationSetting, Notification, OtherUsePermit, Plan
from certification.rules.notifications import (
    NotificationKind,
    NotificationStatus,
    reminder_stage,
    report_due_on,
    reported_year,
)
from japan.wareki import fiscal_year_label, fiscal_year_span, format_wareki

PERMIT_REMIND_DAYS = 30
"""Days before the end of a 目的外使用 at which it is brought to mind; and again once it has ended."""

_SUBJECTS = {
    "april": "定期報告をお願いします",
    "month": "定期報告の期限が近づいています",
    "overdue": "定期報告の期限が過ぎました",
}


def open_reports(*, now: dt.datetime) -> int:
    """One report for each certified plan that owes one for the year before (法49条). As often as one likes: once each."""
    today = timezone.localdate(now)
    year = reported_year(today)
    owing = Plan.objects.filter(
        status=Plan.Status.CERTIFIED, certified_on__lte=fiscal_year_span(year)[1]
    ).exclude(
        pk__in=Notification.objects.filter(kind=NotificationKind.ANNUAL_REPORT, fiscal_year=year).values(
            "plan"
        )
    )
    rows = [
        Notification(
            municipality_id=plan.municipality_id,
            plan=plan,
            kind=NotificationKind.ANNUAL_REPORT,
            fiscal_year=year,
            created_at=now,
        )
        for plan in owing.order_by("pk")
    ]
    # Two workers at once: the database refuses the second of a year.
    Notification.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def remind_reports(*, now: dt.datetime) -> int:
    """Remind operators of what is not in: from April, a month before the day, and once it has passed; then the desk too."""
    today = timezone.localdate(now)
    year = reported_year(today)
    stage = reminder_stage(year=year, today=today)
    sent = 0
    for report in _missing(year).iterator(chunk_size=500):
        members = report.plan.operator.members.values_list("user_id", flat=True)
        path = reverse("certification:own_notification", args=[report.public_id])
        sent += _remind(report, members, stage=stage, path=path, now=now)
        if stage == "overdue":
            path = f"{reverse('certification:reports')}?year={year}"
            sent += _remind(report, _desk(report.municipality_id, today), stage="late", path=path, now=now)
    return sent


def _missing(year: int) -> QuerySet[Notification]:
    return (
        Notification.objects.filter(
            kind=NotificationKind.ANNUAL_REPORT,
            fiscal_year=year,
            status__in=(NotificationStatus.DRAFT, NotificationStatus.RETURNED),
            plan__status=Plan.Status.CERTIFIED,
        )
        .select_related("plan__operator")
        .order_by("pk")
    )


def _remind(report: Notification, people: Iterable[int], *, stage: str, path: str, now: dt.datetime) -> int:
    assert report.fiscal_year is not None
    number, year = report.plan.certified_number, fiscal_year_label(report.fiscal_year)
    due = format_wareki(report_due_on(report.fiscal_year))
    subject = _SUBJECTS.get(stage, "定期報告が届いていません")
    sent = 0
    for user_id in people:
        notice = notify(
            recipient_id=user_id,
            key=f"{report.public_id}:report:{stage}:{user_id}",
            subject=f"{subject}(認定番号 {number})",
            body=f"認定番号 {number}: {year}の定期報告の期限は{due}です。ログインして確かめてください。",
            path=path,
            municipality_id=report.municipality_id,
            now=now,
        )
        sent += notice is not None
    return sent


def _desk(municipality_id: int, today: dt.date) -> list[int]:
    lead = CertificationSetting.objects.values_list("lead_department", flat=True).get(
        municipality=municipality_id
    )
    return list(holders(department_ids=[lead], roles=[Role.DESK], day=today).values_list("pk", flat=True))


def remind_permits(*, now: dt.datetime) -> int:
    """Remind both sides 30 days before a 目的外使用 ends, and once it has (法50条3項)."""
    today = timezone.localdate(now)
    until = today + dt.timedelta(days=PERMIT_REMIND_DAYS)
    permits = OtherUsePermit.objects.filter(
        lease_until__lte=until,
        lease_until__gte=today - dt.timedelta(days=PERMIT_REMIND_DAYS),
        plan__status=Plan.Status.CERTIFIED,
    ).select_related("plan__operator")
    return sum(_remind_permit(permit, today=today, now=now) for permit in permits.order_by("pk"))


def _remind_permit(permit: OtherUsePermit, *, today: dt.date, now: dt.datetime) -> int:
    plan = permit.plan
    stage = "ended" if permit.lease_until < today else "soon"
    words = "目的外使用の期間が終わりました" if stage == "ended" else "目的外使用の期間がもうすぐ終わります"
    own = reverse("certification:own_certified", args=[plan.public_id])
    office = reverse("certification:certified_plan", args=[plan.public_id])
    people = [(user, own) for user in plan.operator.members.values_list("user_id", flat=True)]
    people += [(user, office) for user in _desk(plan.municipality_id, today)]
    sent = 0
    for user_id, path in people:
        notice = notify(
            recipient_id=user_id,
            key=f"permit:{permit.pk}:{stage}:{user_id}",
            subject=f"{words}(認定番号 {plan.certified_number})",
            body=f"認定番号 {plan.certified_number}: {words}({format_wareki(permit.lease_until)}まで)。",
            path=path,
            municipality_id=plan.municipality_id,
            now=now,
        )
        sent += notice is not None
    return sent
