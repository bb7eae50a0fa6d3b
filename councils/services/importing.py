"""Bringing the prefecture's table in: a file is read and kept, each row waiting for a person (`services.accepting`).

A file that cannot be read is refused as a whole with one sentence, and nothing of it is kept.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from accounts import audit
from accounts.models import Municipality
from accounts.rules.actor import Actor
from councils.actions import LEGAL_BASIS, TABLE_READ
from councils.documents.report import RemarkLine, ReportInput
from councils.intake.sheet import ReaderFailed, SheetRefused, read_sheet
from councils.models import TableImport, TableImportRow
from councils.rules.import_reading import carried_over, content_of_reading, kept_reading
from councils.rules.table import read_table
from councils.rules.table.dates import PartialDate
from councils.rules.table.grid import Cell
from councils.rules.table.reading import CouncilReading, Grade, Reading
from councils.selectors.importing import RowPage, State, TablePage
from japan.folding import fold

_FIRST_HEADING: Final = "協議会名"

logger = logging.getLogger(__name__)


class ImportingError(Exception):
    """Base: the act was not done, nothing was written. The text is a Japanese sentence for the person who asked."""


class FileRefused(ImportingError):
    """The file cannot be read as a table of councils."""


class DayMissing(ImportingError):
    """Neither the person nor the table's title says of which day the table is."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The table as it is kept. `is_new` is false when the same file was read before and nothing was done again."""

    table: TableImport
    row_count: int
    is_new: bool


def import_file(
    *,
    content: bytes,
    file_name: str,
    prefecture: Municipality,
    actor: Actor,
    as_of: dt.date | None,
    now: dt.datetime,
) -> Imported:
    """Read a file and keep its rows for a person to decide on. No council changes.

    `as_of` is the day the table speaks of; without it the table's title says it. The newest table of the prefecture
    again (a second click, the same file sent twice) is found and returned as it stands. Raises `FileRefused`,
    `DayMissing`.
    """
    reading = _read(content, file_name=file_name)
    day = as_of or last_day(reading.as_of)
    if day is None:
        raise DayMissing(
            "表の題から「いつの時点の表か」を読み取れませんでした。日付を入れてください。例: 令和6年3月31日"
        )
    return _keep(
        content=content,
        file_name=file_name,
        reading=reading,
        prefecture=prefecture,
        actor=actor,
        as_of=day,
        now=now,
    )


def _read(content: bytes, *, file_name: str) -> Reading:
    try:
        reading = read_table(read_sheet(content, file_name=file_name))
    except SheetRefused as error:
        raise FileRefused(str(error)) from error
    except ReaderFailed as error:
        logger.exception("a table could not be read")
        raise FileRefused(
            "ただいまファイルを読み取れません。少し待ってから、もう一度お試しください。"
            "続くときは、システムの管理者に知らせてください。"
        ) from error
    stops = [each.text for each in reading.problems if each.grade is Grade.STOP]
    if stops:
        raise FileRefused(" ".join(stops))
    if not reading.councils:
        raise FileRefused(
            "協議会の行が見つかりません。「協議会名」「設立年月日」などの見出しのある一覧表を選んでください。"
        )
    return reading


def last_day(date: PartialDate | None) -> dt.date | None:
    """A table "of March 2024" speaks of the end of March."""
    if date is None or date.precision == "day":
        return date.first if date else None
    month = 12 if date.precision == "year" else date.first.month
    return dt.date(date.first.year, month, calendar.monthrange(date.first.year, month)[1])


@transaction.atomic
def _keep(
    *,
    content: bytes,
    file_name: str,
    reading: Reading,
    prefecture: Municipality,
    actor: Actor,
    as_of: dt.date,
    now: dt.datetime,
) -> Imported:
    """Keep what was read. Mendings of an earlier table hold again where the same council's field reads the same."""
    hold(prefecture)
    sha256 = hashlib.sha256(content).hexdigest()
    newest = TableImport.objects.filter(prefecture=prefecture).defer("content").first()
    if newest is not None and (newest.sha256, newest.as_of) == (sha256, as_of):
        return Imported(newest, newest.rows.count(), is_new=False)
    table = TableImport.objects.create(
        prefecture=prefecture,
        file_name=file_name[:200],
        content=content,
        sha256=sha256,
        as_of=as_of,
        uploaded_by_id=actor.user_id,
        uploaded_at=now,
        problems=[each.as_json() for each in reading.problems],
    )
    earlier = _earlier_rows(prefecture)
    TableImportRow.objects.bulk_create(_new_row(table, each, earlier=earlier) for each in reading.councils)
    audit.record(
        action=TABLE_READ,
        subject=audit.Subject("councils.table_import", str(table.public_id), table.file_name),
        actor=actor,
        now=now,
        municipality_code=prefecture.code,
        legal_basis=LEGAL_BASIS,
        details={"rows": len(reading.councils), "as_of": as_of.isoformat(), "sha256": sha256},
    )
    return Imported(table, len(reading.councils), is_new=True)


def _earlier_rows(prefecture: Municipality) -> dict[str, TableImportRow]:
    """The newest accepted row of each council, by the folded name that was read."""
    rows = TableImportRow.objects.filter(table__prefecture=prefecture, state=State.ACCEPTED)
    return {fold(row.name): row for row in rows.order_by("table__uploaded_at", "table_id")}


def _new_row(
    table: TableImport, council: CouncilReading, *, earlier: Mapping[str, TableImportRow]
) -> TableImportRow:
    row = TableImportRow(
        table=table,
        position=council.row,
        name=council.name.value[:100],
        cells=[_cell(each) for each in council.cells],
        reading=kept_reading(council),
        problems=[each.as_json() for each in council.problems],
    )
    before = earlier.get(fold(row.name))
    if before is None or not before.mended:
        return row
    fields = carried_over(
        content_of_reading(row.reading), content_of_reading(before.reading), before.mended["fields"]
    )
    if fields or before.mended["settled"]:
        row.mended = {"fields": fields, "settled": before.mended["settled"], "is_carried_over": True}
    return row


def _cell(cell: Cell) -> dict[str, str]:
    """As it came; `raw` only where the file's own characters differ."""
    return {"address": cell.address, "text": cell.text, **({"raw": cell.raw} if cell.raw else {})}


def report_of(page: TablePage) -> ReportInput:
    """A table as its report: the cells of the file, read again, with what became of each row."""
    grid = read_sheet(bytes(page.table.content), file_name=page.table.file_name)
    rows = {each.row.position: each for each in page.rows}
    return ReportInput(
        rows=[[cell.text for cell in row] for row in grid.rows],
        results={number: _result(each) for number, each in rows.items()},
        heading_rows=frozenset(
            number
            for number, row in enumerate(grid.rows, start=1)
            if row and number not in rows and row[0].text.strip() == _FIRST_HEADING
        ),
        remarks=[line for number, each in rows.items() for line in _remark_lines(number, each)],
    )


def _result(page: RowPage) -> str:
    said = [f"【{page.row.get_state_display()}】"]
    said += [
        f"{each.grade.label} {each.label} {each.cell}: {each.text}"
        + (f" 提案: {each.suggestion}" if each.suggestion else "")
        for each in page.open_remarks
    ]
    said += [text for text in page.blockers if all(text != each.text for each in page.remarks)]
    return "\n".join(said)


def _remark_lines(number: int, page: RowPage) -> Iterator[RemarkLine]:
    for each in page.remarks:
        yield RemarkLine(
            row=number,
            council=page.content.name,
            cell=each.cell,
            column=each.label,
            grade=each.grade.label,
            text=each.text,
            suggestion=each.suggestion,
            state="まだ" if each.is_open else "済み",
        )


def hold(prefecture: Municipality) -> None:
    """One officer of a prefecture at a time, until the end of the transaction."""
    Municipality.objects.select_for_update(no_key=True).get(pk=prefecture.pk)
