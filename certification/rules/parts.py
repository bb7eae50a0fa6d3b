"""The parts of a plan, one by one: where each stands, what it is called, how its value is written in Japanese.

A path names one place of one plan and follows the keys of rows: `buildings[ab12].units[cd34].monthly_rent_yen`. Its
pattern is the same without keys, `buildings.units.monthly_rent_yen`: what review items and points speak of.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import typing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from certification.rules.plan import (
    Building,
    Employee,
    Licence,
    LicenceKind,
    Officer,
    Party,
    PartyRole,
    Plan,
    Pledge,
    PledgeCode,
    ReferralTarget,
    Section,
    Subcontractor,
    Unit,
)
from japan.wareki import WarekiError, format_wareki

EMPTY: Final = "—"
"""How an empty value is shown."""

YEAR_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
"""How a plan keeps a month: 1981-05."""

_MONTH_FIELDS: Final = ("construction_started", "completed", "seismic_works_until")

NOUNS: Final[dict[type[Any], str]] = {
    Party: "事業を行う者",
    Officer: "役員",
    Employee: "使用人",
    Licence: "免許・登録",
    Building: "住宅",
    Unit: "部屋",
    ReferralTarget: "つなぎ先",
    Subcontractor: "委託先",
    Pledge: "誓約",
}


# --- What a row is called ---


def own_name(row: Any) -> str:
    """The name a row bears itself (見本荘, 101号, …); empty while nothing is written."""
    if isinstance(row, Unit):
        return unit_name(row.number)
    if isinstance(row, Licence):
        return choice_label(LicenceKind, row.kind)
    if isinstance(row, Pledge):
        return choice_label(PledgeCode, row.code)
    return str(row.name).strip()


def unit_name(number: str) -> str:
    """101 becomes 101号; what does not end in a figure (1号室, A) stays as written."""
    number = number.strip()
    return f"{number}号" if number[-1:].isdigit() else number


def row_name(row: Any, *, position: int) -> str:
    """What a row is called without its place: 住宅「見本荘」, 101号, 賃貸人「見本不動産」; 住宅2 while it has no name."""
    noun, name = _noun(row), own_name(row)
    if isinstance(row, Unit):
        return name or f"{noun}{position}"
    return f"{noun}「{name}」" if name else f"{noun}{position}"


def numbered_name(row: Any, *, position: int) -> str:
    """What a row is called with its place, to be found in a form: 住宅1「見本荘」, 部屋101号, 役員2."""
    noun, name = NOUNS[type(row)], own_name(row)
    if isinstance(row, Unit):
        return f"{noun}{name}" if name else f"{position}番目の{noun}"
    return f"{noun}{position}「{name}」" if name else f"{noun}{position}"


def _noun(row: Any) -> str:
    if isinstance(row, Party):
        return choice_label(PartyRole, row.role) or NOUNS[Party]
    return NOUNS[type(row)]


# --- What a value looks like ---


def choice_label(choices: Any, value: str) -> str:
    """The Japanese label of a choice; what is not a choice is shown as it is."""
    return str(choices(value).label) if value in choices.values else value


def is_blank(value: Any) -> bool:
    """Whether nothing was answered. 0 and 「いいえ」 are answers; spaces are not."""
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def value_text(item: dataclasses.Field[Any], value: Any) -> str:
    """A value of a plan's field in Japanese: labels of choices, はい/いいえ, units, 和暦; `EMPTY` when blank."""
    if is_blank(value):
        return EMPTY
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, int | Decimal):
        return number_text(value) + item.metadata["unit"]
    if isinstance(value, dt.date):
        return _date_text(value)
    choices = item.metadata["choices"]
    if isinstance(value, tuple):
        return "、".join(choice_label(choices, one) for one in in_order(choices, value))
    if item.name in _MONTH_FIELDS:
        return month_text(value)
    return choice_label(choices, value) if choices else value


def number_text(value: int | Decimal) -> str:
    """52,000; areas with two places (24.80), or with all that were written."""
    if isinstance(value, int):
        return f"{value:,}"
    exponent = value.as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{value:,.{places}f}"


def month_text(month: str) -> str:
    """昭和56年5月 for 1981-05; what is not a month stays as written."""
    match = YEAR_MONTH.fullmatch(month)
    if match is None:
        return month
    try:
        return format_wareki(dt.date(int(match[1]), int(match[2]), 1), precision="month")
    except (ValueError, WarekiError):
        return month


def in_order(choices: Any, values: Sequence[str]) -> tuple[str, ...]:
    """Chosen values once each, in the order of the choices; unknown ones last. The order of ticking says nothing."""
    known = list(choices.values)
    return tuple(sorted(set(values), key=lambda one: (known.index(one) if one in known else len(known), one)))


def _date_text(day: dt.date) -> str:
    try:
        return format_wareki(day)
    except WarekiError:
        return day.isoformat()


# --- The walk ---


@dataclass(frozen=True, kw_only=True)
class RowMark:
    """That a row exists. `name` is its whole name: 住宅「見本荘」 101号."""

    section: Section
    path: str
    pattern: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One field of a plan. `group` is the row it stands in (住宅「見本荘」 101号), empty outside rows.

    A list of rows that is empty is a leaf too, of value `()`.
    """

    section: Section
    path: str
    pattern: str
    group: str
    item: dataclasses.Field[Any]
    value: Any
    nested_blank: bool = False
    """Part of a nested value inside a row (法定代理人) of which nothing is filled in."""

    @property
    def label(self) -> str:
        return str(self.item.metadata["label"])

    @property
    def full_label(self) -> str:
        """住宅「見本荘」 101号 家賃; outside rows the section comes first."""
        before = self.group or str(self.section.label)
        return self.label if self.label.startswith(before) else f"{before} {self.label}"

    @property
    def text(self) -> str:
        return value_text(self.item, self.value)

    @property
    def compared(self) -> Any:
        """What counts as the value in a comparison: for several choices, which ones."""
        choices = self.item.metadata["choices"]
        return in_order(choices, self.value) if isinstance(self.value, tuple) and choices else self.value


def walk(plan: Plan) -> Iterator[Leaf | RowMark]:
    """Every row and every field of the plan, in the order written. Keys themselves are not fields."""
    for item in dataclasses.fields(plan):
        at = _At(section=Section(item.name), path=item.name, pattern=item.name)
        value = getattr(plan, item.name)
        yield from _walk_rows(item, value, at) if isinstance(value, tuple) else _walk_fields(value, at)


def leaves(plan: Plan) -> Iterator[Leaf]:
    """Every field of the plan."""
    return (part for part in walk(plan) if isinstance(part, Leaf))


@dataclass(frozen=True, kw_only=True)
class _At:
    """Where the walk stands."""

    section: Section
    path: str
    pattern: str
    group: str = ""
    nested_blank: bool = False

    def into(self, name: str) -> _At:
        return dataclasses.replace(self, path=f"{self.path}.{name}", pattern=f"{self.pattern}.{name}")


def _walk_fields(part: Any, at: _At) -> Iterator[Leaf | RowMark]:
    for item in dataclasses.fields(part):
        value, here = getattr(part, item.name), at.into(item.name)
        if item.name == "key":
            continue
        if dataclasses.is_dataclass(value):
            is_blank_in_row = bool(at.group) and value == type(value)()  # type: ignore[misc]
            yield from _walk_fields(value, dataclasses.replace(here, nested_blank=is_blank_in_row))
        elif _holds_rows(item):
            yield from _walk_rows(item, value, here)
        else:
            yield _leaf(item, value, here)


def _walk_rows(item: dataclasses.Field[Any], rows: tuple[Any, ...], at: _At) -> Iterator[Leaf | RowMark]:
    if not rows:
        yield _leaf(item, rows, at)
    for position, (key, row) in enumerate(zip(row_keys(rows), rows, strict=True), start=1):
        name = " ".join(filter(None, (at.group, row_name(row, position=position))))
        here = dataclasses.replace(at, path=f"{at.path}[{key}]", group=name)
        yield RowMark(section=at.section, path=here.path, pattern=at.pattern, name=name)
        yield from _walk_fields(row, here)


def _leaf(item: dataclasses.Field[Any], value: Any, at: _At) -> Leaf:
    return Leaf(
        section=at.section,
        path=at.path,
        pattern=at.pattern,
        group=at.group,
        item=item,
        value=value,
        nested_blank=at.nested_blank,
    )


def field_of(part: Any, name: str) -> dataclasses.Field[Any]:
    """The dataclass field of a part, with its label, unit and choices. Raises `KeyError` on an unknown name."""
    return {item.name: item for item in dataclasses.fields(part)}[name]


def _holds_rows(item: dataclasses.Field[Any]) -> bool:
    return str(item.type).startswith("tuple[") and item.metadata["choices"] is None


def patterns(kind: type[Any] = Plan, *, within: str = "") -> Iterator[str]:
    """Every pattern there is, lists and nested values before what is in them: what review items may speak of."""
    for name, hint in typing.get_type_hints(kind).items():
        if name == "key":
            continue
        yield f"{within}{name}"
        inner: Any = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else hint
        if isinstance(inner, type) and dataclasses.is_dataclass(inner):
            yield from patterns(inner, within=f"{within}{name}.")


def row_keys(rows: Sequence[Any]) -> list[str]:
    """The keys of rows, made good: a missing one is the place (#2), a repeated one is told apart (ab12~2)."""
    keys: list[str] = []
    for position, row in enumerate(rows, start=1):
        key = base = row.key or f"#{position}"
        repeat = 1
        while key in keys:
            repeat += 1
            key = f"{base}~{repeat}"
        keys.append(key)
    return keys
