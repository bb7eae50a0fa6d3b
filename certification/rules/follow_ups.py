"""認定後の確認: what a certified plan promises for later, and by which day it has to be seen to.

Basis: 共管省令8条6号ただし書 (耐震改修 that could not be done before filing: a 工事計画の概要書, conformity after the works),
as of 令和7年10月1日.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from certification.rules.conditions import started_before_cut_off
from certification.rules.parts import YEAR_MONTH, row_name
from certification.rules.plan import Building, Plan, Seismic

REMIND_DAYS: Final = 30
"""Days before the due day at which it is brought to mind."""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Seismic works of one building. `is_guessed`: the plan names no month, so a year is given."""

    subject: str
    due_on: dt.date
    is_guessed: bool


def seismic_works(plan: Plan, *, certified_on: dt.date) -> Iterator[Promise]:
    """Old buildings that are to be made safe: due at the end of the month the plan names."""
    for position, building in enumerate(plan.buildings, start=1):
        if building.seismic != Seismic.PLANNED or not started_before_cut_off(building):
            continue
        named = _end_of_month(building)
        yield Promise(
            subject=row_name(building, position=position),
            due_on=named or _a_year_after(certified_on),
            is_guessed=named is None,
        )


def _end_of_month(building: Building) -> dt.date | None:
    match = YEAR_MONTH.fullmatch(building.seismic_works_until)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2])
    return dt.date(year, month, calendar.monthrange(year, month)[1]) if year else None


def _a_year_after(day: dt.date) -> dt.date:
    last = calendar.monthrange(day.year + 1, day.month)[1]
    return day.replace(year=day.year + 1, day=min(day.day, last))
