"""Beside the national system: exports that were read, what their rows come to now, and a case as it is copied."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Q, QuerySet

from accounts.models import Role
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from certification.models import Application, NationalImport, NationalMapping, NationalRow, PlanVersion
from certification.rules.application_form import Sheet, sheets
from certification.rules.national import CopySection, Finding, OurPlan, copy_sections, judge
from certification.selectors.access import CASE_ROLES, REVIEW_ROLES, staff_cases
from certification.selectors.facts import versions_of

PAGE: Final = 50


def may_import(actor: Actor) -> bool:
    """窓口担当 and 審査担当 read exports in and accept rows; 決裁者 and 閲覧 look on."""
    return bool(actor.departments(*REVIEW_ROLES))


def may_record(actor: Actor, application: Application) -> bool:
    """The desk of the lead department keeps the 計画番号."""
    return actor.has(Role.DESK, application.lead_department_id)


def staff_imports(actor: Actor) -> QuerySet[NationalImport]:
    """What the actor's municipality has read in."""
    if not actor.departments(*CASE_ROLES):
        return NationalImport.objects.none()
    return NationalImport.objects.filter(municipality_id=actor.home_id)


@dataclass(frozen=True, kw_only=True)
class ImportPage:
    rows: tuple[NationalImport, ...]
    number: int
    has_next: bool


def import_page(actor: Actor, *, number: int) -> ImportPage:
    """The exports read in, newest first, with how many rows each has and how many were taken over. One query."""
    start = (number - 1) * PAGE
    counted = (
        staff_imports(actor)
        .select_related("uploaded_by")
        .annotate(row_count=Count("rows"), taken_count=Count("rows", filter=Q(rows__plan__isnull=False)))
    )
    found = tuple(counted.order_by("-pk")[start : start + PAGE + 1])
    return ImportPage(rows=found[:PAGE], number=number, has_next=len(found) > PAGE)


def one_import(actor: Actor, import_id: uuid.UUID) -> NationalImport:
    """Raises `NotVisible`."""
    found = (
        staff_imports(actor)
        .select_related("uploaded_by", "mapping__confirmed_by")
        .filter(public_id=import_id)
        .first()
    )
    if found is None:
        raise NotVisible
    return found


def kept_mapping(municipality_id: int, header_hash: str) -> NationalMapping | None:
    """What was last decided for this header."""
    own = NationalMapping.objects.filter(municipality=municipality_id, header_hash=header_hash)
    return own.select_related("confirmed_by").order_by("-version").first()


def our_plans(actor: Actor) -> dict[int, tuple[OurPlan, Application]]:
    """Plans with a filed case the actor may open, as the newest case names them. One query.

    While the applicant corrects, the names of the case are what is being written: they are not told.
    """
    cases = staff_cases(actor).select_related("plan").order_by("pk")
    cases = cases.annotate(filed_at=F("current_version__frozen_at"))
    return {
        case.plan_id: (
            OurPlan(
                key=case.plan_id,
                national_id=case.plan.national_id,
                certified_number=case.plan.certified_number,
                certified_on=case.plan.certified_on,
                housing_name=case.housing_name if case.filed_at else "",
                address=case.housing_address if case.filed_at else "",
            ),
            case,
        )
        for case in cases
    }


@dataclass(frozen=True, kw_only=True)
class JudgedRow:
    row: NationalRow
    finding: Finding
    case: Application | None


def judged_rows(actor: Actor, found: NationalImport) -> tuple[JudgedRow, ...]:
    """Every row with what it comes to against our plans as they are now. Two queries."""
    rows = list(found.rows.select_related("accepted_by").order_by("line"))
    plans = our_plans(actor)
    findings = judge(((row.pk, row.values) for row in rows), (plan for plan, _ in plans.values()))
    return tuple(
        JudgedRow(row=row, finding=finding, case=plans[finding.plan.key][1] if finding.plan else None)
        for row in rows
        for finding in (findings[row.pk],)
    )


# --- 写す ---


@dataclass(frozen=True, kw_only=True)
class CopyPage:
    application: Application
    version: PlanVersion
    sections: tuple[CopySection, ...]
    sheets: tuple[Sheet, ...]


def copy_page(actor: Actor, case_id: uuid.UUID) -> CopyPage:
    """The plan as last filed: what the applicant is still correcting is not shown. Raises `NotVisible`."""
    found = staff_cases(actor).select_related("plan", "municipality").filter(public_id=case_id).first()
    if found is None:
        raise NotVisible
    version = versions_of(found).filter(frozen_at__isnull=False).order_by("-number").first()
    if version is None:
        raise NotVisible
    return CopyPage(
        application=found,
        version=version,
        sections=copy_sections(version.value),
        sheets=sheets(version.value),
    )
