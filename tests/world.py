"""The small world of the security and query-count tests: two cities, cases of each, and a canary in every text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.core.management import call_command

from accounts.models import Municipality, User
from certification.demo import (
    AREA_DOUBT,
    FLOW_MISSING,
    Office,
    Walk,
    applicant,
    item_numbers,
    person,
    sample_plan,
    staff_office,
)
from certification.models import Application, CertificationSetting, Operator
from certification.rules.workflow import Order

CANARY_OWN = "カナリア輪野"
CANARY_OTHER = "カナリア古都見"


def recent(days: int) -> dt.datetime:
    """A morning `days` days ago: cases must lie in the past of the real clock that pages use."""
    now = dt.datetime.now(tz=ZoneInfo("Asia/Tokyo"))
    return (now - dt.timedelta(days=days)).replace(hour=9, minute=30, second=0, microsecond=0)


@dataclass(frozen=True, kw_only=True)
class City:
    """One city with its people, an applicant, and cases in the states that pages differ in."""

    office: Office
    operator: Operator
    applicant: User
    draft: Walk
    under_review: Walk
    returned: Walk
    deciding: Walk
    certified: Walk

    @property
    def cases(self) -> dict[str, Application]:
        return {
            "draft": self.draft.application,
            "under_review": self.under_review.application,
            "returned": self.returned.application,
            "deciding": self.deciding.application,
            "certified": self.certified.application,
        }


@dataclass(frozen=True, kw_only=True)
class World:
    own: City
    other: City
    stranger: User
    root: User


def build_city(order: Order, *, prefix: str, canary: str) -> City:
    """A city in the given order whose every name carries the canary."""
    setting = CertificationSetting.objects.get(order=order)
    municipality = Municipality.objects.get(pk=setting.municipality_id)
    office = staff_office(municipality, prefix=prefix, since=dt.date(2024, 4, 1))
    operator, user = applicant(
        f"{canary}住宅株式会社", email=f"owner@{prefix}.example.jp", name=f"{canary}太郎"
    )
    housing = order == Order.PARALLEL

    def walk() -> Walk:
        return Walk(office=office, user=user, at=recent(60))

    def plan(number: int):
        return sample_plan(f"{canary}荘{number}", company=f"{canary}住宅株式会社", city=municipality.name)

    soft, hard = item_numbers(setting)
    lead, second = (
        ({hard: AREA_DOUBT}, {soft: FLOW_MISSING}) if housing else ({soft: FLOW_MISSING}, {hard: AREA_DOUBT})
    )
    return City(
        office=office,
        operator=operator,
        applicant=user,
        draft=walk().begin(operator, plan(1)),
        under_review=walk().file(operator, plan(2)).accept(),
        returned=walk().file(operator, plan(3)).accept().gather(lead=lead, second=second).send_back(days=60),
        deciding=walk().file(operator, plan(4)).accept().gather().propose(),
        certified=walk().file(operator, plan(5)).accept().gather().propose().decide(),
    )


def build_world() -> World:
    """Both cities, a person without any post, and a superuser."""
    call_command("load_reference", verbosity=0)
    own = build_city(Order.SERIAL, prefix="own", canary=CANARY_OWN)
    other = build_city(Order.PARALLEL, prefix="other", canary=CANARY_OTHER)
    stranger = person("stranger@example.jp", "通りすがり")
    root = User.objects.create_superuser("root@example.jp", "x-very-long-password", name="管理者")
    return World(own=own, other=other, stranger=stranger, root=root)
