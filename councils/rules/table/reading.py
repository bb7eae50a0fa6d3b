"""What a table says of its councils: every value with the cells it came from and whether it is sure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar

from councils.rules.schedule import RFC_WEEKDAYS, Frequency, HolidayPolicy, Per, SessionRule
from councils.rules.table.dates import PartialDate
from councils.rules.table.grid import Cell

T = TypeVar("T")
Confidence = Literal["sure", "unsure"]

MEMBER_CATEGORIES = (
    "local_government",
    "support_corporation",
    "realtor_association",
    "rental_manager",
    "other",
)
#: The running texts of a council, kept as they came because its page shows them.
TEXTS = (
    "charter_activities",
    "business",
    "background",
    "consult_who",
    "consult_how",
    "consult_publicity",
    "consult_sites",
    "consult_effects",
)


class Grade(StrEnum):
    """How much a problem matters: nothing can be taken in; a person must mend a value; a person should look."""

    STOP = "stop"
    MEND = "mend"
    CONFIRM = "confirm"

    @property
    def label(self) -> str:
        return {"stop": "止める", "mend": "直す", "confirm": "確かめる"}[self.value]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to stop at, mend or confirm. `cell` is an address, `column` the Japanese heading it belongs to."""

    grade: Grade
    cell: str
    column: str
    text: str
    suggestion: str | None = None
    is_spelling: bool = False
    """A slip of a letter: the value is read, only its spelling is in doubt."""

    def as_json(self) -> dict[str, str | None]:
        return {
            "grade": self.grade.value,
            "cell": self.cell,
            "column": self.column,
            "text": self.text,
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value, the addresses of its cells, their text as it came, and whether it can be relied on."""

    value: T
    cells: tuple[str, ...] = ()
    raw: str = ""
    confidence: Confidence = "sure"


@dataclass(frozen=True, slots=True)
class Member:
    """One member as written. `carried` is a department filled in from the item before."""

    text: str
    category: str
    cell: str
    confidence: Confidence = "sure"
    carried: str = ""


@dataclass(frozen=True, slots=True)
class ShopCount:
    """How many shops cooperate, and when that was so."""

    count: int
    approximate: bool = False
    as_of: PartialDate | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "count": self.count,
            "approximate": self.approximate,
            "as_of": str(self.as_of) if self.as_of else None,
        }


@dataclass(frozen=True, slots=True)
class CouncilReading:
    """One row. `cells` is the whole row as it came; `row` counts from 1, as in a spreadsheet."""

    row: int
    cells: tuple[Cell, ...]
    name: Found[str]
    established: Found[PartialDate | None]
    basis: Found[str]
    members: tuple[Member, ...]
    observers: Found[tuple[str, ...]]
    secretariat: Found[tuple[str, ...]]
    shop_count: Found[ShopCount | None]
    sessions: Found[tuple[SessionRule, ...]]
    booking: Found[bool | None]
    consultation_status: Found[str]
    texts: dict[str, Found[str]]
    columns: dict[int, tuple[str, ...]]
    """For each column of the sheet, from 0, the keys of what was read in it."""
    problems: tuple[Problem, ...] = field(default=())

    @property
    def is_sure(self) -> bool:
        """Whether every value can be relied on; slips of letters do not count."""
        return all(problem.is_spelling for problem in self.problems)

    def members_of(self, category: str) -> list[str]:
        return [member.text for member in self.members if member.category == category]

    def as_json(self) -> dict[str, Any]:
        """What `manage.py import_councils --dry-run --format json` prints for the row."""
        date, shops = self.established.value, self.shop_count.value
        return {
            "name": self.name.value,
            "established": {"value": str(date), "precision": date.precision} if date else None,
            "basis": self.basis.value,
            "members": {category: self.members_of(category) for category in MEMBER_CATEGORIES},
            "observers": list(self.observers.value),
            "secretariat": list(self.secretariat.value),
            "shop_count": shops.as_json() if shops else None,
            "sessions": [session_as_json(rule) for rule in self.sessions.value],
            "consultation_status": self.consultation_status.value,
            "problems": [problem.as_json() for problem in self.problems],
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole table: its councils in order, and the problems of the file itself."""

    councils: tuple[CouncilReading, ...]
    problems: tuple[Problem, ...] = ()
    as_of: PartialDate | None = None
    """The day the table speaks of, from its title."""

    @property
    def is_stopped(self) -> bool:
        return any(problem.grade is Grade.STOP for problem in self.problems)

    def all_problems(self) -> Iterable[Problem]:
        yield from self.problems
        for council in self.councils:
            yield from council.problems


_FREQUENCIES = {
    Frequency.WEEKLY: "WEEKLY",
    Frequency.MONTHLY: "MONTHLY",
    Frequency.OFFICE_DAYS: "OFFICE_HOURS",
    Frequency.COUNT_ONLY: "COUNT",
    Frequency.DATES: "DATES",
}


def session_as_json(rule: SessionRule) -> dict[str, Any]:
    """A rule in plain values: RFC 5545's weekdays, times as HH:MM or null."""
    return {
        "freq": _FREQUENCIES[rule.frequency],
        "weekdays": [RFC_WEEKDAYS[day] for day in rule.weekdays],
        "nth": list(rule.nth),
        "start": _time(rule.start),
        "end": _time(rule.end),
        "per_session": rule.places,
        "per_year": rule.count if rule.per is Per.YEAR else None,
        "excludes_holidays": rule.holiday_policy in (HolidayPolicy.CLOSED, HolidayPolicy.NEXT_OFFICE_DAY),
        "raw": rule.raw,
        "per_month": rule.count if rule.per is Per.MONTH else None,
        "per_week": rule.count if rule.per is Per.WEEK else None,
        "slots": [{"start": _time(slot.start), "end": _time(slot.end)} for slot in rule.slots],
        "slot_minutes": rule.slot_minutes,
        "valid_from": rule.valid_from.isoformat() if rule.valid_from else None,
        "valid_until": rule.valid_until.isoformat() if rule.valid_until else None,
    }


def _time(time: Any) -> str | None:
    return f"{time:%H:%M}" if time else None
