"""入居中の見守りと退居の手順: when somebody asks how it goes while living there, and what a leaving needs.

The steps follow what a lease ends with: notice to the landlord (民法617条, or what the lease says), belongings and the lease
after a death (残置物の処理等に関するモデル契約条項, 国土交通省・法務省 令和3年6月), deposit (民法622条の2).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from japan.calendar import add_months

EVERY: Final = (1, 2, 3, 6)
"""Months between two visits or calls."""
MOST_TIMES: Final = 12


@dataclass(frozen=True, kw_only=True)
class LeavingStep:
    """One thing to do; `days` from the day of leaving, before it where negative."""

    code: str
    text: str
    days: int


LEAVING: Final = (
    LeavingStep(code="next", text="次の住まいか、入院・入所の先を確かめる", days=-45),
    LeavingStep(code="notice", text="解約を申し出る(契約書にある予告の期間を確かめる)", days=-40),
    LeavingStep(code="belongings", text="荷物をだれが片付けるか、置いていく物をどうするかを決める", days=-21),
    LeavingStep(code="support", text="見守りや福祉のサービスに、終わる日を知らせる", days=-14),
    LeavingStep(code="utilities", text="電気・ガス・水道・郵便の手続をする", days=-7),
    LeavingStep(code="keys", text="大家さんと部屋を確かめ、鍵を返す", days=0),
    LeavingStep(code="deposit", text="敷金と修理の費用の精算を確かめる", days=30),
    LeavingStep(code="heirs", text="亡くなったとき: 受任者か相続人に、契約と残った荷物の手続を頼む", days=3),
)
USUAL: Final = tuple(step.code for step in LEAVING if step.code != "heirs")
"""What is ticked at first: nobody's death is taken for granted."""


def due_of(step: LeavingStep, *, leaves_on: dt.date, today: dt.date) -> dt.date:
    """When it is to be done; what should have been done already is due today."""
    return max(today, leaves_on + dt.timedelta(days=step.days))


def watch_days(first_on: dt.date, *, every: int, times: int) -> list[dt.date]:
    """The days on which somebody asks; the last day of a shorter month."""
    return [add_months(first_on, every * number) for number in range(times)]


def watch_problems(*, first_on: dt.date, every: int, times: int, today: dt.date) -> dict[str, str]:
    """Field and sentence of what is wrong with a watch as it was typed."""
    found = {}
    if first_on <= today:
        found["first_on"] = "初めに確かめる日は、あしたからあとの日にしてください。"
    if every not in EVERY:
        found["every"] = "何か月ごとに確かめるかを選んでください。"
    if not 1 <= times <= MOST_TIMES:
        found["times"] = f"1回から{MOST_TIMES}回までの数を入れてください。"
    return found


def leaving_problems(*, steps: Collection[str]) -> dict[str, str]:
    """Field and sentence of what is wrong with the steps that were ticked."""
    known = {step.code for step in LEAVING}
    return {} if steps and set(steps) <= known else {"steps": "することを、一つ以上選んでください。"}
