"""The cells behind the basis, put to their columns: charter, secretariat, business, background and five on consultation.

A dynamic programme over the orders that occur: a column may be missing, two may be fused in one cell, one may be split
over several cells, and neighbours may be exchanged. What a cell says weighs more than where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

from councils.rules.table.offices import begins_with_offices, looks_like_offices
from councils.rules.table.writing import even, is_nothing, squeezed

BEHIND = (
    "charter_activities",
    "secretariat",
    "business",
    "background",
    "consult_who",
    "consult_how",
    "consult_publicity",
    "consult_sites",
    "consult_effects",
)
CONSULTATION = BEHIND[4:]
_EXCHANGED = 1.5
_ORDERS = tuple(
    (
        tuple([*front, "background", *back, *CONSULTATION[2:]]),
        (front != BEHIND[:3]) * _EXCHANGED + (back != CONSULTATION[:2]) * _EXCHANGED,
    )
    for front in (
        ("charter_activities", "secretariat", "business"),
        ("secretariat", "charter_activities", "business"),
        ("charter_activities", "business", "secretariat"),
    )
    for back in (("consult_who", "consult_how"), ("consult_how", "consult_who"))
)


@dataclass(frozen=True, slots=True)
class Placing:
    """For each cell the columns in it. `margin`: how much better than the best order that differs."""

    columns: tuple[tuple[str, ...], ...]
    margin: float


def name_cells_behind(texts: Sequence[str]) -> Placing:
    """`texts` are those behind the basis, without empty ones at the end."""
    if not texts:
        return Placing((), 0.0)
    results = sorted((_best(texts, order, cost) for order, cost in _ORDERS), key=lambda result: -result[0])
    best_score, best = results[0]
    others = [score for score, columns in results[1:] if columns != best]
    return Placing(best, best_score - max(others, default=best_score - 9.0))


def _best(
    texts: Sequence[str], order: tuple[str, ...], cost: float
) -> tuple[float, tuple[tuple[str, ...], ...]]:
    """The best way to put the cells to the columns in this order."""
    full = len(texts) == len(order)

    @cache
    def place(at: int, column: int) -> tuple[float, tuple[tuple[str, ...], ...]]:
        """From cell `at` on, with columns before `column` used."""
        if at == len(texts):
            return -sum(_missing(name) for name in order[column:]), ()
        ways = []
        if at and column:
            score, rest = place(at + 1, column)
            ways.append((_goes_on(texts, at, order[column - 1]) + score, ((order[column - 1],), *rest)))
        skipped = 0.0
        for first in range(column, len(order)):
            for last in range(first, min(first + 2, len(order))):
                names = order[first : last + 1]
                score, rest = place(at + 1, last + 1)
                bonus = 0.6 if full and first == at and last == first else 0.0
                ways.append((_fits(texts[at], names) + bonus - skipped + score, (tuple(names), *rest)))
            skipped += _missing(order[first])
        return max(ways, key=lambda way: way[0], default=(-99.0, ()))

    score, columns = place(0, 0)
    return score - cost, columns


def _missing(name: str) -> float:
    return {"charter_activities": 1.2, "secretariat": 2.0, "business": 1.0, "background": 0.9}.get(name, 0.5)


def _fits(text: str, names: Sequence[str]) -> float:
    scores = sorted((_score(text, name) for name in names), reverse=True)
    if len(scores) == 1:
        return scores[0]
    if set(names) == {"secretariat", "business"} and begins_with_offices(text):
        return 3.5
    if names[0] == "charter_activities":
        return -2.0
    # Two columns in one cell must both be plain to see.
    return scores[0] + (0.4 * scores[1] - 0.3 if scores[1] >= 1.5 else -2.0)


def _goes_on(texts: Sequence[str], at: int, name: str) -> float:
    """A cell that is more of the column before it: the same words again, or what did not fit."""
    if name == "secretariat":
        return -4.0
    same = SequenceMatcher(None, squeezed(texts[at - 1])[:400], squeezed(texts[at])[:400]).ratio()
    copied = name not in CONSULTATION and same > 0.6 and not is_nothing(texts[at])
    return _score(texts[at], name) * 0.6 + (1.5 if copied else -1.3)


# --- What a cell says ---

_CHARTER = re.compile(
    r"に関すること|に関する事項|に関する事業|に関する検討|ための?必要な?事[業項]|必要[がと]?[あ認]"
)
_NOT_CARRIED_OUT = re.compile(r"未実施|実施していない|未定|検討中|準備中")
_WORDS: dict[str, tuple[tuple[re.Pattern[str], float, int], ...]] = {
    "charter_activities": (
        (_CHARTER, 1.2, 3),
        (re.compile(r"^(?:\(?1\)?[.．)\s]|①|・)"), 0.5, 1),
        (re.compile(r"円滑な入居の促進|情報の(?:共有|提供)|関係機関の連携|市場"), 0.3, 3),
        (re.compile(r"開催|ホームページ|経緯|チラシ"), -0.8, 2),
    ),
    "business": (
        (re.compile(r"協議会[^。・]{0,8}(?:運営|開催)"), 1.6, 1),
        (re.compile(r"セミナー|講演|パンフ|ガイドブック|委託|登録|事業|設置|確保|普及|啓発|助成|あっせん|検討"), 0.4, 4),
        (re.compile(r"(?:開催|実施|作成|運営|設置|登録)(?:\s|・|$|、)"), 0.4, 3),
        (re.compile(r"経緯|方向性|当初|ホームページに掲載|【課題"), -1.0, 3),
    ),
    "background": (
        (re.compile(r"設[立置]の?経緯|設立当初|当初の?課題|現在の課題|方向性|(?:【|\(|<)課題"), 1.5, 3),
        (re.compile(r"(?:設立|設置)(?:した|する|に至|。|$|を|運び|され)|ため(?:に)?設[立置]|移行した"), 0.8, 3),
        (re.compile(r"従前|以前|これまで|背景|必要が?あ|に伴い|課題"), 0.4, 3),
        (re.compile(r"【効果|\(効果"), -2.0, 1),
    ),
    "consult_who": (
        (re.compile(r"の事業\s*[::]|実施主体"), 2.2, 1),
        (re.compile(r"の事業|部局|部署\)|居住支援協議会|市予算|区予算"), 0.6, 2),
        (re.compile(r"^[^。\s]{1,24}$"), 0.7, 1),
        (re.compile(r"ホームページ|チラシ|箇所|乖離"), -0.7, 2),
    ),
    "consult_how": (
        (re.compile(r"常設|常時|毎週|毎月|第[1-5]|年に?\d+回|月に?\d+回|週に?\d+[回日]|予約|業務委託|随時"), 1.0, 2),
        (re.compile(r"体制を?構築|窓口を|相談会|協定|連携し|相談員|支援を実施|相談を受け|委託"), 0.6, 3),
        (re.compile(r"^・?(?:区|市|町)の?(?:ホームページ|広報)"), -1.5, 1),
    ),
    "consult_publicity": (
        (re.compile(r"ホームページ|HP|広報|チラシ|冊子|パンフ|市報|区報|町報|リーフレット|SNS|ウェブ"), 1.0, 3),
        (re.compile(r"掲載|配布|備え付け|配架|周知|掲示"), 0.4, 2),
        (re.compile(r"【効果|乖離|協議会の運営"), -1.0, 2),
    ),
    "consult_sites": (
        (re.compile(r"\d+\s*[箇か]所|窓口\d|階|番窓口"), 1.2, 2),
        (re.compile(r"窓口|相談先|センター"), 0.5, 2),
        (re.compile(r"問い?合わせがあった|紹介して|一覧|案内して|店舗|登録店"), 0.5, 3),
        (re.compile(r"乖離|【効果|必要がある"), -0.8, 2),
    ),
    "consult_effects": (
        (re.compile(r"効果|課題"), 1.1, 2),
        (re.compile(r"乖離|困難|ケース|成約|難し|できるように|できてい|できる。|つながっ|必要|増え|多い|少ない|助けと|理解"), 0.6, 4),
        (re.compile(r"経緯|方向性|当初"), -1.2, 2),
    ),
}  # fmt: skip


@lru_cache(maxsize=512)
def _score(text: str, name: str) -> float:
    if is_nothing(text):
        return {"charter_activities": -1.0, "secretariat": -1.5, "business": 0.1, "background": 0.1}.get(
            name, 0.5
        )
    same = even(text).strip()
    if name == "secretariat":
        return _score_of_secretariat(same)
    if _NOT_CARRIED_OUT.match(same):
        return 1.0 if name in CONSULTATION else -2.0
    total = sum(weight * min(len(pattern.findall(same)), most) for pattern, weight, most in _WORDS[name])
    if name == "consult_who" and looks_like_offices(same):
        total += 1.0
    if name not in CONSULTATION:
        return total - (1.0 if looks_like_offices(same) else 0.0)
    return total - (1.5 if len(_CHARTER.findall(same)) >= 2 else 0.0)


def _score_of_secretariat(text: str) -> float:
    if looks_like_offices(text):
        return 3.0
    return 1.2 if begins_with_offices(text) else -2.5
