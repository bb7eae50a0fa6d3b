"""公開一覧 as files: CSV for a spreadsheet, JSON for a program. The same columns, the same texts as on the page."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

COLUMNS: Final = (
    *(
        "認定番号",
        "認定日",
        "市区町村コード",
        "市区町村",
        "住宅の名称",
        "所在地",
        "家賃(円/月)下",
        "家賃(円/月)上",
    ),
    *(
        "広さ(㎡)下",
        "広さ(㎡)上",
        "間取り",
        "戸数",
        "専用戸数",
        "受け入れる方",
        "安否確認",
        "見守り",
        "援助の対価",
    ),
    *(
        "事業者",
        "問合せ先",
        "問合せ先の電話番号",
        "空いている部屋の数",
        "空きを知らせた日",
        "更新日",
        "ページ",
    ),
)
"""Empty cells are what the operator did not agree to show."""

_RUN: Final = {"=", "+", "-", "@"}
"""What begins a formula; a Japanese spreadsheet takes the wide signs too."""


def csv_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """UTF-8 with a byte order mark, as the office's spreadsheet wants it."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([as_text(row[column]) for column in COLUMNS])


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def as_text(value: object) -> str:
    """A text that a spreadsheet would run as a formula is marked as text; what is not known stays empty."""
    text = "" if value is None else str(value)
    return f"'{text}" if unicodedata.normalize("NFKC", text.lstrip()[:1]) in _RUN else text


def json_value(rows: Iterable[Mapping[str, Any]], *, as_of: str) -> dict[str, Any]:
    """The list with its day. Numbers stay numbers; what is not shown is null."""
    found = [{column: row[column] if row[column] != "" else None for column in COLUMNS} for row in rows]
    return {"名称": "居住サポート住宅の一覧", "取得日": as_of, "件数": len(found), "住宅": found}
