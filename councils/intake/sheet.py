"""A file that somebody sent, as a grid of cells without meaning (`rules.table.grid`): .xlsx, or text with tabs (.tsv).

The size is checked first; an Excel file is then opened in a child process with little memory and time
(`sheet_reader.py`), because its own figures cannot be believed. Whatever is wrong is one Japanese sentence.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from councils.intake.sheet_text import TextRefused, read_text
from councils.rules.table.grid import Cell, Grid

MAX_BYTES = 10 * 1024 * 1024
WALL_SECONDS = 30

_PROJECT = Path(__file__).resolve().parents[2]
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# In an OLE file, the name of the stream that holds an encrypted book.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TEXT_ENDINGS = ("tsv", "txt", "tab")
_ACCEPTED = "Excel(.xlsx)か、タブ区切りのテキスト(.tsv)を選んでください。"
_SAVE_AGAIN = "元の表をExcelで開き、「Excelブック(.xlsx)」で保存し直してください。"

logger = logging.getLogger(__name__)


class SheetRefused(Exception):
    """The file cannot be read. Its text is a Japanese sentence: which file, what is wrong, how to mend it."""


class ReaderFailed(Exception):
    """The child process could not be started or did not answer: a fault of ours, not of the file."""


def read_sheet(content: bytes, *, file_name: str) -> Grid:
    """The cells of a file; of a book the visible sheet with most of them. `file_name` decides how it is read.

    Raises SheetRefused, or ReaderFailed when the server itself is at fault.
    """
    shown = _shown(file_name)
    ending = shown.rpartition(".")[2].casefold()
    if not content.strip(b"\x00 \r\n\t"):
        raise SheetRefused(f"「{shown}」は空のファイルです。表の入ったファイルを選んでください。")
    if len(content) > MAX_BYTES:
        raise SheetRefused(
            f"「{shown}」は{MAX_BYTES // 1024 // 1024}MBを超えています。一覧表だけのファイルにして選び直してください。"
        )
    if ending == "xlsx":
        _check_is_book(content, shown)
        return _read_book(content, shown)
    if ending in _TEXT_ENDINGS:
        _check_is_text(content, shown)
        return _read_text(content, shown)
    raise SheetRefused(_other_form(content, shown, ending))


# --- What the file is ---


def _check_is_book(content: bytes, shown: str) -> None:
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise SheetRefused(
                f"「{shown}」はパスワードで保護されています。パスワードを外して保存し直してください。"
            )
        raise SheetRefused(f"「{shown}」の中身は古い形式のExcel(.xls)です。{_SAVE_AGAIN}")
    if not content.startswith(_ZIP):
        raise SheetRefused(f"「{shown}」は名前は.xlsxですが、中身はExcelの表ではありません。{_SAVE_AGAIN}")


def _check_is_text(content: bytes, shown: str) -> None:
    if content.startswith((_ZIP, _OLE)):
        raise SheetRefused(
            f"「{shown}」は名前はテキストですが、中身はExcelなどの文書です。名前の終わりを.xlsxにして選び直してください。"
        )


def _other_form(content: bytes, shown: str, ending: str) -> str:
    if ending in ("xlsm", "xlsb", "xltm"):
        return f"「{shown}」はマクロを含む形式です。{_SAVE_AGAIN}"
    if ending == "xls" or content.startswith(_OLE):
        return f"「{shown}」は古い形式のExcel(.xls)です。{_SAVE_AGAIN}"
    return f"「{shown}」は受け取れない形式です。{_ACCEPTED}"


# --- Reading ---


def _read_text(content: bytes, shown: str) -> Grid:
    try:
        return read_text(content)
    except TextRefused as refusal:
        raise SheetRefused(f"「{shown}」{refusal}") from refusal


def _read_book(content: bytes, shown: str) -> Grid:
    with tempfile.TemporaryDirectory(prefix="sheet-") as folder:
        source = Path(folder, "source.xlsx")
        source.write_bytes(content)
        answer = _run(source, shown)
    if "refused" in answer:
        raise SheetRefused(f"「{shown}」{answer['refused']}")
    rows = tuple(tuple(_cell(values) for values in row) for row in answer["rows"])
    return Grid(rows, answer["name"])


def _cell(values: list[Any]) -> Cell:
    """From what the child prints: row, column, address, text, raw, date, precision."""
    row, column, address, text, raw, date, precision = values
    day = dt.date.fromisoformat(date) if date else None
    return Cell(row, column, address, text, raw, day, precision)


def _run(source: Path, shown: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "councils.intake.sheet_reader", str(source)]
    # No configuration and no secret goes along: the child needs none, and a hostile file might take it over.
    environment = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(  # noqa: S603 (fixed program; the path is made here)
            command, cwd=_PROJECT, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=WALL_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise SheetRefused(_gave_up(shown)) from error
    except OSError as error:
        raise ReaderFailed("the process that opens sheets could not be started") from error
    if done.returncode < 0:
        logger.warning("sheet reader ended by signal %s", -done.returncode)
        raise SheetRefused(_gave_up(shown))
    if done.returncode > 0:
        raise ReaderFailed(done.stderr.decode(errors="replace")[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _gave_up(shown: str) -> str:
    return f"「{shown}」は、決めた時間と記憶域の中で安全に開けませんでした。一覧表だけの新しいブックに貼り付けて保存し直してください。"


def _shown(file_name: str) -> str:
    """The last part of the name, without signs that hide or turn text."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:120] or "名前のないファイル"
