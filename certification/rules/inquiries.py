"""照会: what may be asked of whom, what an answer means for what may be decided, and when an answer link still opens.

Basis: 東久留米市居住安定援助賃貸住宅事業に係る事務処理要綱 (令和7年訓令乙第101号) 第5の3 (警察), 第5の4(1)(2) and 第5の5 (消防署, 特定行政庁,
also for changes), 第5の6 (sharing after certification). What the orders are: 消防法 (昭和23年法律第186号) and 建築基準法
(昭和25年法律第201号), as of 令和7年10月1日.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db.models import TextChoices

from certification.rules.workflow import State


class InquiryKind(TextChoices):
    POLICE = "police", "警察"
    FIRE = "fire", "消防署"
    BUILDING = "building", "特定行政庁"
    OTHER = "other", "その他の課・機関"


class InquiryStatus(TextChoices):
    DRAFT = "draft", "作成中"
    OPEN = "open", "照会中"
    ANSWERED = "answered", "回答済"
    WITHDRAWN = "withdrawn", "取下げ"


class Delivery(TextChoices):
    POST = "post", "郵送"
    HAND = "hand", "持参"
    MAIL = "mail", "電子メール"
    FAX = "fax", "ファクシミリ"
    INTERNAL = "internal", "庁内の文書便"


class OrderAnswer(TextChoices):
    NONE = "none", "受けていない"
    UNDER = "under", "受けている"
    SILENT = "silent", "回答なし"


class Finding(TextChoices):
    """What the answer says as a whole; `finding_label` has the words for each kind."""

    NOT_FOUND = "not_found", "認められない"
    FOUND = "found", "認められる"


class Remedy(TextChoices):
    YES = "yes", "あり"
    NO = "no", "なし"
    UNKNOWN = "unknown", "不明"


class Sex(TextChoices):
    FEMALE = "female", "女"
    MALE = "male", "男"


class Meaning(TextChoices):
    """What an inquiry means for what may be decided."""

    NO_EFFECT = "no_effect", "判断に影響しない"
    WAITING = "waiting", "回答があるまで、認定では起案できない"
    CLEAR = "clear", "認定に支障はない"
    NOTED = "noted", "是正の見込みを付記して認定できる"
    UNSETTLED = "unsettled", "是正の見込みを判断するまで、認定では起案できない"
    BARRED = "barred", "不認定の起案だけができる"


RESTRICTED_LABEL: Final = "照会(閲覧制限)"
"""All that people who may not read an inquiry learn of it."""

TAKES_INQUIRIES: Final = tuple(
    state for state in State if state not in (State.DRAFT, State.REFUSED, State.WITHDRAWN)
)
"""Also after certification: suspicion may be reported, orders may follow (要綱 第5の3後段, 第5の6)."""


@dataclass(frozen=True, kw_only=True)
class OrderRule:
    """An order an inquiry may ask about: article and what is ordered."""

    kind: InquiryKind
    article: str
    what: str


ORDERS: Final[dict[str, OrderRule]] = {
    "fire-5-1": OrderRule(
        kind=InquiryKind.FIRE, article="消防法第5条第1項", what="防火対象物の改修、移転、除去などの措置命令"
    ),
    "fire-5-2-1": OrderRule(
        kind=InquiryKind.FIRE,
        article="消防法第5条の2第1項",
        what="防火対象物の使用の禁止、停止又は制限の命令",
    ),
    "fire-5-3-1": OrderRule(
        kind=InquiryKind.FIRE,
        article="消防法第5条の3第1項",
        what="火災の予防に危険な行為や物件についての措置命令",
    ),
    "fire-8-3": OrderRule(kind=InquiryKind.FIRE, article="消防法第8条第3項", what="防火管理者を定める命令"),
    "fire-8-4": OrderRule(
        kind=InquiryKind.FIRE, article="消防法第8条第4項", what="防火管理業務を適正に行う命令"
    ),
    "fire-8-2-5": OrderRule(
        kind=InquiryKind.FIRE, article="消防法第8条の2第5項", what="統括防火管理者を定める命令"
    ),
    "fire-8-2-6": OrderRule(
        kind=InquiryKind.FIRE,
        article="消防法第8条の2第6項",
        what="建物全体の防火管理業務を適正に行う命令",
    ),
    "fire-17-4-1": OrderRule(
        kind=InquiryKind.FIRE, article="消防法第17条の4第1項", what="消防用設備等の設置又は維持の命令"
    ),
    "fire-17-4-2": OrderRule(
        kind=InquiryKind.FIRE,
        article="消防法第17条の4第2項",
        what="特殊消防用設備等の設置又は維持の命令",
    ),
    "building-9-1": OrderRule(
        kind=InquiryKind.BUILDING,
        article="建築基準法第9条第1項",
        what="工事の停止、除却、使用禁止など違反を是正する命令",
    ),
    "building-9-7": OrderRule(
        kind=InquiryKind.BUILDING, article="建築基準法第9条第7項", what="仮の使用禁止又は使用制限の命令"
    ),
}
"""要綱 第5の4(1)(2), in its order."""

_FINDINGS: Final = {
    InquiryKind.POLICE: {
        Finding.NOT_FOUND: "暴力団員等と認められない",
        Finding.FOUND: "暴力団員等と認められる",
    },
    InquiryKind.OTHER: {Finding.NOT_FOUND: "支障がない", Finding.FOUND: "支障がある"},
}
_VIOLATION: Final = {Finding.NOT_FOUND: "違反は認められない", Finding.FOUND: "違反が認められる"}


def orders_of(kind: str) -> dict[str, OrderRule]:
    """The orders an inquiry of this kind may ask about; none for the police and for others."""
    return {code: rule for code, rule in ORDERS.items() if rule.kind == kind}


def finding_label(kind: str, finding: str) -> str:
    """The words of the answer: for the police whether somebody is 暴力団員等, else whether the law is broken."""
    return _FINDINGS.get(InquiryKind(kind), _VIOLATION)[Finding(finding)] if finding else ""


# --- What an answer means ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of one inquiry."""

    kind: str
    status: str
    restricted: bool = False
    finding: str = ""
    remedy: str = ""
    remedy_on: dt.date | None = None
    remedy_note: str = ""
    remedied_on: dt.date | None = None


def meaning(known: Known) -> Meaning:
    """要綱 第5の3: found to be 暴力団員等, no certification. 第5の4: a violation without prospect of remedy, none either."""
    if known.status == InquiryStatus.OPEN:
        return Meaning.WAITING
    if known.status != InquiryStatus.ANSWERED:
        return Meaning.NO_EFFECT
    if known.finding != Finding.FOUND:
        return Meaning.CLEAR
    if known.kind == InquiryKind.POLICE:
        return Meaning.BARRED
    return _of_violation(known)


def _of_violation(known: Known) -> Meaning:
    if known.remedied_on:
        return Meaning.CLEAR
    if known.remedy == Remedy.NO:
        return Meaning.BARRED
    if known.remedy == Remedy.YES and (known.remedy_on or known.remedy_note.strip()):
        return Meaning.NOTED
    return Meaning.UNSETTLED


def bar(known: Known) -> str | None:
    """Why nobody may certify because of this answer. Says of a restricted inquiry neither kind nor ground."""
    found = meaning(known)
    if found == Meaning.BARRED:
        whose = "閲覧制限のある照会" if known.restricted else f"{InquiryKind(known.kind).label}への照会"
        return f"{whose}の回答により、認定はできません。不認定で起案してください。"
    if found != Meaning.UNSETTLED:
        return None
    if known.restricted:
        return "閲覧制限のある照会の回答について、まだ判断が記録されていません。"
    label = InquiryKind(known.kind).label
    return f"{label}への照会で違反や支障が認められています。是正の見込みを判断して、記録してください。"


# --- What an answer must say ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What somebody recorded as the answer."""

    finding: str
    orders: Mapping[str, str] = field(default_factory=dict)
    remedy: str = ""
    remedy_on: dt.date | None = None
    remedy_note: str = ""
    text: str = ""
    answerer: str = ""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is missing or does not fit together, and the field where it is mended."""

    field: str
    text: str


def answer_problem(kind: str, asked: Iterable[str], answer: Answer) -> Problem | None:
    """The first thing against an answer; `None` when it can be kept."""
    for code in asked:
        if answer.orders.get(code) not in OrderAnswer.values:
            return Problem(
                field=code, text=f"{ORDERS[code].article}の命令について、受けているかどうかを選んでください。"
            )
    if answer.finding not in Finding.values:
        return Problem(field="finding", text="回答の結果を選んでください。")
    if OrderAnswer.UNDER in answer.orders.values() and answer.finding == Finding.NOT_FOUND:
        return Problem(
            field="finding",
            text="命令を「受けている」とした事項があります。結果で「違反が認められる」を選ぶか、その事項の回答を直してください。",
        )
    if answer.finding == Finding.FOUND and kind != InquiryKind.POLICE:
        return remedy_problem(answer.remedy, on=answer.remedy_on, note=answer.remedy_note)
    return None


def remedy_problem(remedy: str, *, on: dt.date | None, note: str) -> Problem | None:
    """A prospect is judged, and where there is one it is said until when or how."""
    if remedy not in Remedy.values:
        return Problem(field="remedy", text="是正の見込みを「あり」「なし」「不明」から選んでください。")
    if remedy == Remedy.YES and not on and not note.strip():
        return Problem(
            field="remedy_on", text="是正の見込みがあるときは、是正の時期か、見込みの内容を書いてください。"
        )
    return None


# --- The link for who answers without an account ----------------------------------------------------------------------

MOST_TRIES: Final = 5
CODE_DIGITS: Final = 6
LINK_DAYS: Final = (3, 7, 14)


class LinkState(TextChoices):
    """Whether a link still opens; the label is said to who comes too late."""

    OPEN = "open", "使えます"
    USED = "used", "この照会には、すでに回答をいただいています。ありがとうございました。"
    LOCKED = "locked", "確認の番号を5回まちがえたため、このリンクは使えなくなりました。"
    EXPIRED = "expired", "このリンクは、使える期限を過ぎました。"
    CLOSED = "closed", "このリンクは、使えなくなりました。照会が終わったか、新しいリンクに替わっています。"


def token_digest(token: str) -> str:
    """What is kept of a token. It has 256 random bits: no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def may_have_link(known: Known) -> bool:
    """Only while the answer is awaited; never for the police, nor for an inquiry that few may read."""
    return known.status == InquiryStatus.OPEN and known.kind != InquiryKind.POLICE and not known.restricted


def link_state(
    known: Known, *, used: bool, revoked: bool, tries: int, expires_at: dt.datetime, now: dt.datetime
) -> LinkState:
    """Used first: who answered and comes back reads thanks, not that it is too late."""
    if used:
        return LinkState.USED
    if revoked or not may_have_link(known):
        return LinkState.CLOSED
    if tries >= MOST_TRIES:
        return LinkState.LOCKED
    return LinkState.EXPIRED if now >= expires_at else LinkState.OPEN


# --- Words to begin with ----------------------------------------------------------------------------------------------

OPENING_WORDS: Final[dict[InquiryKind, tuple[str, str]]] = {
    InquiryKind.POLICE: (
        "",
        "別紙の者が、暴力団員による不当な行為の防止等に関する法律第2条第6号に規定する暴力団員等に該当するかどうかについて、回答をお願いします。",
    ),
    InquiryKind.FIRE: (
        "",
        "上記の住宅について、下の表の各条項による命令を受けていないことを確認したいので、回答をお願いします。命令のほかに消防法の違反があるときは、その内容と是正の見込みもお知らせください。",
    ),
    InquiryKind.BUILDING: (
        "",
        "上記の住宅について、下の表の各条項による命令を受けていないことを確認したいので、回答をお願いします。命令のほかに建築基準法の違反があるときは、その内容と是正の見込みもお知らせください。",
    ),
    InquiryKind.OTHER: ("", ""),
}
"""Addressee and question a draft opens with; who writes it changes them."""
