"""A municipality with a case in every state, and mail and people that some pages show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from accounts.models import User
from certification.demo import Office, Walk, item_numbers, sample_plan, stories
from certification.models import Application, Operator


def morning(days: int) -> dt.datetime:
    """Half past nine, `days` days before today: pages use the real clock, and cases must lie in its past."""
    now = dt.datetime.now(tz=ZoneInfo("Asia/Tokyo"))
    return (now - dt.timedelta(days=days)).replace(hour=9, minute=30, second=0, microsecond=0)


@dataclass(frozen=True, kw_only=True)
class Town:
    """`cases`: what the case shows (審査中, 補正待ち …) → the case."""

    office: Office
    operator: Operator
    applicant: User
    cases: dict[str, Application]


def build_town(office: Office, operator: Operator, applicant: User) -> Town:
    """Every story of the demo, walked through the real services."""
    soft, hard = item_numbers(office.setting)
    cases = {}
    for shown, (name, story) in stories(soft=soft, hard=hard).items():
        walk = Walk(office=office, user=applicant, at=morning(100))
        plan = sample_plan(name, city=office.municipality.name)
        cases[shown] = story(walk, operator, plan).application
    return Town(office=office, operator=operator, applicant=applicant, cases=cases)
