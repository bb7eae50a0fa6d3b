"""届出・報告 as pages show them: one's own, those of the office, the board of reports, and the public notices."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Role
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import (
    Notification,
    NotificationFiling,
    OtherUsePermit,
    Plan,
    PublicNotice,
    RegisterEntry,
    ReportChase,
)
from certification.rules.notifications import (
    NotificationKind,
    NotificationStatus,
    ReportStanding,
    report_standing,
)
from certification.rules.plan import Plan as PlanContent
from certification.selectors.access import (
    CASE_ROLES,
    applicant_notifications,
    lead_plans,
    staff_notifications,
    staff_plans,
)

PAGE: Final = 50


@dataclass(frozen=True, kw_only=True)
class NotificationPage:
    """One notification with the plan as certified, and what was filed each time."""

    notification: Notification
    content: PlanContent
    filings: tuple[NotificationFiling, ...]
    may_receive: bool = False


def own_notification(actor: Actor, public_id: uuid.UUID) -> NotificationPage:
    """One's own. Raises `NotVisible`."""
    return _page(applicant_notifications(actor), public_id)


def office_notification(actor: Actor, public_id: uuid.UUID) -> NotificationPage:
    """One the office may read. Raises `NotVisible`."""
    page = _page(staff_notifications(actor), public_id)
    is_desk = lead_plans(actor, Role.DESK).filter(pk=page.notification.plan_id).exists()
    return NotificationPage(
        notification=page.notification, content=page.content, filings=page.filings, may_receive=is_desk
    )


def _page(visible: QuerySet[Notification], public_id: uuid.UUID) -> NotificationPage:
    found = (
        visible.select_related(
            *("plan__register_entry__version", "plan__operator", "municipality", "application"),
            *("filed_by", "received_by"),
        )
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise NotVisible
    return NotificationPage(
        notification=found,
        content=found.plan.register_entry.version.value,
        filings=tuple(found.filings.select_related("filed_by").order_by("-number")),
    )


def plan_for_paper(actor: Actor, plan_id: uuid.UUID) -> RegisterEntry:
    """The certified plan about which the desk enters what came on paper. Raises `NotVisible`."""
    plans = lead_plans(actor, Role.DESK).filter(status=Plan.Status.CERTIFIED)
    entries = RegisterEntry.objects.select_related("version", "plan__municipality")
    found = entries.filter(plan__in=plans, plan__public_id=plan_id).first()
    if found is None:
        raise NotVisible
    return found


@dataclass(frozen=True, kw_only=True)
class PlanNotifications:
    """What the page of a certified plan shows of notifications and permits."""

    notifications: tuple[Notification, ...]
    permits: tuple[OtherUsePermit, ...]
    may_enter_paper: bool = False


def of_own_plan(actor: Actor, plan: Any) -> PlanNotifications:
    """For its operator: drafts too."""
    rows = applicant_notifications(actor).filter(plan=plan)
    return PlanNotifications(notifications=tuple(rows.order_by("-pk")[:PAGE]), permits=_permits(plan))


def of_plan(actor: Actor, plan: Any) -> PlanNotifications:
    """For the office: what was filed."""
    rows = staff_notifications(actor).filter(plan=plan).order_by("-pk")[:PAGE]
    return PlanNotifications(
        notifications=tuple(rows),
        permits=_permits(plan),
        may_enter_paper=is_desk_of(actor, plan),
    )


def _permits(plan: Any) -> tuple[OtherUsePermit, ...]:
    return tuple(OtherUsePermit.objects.filter(plan=plan).order_by("-lease_until"))


def is_desk_of(actor: Actor, plan: Any) -> bool:
    """Whether the actor serves at the desk of the plan's lead department."""
    return actor.has(Role.DESK, plan.municipality.certification_setting.lead_department_id)


# --- The office's lists ---


def waiting_count(actor: Actor) -> int:
    """How many wait to be received."""
    return staff_notifications(actor).filter(status=NotificationStatus.FILED).count()


def notification_list(actor: Actor, *, tab: str, kind: str, number: int) -> Page[Notification]:
    """Filed notifications: those waiting, oldest first; or all, newest first."""
    rows = staff_notifications(actor)
    if kind in NotificationKind.values:
        rows = rows.filter(kind=kind)
    rows = (
        rows.filter(status=NotificationStatus.FILED).order_by("filed_at", "pk")
        if tab == "waiting"
        else rows.order_by("-filed_at", "-pk")
    )
    shown = rows.select_related("plan__register_entry__version")
    return Paginator(shown, PAGE).get_page(number)


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """One plan's report of a year."""

    report: Notification
    content: PlanContent
    standing: ReportStanding
    chases: tuple[ReportChase, ...]


def report_years(actor: Actor) -> list[int]:
    """Fiscal years of which there are reports, the newest first."""
    years = _reports(actor).order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()
    return [year for year in years if year is not None]


def reports_of(actor: Actor, *, year: int) -> QuerySet[Notification]:
    """The reports of a year; those that are not in come first. A plan that ended and never reported is left out."""
    chases = Prefetch("chases", queryset=ReportChase.objects.select_related("by").order_by("-on", "-pk"))
    owed = Q(plan__status=Plan.Status.CERTIFIED) | Q(filed_at__isnull=False)
    rows = _reports(actor).filter(owed, fiscal_year=year).select_related("plan__register_entry__version")
    return rows.prefetch_related(chases).order_by("filed_at", "plan__certified_number", "pk")


def _reports(actor: Actor) -> QuerySet[Notification]:
    if not actor.departments(*CASE_ROLES):
        return Notification.objects.none()
    return Notification.objects.filter(plan__in=staff_plans(actor), kind=NotificationKind.ANNUAL_REPORT)


def report_rows(reports: Iterable[Notification], *, year: int, today: dt.date) -> tuple[ReportRow, ...]:
    """Each report with where it stands today."""
    return tuple(
        ReportRow(
            report=report,
            content=report.plan.register_entry.version.value,
            standing=report_standing(report.status, year=year, today=today),
            chases=tuple(report.chases.all()),
        )
        for report in reports
    )


def may_chase(actor: Actor) -> bool:
    """Reminding is for the desk."""
    return actor.has(Role.DESK)


# --- For everybody ---


def public_notices(*, number: int) -> Page[PublicNotice]:
    """公示, the newest first."""
    rows = PublicNotice.objects.select_related("municipality").order_by("-ended_on", "-pk")
    return Paginator(rows, PAGE).get_page(number)
