"""Excel books made in code: the prefecture's layout as an office keeps it, and files made to break a reader."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable

from openpyxl import Workbook

CONTENT_TYPES = "[Content_Types].xml"


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def book_of(*rows: Iterable[object], change: Callable[[Workbook], None] = lambda _: None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    change(book)
    return saved(book)


def with_parts(content: bytes, changed: dict[str, bytes], *, level: int = 9) -> bytes:
    """The archive with parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for part in old.infolist():
            new.writestr(
                part.filename,
                changed.pop(part.filename) if part.filename in changed else old.read(part.filename),
            )
        for name, body in changed.items():
            new.writestr(name, body)
    return out.getvalue()


def with_macro(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read(CONTENT_TYPES)
    macro = types.replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    return with_parts(content, {CONTENT_TYPES: macro, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"})


def with_encrypted_flag(content: bytes) -> bytes:
    """Every part marked as encrypted, as a zip program does with a password."""
    marked = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.find(signature)
        while at >= 0:
            marked[at + offset] |= 1
            at = marked.find(signature, at + 4)
    return bytes(marked)


def sheet_xml(rows: Iterable[str]) -> bytes:
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return (head + "".join(rows) + "</sheetData></worksheet>").encode()


def with_sheet(content: bytes, rows: Iterable[str], *, level: int = 9) -> bytes:
    return with_parts(content, {"xl/worksheets/sheet1.xml": sheet_xml(rows)}, level=level)


def bomb() -> bytes:
    """A few hundred kilobytes that would become 300 MB."""
    out = io.BytesIO(with_parts(book_of(("協議会名",)), {}))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.png", "w") as part,
    ):
        for _ in range(300):
            part.write(b" " * (1024 * 1024))
    return out.getvalue()


def million_rows() -> bytes:
    rows = (f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1_000_001))
    return with_sheet(book_of(("協議会名",)), rows)


def last_row_only() -> bytes:
    """Nothing but one cell in the very last row a sheet can have."""
    row = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    return with_sheet(book_of(("協議会名",)), [row])


def hungry_strings() -> bytes:
    """Below every limit that is counted beforehand, and still far more than the reader may hold: many short strings."""
    strings = b"".join(b"<si><t>%x</t></si>" % (n * 2654435761 % 2**32) for n in range(1_500_000))
    body = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + strings + b"</sst>"
    types = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    content = book_of(("協議会名",))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        declared = archive.read(CONTENT_TYPES)
    if b"sharedStrings" not in declared:
        declared = declared.replace(b"</Types>", types + b"</Types>")
    return with_parts(content, {CONTENT_TYPES: declared, "xl/sharedStrings.xml": body}, level=1)


def entities() -> bytes:
    """XML that doubles itself with every line."""
    lines = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};">' for n in range(1, 30))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "x">{lines}]><worksheet>&e29;</worksheet>'
    return with_parts(book_of(("協議会名",)), {"xl/worksheets/sheet1.xml": xml.encode()})


def encrypted_office() -> bytes:
    """How Excel keeps a book with a password: an OLE file with a stream of this name."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 504
        + "EncryptedPackage".encode("utf-16-le")
        + b"\x00" * 512
    )


def old_excel() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + "Workbook".encode("utf-16-le") + b"\x00" * 512
    )
