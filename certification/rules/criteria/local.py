"""What a local plan may change of the national numbers, and in which direction (共管省令16条・17条).

16条1項・17条1項: floor area and equipment may be strengthened or relaxed; 16条2項・17条2項: the number of exclusive units
may only be strengthened. Intervals of support (14条) are not among them. As of 令和7年10月1日.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Final

from certification.rules.criteria.findings import ThresholdCode


class Direction(StrEnum):
    STRONGER = "stronger"
    WEAKER = "weaker"
    SAME = "same"

    @property
    def label(self) -> str:
        return {"stronger": "強化", "weaker": "緩和", "same": "同じ"}[self.value]


LOWER_IS_STRONGER: Final = frozenset(
    {
        ThresholdCode.SAFETY_MAX_DAYS,
        ThresholdCode.WATCH_MAX_MONTHS,
        ThresholdCode.SHARED_LIVING_ROOM_PEOPLE_MAX,
        ThresholdCode.SHARED_LIVING_PEOPLE_PER_FACILITY,
        ThresholdCode.RENT_OVER_PERCENT,
    }
)
"""Upper bounds: the smaller the number, the more is asked. The others are least values."""

NATIONAL_ONLY: Final = frozenset({ThresholdCode.SAFETY_MAX_DAYS, ThresholdCode.WATCH_MAX_MONTHS})
ONLY_STRONGER: Final = frozenset({ThresholdCode.EXCLUSIVE_UNITS_MIN})
CHANGEABLE: Final = tuple(code for code in ThresholdCode if code not in NATIONAL_ONLY)


def direction(code: str, value: Decimal, national: Decimal) -> Direction:
    """Whether `value` asks for more than the national one. Raises `ValueError` on an unknown code."""
    if value == national:
        return Direction.SAME
    is_lower = value < national
    return Direction.STRONGER if is_lower == (ThresholdCode(code) in LOWER_IS_STRONGER) else Direction.WEAKER


def problem(code: str, value: Decimal, national: Decimal) -> str:
    """Why this value cannot be a municipality's own; "" when it can."""
    if code not in CHANGEABLE:
        return "この数値は、供給促進計画で変えられません。一覧から選び直してください。"
    if value <= 0:
        return "0より大きい数で入れてください。"
    found = direction(code, value, national)
    if found == Direction.SAME:
        return "国の値と同じです。違う値を入れるか、今の市の値を終わらせてください。"
    if code in ONLY_STRONGER and found == Direction.WEAKER:
        return "専用戸数は、強めることだけができます(共管省令16条2項・17条2項)。国の値より大きい数を入れてください。"
    return ""
