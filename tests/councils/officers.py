"""People who bring tables in: two officers of one prefecture, one of another, and one of a mere city."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from accounts.models import Appointment, Department, Municipality, Role, User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of

SINCE = dt.date(2026, 4, 1)
NOW = dt.datetime(2026, 6, 1, 9, 30, tzinfo=ZoneInfo("Asia/Tokyo"))


NAMES = {
    "officer": "見本 都子",
    "colleague": "見本 都男",
    "elsewhere": "例示 府子",
    "in-city": "例示 市子",
    "auditor": "例示 監男",
}


@dataclass(frozen=True, slots=True)
class Officers:
    prefecture: Municipality
    officer: User
    colleague: User
    elsewhere: User
    in_city: User
    auditor: User

    def actor(self, user: User | None = None) -> Actor:
        return actor_of(user or self.officer, day=NOW.date())


def officers() -> Officers:
    """Needs the reference data."""
    tokyo = Municipality.objects.get(code="130001")
    return Officers(
        prefecture=tokyo,
        officer=_post("officer", tokyo, Role.COUNCIL_OFFICER),
        colleague=_post("colleague", tokyo, Role.COUNCIL_OFFICER),
        elsewhere=_post("elsewhere", Municipality.objects.get(code="260002"), Role.COUNCIL_OFFICER),
        in_city=_post("in-city", Municipality.objects.get(name="東久留米市"), Role.COUNCIL_OFFICER),
        auditor=_post("auditor", tokyo, Role.AUDITOR),
    )


def _post(key: str, municipality: Municipality, role: Role) -> User:
    user = User.objects.create_user(f"{key}@office.example.jp", "x", name=NAMES[key])
    department, _ = Department.objects.get_or_create(
        municipality=municipality,
        name="住宅課",
        defaults={"short_name": "住", "side": Department.Side.HOUSING, "document_symbol": "住"},
    )
    Appointment.objects.create(user=user, department=department, role=role, from_on=SINCE)
    return user
