"""Beside the national 居住サポート住宅情報提供システム: reading its export, and which of our plans a row speaks of.

By law cases are registered there (共管省令9条1項); nothing here writes to it. The layout of its export is not public, so
which column is which is decided by the office, once for each header. A row never overwrites what we hold: it fills a
計画番号 that is empty here, and shows everything else that differs.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.db.models import TextChoices

from certification.rules.difference import display
from certification.rules.parts import is_blank, leaves
from certification.rules.plan import Plan
from japan.folding import fold
from japan.wareki import WarekiError, format_wareki, parse_wareki

MOST_ROWS: Final = 1_000
MOST_COLUMNS: Final = 100
MOST_HEADING: Final = 80
MOST_VALUE: Final = 300
LONGEST_ID: Final = 40
NOT_YET: Final = "認定前"

_NATIONAL_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]*")
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―⁃−─━ー〜~", "-"))
_ADDRESS_SIGNS: Final = re.compile(r"(?<=[0-9一二三四五六七八九〇])(?:丁目|番地の?|番|号|の|[‐‑‒–—―⁃−─━ー-])")
_CLOCK: Final = re.compile(r"[ T]00:00(:00(\.0+)?)?\Z")


class NationalField(TextChoices):
    """What we look for in an export."""

    NATIONAL_ID = "national_id", "計画番号(国のシステム)"
    CERTIFIED_NUMBER = "certified_number", "認定番号"
    CERTIFIED_ON = "certified_on", "認定年月日"
    HOUSING_NAME = "housing_name", "住宅の名称"
    ADDRESS = "address", "住宅の所在地"


_KNOWN_HEADINGS: Final[dict[NationalField, tuple[str, ...]]] = {
    NationalField.NATIONAL_ID: ("計画番号", "計画ID", "援助計画番号", "居住安定援助計画番号", "申請番号"),
    NationalField.CERTIFIED_NUMBER: ("認定番号", "計画認定番号"),
    NationalField.CERTIFIED_ON: ("認定年月日", "認定日", "計画認定日"),
    NationalField.HOUSING_NAME: ("住宅の名称", "住宅名", "住宅名称", "物件名", "建物名"),
    NationalField.ADDRESS: ("住宅の所在地", "所在地", "住所", "住宅所在地", "住宅の住所"),
}


class ExportRefused(Exception):
    """The table cannot be read. Its text is a Japanese sentence."""


class MappingRefused(Exception):
    """The columns chosen do not do. `name` is the field it is about."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


class NumberRefused(ValueError):
    """Not a 計画番号. Its text is a Japanese sentence."""


# --- Reading the table ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ExportRow:
    """One row as it stands in the file; `line` is its number there."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Export:
    header: tuple[str, ...]
    rows: tuple[ExportRow, ...]


def read_export(table: list[list[str]] | str) -> Export:
    """The header (the first row with content) and the rows below it. Raises `ExportRefused`."""
    grid = _split(table) if isinstance(table, str) else table
    filled = [
        ExportRow(line=line, cells=cells)
        for line, row in enumerate(grid, start=1)
        if any(cells := tuple(_clean(cell, most=MOST_VALUE) for cell in row))
    ]
    if not filled:
        raise ExportRefused("表が空です。国のシステムで一覧を書き出し直して、そのファイルを選んでください。")
    widest = max(len(row.cells) for row in filled)
    if widest > MOST_COLUMNS:
        raise ExportRefused(f"表が{widest:,}列あります。{MOST_COLUMNS}列までのファイルにしてください。")
    if len(filled) - 1 > MOST_ROWS:
        raise ExportRefused(
            f"表が{len(filled) - 1:,}行あります。一度に読めるのは{MOST_ROWS:,}行までです。分けて取り込んでください。"
        )
    header = tuple(cell[:MOST_HEADING] for cell in filled[0].cells)
    if sum(1 for cell in header if cell) < 2:
        raise ExportRefused(
            f"{filled[0].line}行目に見出しが見つかりません。列の見出し(計画番号、認定番号など)がある表を選んでください。"
        )
    if len(filled) == 1:
        raise ExportRefused("見出しの下に行がありません。計画の入った一覧を選んでください。")
    return Export(header=header, rows=tuple(filled[1:]))


def _split(text: str) -> list[list[str]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    sign = "\t" if "\t" in lines.partition("\n")[0] else ","
    try:
        return [list(row) for row in csv.reader(io.StringIO(lines), delimiter=sign)]
    except csv.Error as error:
        raise ExportRefused(
            "表の区切りを読み取れません。Excelで開き、「CSV UTF-8」で保存し直してください。"
        ) from error


def _clean(text: str, *, most: int) -> str:
    """Without signs that hide or turn text; line breaks within a cell become spaces."""
    spaced = " ".join(text.split())
    return "".join(sign for sign in spaced if unicodedata.category(sign) not in {"Cc", "Cf", "Cs"})[
        :most
    ].strip()


# --- Which column is which --------------------------------------------------------------------------------------------

Columns = Mapping[str, int]
"""Our field → the number of its column, from 0. Fields without a column are left out."""


def header_print(header: Sequence[str]) -> str:
    """The fingerprint under which the mapping of a header is kept: the headings in their order, width apart."""
    same = [unicodedata.normalize("NFKC", text).strip() for text in header]
    return hashlib.sha256(json.dumps(same, ensure_ascii=True).encode()).hexdigest()


def recognised(header: Sequence[str]) -> dict[str, int]:
    """The columns whose heading is one we know. A heading that stands twice is left for the office to choose."""
    keys = [fold(text) for text in header]
    found = {}
    for each, known in _KNOWN_HEADINGS.items():
        names = {fold(name) for name in known}
        places = [place for place, key in enumerate(keys) if key in names]
        if len(places) == 1:
            found[each.value] = places[0]
    return found


def checked_columns(columns: Columns, *, header: Sequence[str]) -> dict[str, int]:
    """The mapping in the order of our fields. Raises `MappingRefused`."""
    kept = {each.value: columns[each.value] for each in NationalField if each.value in columns}
    for name, place in kept.items():
        if not 0 <= place < len(header):
            raise MappingRefused(name, "この表にない列です。列を選び直してください。")
    taken: dict[int, str] = {}
    for name, place in kept.items():
        if place in taken:
            before = NationalField(taken[place]).label
            raise MappingRefused(name, f"「{before}」と同じ列です。別の列か「使わない」を選んでください。")
        taken[place] = name
    if NationalField.NATIONAL_ID not in kept:
        raise MappingRefused(
            NationalField.NATIONAL_ID, "計画番号の列を選んでください。取り込むのは計画番号です。"
        )
    has_place = NationalField.HOUSING_NAME in kept and NationalField.ADDRESS in kept
    if NationalField.CERTIFIED_NUMBER not in kept and not has_place:
        raise MappingRefused(
            NationalField.CERTIFIED_NUMBER,
            "認定番号の列か、住宅の名称と所在地の両方の列を選んでください。計画を見分けるのに使います。",
        )
    return kept


def values_of(cells: Sequence[str], columns: Columns) -> dict[str, str]:
    """Of one row, only what is mapped: the other columns are not kept."""
    return {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}


# --- Which plan a row speaks of ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OurPlan:
    """A plan of ours that a row may speak of."""

    key: int
    national_id: str
    certified_number: str
    certified_on: dt.date | None
    housing_name: str
    address: str


class MatchedBy(TextChoices):
    """What a row and a plan have in common."""

    NATIONAL_ID = "national_id", "計画番号が同じ"
    CERTIFIED_NUMBER = "certified_number", "認定番号が同じ"
    PLACE = "place", "住宅の名称と所在地が同じ"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """`theirs` is as it stands in the export."""

    label: str
    ours: str
    theirs: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one row comes to. `sets` is the 計画番号 it would fill in; `problem` says why it cannot."""

    plan: OurPlan | None = None
    by: MatchedBy | None = None
    sets: str = ""
    differences: tuple[Difference, ...] = ()
    problem: str = ""

    @property
    def is_unmatched(self) -> bool:
        return self.plan is None and not self.problem


def judge(rows: Iterable[tuple[int, Mapping[str, str]]], plans: Iterable[OurPlan]) -> dict[int, Finding]:
    """What each row comes to, by the key it was given with. Two rows about one plan stop each other."""
    known = _Known.of(plans)
    found = {key: _judged(values, known) for key, values in rows}
    by_plan: dict[int, list[int]] = defaultdict(list)
    by_number: dict[str, list[int]] = defaultdict(list)
    for key, finding in found.items():
        if finding.plan is not None:
            by_plan[finding.plan.key].append(key)
        if finding.sets:
            by_number[number_key(finding.sets)].append(key)
    for keys in by_plan.values():
        for key in keys if len(keys) > 1 else ():
            found[key] = _stopped(found[key], "同じ計画に当てはまる行が、この表に二つ以上あります。")
    for keys in by_number.values():
        for key in keys if len(keys) > 1 else ():
            found[key] = _stopped(found[key], "同じ計画番号の行が、この表に二つ以上あります。")
    return found


def _stopped(finding: Finding, why: str) -> Finding:
    return Finding(plan=finding.plan, by=finding.by, differences=finding.differences, problem=why)


@dataclass(frozen=True, kw_only=True)
class _Known:
    """Our plans by each of the three ways to know one."""

    ids: dict[str, list[OurPlan]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[str, list[OurPlan]] = field(default_factory=lambda: defaultdict(list))
    places: dict[tuple[str, str], list[OurPlan]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, plans: Iterable[OurPlan]) -> _Known:
        known = cls()
        for plan in plans:
            if plan.national_id:
                known.ids[number_key(plan.national_id)].append(plan)
            if plan.certified_number:
                known.numbers[number_key(plan.certified_number)].append(plan)
            if plan.housing_name and plan.address:
                known.places[place_key(plan.housing_name, plan.address)].append(plan)
        return known


def _judged(values: Mapping[str, str], known: _Known) -> Finding:
    national_id = values.get(NationalField.NATIONAL_ID, "")
    number = values.get(NationalField.CERTIFIED_NUMBER, "")
    name, address = values.get(NationalField.HOUSING_NAME, ""), values.get(NationalField.ADDRESS, "")
    by_id = known.ids.get(number_key(national_id), []) if national_id else []
    by_number = known.numbers.get(number_key(number), []) if number else []
    if by_id and by_number and by_id[0] != by_number[0]:
        return Finding(
            problem="計画番号と認定番号が、別々の計画に当てはまります。どちらが正しいか確かめてください。"
        )
    by_place = known.places.get(place_key(name, address), []) if name and address else []
    ways = (
        (MatchedBy.NATIONAL_ID, by_id),
        (MatchedBy.CERTIFIED_NUMBER, by_number),
        (MatchedBy.PLACE, by_place),
    )
    for by, plans in ways:
        if len(plans) > 1:
            return Finding(
                problem="当てはまる計画が二つ以上あります。「写す」のページで番号を入れてください。"
            )
        if plans:
            return _compared(values, plans[0], by=by)
    return Finding()


def _compared(values: Mapping[str, str], plan: OurPlan, *, by: MatchedBy) -> Finding:
    typed = values.get(NationalField.NATIONAL_ID, "")
    differences = tuple(_differences(values, plan))
    if plan.national_id or not typed:
        return Finding(plan=plan, by=by, differences=differences)
    try:
        return Finding(plan=plan, by=by, sets=checked_national_id(typed), differences=differences)
    except NumberRefused as error:
        return Finding(plan=plan, by=by, differences=differences, problem=str(error))


def _differences(values: Mapping[str, str], plan: OurPlan) -> Iterable[Difference]:
    """Of what both sides say. A 計画番号 of ours that differs stays: it is changed by hand, on the page of the case."""
    theirs = {each: values.get(each, "") for each in NationalField}
    if _differs(theirs[NationalField.NATIONAL_ID], plan.national_id):
        yield _difference(NationalField.NATIONAL_ID, plan.national_id, theirs)
    number = theirs[NationalField.CERTIFIED_NUMBER]
    if number and number_key(number) != number_key(plan.certified_number):
        yield _difference(NationalField.CERTIFIED_NUMBER, plan.certified_number or NOT_YET, theirs)
    day = theirs[NationalField.CERTIFIED_ON]
    if day and (plan.certified_on is None or day_of(day) != plan.certified_on):
        ours = format_wareki(plan.certified_on) if plan.certified_on else NOT_YET
        yield _difference(NationalField.CERTIFIED_ON, ours, theirs)
    for each, ours, key in (
        (NationalField.HOUSING_NAME, plan.housing_name, fold),
        (NationalField.ADDRESS, plan.address, address_key),
    ):
        if ours and theirs[each] and key(theirs[each]) != key(ours):
            yield _difference(each, ours, theirs)


def _differs(theirs: str, ours: str) -> bool:
    return bool(theirs and ours) and number_key(theirs) != number_key(ours)


def _difference(each: NationalField, ours: str, theirs: Mapping[NationalField, str]) -> Difference:
    return Difference(label=str(each.label), ours=ours, theirs=theirs[each])


# --- Keys -------------------------------------------------------------------------------------------------------------


def number_key(text: str) -> str:
    """Numbers are the same apart from width, case, spaces and the kind of dash; 1-23 is not 12-3."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split()).casefold()


def address_key(text: str) -> str:
    """一丁目2番3号 and 1-2-3 are one address; 1-23 and 12-3 are two."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return "-".join(part for part in map(fold, _ADDRESS_SIGNS.sub("\n", plain).split("\n")) if part)


def place_key(name: str, address: str) -> tuple[str, str]:
    return fold(name), address_key(address)


def day_of(text: str) -> dt.date | None:
    """A day as exports write it (2026-05-01 00:00:00, 2026/5/1, 令和8年5月1日); None when it is none."""
    plain = _CLOCK.sub("", unicodedata.normalize("NFKC", text).strip())
    try:
        year, month, day = (int(part) for part in re.split(r"[/.-]", plain))
        if year > 1000:
            return dt.date(year, month, day)
    except ValueError:
        pass
    try:
        read = parse_wareki(plain)
    except WarekiError:
        return None
    return read.value if read.precision == "day" else None


def checked_national_id(text: str) -> str:
    """A 計画番号 as we keep it: half width. Empty is allowed. Raises `NumberRefused`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > LONGEST_ID:
        raise NumberRefused(f"計画番号は{LONGEST_ID}字までです。国のシステムの計画番号だけを入れてください。")
    if plain and not _NATIONAL_ID.fullmatch(plain):
        raise NumberRefused(
            "計画番号は、英数字と - . _ / で入れてください(例: 13-0001-000123)。国のシステムの画面から写してください。"
        )
    return plain


# --- 写す -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CopyRow:
    """One field: what is shown, and what the button copies (a number without its unit). Blank ones have no button."""

    label: str
    shown: str
    copied: str


@dataclass(frozen=True, kw_only=True)
class CopyGroup:
    title: str
    rows: tuple[CopyRow, ...]


@dataclass(frozen=True, kw_only=True)
class CopySection:
    code: str
    label: str
    groups: tuple[CopyGroup, ...]


def copy_sections(plan: Plan) -> tuple[CopySection, ...]:
    """別紙 as fields to copy, in the order of the plan. The pledges follow as sheets, with 別添."""
    values = {leaf.path: leaf.value for leaf in leaves(plan)}
    return tuple(
        CopySection(
            code=part.section.value,
            label=part.label,
            groups=tuple(
                CopyGroup(
                    title=group.title,
                    rows=tuple(
                        CopyRow(label=row.label, shown=row.value, copied=_copied(values[row.path], row.value))
                        for row in group.rows
                    ),
                )
                for group in part.groups
            ),
        )
        for part in display(plan)
        if part.section != "pledges"
    )


def _copied(value: Any, shown: str) -> str:
    if is_blank(value):
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
    return shown
