"""A workbook of one sheet, written as it is sent: no row is kept, so that a hundred thousand rows need no memory.

Our own writer instead of openpyxl's write-only mode, which takes about ten times as long: an .xlsx file is a zip file of
a few XML parts (ECMA-376), and only one of them is long. What somebody typed becomes an inline string, which no program
reads as a formula, and carries the mark (quotePrefix) that keeps it a text when somebody edits the cell.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | Decimal | dt.date | None

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST: Final = 32_767
"""Characters that one cell of Excel holds."""
MOST_ROWS: Final = 1_048_575
"""Rows of a sheet of Excel, the head left out."""

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FIRST_DAY: Final = dt.date(1899, 12, 30)
_EARLIEST: Final = dt.date(1900, 3, 1)
"""Before this day Excel counts a 29 February 1900 that never was."""
_HEAD, _TEXT, _DATE, _WHOLE, _DECIMAL = 1, 2, 3, 4, 5


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its heading, how wide, and what it takes of a row."""

    heading: str
    width: int
    value: Callable[[Any], Cell]


def stream(
    *, sheet: str, title: str, columns: Sequence[Column], batches: Iterable[Iterable[Any]]
) -> Iterator[bytes]:
    """The file in pieces: one for each batch of rows. `title` stands in the head of the printed pages."""
    out = _Outlet()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
        for name, text in _parts(sheet=sheet, columns=len(columns)):
            book.writestr(name, text)
        yield out.taken()
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(_before_rows(columns).encode())
            number = 1
            for batch in batches:
                lines = []
                for row in batch:
                    number += 1
                    lines.append(_row(number, columns, row))
                part.write("".join(lines).encode())
                yield out.taken()
            part.write(_after_rows(number, columns=len(columns), title=title).encode())
    yield out.taken()


class _Outlet(io.RawIOBase):
    """Where the zip file writes to: nothing is sought back, and what was taken is gone."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        self._length += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


# --- Rows ---


def _row(number: int, columns: Sequence[Column], row: Any) -> str:
    return f'<row r="{number}">{"".join(_cell(column.value(row)) for column in columns)}</row>'


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        return _text(value, style=_TEXT)
    if isinstance(value, dt.date):
        return _text(value.isoformat(), style=_TEXT) if value < _EARLIEST else _date(value)
    style = _DECIMAL if isinstance(value, Decimal) else _WHOLE
    return f'<c s="{style}"><v>{value}</v></c>'


def _date(value: dt.date) -> str:
    return f'<c s="{_DATE}"><v>{(value - _FIRST_DAY).days}</v></c>'


def _text(value: str, *, style: int) -> str:
    """A text and never a formula, whatever it begins with."""
    text = escape(_ILLEGAL.sub("", value)[:LONGEST])
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


# --- Around the rows ---

_HEAD_OF_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _before_rows(columns: Sequence[Column]) -> str:
    """The head stays in sight, with the first column; A4 across, as wide as the page."""
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{column.width}" customWidth="1"/>'
        for number, column in enumerate(columns, start=1)
    )
    head = "".join(_text(column.heading, style=_HEAD) for column in columns)
    return (
        f'{_HEAD_OF_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="1" topLeftCell="B2" '
        'activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="18"/><cols>{widths}</cols>'
        f'<sheetData><row r="1" ht="32" customHeight="1">{head}</row>'
    )


def _after_rows(last: int, *, columns: int, title: str) -> str:
    head = escape(f"&L{_plain(title)}&R&P / &N")
    return (
        f'</sheetData><autoFilter ref="A1:{column_name(columns)}{last}"/>'
        '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.4" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddHeader>{head}</oddHeader></headerFooter></worksheet>"
    )


def _plain(text: str) -> str:
    """In the head of a page & begins a command."""
    return text.replace("&", "&&")


def column_name(number: int) -> str:
    """A for 1, AA for 27."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _parts(*, sheet: str, columns: int) -> Iterator[tuple[str, str]]:
    """Everything but the rows."""
    yield (
        "[Content_Types].xml",
        (
            f'{_HEAD_OF_XML}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SPREADSHEET}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_SPREADSHEET}.styles+xml"/></Types>'
        ),
    )
    yield "_rels/.rels", _relations(("officeDocument", "xl/workbook.xml"))
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")),
    )
    yield (
        "xl/workbook.xml",
        (
            f'{_HEAD_OF_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name={quoteattr(sheet)} sheetId="1" r:id="rId1"/></sheets><definedNames>'
            f'<definedName name="_xlnm.Print_Titles" localSheetId="0">\'{escape(sheet)}\'!$1:$1</definedName>'
            "</definedNames></workbook>"
        ),
    )
    yield "xl/styles.xml", _STYLES


def _relations(*targets: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD_OF_XML}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _style(format_: int, *, font: int = 0, fill: int = 0, more: str = "", align: str = "") -> str:
    return (
        f'<xf numFmtId="{format_}" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1"{more}>'
        f'<alignment vertical="top"{align}/></xf>'
    )


_STYLES: Final = (
    f'{_HEAD_OF_XML}<styleSheet xmlns="{_MAIN}">'
    # Dates are dates, shown in 和暦: Excel sorts and filters them.
    '<numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>'
    '<fonts count="2"><font><sz val="10"/><name val="Yu Gothic"/></font>'
    '<font><b/><sz val="10"/><name val="Yu Gothic"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE8F0F7"/><bgColor indexed="64"/></patternFill></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    + _style(
        49, font=1, fill=2, more=' applyFont="1" applyFill="1" applyAlignment="1"', align=' wrapText="1"'
    )
    + _style(49, more=' quotePrefix="1" applyAlignment="1"')
    + _style(164, more=' applyAlignment="1"')
    + _style(3, more=' applyAlignment="1"')
    + _style(4, more=' applyAlignment="1"')
    + '</cellXfs><cellStyles count="1"><cellStyle name="標準" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
