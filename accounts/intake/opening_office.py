"""Looks into an Excel or Word file without trusting its own figures. Runs in the limited child process only.

Every part is unpacked while its bytes are counted, every XML part is parsed, and whatever would act or reach outside
(macros, ActiveX, embedded objects, links to other books or templates) is refused. What it does not do: judge formulas,
or field codes inside a Word text. The file is never opened on the server otherwise, and is handed out as a download.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from accounts.intake.refusal import Refused

MAX_PARTS = 3_000
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
# A book of numbers shrinks to a tenth, a very regular one to a hundredth; a bomb to a thousandth.
MAX_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 5 * 1024 * 1024

_CHUNK = 1024 * 1024
_END_MARK = b"PK\x05\x06"
_END_RECORD_BYTES = 22  # without a comment, which Excel and Word never write
_SAVE_AGAIN = "元のファイルを開いて保存し直すか、PDFにして添付してください。"
_MAIN_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
}
_FORBIDDEN_PARTS = (
    (re.compile(r"vbaproject|macrosheets/|vbadata"), "マクロが含まれています。マクロを外して"),
    (re.compile(r"activex/"), "自動で動く部品(コントロール)が含まれています。部品を外して"),
    (re.compile(r"embeddings/"), "ほかのファイルが埋め込まれています。埋め込みを外して"),
    (
        re.compile(r"externallinks/"),
        "ほかのファイルへのリンクが含まれています。「データ」の「リンクの編集」でリンクを解除して",
    ),
    (re.compile(r"(^|/)webextensions?/"), "アドインの部品が含まれています。部品を外して"),
)

# What the library raises for an archive that is not well made, depending on where the damage is.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


def open_office(path: Path, *, kind: str) -> None:
    """Check the file. `kind` is "xlsx" or "docx". Raises Refused."""
    packed = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_edges(path, parts)
            _check_directory(parts, packed=packed)
            _check_names(parts)
            _check_contents(archive, parts, packed=packed, kind=kind)
    except _BROKEN as error:
        raise Refused(f"は、壊れているため開けません。{_SAVE_AGAIN}") from error


# --- The directory of the archive ---


def _check_edges(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    """Nothing before the first part and nothing behind the end record: no second file hides here."""
    with path.open("rb") as stream:
        stream.seek(-_END_RECORD_BYTES, os.SEEK_END)
        end = stream.read(len(_END_MARK))
    if end != _END_MARK or min((part.header_offset for part in parts), default=0) != 0:
        raise Refused(f"に、余分なデータが付いています。{_SAVE_AGAIN}")


def _check_directory(parts: list[zipfile.ZipInfo], *, packed: int) -> None:
    if len(parts) > MAX_PARTS:
        raise Refused(f"の中の部品が多すぎます({len(parts):,}個)。{_SAVE_AGAIN}")
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refused("は、パスワードで保護されています。パスワードを外して保存し直してください。")
    if any(part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for part in parts):
        raise Refused(f"は、Excel・Wordが使わない圧縮のしかたです。{_SAVE_AGAIN}")
    _check_unpacked(sum(part.file_size for part in parts), packed=packed)


def _check_unpacked(unpacked: int, *, packed: int) -> None:
    if unpacked > MAX_UNPACKED_BYTES:
        raise Refused(
            f"は、開くと{MAX_UNPACKED_BYTES // 1024 // 1024}MBを超えます。内容を分けるか、PDFにして添付してください。"
        )
    if unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > packed * MAX_RATIO:
        raise Refused(f"は、開くと異常に大きくなるため受け取れません。{_SAVE_AGAIN}")


def _check_names(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.orig_filename for part in parts]
    if len({name.casefold() for name in names}) != len(names):
        raise Refused(f"の中に、同じ名前の部品が2つあります。{_SAVE_AGAIN}")
    for part in parts:
        if _is_odd_name(part.orig_filename) or stat.S_ISLNK(part.external_attr >> 16):
            raise Refused(f"の中の部品の名前が正しくありません。{_SAVE_AGAIN}")
        for pattern, sentence in _FORBIDDEN_PARTS:
            if pattern.search(part.orig_filename.casefold()):
                raise Refused(f"に、{sentence}保存し直すか、PDFにして添付してください。")


def _is_odd_name(name: str) -> bool:
    outside = name.startswith("/") or ".." in name.split("/") or posixpath.normpath(name) != name.rstrip("/")
    return outside or "\\" in name or ":" in name or not name.isprintable()


# --- The parts themselves ---


def _check_contents(
    archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], *, packed: int, kind: str
) -> None:
    unpacked = 0
    types: list[str] = []
    for part in parts:
        elements = _Elements(part.orig_filename)
        for chunk in _chunks(archive, part):
            unpacked += len(chunk)
            _check_unpacked(unpacked, packed=packed)
            elements.feed(chunk)
        elements.feed(b"", final=True)
        types += elements.types
    if any("macroenabled" in name.casefold() or "vbaproject" in name.casefold() for name in types):
        raise Refused("に、マクロが含まれています。マクロを外して保存し直すか、PDFにして添付してください。")
    if _MAIN_TYPES[kind] not in types:
        label = {"xlsx": "Excel", "docx": "Word"}[kind]
        raise Refused(
            f"は、{label}のファイルとして開けません。{label}で開いて保存し直すか、PDFにして添付してください。"
        )


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a part, as they come out; the last read checks its sum (CRC)."""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


class _Elements:
    """Parses one part when it is XML: well formed, no DOCTYPE, no relation that reaches outside."""

    def __init__(self, name: str) -> None:
        self.types: list[str] = []
        self._is_xml = name.endswith((".xml", ".rels"))
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        # Only small parts are looked at element by element: a large sheet would take seconds.
        if name == "[Content_Types].xml":
            self._parser.StartElementHandler = self._content_type
        elif name.endswith(".rels"):
            self._parser.StartElementHandler = self._relation

    def feed(self, chunk: bytes, *, final: bool = False) -> None:
        if not self._is_xml:
            return
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            raise Refused(f"の中の部品を読み取れません。壊れています。{_SAVE_AGAIN}") from error

    def _doctype(self, *_: object) -> None:
        raise Refused(f"の中に、Excel・Wordが使わない宣言(DOCTYPE)があります。{_SAVE_AGAIN}")

    def _content_type(self, _: str, attributes: dict[str, str]) -> None:
        self.types.append(attributes.get("ContentType", ""))

    def _relation(self, _: str, attributes: dict[str, str]) -> None:
        # A link that somebody must click is fine; one that the program follows by itself is not.
        is_outside = attributes.get("TargetMode", "").casefold() == "external"
        if not is_outside or attributes.get("Type", "").endswith("/hyperlink"):
            return
        raise Refused(
            "に、外部のファイル(ひな形、画像など)を読みに行くリンクが含まれています。リンクを解除して保存し直すか、PDFにして添付してください。"
        )
