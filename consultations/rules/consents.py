"""What a consent covers. Nothing leaves a case without one that covers it (個人情報保護法27条1項, 69条2項1号)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from consultations.rules.words import OverrideGround, Purpose

LONGEST_DAYS: Final = 366
"""A consent is asked for again after a year at the latest."""
USUAL_DAYS: Final = 183
WARN_DAYS: Final = 14
OVERRIDE_DAYS: Final = 7
"""How long an override holds. Whoever needs longer asks the person."""
REVIEW_DAYS: Final = 1
"""An override is reviewed by another supervisor until the next day."""
SHORTEST_REASON: Final = 10
TEXT_VERSION: Final = "2026-11-2"
"""Of the sentences below. A new version is a new text; what was recorded keeps the version it was given under."""

TEXTS: Final[dict[Purpose, str]] = {
    Purpose.SHOPS: "住まいを探すため、希望する条件(地域・家賃・間取りなど)と、選んだことがらを、不動産店に伝えます。名前と電話番号は、あなたが「この店なら」と言った店にだけ伝えます。",
    Purpose.AGENCIES: "必要な支援につなぐため、選んだことがらを、下に書いた関係機関に伝えます。",
    Purpose.COUNCIL: "支援のしかたを話し合うため、居住支援協議会の会議で、選んだことがらを伝えます。",
    Purpose.TRANSFER: "別の相談窓口で続けて相談できるように、選んだことがらを、下に書いた窓口に伝えます。住所は、ほかの協議会には伝えません。",
}
"""What is read out before somebody agrees."""


class Scope(TextChoices):
    """渡してよいもの."""

    CONDITIONS = "conditions", "希望する条件"
    HOUSEHOLD = "household", "世帯と年代"
    OBSTACLES = "obstacles", "見つかりにくい事情"
    SITUATION = "situation", "相談の内容"
    CONTACT = "contact", "名前と連絡先"


@dataclass(frozen=True, kw_only=True)
class Given:
    """A consent as it stands: not yet withdrawn. `shop_id` 0 is every shop, until the last day included."""

    purpose: str
    scope: frozenset[str]
    shop_id: int
    given_on: dt.date
    until: dt.date

    def holds_on(self, day: dt.date) -> bool:
        return self.given_on <= day <= self.until


def covered(given: Iterable[Given], *, purpose: str, day: dt.date, shop_id: int = 0) -> frozenset[str]:
    """Which pieces may leave for a purpose on a day. Name and contact go to a shop only by a consent for that shop."""
    found: set[str] = set()
    for one in given:
        if one.purpose != purpose or not one.holds_on(day) or (one.shop_id and one.shop_id != shop_id):
            continue
        found |= one.scope if _may_name(one, purpose) else one.scope - {Scope.CONTACT}
    return frozenset(found)


def _may_name(one: Given, purpose: str) -> bool:
    return purpose != Purpose.SHOPS or one.shop_id != 0


def missing(scope: Collection[str], *, covered_by: Collection[str]) -> list[str]:
    """The names of what is not covered, in the order of the list."""
    return [str(each.label) for each in Scope if each in scope and each not in covered_by]


def override_problems(*, scope: Collection[str], ground: str, reason: str) -> dict[str, str]:
    """Field and sentence of what is wrong with telling without consent, as it was typed."""
    found = {}
    if not scope or not set(scope) <= set(Scope.values):
        found["scope"] = "伝えるものを、一つ以上選んでください。要るものだけにします。"
    if ground not in OverrideGround.values:
        found["ground"] = "根拠を選んでください。"
    if len(reason.strip()) < SHORTEST_REASON:
        found["reason"] = (
            f"なぜ同意をとれないか、なぜ今伝えるのかを、{SHORTEST_REASON}文字以上で書いてください。"
        )
    return found


def review_due(given_on: dt.date) -> dt.date:
    """The last day on which the review of an override is in time."""
    return given_on + dt.timedelta(days=REVIEW_DAYS)


def problems_of(
    *,
    purpose: str,
    scope: Collection[str],
    given_on: dt.date,
    until: dt.date,
    today: dt.date,
    proxy: str,
    by_proxy: bool,
) -> dict[str, str]:
    """Field and sentence of what is wrong with a consent as it was typed."""
    found = {}
    if not scope:
        found["scope"] = "渡してよいものを、一つ以上選んでください。"
    if given_on > today:
        found["given_on"] = "同意した日が先の日です。今日までの日を入れてください。"
    if until < given_on:
        found["until"] = "「いつまで」は、同意した日より後の日にしてください。"
    elif (until - given_on).days > LONGEST_DAYS:
        found["until"] = "同意は長くて1年です。1年以内の日を入れ、続くときは改めて確かめてください。"
    if by_proxy and not proxy.strip():
        found["proxy"] = "代理の人の氏名と、代理できる根拠(親権者、成年後見人など)を書いてください。"
    if purpose == Purpose.SHOPS and Scope.SITUATION in scope:
        found["scope"] = "不動産店には、相談の内容そのものは渡せません。条件や事情を選んでください。"
    return found
