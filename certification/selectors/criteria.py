"""What stands beside a plan when its criteria are weighed: the numbers in force, rents nearby, revoked plans."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from certification.models import Application, Plan, PlanVersion, RentComparable, Revocation, Threshold
from certification.rules.criteria import Comparable
from certification.rules.disqualification import BAR_YEARS, Match, Revoked, Who, matches, people_of
from certification.rules.plan import Plan as PlanContent
from certification.rules.plan import PlanShapeError, from_content


def thresholds_on(municipality_id: int, *, day: dt.date) -> dict[str, Decimal]:
    """The numbers in force for a municipality on a day."""
    rows = Threshold.objects.in_force(municipality_id=municipality_id, day=day)
    return {row.code: row.value for row in rows}


def thresholds_of(application: Application, *, today: dt.date) -> dict[str, Decimal]:
    """The numbers a case goes by: those of the day of decision, until then those of today.

    An act on an application follows the law of the day of the act, not of the day of filing, unless the law says
    otherwise (最高裁昭和50年4月30日大法廷判決、民集29巻4号572頁). What a decision went by is kept with it: `docs/adr/0009`.
    """
    kept = getattr(application, "decided_thresholds", None)
    if kept is not None:
        return {code: Decimal(value) for code, value in kept.values.items()}
    decided = application.decided_at
    return thresholds_on(application.municipality_id, day=timezone.localdate(decided) if decided else today)


def having_beside() -> dict[str, Exists]:
    """Annotations of a case: whether there are rents or revoked plans to read at all. Most cases have neither."""
    return {
        "has_rents": Exists(RentComparable.objects.filter(application=OuterRef("pk"))),
        "has_revocations": Exists(
            Revocation.objects.filter(plan__municipality=OuterRef("municipality")).exclude(
                plan=OuterRef("plan")
            )
        ),
    }


def comparables_of(application: Application) -> tuple[RentComparable, ...]:
    """The rents an officer entered, oldest first."""
    return tuple(application.rent_comparables.select_related("entered_by").order_by("pk"))


def as_values(rows: tuple[RentComparable, ...]) -> tuple[Comparable, ...]:
    return tuple(Comparable(area_m2=row.area_m2, monthly_rent_yen=row.monthly_rent_yen) for row in rows)


def revoked_matches(application: Application, plan: PlanContent, *, today: dt.date) -> tuple[Match, ...]:
    """Whom of the plan's people the revoked plans of the same municipality name. No other city's data is read."""
    people = people_of(plan)
    return matches(people, _revoked(application, today=today), today=today) if people else ()


def _revoked(application: Application, *, today: dt.date) -> list[Revoked]:
    newest = PlanVersion.objects.filter(plan=OuterRef("plan"), frozen_at__isnull=False).order_by("-number")
    rows = (
        Revocation.objects.filter(
            plan__municipality=application.municipality_id,
            plan__status=Plan.Status.REVOKED,
            revoked_on__gt=today - dt.timedelta(days=BAR_YEARS * 366),
        )
        .exclude(plan=application.plan_id)
        .annotate(content=Subquery(newest.values("content")[:1]))
        .values_list("revoked_on", "plan__certified_number", "content")
    )
    return [
        Revoked(who=who, revoked_on=day, label=number)
        for day, number, content in rows
        for who in _people(content)
    ]


def _people(content: dict[str, Any] | None) -> tuple[Who, ...]:
    try:
        return people_of(from_content(content)) if content else ()
    except PlanShapeError:
        return ()


@dataclass(frozen=True, kw_only=True)
class ChangedNumber:
    """A number that has become another since the plan was filed."""

    label: str
    before: str
    after: str


def numbers_changed_since_filing(
    application: Application, *, now_used: dict[str, Decimal]
) -> tuple[ChangedNumber, ...]:
    """What is different now from the day of filing: an applicant who was in time may be told why."""
    if application.submitted_at is None:
        return ()
    day = timezone.localdate(application.submitted_at)
    rows = {
        row.code: row
        for row in Threshold.objects.in_force(municipality_id=application.municipality_id, day=day)
    }
    return tuple(
        ChangedNumber(
            label=row.label,
            before=f"{row.value.normalize():f}{row.unit}",
            after=f"{now_used[code].normalize():f}{row.unit}",
        )
        for code, row in rows.items()
        if code in now_used and now_used[code] != row.value
    )
