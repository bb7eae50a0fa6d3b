"""Checking and keeping uploaded files.

`inspect` reads the upload once, counts it, looks at its first bytes and lets a limited child process open it; what it
returns is safe to keep. `store` writes it under a random name outside the web root. Both run before the transaction
that refers to the file: a file that nobody refers to is swept later, a row never refers to a file that is not there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import re
import secrets
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

MAX_BYTES = 20 * 1024 * 1024
MAX_NAME_BYTES = 255
WALL_SECONDS = 20

MAX_TABLE_BYTES = 5 * 1024 * 1024
TABLE_EXTENSIONS = ("xlsx", "csv", "tsv", "txt")
TABLE_ACCEPT = ".xlsx,.csv,.tsv,.txt"
"""Of a table that is read and not kept."""

_CHUNK = 1024 * 1024
_PROJECT = Path(__file__).resolve().parents[2]
_STORED_NAME = re.compile(r"[0-9a-f]{40}")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """A form of file that is accepted. `key` is also the extension of what is kept."""

    key: str
    label: str
    content_type: str
    extensions: tuple[str, ...]
    magic: bytes
    is_image: bool = False


KINDS = (
    Kind("pdf", "PDF", "application/pdf", ("pdf",), b"%PDF-"),
    Kind("jpg", "JPEG画像", "image/jpeg", ("jpg", "jpeg"), b"\xff\xd8\xff", is_image=True),
    Kind("png", "PNG画像", "image/png", ("png",), b"\x89PNG\r\n\x1a\n", is_image=True),
    Kind(
        "xlsx", "Excel(.xlsx)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ("xlsx",), b"PK\x03\x04",
    ),
    Kind(
        "docx", "Word(.docx)", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ("docx",), b"PK\x03\x04",
    ),
)  # fmt: skip
_BY_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}

ACCEPT = ",".join(f".{extension}" for extension in _BY_EXTENSION)
"""For the `accept` attribute of a file field."""
RULES_TEXT = "PDF、JPEG・PNG画像、Excel(.xlsx)、Word(.docx)。1つ20MBまで、PDFは300ページまで。"
"""The hint beside a file field."""

_ACCEPTED = "PDF、JPEG、PNG、Excel(.xlsx)、Word(.docx)のいずれかで添付してください。"
_TO_PDF = "PDFに変換して添付してください。"
_TO_JPEG = "JPEGに変換して添付してください。"
_OLD_OFFICE = (
    "古い形式のOffice文書か、パスワードの付いた文書",
    "パスワードを外し、.xlsx・.docxで保存し直すか、PDFにして添付してください。",
)
# Forms that people do send, named so that the sentence can say how to mend it.
_OTHER_FORMS = (
    (b"GIF8", ("GIF画像", _TO_JPEG)),
    (b"BM", ("BMP画像", _TO_JPEG)),
    (b"II*\x00", ("TIFF画像", _TO_PDF)),
    (b"MM\x00*", ("TIFF画像", _TO_PDF)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
    (b"7z\xbc\xaf\x27\x1c", ("圧縮ファイル", "展開して、中のファイルを添付してください。")),
    (b"Rar!", ("圧縮ファイル", "展開して、中のファイルを添付してください。")),
    (b"MZ", ("プログラム", _ACCEPTED)),
    (b"\x7fELF", ("プログラム", _ACCEPTED)),
)
_WEB_PAGE = re.compile(rb"\s*<(!doctype|html|head|body|script|svg|\?xml)", re.IGNORECASE)


class UploadRefused(Exception):
    """The file is not taken. Its text is a Japanese sentence: which file, what is wrong, how to mend it."""


class StoredFileMissing(Exception):
    """No file is kept under this name."""


class InspectionFailed(Exception):
    """The child process could not be started or did not answer: a fault of ours, not of the file."""


@dataclass(frozen=True)
class Checked:
    """A file that may be kept. `size`, `sha256` and `content` are of what is kept: for a picture, of the new one."""

    name: str
    content_type: str
    extension: str
    pages: int | None
    size: int
    sha256: str
    content: bytes = field(repr=False)


# --- Checking ---


def inspect(upload: BinaryIO, *, name: str, size: int) -> Checked:
    """Read and check an upload. `name` and `size` (bytes) are as the browser gave them and are not believed.

    Takes some tenths of a second, in a child process. Raises UploadRefused, or InspectionFailed when the server
    itself is at fault.
    """
    shown = clean_name(name)
    if size > MAX_BYTES:
        raise UploadRefused(_too_large(shown))
    kind = _kind_by_name(shown)
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        source, output = Path(folder, "source"), Path(folder, "output")
        received = _copy(upload, to=source, shown=shown)
        if received != size:
            raise UploadRefused(f"「{shown}」は、送信の途中で切れました。もう一度添付してください。")
        _check_first_bytes(source, kind=kind, shown=shown)
        pages = _open_in_child(kind, source=source, output=output, shown=shown)
        content = (output if kind.is_image else source).read_bytes()
    return Checked(
        name=shown,
        content_type=kind.content_type,
        extension=kind.key,
        pages=pages,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def _kind_by_name(shown: str) -> Kind:
    _, dot, extension = shown.rpartition(".")
    if not dot:
        raise UploadRefused(f"「{shown}」は、名前に拡張子(.pdfなど)がありません。{_ACCEPTED}")
    kind = _BY_EXTENSION.get(extension.casefold())
    if kind is None:
        raise UploadRefused(f"「{shown}」は、受け取れない形式です(.{extension})。{_ACCEPTED}")
    return kind


def _copy(upload: BinaryIO, *, to: Path, shown: str) -> int:
    """Copy to a file of our own, stopping at the limit. Returns the bytes counted."""
    upload.seek(0)
    received = 0
    with to.open("xb") as target:
        while chunk := upload.read(_CHUNK):
            received += len(chunk)
            if received > MAX_BYTES:
                raise UploadRefused(_too_large(shown))
            target.write(chunk)
    if received == 0:
        raise UploadRefused(
            f"「{shown}」は空のファイル(0バイト)です。元のファイルを開けることを確かめ、もう一度添付してください。"
        )
    return received


def _too_large(shown: str) -> str:
    return (
        f"「{shown}」は{MAX_BYTES // 1024 // 1024}MBを超えています。"
        "画質を下げて保存し直すか、いくつかに分けて添付してください。"
    )


def _check_first_bytes(path: Path, *, kind: Kind, shown: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(64)
    if head.startswith(kind.magic):
        return
    what, mend = _what_it_is(head)
    raise UploadRefused(f"「{shown}」は、名前は{kind.label}ですが、中身は{what}です。{mend}")


def _what_it_is(head: bytes) -> tuple[str, str]:
    for kind in KINDS:
        if head.startswith(kind.magic):
            label = "Excel・Wordか圧縮ファイル" if kind.magic.startswith(b"PK") else kind.label
            return label, "名前の終わり(拡張子)を中身に合わせるか、元の書類から保存し直して添付してください。"
    if head[4:8] == b"ftyp":
        return "HEIC画像か動画", _TO_JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP画像", _TO_JPEG
    if _WEB_PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "ウェブページ(HTML)かSVG", _TO_PDF
    for magic, form in _OTHER_FORMS:
        if head.startswith(magic):
            return form
    return "別の形式", f"壊れていないか確かめ、{_ACCEPTED}"


# --- A table to read, not to keep ---


def read_cells(upload: BinaryIO, *, name: str, size: int) -> list[list[str]] | str:
    """The cells of an Excel book, or the text of a CSV file. Nothing of it is kept. Raises as `inspect` does."""
    shown = clean_name(name)
    extension = shown.rpartition(".")[2].casefold()
    if extension not in TABLE_EXTENSIONS:
        raise UploadRefused(
            f"「{shown}」は、表として読めない形式です。Excel(.xlsx)かCSV(.csv)で保存し直して選んでください。"
        )
    if size > MAX_TABLE_BYTES:
        raise UploadRefused(_table_too_large(shown))
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        source, output = Path(folder, "source"), Path(folder, "output")
        if _copy(upload, to=source, shown=shown) > MAX_TABLE_BYTES:
            raise UploadRefused(_table_too_large(shown))
        if extension != "xlsx":
            return _table_text(source.read_bytes(), shown=shown)
        _check_first_bytes(source, kind=_BY_EXTENSION["xlsx"], shown=shown)
        answer = _run("cells", source=source, output=output, shown=shown)
        if "refused" in answer:
            raise UploadRefused(f"「{shown}」{answer['refused']}")
        cells: list[list[str]] = json.loads(output.read_text(encoding="utf-8"))
        return cells


def _table_too_large(shown: str) -> str:
    return (
        f"「{shown}」は{MAX_TABLE_BYTES // 1024 // 1024}MBを超えています。"
        "読み込む表だけのファイルにして選んでください。"
    )


def _table_text(content: bytes, *, shown: str) -> str:
    """As Excel writes CSV: UTF-8 with a mark, or the old Japanese code."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UploadRefused(
        f"「{shown}」の文字を読み取れません。Excelで開き、「CSV UTF-8」で保存し直して選んでください。"
    )


# --- The child process ---


def _open_in_child(kind: Kind, *, source: Path, output: Path, shown: str) -> int | None:
    """Pages of a PDF, None for the rest; a picture is written anew to `output`. Raises UploadRefused."""
    answer = _run(kind.key, source=source, output=output, shown=shown)
    if "refused" in answer:
        raise UploadRefused(f"「{shown}」{answer['refused']}")
    pages: int | None = answer["pages"]
    return pages


def _run(key: str, *, source: Path, output: Path, shown: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "accounts.intake.inspector", key, str(source), str(output)]
    # No configuration and no secret goes along: the child needs none, and a hostile file might take it over.
    environment = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(  # noqa: S603 (fixed program; the paths are made here)
            command, cwd=_PROJECT, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=WALL_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise UploadRefused(_gave_up(shown)) from error
    except OSError as error:
        raise InspectionFailed("the process that opens uploads could not be started") from error
    if done.returncode < 0:
        # Ended by a signal: its limits, or a fault in a library that this file set off.
        logger.warning("inspector ended by signal %s", -done.returncode)
        raise UploadRefused(_gave_up(shown))
    if done.returncode > 0:
        raise InspectionFailed(done.stderr.decode(errors="replace")[-2000:])
    if done.stderr:
        logger.warning("inspector: %s", done.stderr.decode(errors="replace")[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _gave_up(shown: str) -> str:
    return (
        f"「{shown}」は、決めた時間と記憶域の中で安全に開けませんでした。"
        "元の書類からPDFを作り直すか、小さく分けて添付してください。"
    )


# --- Names ---


def clean_name(name: str) -> str:
    """The name for display and download only: the last part of a path, without signs that hide or turn text.

    At most 255 bytes in UTF-8, the extension kept. Letters are otherwise left as they were typed.
    """
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(sign for sign in last if unicodedata.category(sign) not in {"Cc", "Cf", "Cs"})
    stripped = visible.strip().lstrip(".").rstrip(". ")
    return _shortened(stripped) or "名前のないファイル"


def _shortened(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > 10:
        stem, ending = name, ""
    else:
        ending = dot + extension
    room = MAX_NAME_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore") + ending


# --- Keeping ---


def documents_folder() -> Path:
    """Where files are kept: outside the web root and never served by the web server itself."""
    return Path(settings.MEDIA_ROOT) / "documents"


def store(checked: Checked, *, folder: Path | None = None) -> str:
    """Write the file durably under a random name and return that name. Nothing of the person's name is in it."""
    place = folder or documents_folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    stored_name = secrets.token_hex(20)
    try:
        _write_durably(place / stored_name, checked.content)
    except BaseException:
        discard(stored_name, folder=place)
        raise
    _sync_folder(place)
    return stored_name


def _write_durably(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_stored(stored_name: str, *, folder: Path | None = None) -> BinaryIO:
    """The kept file, open for reading. Raises StoredFileMissing, also for a name that `store` never gives."""
    try:
        return _path(stored_name, folder).open("rb")
    except FileNotFoundError as error:
        raise StoredFileMissing(stored_name) from error


def discard(stored_name: str, *, folder: Path | None = None) -> None:
    """Remove a file that no row refers to, after a roll-back. A file that is not there is no error."""
    _path(stored_name, folder).unlink(missing_ok=True)


def sweep_orphans(known: set[str], *, older_than: dt.datetime, folder: Path | None = None) -> int:
    """Remove kept files that are not in `known` and were written before `older_than` (aware). Returns how many.

    The moment protects a file just stored, whose row is not committed yet: leave a day.
    """
    place = folder or documents_folder()
    if not place.is_dir():
        return 0
    removed = 0
    for path in place.iterdir():
        is_ours = _STORED_NAME.fullmatch(path.name) is not None
        if is_ours and path.name not in known and path.stat().st_mtime < older_than.timestamp():
            path.unlink()
            removed += 1
    return removed


def _path(stored_name: str, folder: Path | None) -> Path:
    if _STORED_NAME.fullmatch(stored_name) is None:
        raise StoredFileMissing(stored_name)
    return (folder or documents_folder()) / stored_name
