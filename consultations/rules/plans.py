"""支援プランと入居後の確認: the three phases, what a plan must say, and when somebody asks how it goes.

Phases 相談・入居前 / 入居中 / 退居時: as the ministry's guide for councils divides the support (domain notes §6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from consultations.rules.words import Outcome
from japan.calendar import add_months

MOST_STEPS: Final = 6
LONGEST_REVIEW_DAYS: Final = 366
FOLLOW_UP_MONTHS: Final = (1, 3, 12)
"""After moving in."""
FOLLOWED: Final = (Outcome.CONTRACTED, Outcome.STAYED)
"""Who has a home is asked later how it goes."""


class Phase(TextChoices):
    """支援の段階."""

    BEFORE = "before", "相談・入居前"
    DURING = "during", "入居中"
    LEAVING = "leaving", "退居時"


class HowItGoes(TextChoices):
    """入居後の確認の結果."""

    WELL = "well", "落ち着いて暮らしている"
    TROUBLE = "trouble", "困りごとがある"
    MOVED = "moved", "転居した"
    UNREACHED = "unreached", "連絡が取れない"
    DECLINED = "declined", "本人が確認を望まない"


ENDS: Final = (HowItGoes.MOVED, HowItGoes.DECLINED)
"""After these nobody is asked again."""

ASK_ABOUT: Final[dict[str, tuple[str, ...]]] = {
    Phase.BEFORE: (
        "家賃と初期費用を、どう払うか",
        "緊急連絡先と家賃債務保証",
        "体と心の調子、手伝いが要ること",
        "いまの住まいを出る日と、荷物",
        "引っ越しの手続を、だれと行うか",
    ),
    Phase.DURING: (
        "家賃を払い続けられるか",
        "見守りと、困ったときに電話する先",
        "近所づきあい、ごみ出し、設備の使い方",
        "通院や福祉のサービスが続いているか",
    ),
    Phase.LEAVING: (
        "解約を申し出る日と、次の住まい",
        "荷物の片付けと、置いていく物の扱い",
        "敷金と部屋の修理のこと",
        "亡くなったときの連絡と手続(本人の希望)",
    ),
}
"""What to think of in each phase, beside the fields of the form."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """だれが・何を・いつまでに."""

    who: str
    what: str
    until: dt.date | None = None


def plan_problems(*, goal: str, steps: Sequence[Step], review_on: dt.date, today: dt.date) -> dict[str, str]:
    """Field and sentence of what is wrong with a plan as it was typed."""
    found = {}
    if not goal.strip():
        found["goal"] = "目標を書いてください。例: 3月末までに、病院に通える町のアパートに移る"
    if not steps:
        found["what_1"] = "だれが何をするかを、一つ以上書いてください。"
    for number, step in enumerate(steps, start=1):
        if not step.what.strip():
            found[f"what_{number}"] = "することを書いてください。"
        elif not step.who.strip():
            found[f"who_{number}"] = "だれがするかを書いてください。例: 本人、相談員、長女"
    if review_on <= today:
        found["review_on"] = "見直す日は、あしたからあとの日にしてください。"
    elif (review_on - today).days > LONGEST_REVIEW_DAYS:
        found["review_on"] = "見直す日は、1年以内にしてください。"
    return found


def follow_up_days(moved_in_on: dt.date) -> list[tuple[int, dt.date]]:
    """(months, day): when to ask; the last day of a shorter month."""
    return [(months, add_months(moved_in_on, months)) for months in FOLLOW_UP_MONTHS]


def follow_up_problems(*, result: str, text: str, happened_on: dt.date, today: dt.date) -> dict[str, str]:
    """Field and sentence of what is wrong with a follow-up as it was typed."""
    found = {}
    if result not in HowItGoes.values:
        found["result"] = "ようすを選んでください。"
    if happened_on > today:
        found["happened_on"] = "先の日になっています。今日までの日を入れてください。"
    if result == HowItGoes.TROUBLE and not text.strip():
        found["text"] = "困りごとと、これからすることを書いてください。"
    return found
