"""Two small municipalities and three kinds of people in each: the administrator, a colleague, an outsider."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.models import Appointment, Department, Municipality, Role, User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of

TOKYO = dt.timezone(dt.timedelta(hours=9))
NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)
TODAY = NOW.date()
PASSWORD = "correct-horse-battery"


@dataclass
class Town:
    """A municipality with two departments, its administrator, auditor and two clerks."""

    municipality: Municipality
    welfare: Department
    housing: Department
    administrator: User
    auditor: User
    clerk: User
    reviewer: User

    def actor(self, user: User, day: dt.date = TODAY) -> Actor:
        return actor_of(User.objects.get(pk=user.pk), day=day)


def add_person(name: str, email: str, **extra: object) -> User:
    return User.objects.create_user(email, PASSWORD, name=name, kana="ミホン", **extra)


def appoint_directly(user: User, department: Department, role: str, **extra: object) -> Appointment:
    """As reference data would: past the service, which is what the tests are about."""
    days = {"from_on": dt.date(2026, 4, 1), **extra}
    return Appointment.objects.create(user=user, department=department, role=role, **days)


def found_town(code: str, name: str, host: str) -> Town:
    municipality = Municipality.objects.create(code=code, name=name, kana="ミホンシ", kind="city")
    welfare = Department.objects.create(
        municipality=municipality,
        name="福祉総務課",
        short_name="福",
        side="welfare",
        document_symbol="福福総",
    )
    housing = Department.objects.create(
        municipality=municipality,
        name="都市計画課",
        short_name="都",
        side="housing",
        document_symbol="都都計",
    )
    town = Town(
        municipality,
        welfare,
        housing,
        administrator=add_person(f"{name}管理 一郎", f"admin@{host}"),
        auditor=add_person(f"{name}監査 二郎", f"audit@{host}"),
        clerk=add_person(f"{name}窓口 三郎", f"clerk@{host}"),
        reviewer=add_person(f"{name}審査 四郎", f"review@{host}"),
    )
    appoint_directly(town.administrator, welfare, Role.ADMINISTRATOR)
    appoint_directly(town.auditor, welfare, Role.AUDITOR)
    appoint_directly(town.clerk, welfare, Role.DESK)
    appoint_directly(town.reviewer, housing, Role.REVIEWER)
    return town
