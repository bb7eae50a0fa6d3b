"""代理: who looks after the cases of a reviewer who is away. It gives no rights (代決 of deciders: `rules.approval`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set as AbstractSet
from typing import Final

LONGEST_DAYS: Final = 366


def period_problem(*, from_on: dt.date, until: dt.date, today: dt.date) -> tuple[str, str] | None:
    """What is wrong with a period, as (field, sentence)."""
    if until < from_on:
        return "until", "代理の末日は、初日以後の日にしてください。"
    if until < today:
        return "until", "もう終わった期間です。末日は、きょう以後の日にしてください。"
    if (until - from_on).days >= LONGEST_DAYS:
        return "until", "代理は1年までです。長く休む人の申請は、「引き継ぎ」でほかの人に渡してください。"
    return None


def person_problem(*, is_same: bool, shared: AbstractSet[int]) -> str | None:
    """Whether somebody may be named; `shared` are the departments in which both review."""
    if is_same or not shared:
        return "代理の人は、同じ課の窓口担当か審査担当の中から、別の人を選んでください。"
    return None
