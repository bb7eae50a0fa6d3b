"""The streaming writer: what it writes other programs read, and nothing in it is a formula."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.documents.workbook import LONGEST, Column, column_name, stream

COLUMNS = tuple(
    Column(heading=f"列{place}", width=10, value=lambda row, place=place: row[place])  # type: ignore[misc]
    for place in range(4)
)


def written(*batches: Iterable[Any], sheet: str = "台帳") -> bytes:
    return b"".join(stream(sheet=sheet, title="輪野市 A&B", columns=COLUMNS, batches=batches))


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_values_come_back_with_their_kinds() -> None:
    day = dt.date(2026, 11, 22)
    sheet = sheet_of(written([("架空ホーム", 52_000, Decimal("25.20"), day)], [(None, "", 0, None)]))
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("列0", "列1", "列2", "列3")
    assert rows[1] == ("架空ホーム", 52_000, 25.2, dt.datetime(2026, 11, 22))
    assert rows[2] == (None, None, 0, None)
    assert sheet["D2"].is_date
    assert "ggge" in sheet["D2"].number_format


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")')


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_typed_becomes_a_formula(text: str) -> None:
    content = written([(text, "x", "x", "x")])
    cell = sheet_of(content)["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert cell.value.strip() == text.strip()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@given(st.text(max_size=40))
def test_every_text_can_be_written_and_read(text: str) -> None:
    value = sheet_of(written([("始", text, "終", None)]))["B2"].value
    legal = "".join(
        sign
        for sign in text
        if sign in "\t\n\r"
        or (sign >= " " and sign not in "\ufffe\uffff" and not "\ud800" <= sign <= "\udfff")
    )
    assert (value or "").replace("\r\n", "\n").replace("\r", "\n") == legal.replace("\r\n", "\n").replace(
        "\r", "\n"
    )


def test_a_text_is_cut_at_what_a_cell_holds() -> None:
    assert len(sheet_of(written([("長" * 40_000, "", "", "")]))["A2"].value) == LONGEST


def test_the_sheet_is_set_up_for_work_and_print() -> None:
    sheet = sheet_of(written([("a", "b", "c", "d")]))
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:D2"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.oddHeader.left.text == "輪野市 A&&B"


def test_a_day_that_excel_cannot_count_stands_as_text() -> None:
    assert sheet_of(written([(dt.date(1890, 1, 1), "", "", "")]))["A2"].value == "1890-01-01"


def test_rows_are_read_while_the_file_goes_out() -> None:
    """The first bytes are there before a row was asked for, and each batch leaves before the next one is read."""
    read = []

    def batches() -> Iterator[list[tuple[str, ...]]]:
        for number in range(3):
            read.append(number)
            yield [("x" * 10, str(number), "", "")] * 2

    pieces = stream(sheet="台帳", title="", columns=COLUMNS, batches=batches())
    assert next(pieces).startswith(b"PK")
    assert read == []
    next(pieces)
    assert read == [0]
    next(pieces)
    assert read == [0, 1]


def test_column_names() -> None:
    assert [column_name(number) for number in (1, 26, 27, 52, 53, 702, 703)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
