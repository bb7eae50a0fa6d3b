"""Two cities with people in every standing, and cases made by walking the real services."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from accounts.models import Municipality, User
from certification.demo import Office, Walk, applicant, sample_plan, staff_office
from certification.models import CertificationSetting, Operator
from certification.rules.plan import Plan
from certification.rules.workflow import Order

MONDAY_MORNING = dt.datetime(2026, 6, 1, 9, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
SINCE = dt.date(2026, 4, 1)


@pytest.fixture
def reference(db: None) -> None:
    call_command("load_reference", verbosity=0)


def office_of(order: Order, *, prefix: str) -> Office:
    setting = CertificationSetting.objects.get(order=order)
    return staff_office(Municipality.objects.get(pk=setting.municipality_id), prefix=prefix, since=SINCE)


@pytest.fixture
def office(reference: None) -> Office:
    """輪野市: welfare leads, the second department follows."""
    return office_of(Order.SERIAL, prefix="own")


@pytest.fixture
def other_office(reference: None) -> Office:
    """古都見市: housing leads, both at the same time."""
    return office_of(Order.PARALLEL, prefix="other")


@pytest.fixture
def owner(db: None) -> tuple[Operator, User]:
    return applicant("株式会社みほん住まい", email="owner@example.jp", name="架空 太郎")


@pytest.fixture
def outsider(db: None) -> tuple[Operator, User]:
    return applicant("株式会社よその住まい", email="outsider@example.jp", name="余所 次郎")


@pytest.fixture
def walk(office: Office, owner: tuple[Operator, User]) -> Walk:
    return Walk(office=office, user=owner[1], at=MONDAY_MORNING)


@pytest.fixture
def parallel_walk(other_office: Office, owner: tuple[Operator, User]) -> Walk:
    return Walk(office=other_office, user=owner[1], at=MONDAY_MORNING)


@pytest.fixture
def plan() -> Plan:
    return sample_plan()


@pytest.fixture
def filed(walk: Walk, owner: tuple[Operator, User], plan: Plan) -> Walk:
    """受付待ち."""
    return walk.file(owner[0], plan)


@pytest.fixture
def accepted(filed: Walk) -> Walk:
    """主管課審査中."""
    return filed.accept()


@pytest.fixture
def gathered(accepted: Walk) -> Walk:
    """取りまとめ中."""
    return accepted.gather()


@pytest.fixture
def proposed(gathered: Walk) -> Walk:
    """決裁中."""
    return gathered.propose()
