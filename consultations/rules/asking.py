"""物件の問合せ: the states of asking a shop, and what the holder of its link may see when."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from consultations.rules.consents import Scope
from consultations.rules.words import PhoneRule

LINK_DAYS: Final = 14
STAGE_DAYS: Final = 30
"""How long an inquiry runs on after a viewing, an application or a screening."""
CODE_DIGITS: Final = 6
MOST_TRIES: Final = 5
LONGEST_OFFER: Final = 200


class InquiryState(TextChoices):
    """問合せの状態."""

    SENT = "sent", "回答待ち"
    SEEN = "seen", "リンクが開かれた"
    YES = "answered_yes", "心当たりあり"
    NO = "answered_no", "該当なし"
    DISCLOSED = "disclosed", "名前を伝えた"
    CONTRACTED = "contracted", "成約"
    CLOSED = "closed", "終了"
    EXPIRED = "expired", "期限切れ"


class NoReason(TextChoices):
    """該当なしの理由. A list, so that nobody writes about a person why not."""

    NO_STOCK = "no_stock", "物件なし"
    CONDITIONS = "conditions", "条件不一致"
    OWNER = "owner", "オーナー不可"
    GUARANTEE = "guarantee", "保証会社不可"
    NO_CONTACT = "no_contact", "連絡つかず"
    TAKEN = "taken", "他で決定"


class InquiryEvent(TextChoices):
    """問合せの経過."""

    SENT = "sent", "問い合わせた"
    SEEN = "seen", "リンクが開かれた"
    YES = "answered_yes", "心当たりありと回答"
    NO = "answered_no", "該当なしと回答"
    DISCLOSED = "disclosed", "名前と電話番号を伝えることにした"
    CODE_WRONG = "code_wrong", "確認の番号をまちがえた"
    CONTACT_READ = "contact_read", "店が名前と電話番号を見た"
    VIEWED = "viewed", "内見した"
    APPLIED = "applied", "申し込んだ"
    PASSED = "passed", "入居・保証の審査に通った"
    FAILED = "failed", "入居・保証の審査に通らなかった"
    CONTRACTED = "contracted", "成約"
    CLOSED = "closed", "終了"
    EXPIRED = "expired", "期限切れ"


WAITING: Final = (InquiryState.SENT, InquiryState.SEEN)
"""The shop has not answered."""
OPEN: Final = (*WAITING, InquiryState.YES, InquiryState.DISCLOSED)
"""Something is still to come of it: at most one such inquiry of a case to one shop."""


HOPEFUL: Final = (InquiryState.YES, InquiryState.DISCLOSED)
"""The shop has a home in mind: viewing, application, screening and contract are told at the desk."""
STAGES: Final = (InquiryEvent.VIEWED, InquiryEvent.APPLIED, InquiryEvent.PASSED, InquiryEvent.FAILED)
"""内見から審査まで. Each may be told with the day it happened."""


def next_stages(told: Sequence[str]) -> tuple[InquiryEvent, ...]:
    """What may be told next, after `told` in the order of telling: who applied is screened; who failed may see another
    room or apply with another guarantor; who passed signs.
    """
    last = next((kind for kind in reversed(told) if kind in STAGES), "")
    if last == InquiryEvent.APPLIED:
        return (InquiryEvent.PASSED, InquiryEvent.FAILED)
    return () if last == InquiryEvent.PASSED else (InquiryEvent.VIEWED, InquiryEvent.APPLIED)


def stage_problems(
    stage: str, *, told: Sequence[str], happened_on: dt.date, since: dt.date, today: dt.date
) -> dict[str, str]:
    """Field and sentence of what is wrong with a stage. `since`: the last day that was told, at first that of the answer."""
    if stage not in next_stages(told):
        return {"stage": "いまの次に選べるものの中から選んでください。"}
    if happened_on > today:
        return {"happened_on": "先の日は書けません。予定は「すること」に入れてください。"}
    if happened_on < since:
        return {"happened_on": "前に記録した日より前の日です。日を確かめてください。"}
    return {}


def state_on(state: str, *, expires_at: dt.datetime, now: dt.datetime) -> str:
    """The state at a moment: what ran out is expired, whether or not the hourly job has been there."""
    return InquiryState.EXPIRED.value if state in OPEN and expires_at <= now else state


class Closed(TextChoices):
    """Why a link shows nothing more, as a sentence for the shop."""

    EXPIRED = "expired", "この問合せは、期限が過ぎたため閉じました。"
    OVER = "over", "この問合せは終わりました。お控えがあれば、処分をお願いします。ありがとうございました。"
    ANSWERED = "answered", "回答を受け取っています。ありがとうございました。"
    CONTRACTED = (
        "contracted",
        "成約の連絡を受けています。ありがとうございました。この画面での案内は終わりました。",
    )
    LOCKED = (
        "locked",
        "確認の番号を続けてまちがえたため、名前と電話番号は開けなくなりました。相談窓口に電話してください。",
    )


def closed_because(state: str, *, is_case_open: bool, scope: Collection[str]) -> Closed | None:
    """Why the card is not shown; `None` when it is. A consent taken back, or a case that ended, ends the link as well."""
    if state == InquiryState.EXPIRED:
        return Closed.EXPIRED
    if state == InquiryState.NO:
        return Closed.ANSWERED
    if state == InquiryState.CONTRACTED:
        return Closed.CONTRACTED
    if state not in OPEN or not is_case_open or Scope.CONDITIONS not in scope:
        return Closed.OVER
    return None


def may_name(state: str, *, scope: Collection[str]) -> bool:
    """Whether the shop may see name and telephone now (with its code)."""
    return state == InquiryState.DISCLOSED and Scope.CONTACT in scope


def naming_problem(
    *, scope: Collection[str], has_phone: bool, phone_rule: str, is_protected: bool, is_sure: bool
) -> str:
    """Why name and telephone may not be told to a shop; "" when they may."""
    if Scope.CONTACT not in scope:
        return "この店に名前と連絡先を伝える同意がありません。同意の画面で、店を一つ選んで記録してください。"
    if phone_rule == PhoneRule.NEVER:
        return "電話してはいけない方です。店には電話番号を渡さず、窓口が間に入ってください。"
    if not has_phone:
        return "電話番号が記録にありません。店との連絡は、窓口が間に入ってください。"
    if is_protected and not is_sure:
        return "要保護の相談です。本人の安全を確かめ、「安全を確かめた」に印を付けてください。"
    return ""


def token_digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def plain_token(typed: str) -> str:
    """A token as it was made, from an address that was typed from paper in groups of four."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())


def in_groups(token: str) -> str:
    """abcd-efgh-…: what can be typed from a fax."""
    return "-".join(token[at : at + 4] for at in range(0, len(token), 4))


@dataclass(frozen=True, kw_only=True)
class Ability:
    """What a shop said of itself: codes of offers and languages."""

    offers: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How a shop meets the conditions of a card, each in its words."""

    met: tuple[str, ...]
    unmet: tuple[str, ...]
    unknown: tuple[str, ...]


_OFFER_FOR: Final = {
    "no_contact": "no_emergency_contact",
    "no_guarantor": "guarantor_firm",
    "guarantee": "guarantor_firm",
    "watch": "watching",
}
"""Condition of a card → `councils.rules.words.Offer`. Others a shop cannot promise beforehand."""


def fit_of(
    conditions: Sequence[tuple[str, str]], *, language: str, language_label: str, shop: Ability
) -> Fit:
    """Met, unmet, unknown. A shop that told nothing is unknown, never unmet."""
    met, unmet, unknown = [], [], []
    for code, label in conditions:
        offer = _OFFER_FOR.get(code)
        if offer is None or not shop.offers:
            unknown.append(label)
        elif offer in shop.offers:
            met.append(label)
        else:
            unmet.append(label)
    if language:
        place = unknown if not shop.languages else met if language in shop.languages else unmet
        place.append(language_label)
    return Fit(met=tuple(met), unmet=tuple(unmet), unknown=tuple(unknown))


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How many shops take a condition, do not name it, and never told."""

    label: str
    met: int
    unmet: int
    unknown: int


def limits_of(fits: Sequence[Fit]) -> tuple[Limit, ...]:
    """Each condition with its shops, the one that fewest take first: why nobody may answer yes."""
    labels = dict.fromkeys(label for fit in fits for label in (*fit.met, *fit.unmet, *fit.unknown))
    found = [
        Limit(
            label=label,
            met=sum(label in fit.met for fit in fits),
            unmet=sum(label in fit.unmet for fit in fits),
            unknown=sum(label in fit.unknown for fit in fits),
        )
        for label in labels
    ]
    return tuple(sorted(found, key=lambda limit: (limit.met, -limit.unmet, limit.label)))


def answer_problems(*, has_home: bool, offer: str, reason: str) -> dict[str, str]:
    """Field and sentence of what is wrong with an answer."""
    if has_home:
        long = len(offer.strip()) > LONGEST_OFFER
        return {"offer": f"{LONGEST_OFFER}字までで書いてください。"} if long else {}
    return {} if reason in NoReason.values else {"reason": "理由を一つ選んでください。"}
