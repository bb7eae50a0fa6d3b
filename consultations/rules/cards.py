"""条件カード: what a shop is shown of a household before it may know a name.

A card is made of what stands in `ConditionsCard` and of nothing else: a column that is added to the case tomorrow is not
shared until somebody writes it here. Bands, not values; conditions, not diagnoses. That somebody was refused for age, or
is behind with rent, is never said: it is turned into the condition it asks for, or left out. Each piece leaves only under
a consent that covers it (個人情報保護法27条1項, 69条2項1号).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from consultations.rules.consents import Scope
from consultations.rules.words import AgeBand, Household, Obstacle
from japan.folding import fold

RENT_STEP_YEN: Final = 5_000
RARE_BELOW: Final = 5
"""Fewer open cases alike than this: who knows the town may know who it is."""

HOUSEHOLDS: Final = ("単身", "2人", "3人以上")

CONDITIONS: Final[dict[str, str]] = {
    "no_contact": "緊急連絡先なし",
    "no_guarantor": "保証人なし(保証会社を使いたい)",
    "guarantee": "保証のしかたを相談したい",
    "initial_cost": "初期費用を抑えたい",
    "watch": "見守りあり",
    "step_free": "1階か、エレベーターのある所",
    "pet": "ペットあり",
}
"""What may be said, in these words alone."""

_CONDITION_OF: Final[dict[str, str]] = {
    Obstacle.NO_CONTACT: "no_contact",
    Obstacle.NO_GUARANTOR: "no_guarantor",
    # Two different facts, one condition: a shop cannot tell arrears from a company's refusal.
    Obstacle.GUARANTOR_COMPANY: "guarantee",
    Obstacle.ARREARS: "guarantee",
    Obstacle.INITIAL_COST: "initial_cost",
    Obstacle.WATCH: "watch",
    Obstacle.STAIRS: "step_free",
    Obstacle.PET: "pet",
}

LANGUAGES: Final[dict[str, str]] = {
    "en": "英語",
    "zh": "中国語",
    "ko": "韓国・朝鮮語",
    "vi": "ベトナム語",
    "ne": "ネパール語",
    "tl": "タガログ語",
    "pt": "ポルトガル語",
    "es": "スペイン語",
    "my": "ミャンマー語",
    "id": "インドネシア語",
    "th": "タイ語",
    "jsl": "手話",
}
"""By the codes of `councils.rules.words.Language`."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The only columns of a case a card may look at."""

    rent_limit_yen: int | None = None
    household: str = ""
    household_size: int | None = None
    age_band: str = ""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the counsellor chose and wrote for the card."""

    area: str
    month: str = ""
    conditions: tuple[str, ...] = ()
    language: str = ""
    note: str = ""
    with_household: bool = True
    with_age: bool = True


@dataclass(frozen=True, kw_only=True)
class ConditionsCard:
    """What the shop sees. Empty is left out."""

    area: str = ""
    rent_up_to_yen: int | None = None
    month: str = ""
    household: str = ""
    age_band: str = ""
    conditions: tuple[str, ...] = ()
    language: str = ""
    note: str = ""


def build(facts: Facts, wish: Wish, *, scope: Collection[str]) -> ConditionsCard:
    """The card under the pieces a consent covers; what it does not cover is left out."""
    may_wish = Scope.CONDITIONS in scope
    may_household = Scope.HOUSEHOLD in scope
    may_conditions = Scope.OBSTACLES in scope
    return ConditionsCard(
        area=wish.area.strip() if may_wish else "",
        rent_up_to_yen=rent_step(facts.rent_limit_yen) if may_wish else None,
        month=wish.month if may_wish else "",
        household=household_band(facts) if may_household and wish.with_household else "",
        age_band=age_label(facts.age_band) if may_household and wish.with_age else "",
        conditions=tuple(code for code in CONDITIONS if code in wish.conditions) if may_conditions else (),
        language=wish.language if may_conditions and wish.language in LANGUAGES else "",
        note=wish.note.strip() if may_wish else "",
    )


def rent_step(yen: int | None) -> int | None:
    """Up to the next 5,000 yen: the very limit (a rate of 住宅扶助, say) would tell what nobody agreed to tell."""
    return None if not yen else -(-yen // RENT_STEP_YEN) * RENT_STEP_YEN


def household_band(facts: Facts) -> str:
    """単身, 2人 or 3人以上; "" where the size is not known."""
    size = facts.household_size
    if size is None:
        size = {Household.SINGLE.value: 1, Household.COUPLE.value: 2}.get(facts.household)
    return "" if not size else HOUSEHOLDS[min(size, 3) - 1]


def age_label(band: str) -> str:
    """The band in words; from 75 on there is one."""
    if band in (AgeBand.OLDER, AgeBand.OLDEST):
        return "75歳以上"
    return str(AgeBand(band).label) if band in AgeBand.values else ""


def conditions_of(obstacles: Iterable[str]) -> tuple[str, ...]:
    """The conditions that obstacles ask for; an obstacle that would only tell about the person asks for none."""
    found = {_CONDITION_OF[code] for code in obstacles if code in _CONDITION_OF}
    return tuple(code for code in CONDITIONS if code in found)


def to_json(card: ConditionsCard) -> dict[str, Any]:
    """How a card is kept."""
    return {**asdict(card), "conditions": list(card.conditions)}


def from_json(kept: Mapping[str, Any]) -> ConditionsCard:
    """A card as it was kept. What is not of the list does not come back."""
    known = {name: kept[name] for name in ConditionsCard.__dataclass_fields__ if name in kept}
    return ConditionsCard(**{**known, "conditions": tuple(known.get("conditions", ()))})


def lines(card: ConditionsCard) -> list[tuple[str, str]]:
    """Term and text, as the shop reads them."""
    rent = f"{card.rent_up_to_yen:,}円くらいまで(共益費込み)" if card.rent_up_to_yen else ""
    rows = [
        ("地域", card.area),
        ("家賃", rent),
        ("入居", month_label(card.month)),
        ("世帯", card.household),
        ("年代", card.age_band),
        ("条件", "、".join(CONDITIONS[code] for code in card.conditions if code in CONDITIONS)),
        ("ことば", LANGUAGES.get(card.language, "")),
        ("そのほか", card.note),
    ]
    return [(term, text) for term, text in rows if text]


def month_label(month: str) -> str:
    """2027-01 → 2027年1月まで; "" stays."""
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月まで" if year.isdigit() and number.isdigit() else ""


def wish_problems(wish: Wish, *, names: Collection[str]) -> dict[str, str]:
    """Field and sentence of what is wrong with a card as it was written."""
    found = {}
    if not wish.area.strip():
        found["area"] = "地域を書いてください。町名か駅の名前まで。例: 見本町、輪野駅の近く"
    for field, text in (("area", wish.area), ("note", wish.note)):
        if sentence := refusal(flags_in(text, names=names)):
            found[field] = sentence
    if wish.month and not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", wish.month):
        found["month"] = "入居したい月を選び直してください。"
    return found


# --- What must not stand in words of one's own ------------------------------------------------------------------------

_WELFARE: Final = (
    *(
        "生活保護",
        "生保",
        "住宅扶助",
        "受給",
        "ケースワーカー",
        "福祉事務所",
        "年金",
        "無職",
        "失業",
        "ホームレス",
    ),
    *(
        "路上",
        "刑務所",
        "出所",
        "前科",
        "服役",
        "保護観察",
        "更生",
        "DV",
        "虐待",
        "暴力",
        "ストーカー",
        "シェルター",
    ),
    *("避難", "逃げ", "離婚", "別居", "滞納", "破産", "債務", "借金", "ブラックリスト", "断られ", "孤独死"),
    *("国籍", "難民", "在留", "外国人", "LGBT", "同性", "母子", "父子", "妊娠", "児童養護"),
)
_HEALTH: Final = (
    *(
        "障害",
        "障がい",
        "手帳",
        "精神",
        "発達",
        "知的",
        "統合失調",
        "双極",
        "認知症",
        "癌",
        "ガン",
        "腫瘍",
        "透析",
    ),
    *(
        "糖尿",
        "脳梗塞",
        "心臓",
        "てんかん",
        "依存症",
        "アルコール",
        "HIV",
        "エイズ",
        "病気",
        "持病",
        "通院",
        "入院",
    ),
    *(
        "退院",
        "服薬",
        "介護",
        "要支援",
        "車いす",
        "車椅子",
        "寝たきり",
        "難病",
        "鬱",
        "引きこもり",
        "ひきこもり",
    ),
)
#: Short words that stand inside quite other ones: がんばる, うつる, うつくしい.
_HEALTH_PATTERNS: Final = (("がん", r"がん(?![ばじぐ])"), ("うつ", r"うつ(?![るりくしっわ])"))
_PATTERNS: Final = (
    ("メールアドレスやURL", r"\S+@\S+|https?://\S+|www\.\S+"),
    ("電話番号", r"\+?\d(?:[\s\-()]?\d){8,}|\d{2,4}-\d{4}"),
    (
        "番地や部屋の番号",
        r"[\d一二三四五六七八九十百]+\s*(?:丁目|番地|号室|号棟)|\d+\s*(?:番|号)|\d+-\d+(?:-\d+)*|\d+の\d+",
    ),
    ("生年月日や年齢", r"(?:明治|大正|昭和|平成|[SHT])\s*\d{1,2}[年.]|\d{1,3}\s*(?:歳|才)|\S{0,6}生まれ"),
)
_HONORIFICS: Final = ("さん", "様", "氏", "君", "ちゃん", "くん")


@dataclass(frozen=True, kw_only=True)
class Flag:
    """What was found: of which kind, and the word as it stands there."""

    kind: str
    word: str


def flags_in(text: str, *, names: Iterable[str]) -> tuple[Flag, ...]:
    """What in free text could tell who it is or what must not be told. `names`: every name known of the case."""
    plain = unicodedata.normalize("NFKC", text)
    found = [Flag(kind="名前", word=word) for word in _names_in(plain, names)]
    dashed = _dashed(plain)
    for kind, pattern in _PATTERNS:
        if hit := re.search(pattern, dashed):
            found.append(Flag(kind=kind, word=hit[0].strip()))
    upper = plain.upper()
    found += [Flag(kind="福祉や暮らしの事情", word=word) for word in _WELFARE if word in upper]
    found += [Flag(kind="病気や障害", word=word) for word in _HEALTH if word in upper]
    found += [
        Flag(kind="病気や障害", word=word) for word, pattern in _HEALTH_PATTERNS if re.search(pattern, plain)
    ]
    return tuple(found)


IDENTIFYING: Final = ("名前", "電話番号", "メールアドレスやURL", "番地や部屋の番号")
"""Kinds of flags that say who it is, whatever else may be told."""


def identifying_words(text: str, *, names: Iterable[str]) -> str:
    """「三郎」(名前)、…: what in free text says who it is; "" when nothing does."""
    found = (flag for flag in flags_in(text, names=names) if flag.kind in IDENTIFYING)
    return "、".join(f"「{flag.word}」({flag.kind})" for flag in found)


def refusal(flags: Sequence[Flag]) -> str:
    """The sentence for what was found; "" when nothing was."""
    if not flags:
        return ""
    words = "、".join(f"「{flag.word}」({flag.kind})" for flag in flags)
    return f"{words}は、店に伝えられません。だれのことか分かることばや事情は消して、住まいの条件だけを書いてください。"


def _dashed(text: str) -> str:
    """Every sort of dash between figures becomes one; the long mark of kana stays where it belongs."""
    return re.sub(r"(?<=\d)\s*[‐‑‒–—―−ーｰ]\s*(?=\d)", "-", text)


def _names_in(text: str, names: Iterable[str]) -> list[str]:
    folded = fold(text)
    found: list[str] = []
    for name in names:
        parts = [part for part in re.split(r"[\s・]+", unicodedata.normalize("NFKC", name)) if part]
        for part in dict.fromkeys([*parts, "".join(parts)]):
            bare = _bare(part)
            if bare not in found and _is_named(fold(bare), folded):
                found.append(bare)
    return found


def _bare(name: str) -> str:
    """アンさん is アン."""
    return next((name.removesuffix(each) for each in _HONORIFICS if name.endswith(each)), name) or name


def _is_named(key: str, folded: str) -> bool:
    """A single sign (林, 東) is a name only where somebody is addressed by it: half the towns have it in theirs."""
    if len(key) > 1:
        return key in folded
    return bool(key) and any(key + fold(each) in folded for each in _HONORIFICS)


# --- How many are alike -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Trait:
    """What an open case has in common with a card: area as written, bands, language as written."""

    area: str
    household: str
    age_band: str
    language: str


def alike(card: ConditionsCard, others: Iterable[Trait]) -> int:
    """How many open cases fit everything the card says. What it leaves out fits all."""
    return sum(_fits(card, other) for other in others)


def is_rare(card: ConditionsCard, others: Iterable[Trait]) -> bool:
    """Whether so few are alike that the combination alone may tell who it is."""
    return alike(card, others) < RARE_BELOW


def _fits(card: ConditionsCard, other: Trait) -> bool:
    if card.household and other.household != card.household:
        return False
    if card.age_band and other.age_band != card.age_band:
        return False
    if card.language and fold(LANGUAGES.get(card.language, "")) not in fold(other.language):
        return False
    return not card.area or _shares_area(card.area, other.area)


def _shares_area(one: str, other: str) -> bool:
    places = [fold(part) for part in re.split(r"[、,，・/\s]+", one) if fold(part)]
    return any(place in fold(other) or (fold(other) and fold(other) in place) for place in places)
