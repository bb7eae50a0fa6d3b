"""Text with tabs between its cells: UTF-8 (with or without a mark), UTF-16 or Shift_JIS (cp932), as Excel writes it."""

from __future__ import annotations

import codecs

from councils.intake.sheet_limits import MAX_CELL, MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from councils.rules.table.grid import Cell, Grid


class TextRefused(Exception):
    """Its text follows the file's name and says what is wrong and how to mend it."""


def read_text(content: bytes) -> Grid:
    """The cells, each with its characters as they stand in the file. Raises TextRefused."""
    text = _decoded(content)
    # Counted before anything is cut up: a file of nothing but tabs would take a hundred times its size.
    if text.count("\t") + text.count("\n") > MAX_CELLS or text.count("\n") > MAX_ROWS:
        raise TextRefused(f"は行か列が多すぎます。{MAX_ROWS:,}行、{MAX_COLUMNS}列までの表にしてください。")
    rows = _rows(text)
    if max(map(len, rows), default=0) > MAX_COLUMNS:
        raise TextRefused(f"は列が多すぎます。{MAX_COLUMNS}列までの表にしてください。")
    if any(len(cell.text) > MAX_CELL for row in rows for cell in row):
        raise TextRefused(f"に{MAX_CELL:,}文字を超えるセルがあります。タブ区切りの表か確かめてください。")
    return Grid(tuple(tuple(row) for row in rows))


def _decoded(content: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _strictly(content, encoding)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = _strictly(content, "cp932")
    if "\x00" in text:
        raise TextRefused("はテキストではありません。タブ区切りのテキスト(.tsv)で保存し直してください。")
    return text


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise TextRefused("の文字を読み取れません。文字コードをUTF-8にして保存し直してください。") from error


def _rows(text: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    at = 0
    while True:
        raw, end = _next(text, at)
        row.append(_cell(raw, len(rows), len(row)))
        sign = text[end : end + 1]
        at = end + 1
        if sign == "\t":
            continue
        rows.append(row)
        row = []
        if sign == "\r" and text[at : at + 1] == "\n":
            at += 1
        if at >= len(text):
            return rows


def _next(text: str, at: int) -> tuple[str, int]:
    """The characters of the next cell, and where they end. In quotes a cell may hold tabs and line ends."""
    if text[at : at + 1] == '"' and (closed := _closing_quote(text, at)) is not None:
        return text[at:closed], closed
    ends = [found for sign in "\t\r\n" if (found := text.find(sign, at)) >= 0]
    end = min(ends, default=len(text))
    return text[at:end], end


def _closing_quote(text: str, at: int) -> int | None:
    """Behind the quote that ends the cell; None when the first quote is a part of the text."""
    place = at + 1
    while (place := text.find('"', place)) >= 0:
        if text[place + 1 : place + 2] == '"':
            place += 2
            continue
        follows = text[place + 1 : place + 2]
        return place + 1 if follows in ("", "\t", "\r", "\n") else None
    return None


def _cell(raw: str, row: int, column: int) -> Cell:
    quoted = len(raw) >= 2 and raw[0] == raw[-1] == '"'
    text = raw[1:-1].replace('""', '"') if quoted else raw
    return Cell(row, column, f"行{row + 1}・列{column + 1}", text, raw if quoted else "")
