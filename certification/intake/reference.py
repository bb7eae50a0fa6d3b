"""Reference data from `fixtures/reference/`: municipalities, thresholds, and for named municipalities their 別表.

What an office has set is never overwritten: a municipality that has its setting already is left alone, and so is every
row that exists. Loading twice changes nothing. A wrong file is refused as a whole, with every fault that was found.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import Department, Municipality
from certification.models import (
    CertificationSetting,
    DocumentType,
    ReviewItem,
    ReviewItemDepartment,
    ReviewTable,
    Threshold,
)
from certification.rules.criteria import CheckCode
from certification.rules.parts import patterns
from certification.rules.procedures import Procedure

MUNICIPALITIES, THRESHOLDS, SETTINGS = "municipalities.json", "thresholds.json", "settings.json"


class ReferenceDataError(Exception):
    """The files cannot be loaded and nothing was. The text holds one Japanese line for each fault."""


@dataclass
class Summary:
    """What was done, as Japanese lines for the person at the screen."""

    lines: list[str] = field(default_factory=list)

    def counted(self, what: str, *, added: int, kept: int) -> None:
        self.lines.append(f"{what}: 追加{added}件、登録済み{kept}件")


@transaction.atomic
def load_reference(folder: Path, *, now: dt.datetime, with_samples: bool) -> Summary:
    """Load every file of the folder. Sample municipalities are left out unless `with_samples`.

    Raises `ReferenceDataError`.
    """
    summary = Summary()
    left_out = _load_municipalities(folder, summary, with_samples=with_samples)
    _load_thresholds(folder, summary)
    for named in _rows(folder, SETTINGS, "municipalities"):
        if named["code"] not in left_out:
            _load_setting(folder, named, summary, now=now)
    return summary


# --- Files and faults ---


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        content = json.loads((folder / name).read_text(encoding="utf-8"))
    except OSError as error:
        raise ReferenceDataError(f"{name}: 開けません。{folder} に置いてください。") from error
    except ValueError as error:
        raise ReferenceDataError(
            f"{name}: JSONとして読めません({error})。書き方を直してください。"
        ) from error
    if not isinstance(content, dict) or not content.get("source") or not content.get("as_of"):
        raise ReferenceDataError(f"{name}: 出典(source)と日付(as_of)を書いてください。")
    return content


def _rows(folder: Path, name: str, key: str) -> list[dict[str, Any]]:
    rows = _read(folder, name).get(key)
    if not isinstance(rows, list):
        raise ReferenceDataError(f"{name}: {key} の一覧がありません。")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or "code" not in row:
            raise ReferenceDataError(f"{name} {number}件目: コード(code)を書いてください。")
    return rows


def _refuse(faults: Iterable[str]) -> None:
    if lines := list(faults):
        raise ReferenceDataError("\n".join(lines))


def _saved(row: models.Model, place: str) -> None:
    """Save a row that passes its own validation, else say which field of which place is wrong."""
    try:
        row.full_clean()
    except ValidationError as error:
        faults = [f"{place} {name}: {' '.join(texts)}" for name, texts in error.message_dict.items()]
        raise ReferenceDataError("\n".join(faults)) from error
    row.save()


def _given(row: Mapping[str, Any], names: Collection[str], place: str) -> dict[str, Any]:
    """The named values of a row. Unknown and missing names are faults, so that a typing slip is not silently lost."""
    _refuse(
        [
            *(f"{place}: {name} がありません。" for name in names if name not in row),
            *(
                f"{place}: {name} は知らない項目です。綴りを確かめてください。"
                for name in row
                if name not in names
            ),
        ]
    )
    return {name: row[name] for name in names}


def _date(value: Any, place: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ReferenceDataError(f"{place}: 日付「{value}」は 2025-10-01 の形で書いてください。") from error


# --- Municipalities and thresholds ---

_MUNICIPALITY = ("code", "name", "kana", "kind")
_MUNICIPALITY_OPTIONAL = ("has_welfare_office", "population", "population_on")
_THRESHOLD = ("code", "label", "value", "unit", "basis", "effective_from")


def _load_municipalities(folder: Path, summary: Summary, *, with_samples: bool) -> set[str]:
    """Returns the codes of sample municipalities that were left out."""
    rows = _rows(folder, MUNICIPALITIES, "municipalities")
    left_out = {row["code"] for row in rows if row.pop("is_sample", False)} if not with_samples else set()
    known = {row.code: row for row in Municipality.objects.all()}
    wanted = [row for row in rows if row["code"] not in left_out]
    filled = sum(_load_municipality(row, known.get(row["code"])) for row in wanted)
    added = sum(row["code"] not in known for row in wanted)
    summary.counted("自治体", added=added, kept=len(wanted) - added)
    if filled:
        summary.lines.append(f"登録済みの自治体のうち{filled}件に、空だった人口を入れました。")
    return left_out


def _load_municipality(row: Mapping[str, Any], existing: Municipality | None) -> bool:
    """Add a municipality. One that exists is left, but for a population it lacks: whether that was filled in."""
    place = f"{MUNICIPALITIES} {row['code']}"
    given = {name: value for name, value in row.items() if name != "is_sample"}
    optional = {name: given.pop(name) for name in _MUNICIPALITY_OPTIONAL if name in given}
    values = _given(given, _MUNICIPALITY, place)
    if optional.get("population_on"):
        optional["population_on"] = _date(optional["population_on"], place)
    if existing is None:
        _saved(Municipality(**values, **optional), place)
        return False
    if existing.population is not None or optional.get("population") is None:
        return False
    existing.population, existing.population_on = optional["population"], optional.get("population_on")
    _saved(existing, place)
    return True


def _load_thresholds(folder: Path, summary: Summary) -> None:
    rows = _rows(folder, THRESHOLDS, "thresholds")
    added = sum(_load_threshold(row, summary) for row in rows)
    summary.counted("基準の数値", added=added, kept=len(rows) - added)


def _load_threshold(row: Mapping[str, Any], summary: Summary) -> bool:
    """Whether the value is new. One that differs from what is registered is reported and left."""
    place = f"{THRESHOLDS} {row['code']}"
    values = _given(row, _THRESHOLD, place)
    values["effective_from"] = _date(row["effective_from"], place)
    try:
        values["value"] = Decimal(row["value"])
    except (InvalidOperation, TypeError) as error:
        raise ReferenceDataError(f"{place}: 値「{row['value']}」は数字で書いてください。") from error
    # The unique constraint does not see two national rows: their municipality is null.
    existing = Threshold.objects.filter(
        municipality=None, code=values["code"], effective_from=values["effective_from"]
    ).first()
    if existing is None:
        _saved(Threshold(**values), place)
        return True
    if existing.value != values["value"]:
        summary.lines.append(
            f"基準の数値「{existing.label}」は{existing.value}{existing.unit}で登録されています"
            f"(資料では{values['value']})。登録のままにしました。"
        )
    return False


# --- One municipality: departments, setting, 別表 ---

_SETTING = (
    "order", "standard_days", "correction_days", "authority_title", "authority_name", "omits_seal", "appeal_text",
    "enquiry_text",
)  # fmt: skip
_DEPARTMENT = ("name", "short_name", "side", "document_symbol", "phone")
_NAMED = ("code", "departments", "reviewers", "setting", "review_table")
_FURTHER = "procedure_tables"


def _load_setting(folder: Path, named: Mapping[str, Any], summary: Summary, *, now: dt.datetime) -> None:
    place = f"{SETTINGS} {named['code']}"
    given = {name: value for name, value in named.items() if name != _FURTHER}
    values = _given(given, _NAMED, place)
    municipality = Municipality.objects.filter(code=values["code"]).first()
    if municipality is None:
        raise ReferenceDataError(f"{place}: この自治体が {MUNICIPALITIES} にありません。")
    if CertificationSetting.objects.filter(municipality=municipality).exists():
        summary.lines.append(f"{municipality.name}: 設定済みなので、そのままにしました。")
        return
    departments = _load_departments(values["departments"], municipality, place)

    def department(name: str) -> Department:
        if name not in departments:
            raise ReferenceDataError(f"{place}: 課「{name}」が departments にありません。")
        return departments[name]

    setting = _given(values["setting"], ("lead_department", *_SETTING), f"{place} setting")
    lead = department(setting.pop("lead_department"))
    _saved(
        CertificationSetting(municipality=municipality, lead_department=lead, **setting), f"{place} setting"
    )
    reviewers = {side: department(name) for side, name in values["reviewers"].items()}
    table = load_review_table(
        folder, values["review_table"], municipality=municipality, reviewers=reviewers.get, now=now
    )
    for name in named.get(_FURTHER, ()):
        load_review_table(folder, name, municipality=municipality, reviewers=reviewers.get, now=now)
    summary.lines.append(
        f"{municipality.name}: 課{len(departments)}、主管課 {lead.name}、別表 第{table.version}版"
        f"(審査事項{table.items.count()}、書類{table.document_types.count()})を登録しました。"
    )


def _load_departments(
    rows: Iterable[Mapping[str, Any]], municipality: Municipality, place: str
) -> dict[str, Department]:
    departments: dict[str, Department] = {row.name: row for row in municipality.departments.all()}
    for row in rows:
        values = _given(row, _DEPARTMENT, f"{place} departments")
        if values["name"] not in departments:
            department = Department(municipality=municipality, **values)
            _saved(department, f"{place} {values['name']}")
            departments[department.name] = department
    return departments


# --- 別表 ---

_DOCUMENT = ("code", "label", "requirement", "condition", "hint", "basis")
_ITEM = (
    "number", "label", "document_label", "requirement", "condition", "document_codes", "sections", "checks", "basis",
)  # fmt: skip


def load_review_table(
    folder: Path,
    name: str,
    *,
    municipality: Municipality,
    reviewers: Callable[[str], Department | None],
    now: dt.datetime,
) -> ReviewTable:
    """Publish version 1 of a municipality's 別表 for the file's procedure; one that exists already is returned as it is.

    `reviewers` gives the department for a side (welfare, housing). Raises `ReferenceDataError`.
    """
    content = _read(folder, name)
    procedure = content.get("procedure", Procedure.CERTIFICATION.value)
    tables = ReviewTable.objects.filter(municipality=municipality, procedure=procedure)
    existing = tables.order_by("-version").first()
    if existing is not None:
        return existing
    _refuse(table_faults(content, name, reviewers=reviewers))
    table = ReviewTable(
        municipality=municipality,
        procedure=procedure,
        version=1,
        effective_from=_date(content.get("effective_from"), name),
        source=content["source"],
    )
    _saved(table, name)
    for position, row in enumerate(content["document_types"], start=1):
        values = _given(row, _DOCUMENT, f"{name} 書類{position}")
        _saved(DocumentType(table=table, position=position, **values), f"{name} 書類「{row['label']}」")
    for row in content["items"]:
        _load_item(row, table, name, reviewers=reviewers)
    # Last: from here on the database refuses other rows.
    table.published_at = now
    _saved(table, name)
    return table


def _load_item(
    row: Mapping[str, Any], table: ReviewTable, name: str, *, reviewers: Callable[[str], Department | None]
) -> None:
    place = f"{name} 審査事項{row['number']}"
    values = _given(row, (*_ITEM, "departments"), place)
    shares = values.pop("departments")
    item = ReviewItem(table=table, **values)
    _saved(item, place)
    for share in shares:
        given = _given(share, ("side", "condition", "is_inferred"), place)
        department = reviewers(given.pop("side"))
        _saved(ReviewItemDepartment(item=item, department=department, **given), place)


def table_faults(
    content: Mapping[str, Any], name: str, *, reviewers: Callable[[str], Department | None]
) -> Iterator[str]:
    """What a table's file refers to and is not there: checks, places of the plan, documents, departments."""
    codes = {row.get("code") for row in content.get("document_types", ())}
    places = set(patterns())
    items = content.get("items", ())
    if not items:
        yield f"{name}: 審査事項(items)がありません。"
    for row in items:
        where = f"{name} 審査事項{row.get('number')}"
        yield from (
            f"{where}: 自動確認「{one}」はありません。"
            for one in row.get("checks", ())
            if one not in set(CheckCode)
        )
        yield from (
            f"{where}: 計画の箇所「{one}」はありません。"
            for one in row.get("sections", ())
            if one not in places
        )
        yield from (
            f"{where}: 書類「{one}」が一覧にありません。"
            for one in row.get("document_codes", ())
            if one not in codes
        )
        sides = [share.get("side") for share in row.get("departments", ())]
        if not sides:
            yield f"{where}: 審査する課がありません。"
        yield from (
            f"{where}: 「{side}」を受け持つ課が決まっていません。"
            for side in sides
            if reviewers(side) is None
        )
