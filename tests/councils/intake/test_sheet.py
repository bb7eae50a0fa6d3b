"""Files into cells: text and books as offices keep them, and every broken or hostile one with its one sentence."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import Workbook

from councils.intake.sheet import SheetRefused, read_sheet
from councils.rules.table import read_table
from tests.councils.intake import books
from tests.councils.rules.table.rows import HEADING, MEMBERS, row

TABLE = [*HEADING, row()]
TEXT = "\n".join("\t".join(cells) for cells in TABLE)
LIMIT_KB = 128 * 1024


def texts(grid):
    return [[cell.text for cell in cells] for cells in grid.rows]


# --- Text ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_text_is_read_in_every_encoding_excel_writes(encoding):
    grid = read_sheet(TEXT.encode(encoding), file_name="一覧.tsv")
    assert texts(grid) == [list(cells) for cells in TABLE]
    assert grid.rows[2][3].address == "行3・列4"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_every_way(end):
    grid = read_sheet(f"協議会名\t根拠{end}輪野\t要綱{end}".encode(), file_name="a.tsv")
    assert texts(grid) == [["協議会名", "根拠"], ["輪野", "要綱"]]


def test_every_character_of_a_text_can_be_had_back():
    content = 'い\t"ろ\nは\t""に"""\t\t ほ　\n"へ\tと'.encode()
    grid = read_sheet(content, file_name="a.tsv")
    assert texts(grid) == [["い", 'ろ\nは\t"に"', "", " ほ　"], ['"へ', "と"]]
    again = "\n".join("\t".join(cell.raw or cell.text for cell in cells) for cells in grid.rows)
    assert again.encode() == content


# --- Books ---


def an_office_book() -> bytes:
    """Merged headings, full-width digits and signs, half-width kana, newlines, dates as numbers."""

    def change(book: Workbook) -> None:
        sheet = book.active
        sheet.merge_cells("C3:G3")
        sheet.merge_cells("A3:A4")
        sheet["B5"].number_format = 'yyyy"年"m"月"'
        sheet["B6"].number_format = '[$-411]ggge"年"m"月"d"日"'
        book.create_sheet("メモ").append(["控え"])

    other = row(
        name="山野区居住支援協議会",
        members=("福祉部長\n都市整備部長", "（株）ﾐﾅﾓ\n（一社）ﾋｶﾘ", *MEMBERS[2:]),
        behind=(*row()[9:14], "第１・第３木曜日 １３時３０分～１６時　４組", *row()[15:]),
    )
    first: list[object] = list(row())
    second: list[object] = list(other)
    first[1], second[1] = dt.datetime(2019, 5, 1), dt.datetime(2022, 4, 15)
    return books.book_of(
        ["都内居住支援協議会の状況一覧(令和6年3月末時点)"], [], *HEADING, first, second, change=change
    )


def test_a_book_as_an_office_keeps_it():
    grid = read_sheet(an_office_book(), file_name="一覧.xlsx")
    assert grid.rows[4][1].address == "B5"
    first, second = read_table(grid).councils
    assert first.as_json()["established"] == {"value": "2019-05", "precision": "month"}
    assert second.as_json()["established"] == {"value": "2022-04-15", "precision": "day"}
    assert second.members_of("local_government") == ["福祉部長", "都市整備部長"]
    assert second.members_of("support_corporation") == ["（株）ミナモ", "（一社）ヒカリ"]
    (session,) = second.as_json()["sessions"]
    assert (session["nth"], session["weekdays"], session["start"]) == ([1, 3], ["TH"], "13:30")
    assert session["per_session"] == 4
    assert grid.rows[5][3].text == "（株）ﾐﾅﾓ\n（一社）ﾋｶﾘ"


def test_dates_in_excels_own_japanese_formats():
    """Formats 27 to 58 have no code in the file; Excel in Japan writes them for 令和4年4月15日."""
    content = books.book_of([dt.datetime(2022, 4, 15)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = archive.read("xl/styles.xml")
    for number, precision in ((58, "day"), (55, "month")):
        changed = re.sub(rb'<xf numFmtId="\d+"', b'<xf numFmtId="%d"' % number, styles)
        cell = read_sheet(books.with_parts(content, {"xl/styles.xml": changed}), file_name="a.xlsx").rows[0][
            0
        ]
        assert (cell.date, cell.date_precision) == (dt.date(2022, 4, 15), precision)


def test_an_empty_column_between_stays_a_column():
    grid = read_sheet(books.book_of(["い", None, "は"], [None, None], [None, "ろ"]), file_name="a.xlsx")
    assert texts(grid) == [["い", "", "は"], [], ["", "ろ"]]


def test_formulas_are_not_computed_and_numbers_are_plain():
    grid = read_sheet(books.book_of(["=1+1", 12, 1.5, "本文", True]), file_name="a.xlsx")
    assert texts(grid) == [["", "12", "1.5", "本文", "True"]]


# --- Refusals ---

GOOD = books.book_of(*TABLE)
REFUSED: dict[str, tuple[bytes | Callable[[], bytes], str, str]] = {
    "empty": (b"", "a.xlsx", "空のファイル"),
    "blank text": (b"\r\n\t\n", "a.tsv", "空のファイル"),
    "empty book": (books.book_of([]), "a.xlsx", "文字が入っていません"),
    "truncated": (GOOD[: len(GOOD) // 2], "a.xlsx", "壊れている"),
    "damaged inside": (GOOD[:3000] + b"\x00" * 200 + GOOD[3200:], "a.xlsx", "壊れている"),
    "encrypted by Excel": (books.encrypted_office(), "a.xlsx", "パスワード"),
    "encrypted as an archive": (books.with_encrypted_flag(GOOD), "a.xlsx", "パスワード"),
    "old Excel renamed": (books.old_excel(), "a.xlsx", "古い形式"),
    "old Excel": (books.old_excel(), "a.xls", "古い形式"),
    "macro": (GOOD, "a.xlsm", "マクロ"),
    "macro renamed": (books.with_macro(GOOD), "a.xlsx", "マクロ"),
    "another archive": (books.with_parts(GOOD, {"[Content_Types].xml": b"<Types/>"}), "a.xlsx", "Excelの表として"),
    "bomb": (books.bomb, "a.xlsx", "異常に大きく"),
    "million rows": (books.million_rows, "a.xlsx", "大きすぎます"),
    "last row": (books.last_row_only, "a.xlsx", "行が多すぎます"),
    "entities": (books.entities, "a.xlsx", "壊れている"),
    "many columns": (books.book_of(["い"] * 200), "a.xlsx", "列が多すぎます"),
    "text named as a book": (TEXT.encode(), "a.xlsx", "中身はExcelの表ではありません"),
    "book named as text": (GOOD, "a.tsv", "名前はテキスト"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "a.png", "受け取れない形式"),
    "too large": (b"a" * (10 * 1024 * 1024 + 1), "a.tsv", "10MB"),
    "tabs only": (b"a" + b"\t" * 2_000_000, "a.tsv", "多すぎます"),
    "lines only": (b"a\n" * 1_000_000, "a.tsv", "多すぎます"),
    "no text": (b"\x00\x01\x02a\x00" * 100, "a.tsv", "テキストではありません"),
    "unknown letters": (b"\x81\xff\xfe\xa0\x82" * 30, "a.tsv", "文字を読み取れません"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_each_broken_file_gets_one_sentence(kind):
    made, name, reason = REFUSED[kind]
    content = made if isinstance(made, bytes) else made()
    with pytest.raises(SheetRefused) as refused:
        read_sheet(content, file_name=name)
    text = str(refused.value)
    assert reason in text
    assert text.startswith(f"「{name}」")
    assert text.endswith("。")


def test_a_name_that_hides_its_end_is_shown_plainly():
    with pytest.raises(SheetRefused, match=r"「一覧xslx\.exe」"):
        read_sheet(b"MZ", file_name="../一覧\u202exslx.exe")


MEASURE = """
import json, resource, sys
from councils.intake.sheet import SheetRefused, read_sheet
try:
    read_sheet(open(sys.argv[1], "rb").read(), file_name=sys.argv[2])
    told = ""
except SheetRefused as refusal:
    told = str(refusal)
status = open("/proc/self/status").read()
asking = int(status.split("VmHWM:")[1].split()[0])
print(json.dumps([told, asking, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


@pytest.mark.parametrize(
    "kind", ["bomb", "million rows", "last row", "hungry", "entities", "tabs only", "lines only", "good"]
)
def test_no_file_takes_more_than_128_mib(kind, tmp_path: Path):
    """Measured in fresh processes: the one that asks, and the child that opens the book."""
    special = {"hungry": books.hungry_strings, "good": an_office_book}
    made, name, _ = (special[kind], "a.xlsx", "") if kind in special else REFUSED[kind]
    path = tmp_path / "file"
    path.write_bytes(made if isinstance(made, bytes) else made())
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path), name],
        cwd=settings.BASE_DIR, env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    told, asking, opening = json.loads(done.stdout)
    assert bool(told) is (kind != "good")
    assert asking < LIMIT_KB, f"{asking // 1024} MiB asking"
    assert opening < LIMIT_KB, f"{opening // 1024} MiB opening"
