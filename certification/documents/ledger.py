"""認定台帳: the columns of the ledger, and the file that is written while it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from certification.documents.workbook import Column, stream
from certification.selectors.ledger import LedgerRow, Result
from japan.wareki import format_wareki

SHEET = "認定台帳"
NOTHING = Result(text="", sent_on=None)


def ledger_file(
    *,
    municipality: str,
    today: dt.date,
    departments: Sequence[tuple[int, str]],
    batches: Iterable[Iterable[LedgerRow]],
) -> Iterator[bytes]:
    """The workbook in pieces. A pair of columns for each department: what it found, and when it sent that."""
    return stream(
        sheet=SHEET,
        title=f"{municipality} {SHEET} {format_wareki(today)}現在",
        columns=ledger_columns(departments),
        batches=batches,
    )


def file_name(*, municipality: str, today: dt.date) -> str:
    """認定台帳_輪野市_20261122.xlsx."""
    return f"{SHEET}_{municipality}_{today:%Y%m%d}.xlsx"


def ledger_columns(departments: Iterable[tuple[int, str]]) -> tuple[Column, ...]:
    """Every column, in the order of the work: filed, what it is, reviewed, corrected, decided, told, now."""
    reviewed = [column for pk, name in departments for column in _of_department(pk, name)]
    return (*_FILED, *_PLAN, *reviewed, *_CORRECTED, *_DECIDED, *_NOW)


def _column(heading: str, width: int, name: str) -> Column:
    """A column that shows one value of the row (`plan.units`: of its plan)."""
    first, _, second = name.partition(".")
    if second:
        return Column(heading=heading, width=width, value=lambda row: getattr(getattr(row, first), second))
    return Column(heading=heading, width=width, value=lambda row: getattr(row, first))


def _of_department(pk: int, name: str) -> tuple[Column, Column]:
    def found(row: Any) -> Result:
        return row.results.get(pk, NOTHING)

    return (
        Column(heading=f"{name}の結果", width=24, value=lambda row: found(row).text),
        Column(heading=f"{name}の送信日", width=17, value=lambda row: found(row).sent_on),
    )


_FILED = (
    _column("受付番号", 14, "receipt_number"),
    _column("申請日", 17, "submitted_on"),
    _column("受付日", 17, "received_on"),
    _column("手続", 14, "procedure"),
)
_PLAN = (
    _column("住宅の名称", 28, "housing_name"),
    _column("所在地", 36, "address"),
    _column("事業を行う者", 28, "plan.parties"),
    _column("事業を行う者(フリガナ)", 28, "plan.kana"),
    _column("法人番号", 16, "plan.corporate_numbers"),
    _column("戸数", 8, "plan.units"),
    _column("うち専用住戸", 8, "plan.exclusive_units"),
    _column("専用面積 最小(㎡)", 10, "plan.area_from"),
    _column("専用面積 最大(㎡)", 10, "plan.area_to"),
    _column("家賃 最低(円/月)", 11, "plan.rent_from"),
    _column("家賃 最高(円/月)", 11, "plan.rent_to"),
    _column("居住安定援助の内容", 40, "plan.support"),
    _column("援助の対価(円/月)", 11, "plan.price"),
)
_CORRECTED = (
    _column("差戻しの回数", 9, "rounds"),
    _column("補正待ち(営業日)", 10, "days_waited"),
    _column("処理に使った営業日", 10, "days_used"),
    _column("期限", 17, "due_on"),
)
_DECIDED = (
    _column("起案", 16, "proposal"),
    _column("起案日", 17, "proposed_on"),
    _column("起案者", 16, "proposed_by"),
    _column("決定", 10, "decision"),
    _column("決裁日", 17, "decided_on"),
    _column("決裁者", 16, "decided_by"),
    _column("文書番号", 18, "document_number"),
    _column("通知日", 17, "issued_on"),
    _column("通知の方法", 12, "sent_by_way_of"),
    _column("認定番号", 14, "certified_number"),
    _column("認定日", 17, "certified_on"),
)
_NOW = (
    _column("計画の状態", 12, "plan_state"),
    _column("申請の状態", 16, "state"),
    _column("だれの番か", 12, "turn"),
)
