"""One row of the prefecture's table as values: what was read, what a person mended, what is registered.

All three are a `RowContent`, so that they can be held against each other field by field. The names of the fields are the
keys under which a mending is kept.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from councils.rules.schedule import SessionRule, rule_from_json, rule_to_json
from councils.rules.schedule_text import to_japanese
from councils.rules.words import Basis, Booking, ConsultationStatus, Precision, SeatCategory
from japan.folding import fold
from japan.wareki import WarekiError, format_wareki

#: What a desk is called when the table names none.
USUAL_DESK: Final = "住まいの相談窓口"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEntry:
    """One rule of a desk, with what the table says about the desk."""

    desk: str = USUAL_DESK
    venue: str = ""
    operator: str = ""
    booking: str = ""
    rule: SessionRule


#: What an entry says of its desk, beside the rule.
DESK_FIELDS: Final = ("desk", "venue", "operator", "booking")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowContent:
    """A council as one row says it. Empty is "not said". `municipalities` are names, `sessions` in the row's order."""

    name: str = ""
    municipalities: tuple[str, ...] = ()
    established_text: str = ""
    established_on: dt.date | None = None
    established_precision: str = Precision.DAY.value
    basis: str = ""
    local_government: tuple[str, ...] = ()
    support_corporation: tuple[str, ...] = ()
    realtor_association: tuple[str, ...] = ()
    rental_manager: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    observer: tuple[str, ...] = ()
    secretariat: tuple[str, ...] = ()
    shop_count: int | None = None
    shop_count_is_approximate: bool = False
    shop_count_on: dt.date | None = None
    consultation_status: str = ""
    sessions: tuple[SessionEntry, ...] = ()
    activities: str = ""
    business: str = ""
    background: str = ""
    consultation_operator: str = ""
    consultation_method: str = ""
    consultation_publicity: str = ""
    consultation_places: str = ""
    consultation_effects: str = ""


#: Every field with its words, in the order of the table.
LABELS: Final[Mapping[str, str]] = {
    "name": "協議会名",
    "municipalities": "設置した自治体",
    "established_text": "設立年月日(原文)",
    "established_on": "設立年月日",
    "established_precision": "設立年月日の精度",
    "basis": "設立の根拠",
    "local_government": SeatCategory.LOCAL_GOVERNMENT.label,
    "support_corporation": SeatCategory.SUPPORT_CORPORATION.label,
    "realtor_association": SeatCategory.REALTOR_ASSOCIATION.label,
    "rental_manager": SeatCategory.RENTAL_MANAGER.label,
    "other": SeatCategory.OTHER.label,
    "observer": SeatCategory.OBSERVER.label,
    "secretariat": "事務局",
    "shop_count": "協力店の数",
    "shop_count_is_approximate": "協力店の数は概数",
    "shop_count_on": "協力店の数の時点",
    "consultation_status": "相談の実施",
    "sessions": "相談の日時",
    "activities": "規程における活動内容",
    "business": "業務内容",
    "background": "設立の経緯、課題、方向性",
    "consultation_operator": "相談: 事業の実施主体",
    "consultation_method": "相談: 実施の体制",
    "consultation_publicity": "相談: 広報",
    "consultation_places": "相談: 相談できる箇所",
    "consultation_effects": "相談: 効果、課題",
}
SEAT_FIELDS: Final = tuple(category.value for category in SeatCategory)
LIST_FIELDS: Final = ("municipalities", *SEAT_FIELDS, "secretariat")
DATE_FIELDS: Final = ("established_on", "shop_count_on")
TEXT_FIELDS: Final = (
    "activities",
    "business",
    "background",
    "consultation_operator",
    "consultation_method",
    "consultation_publicity",
    "consultation_places",
    "consultation_effects",
)


# --- JSON: what is kept as `mended` ---


def to_json(content: RowContent) -> dict[str, Any]:
    """Every field in values that JSON can hold."""
    return {name: _plain(getattr(content, name)) for name in LABELS}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, SessionEntry):
        texts = {name: getattr(value, name) for name in DESK_FIELDS}
        return {**texts, "rule": rule_to_json(value.rule)}
    return value


def with_fields(content: RowContent, values: Mapping[str, Any]) -> RowContent:
    """The content with some fields replaced by what `to_json` wrote of them. Unknown names are ignored."""
    known = {name: _from_plain(name, value) for name, value in values.items() if name in LABELS}
    return dataclasses.replace(content, **known)


def _from_plain(name: str, value: Any) -> Any:
    if name in DATE_FIELDS:
        return dt.date.fromisoformat(value) if value else None
    if name == "sessions":
        return tuple(SessionEntry(**{**each, "rule": rule_from_json(each["rule"])}) for each in value)
    return tuple(value) if name in LIST_FIELDS else value


# --- Differences ---


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that would change: its words, and before and after as people read them ("" is nothing)."""

    field: str
    label: str
    before: str
    after: str


def changed_fields(before: RowContent, after: RowContent) -> tuple[str, ...]:
    """The names of the fields in which two contents differ, in the order of the table."""
    return tuple(name for name in LABELS if getattr(before, name) != getattr(after, name))


def differences(before: RowContent, after: RowContent) -> list[Difference]:
    """What a person sees when `after` takes the place of `before`; precision and 概数 stand with their value."""
    shown = {_SHOWN_WITH.get(name, name) for name in changed_fields(before, after)}
    told = [name for name in LABELS if name in shown]
    return [Difference(name, LABELS[name], words(before, name), words(after, name)) for name in told]


#: Fields that have no words of their own.
_SHOWN_WITH: Final = {
    "established_precision": "established_on",
    "shop_count_is_approximate": "shop_count",
    "shop_count_on": "shop_count",
}


def words(content: RowContent, name: str) -> str:
    """A field as people read it; "" for nothing."""
    value = getattr(content, name)
    if name == "established_on":
        return _date_words(value, content.established_precision)
    if name == "shop_count":
        return _shop_words(content)
    if name == "consultation_status":
        return ConsultationStatus(value).label if value else ""
    if name == "sessions":
        return "\n".join(session_words(each) for each in value)
    if isinstance(value, tuple):
        return "\n".join(value)
    return str(value)


def _date_words(day: dt.date | None, precision: str) -> str:
    if day is None:
        return ""
    try:
        return format_wareki(day, precision=precision)  # type: ignore[arg-type]
    except WarekiError:
        return day.isoformat()


def _shop_words(content: RowContent) -> str:
    if content.shop_count is None:
        return ""
    about = "約" if content.shop_count_is_approximate else ""
    when = f"({_date_words(content.shop_count_on, 'day')}時点)" if content.shop_count_on else ""
    return f"{about}{content.shop_count}{when}"


def session_words(entry: SessionEntry) -> str:
    """住まいの相談窓口: 毎月第1火曜日 10:00〜12:00(市役所2階)."""
    beside = "、".join(
        text for text in (entry.venue, Booking(entry.booking).label if entry.booking else "") if text
    )
    beside = f"({beside})" if beside else ""
    try:
        return f"{entry.desk}: {to_japanese(entry.rule)}{beside}"
    except WarekiError:
        return f"{entry.desk}: {entry.rule.raw}{beside}"


# --- Who founded it ---


def municipalities_in(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The municipalities a council's name begins with: ○○市居住支援協議会, ○○市・△△町居住支援協議会.

    Read from the front, the longest name first, so that no name is found inside another. A prefecture's own council is
    found by the prefecture's name.
    """
    names = sorted(((fold(each), each) for each in known), key=lambda pair: -len(pair[0]))
    rest, found = fold(name), []
    while match := next((pair for pair in names if pair[0] and rest.startswith(pair[0])), None):
        found.append(match[1])
        rest = rest.removeprefix(match[0]).lstrip("、,及び")
    return tuple(dict.fromkeys(found))


# --- What keeps a content from being registered ---

_LONGEST: Final[Mapping[str, int]] = {
    "name": 100,
    "established_text": 60,
    "secretariat": 120,
    **dict.fromkeys(SEAT_FIELDS, 200),
}
_LONGEST_TEXT: Final = 20_000
_MOST_SHOPS: Final = 99_999


def faults(content: RowContent) -> list[tuple[str, str]]:
    """What must be put right before the content can be registered: (field, sentence). Sessions are judged elsewhere."""
    found = [(name, text) for name, judge in _JUDGES.items() if (text := judge(content))]
    for name in LABELS:
        if too_long := _too_long(name, getattr(content, name)):
            found.append(
                (name, f"「{too_long[:20]}…」が長すぎます。{_longest(name)}文字までにしてください。")
            )
    return found


def _longest(name: str) -> int:
    return _LONGEST.get(name, _LONGEST_TEXT)


def _too_long(name: str, value: Any) -> str:
    texts = value if isinstance(value, tuple) else (value,)
    return next((each for each in texts if isinstance(each, str) and len(each) > _longest(name)), "")


def _no_name(content: RowContent) -> str:
    return "" if content.name.strip() else "協議会名がありません。協議会名を入れてください。"


def _no_municipality(content: RowContent) -> str:
    if content.municipalities:
        return ""
    return "協議会名から自治体を決められません。「設置した自治体」に自治体の名称を入れてください。"


def _date_without_precision(content: RowContent) -> str:
    if content.established_precision in Precision.values:
        return ""
    return "設立年月日の精度が決まっていません。年・月・日のどこまで分かるかを選んでください。"


def _unknown_basis(content: RowContent) -> str:
    if content.basis in Basis.values:
        return ""
    return "設立の根拠は、会則・要綱・要領から選んでください。書かれていないときは「記載なし」を選びます。"


def _shop_facts_alone(content: RowContent) -> str:
    if content.shop_count is None:
        if content.shop_count_is_approximate or content.shop_count_on:
            return "協力店の数がないのに、概数の印か時点があります。数を入れるか、印と時点を消してください。"
        return ""
    if not 0 <= content.shop_count <= _MOST_SHOPS:
        return f"協力店の数は0から{_MOST_SHOPS:,}までの数にしてください。"
    return ""


_JUDGES: Final[Mapping[str, Callable[[RowContent], str]]] = {
    "name": _no_name,
    "municipalities": _no_municipality,
    "established_on": _date_without_precision,
    "basis": _unknown_basis,
    "shop_count": _shop_facts_alone,
}
