"""Invented data beside the demo's cases: rents nearby, an own number, works to follow up. Each is made once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.models import Municipality, User
from certification.models import Application, FollowUp, FollowUpKind, RentComparable, Threshold

NEARBY = (
    ("見本町一丁目", "24.50", 1996, 51_000),
    ("見本町二丁目", "26.00", 2001, 55_000),
    ("中央三丁目", "22.80", 1989, 45_000),
)


def add_rents(application: Application, *, officer: User, now: dt.datetime) -> None:
    """Three homes nearby, as an officer found them."""
    if application.rent_comparables.exists():
        return
    for address, area, year, rent in NEARBY:
        RentComparable.objects.create(
            application=application,
            address=address,
            area_m2=Decimal(area),
            built_year=year,
            monthly_rent_yen=rent,
            source="見本の不動産情報",
            entered_by=officer,
            entered_at=now,
        )


def add_follow_up(application: Application, *, due_on: dt.date) -> None:
    """Works that a certified plan promised."""
    FollowUp.objects.get_or_create(
        application=application,
        plan=application.plan,
        kind=FollowUpKind.SEISMIC_WORKS,
        subject=f"住宅「{application.housing_name}」",
        defaults={"due_on": due_on},
    )


def add_own_number(municipality: Municipality, *, since: dt.date) -> None:
    """A floor area that the local plan strengthened."""
    Threshold.objects.get_or_create(
        municipality=municipality,
        code="floor_area_existing_m2",
        effective_from=since,
        defaults={
            "label": "床面積(既存住宅)",
            "value": Decimal(20),
            "unit": "㎡",
            "basis": "見本の供給促進計画 第4章",
        },
    )
