"""Files made in code: good ones, and hostile or broken ones that must be refused with a sentence."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from openpyxl import Workbook
from PIL import Image

# --- PDF ---


def pdf(
    *, pages: int = 1, catalog: bytes = b"", objects: tuple[bytes, ...] = (), broken_sizes: bool = False
) -> bytes:
    """A PDF written by hand: objects 1 (catalog), 2 (pages), 3… (each page), then `objects`."""
    kids = b" ".join(b"%d 0 R" % (3 + index) for index in range(pages))
    box = b"" if broken_sizes else b" /MediaBox [0 0 595 842]"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % pages,
        *(b"<< /Type /Page /Parent 2 0 R" + box + b" >>" for _ in range(pages)),
        *objects,
    ]
    return assembled(bodies)


def assembled(bodies: list[bytes]) -> bytes:
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start))
    return out.getvalue()


def pdf_with_packed_object(body: bytes) -> bytes:
    """A PDF 1.7 whose object 4, `body`, lies compressed in an object stream and is the OpenAction."""
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    packed = zlib.compress(b"4 0 " + body)
    first = len(b"4 0 ")
    bodies = {
        1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        5: b"<< /Type /ObjStm /N 1 /First %d /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (first, len(packed), packed),
    }
    offsets = {}
    for number, text in bodies.items():
        offsets[number] = out.tell()
        out.write(b"%d 0 obj\n" % number + text + b"\nendobj\n")
    offsets[6] = start = out.tell()
    rows = [struct.pack(">BIH", 0, 0, 65535)]
    rows += [
        struct.pack(">BIH", 2, 5, 0) if n == 4 else struct.pack(">BIH", 1, offsets[n], 0) for n in range(1, 7)
    ]
    table = b"".join(rows)
    out.write(
        b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        b"startxref\n%d\n%%%%EOF\n" % (len(table), table, start)
    )
    return out.getvalue()


def encrypted_pdf() -> bytes:
    """A PDF with an /Encrypt entry whose user password is not empty."""
    key = b"<" + b"41" * 32 + b">"
    encrypt = b"<< /Filter /Standard /V 1 /R 2 /O " + key + b" /U " + key + b" /P -4 >>"
    plain = pdf(objects=(encrypt,))
    return plain.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 4 0 R /ID [<41> <41>]")


# --- Pictures ---


def picture(
    format_: str = "JPEG", *, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, format_, **options)
    return out.getvalue()


def photo_with_place() -> bytes:
    """A JPEG that lies on its side and says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter
    exif[0x0110] = "CAMERA-CANARY"
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 45.0, 30.0)})
    return picture(size=(60, 40), exif=exif, comment=b"COMMENT-CANARY")


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises so many pixels and has none of them."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b""))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# --- Excel and Word ---

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{type}.main+xml"/>
</Types>"""
MAIN = {
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "docx": ("word/document.xml", "wordprocessingml.document"),
}


def office(
    kind: str = "docx",
    *,
    parts: tuple[tuple[str, bytes | str], ...] = (),
    main: bytes | str = "<root/>",
    content_types: str | None = None,
) -> bytes:
    """A small Office file: content types, main part and further `parts` (name, content)."""
    part, type_ = MAIN[kind]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", content_types or CONTENT_TYPES.format(part=part, type=type_))
        archive.writestr(part, main)
        for name, content in parts:
            # Set directly: writestr would put a clean name in the place of an odd one.
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def workbook() -> bytes:
    """A real workbook, as a spreadsheet program would save it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["部屋番号", "床面積(㎡)"])
    sheet.append(["201", 25.4])
    sheet["A4"].hyperlink = "https://example.jp/"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def relation(type_: str, target: str) -> str:
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{type_}" '
        f'Target="{target}" TargetMode="External"/></Relationships>'
    )


def lying_directory() -> bytes:
    """A part of 30 MB that the directory says has 10 bytes."""
    raw = bytearray(office(parts=(("word/big.xml", b"<a>" + b" " * 30_000_000 + b"</a>"),)))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = raw.rindex(mark)
        raw[place + at : place + at + 4] = struct.pack("<I", 10)
    return bytes(raw)


def wrong_sum() -> bytes:
    raw = bytearray(office())
    place = raw.rindex(b"PK\x01\x02")
    raw[place + 16 : place + 20] = b"\x00\x00\x00\x01"
    return bytes(raw)


def damaged_data() -> bytes:
    raw = bytearray(office(main="<a>" + "sumai" * 500 + "</a>"))
    place = raw.index(b"word/document.xml") + len("word/document.xml")
    raw[place : place + 8] = b"\xff" * 8
    return bytes(raw)


def encrypted_part() -> bytes:
    raw = bytearray(office())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = raw.rindex(mark)
        raw[place + at] |= 1
    return bytes(raw)


def many_parts() -> bytes:
    return office(parts=tuple((f"word/part{number}.bin", b"") for number in range(3_001)))


# --- The hostile ones: name of the file, its bytes, a word that the sentence must have ---

Sample = tuple[str, Callable[[], bytes], str]

OPEN_JAVASCRIPT = b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"
GIF_SCRIPT = b"GIF89a/*\x01\x00*/=1;alert(1);//"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
BILLION_LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'
MACRO_TYPES = CONTENT_TYPES.format(part="word/document.xml", type="wordprocessingml.document").replace(
    "</Types>",
    '<Override PartName="/word/code.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
)

HOSTILE: dict[str, Sample] = {
    # Anything
    "empty": ("空.pdf", lambda: b"", "空のファイル"),
    "no extension": ("README", lambda: b"text", "拡張子"),
    "program": ("setup.exe", lambda: b"MZ\x90", "受け取れない形式"),
    "configuration": (".htaccess", lambda: b"Options +ExecCGI", "拡張子"),
    "hidden extension": ("plan\u202efdp.exe", lambda: b"MZ\x90", "(.exe)"),
    "program as pdf": ("a.pdf", lambda: b"MZ\x90\x00" * 50, "中身はプログラム"),
    "html as jpg": ("a.jpg", lambda: HTML, "HTML"),
    "svg as png": ("a.png", lambda: SVG, "SVG"),
    "gif with script as png": ("a.png", lambda: GIF_SCRIPT, "GIF画像"),
    "webp as jpg": ("a.jpg", lambda: picture("WEBP"), "WebP画像"),
    "heic as jpg": ("a.jpg", lambda: b"\x00\x00\x00\x18ftypheic" + b"\x00" * 20, "HEIC"),
    "tiff as jpg": ("a.jpg", lambda: picture("TIFF"), "TIFF画像"),
    "pdf as jpg": ("a.jpg", lambda: pdf(), "中身はPDF"),
    "jpg as pdf": ("a.pdf", lambda: picture(), "中身はJPEG画像"),
    "text as xlsx": ("a.xlsx", lambda: b"name,area\n201,25\n", "別の形式"),
    "old excel as xlsx": ("a.xlsx", lambda: OLD_OFFICE, "古い形式"),
    # PDF
    "pdf cut off": ("a.pdf", lambda: pdf()[:120], "欠けています"),
    "pdf of rubbish": ("a.pdf", lambda: b"%PDF-1.7\n" + b"rubbish\n" * 100 + b"%%EOF\n", "開けません"),
    "pdf head before jpeg": ("a.pdf", lambda: b"%PDF-1.4\n" + picture() + b"\n%%EOF\n", "開けません"),
    "pdf without pages": ("a.pdf", lambda: pdf(pages=0), "ページが1つもありません"),
    "pdf that counts more pages than it has": (
        "a.pdf", lambda: pdf().replace(b"/Count 1", b"/Count 9"), "の2ページ目を開けません"
    ),
    "pdf with 301 pages": ("a.pdf", lambda: pdf(pages=301), "301ページ"),
    "pdf with password": ("a.pdf", encrypted_pdf, "パスワード"),
    "pdf with script": ("a.pdf", lambda: pdf(catalog=OPEN_JAVASCRIPT), "スクリプト"),
    "pdf with script in escapes": (
        "a.pdf", lambda: pdf(catalog=OPEN_JAVASCRIPT.replace(b"/JavaScript", b"/J#61v#61Script")), "スクリプト"
    ),
    "pdf with packed script": (
        "a.pdf", lambda: pdf_with_packed_object(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "スクリプト"
    ),
    "pdf with packed launch": (
        "a.pdf", lambda: pdf_with_packed_object(b"<< /S /L#61unch /F (cmd.exe) >>"), "ほかのプログラム"
    ),
    "pdf with launch": ("a.pdf", lambda: pdf(catalog=b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "ほかのプログラム"),
    "pdf with a file inside": (
        "a.pdf", lambda: pdf(
            catalog=b"/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>",
            objects=(b"<< /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>", b"<< /Length 2 >>\nstream\nMZ\nendstream"),
        ), "埋め込まれて",
    ),
    "pdf with zip behind": ("a.pdf", lambda: pdf() + office(), "別のファイル"),
    "pdf with small zip behind": ("a.pdf", lambda: pdf() + _small_zip() + b"%%EOF", "別のファイル"),
    # Pictures
    "jpg cut off": ("a.jpg", lambda: picture(size=(600, 400))[:700], "画像として開けません"),
    "jpg of rubbish": ("a.jpg", lambda: b"\xff\xd8\xff\xe0" + b"\x00" * 500, "画像として開けません"),
    "png flood": ("a.png", lambda: png_header(50_000, 50_000), "画素が多すぎます"),
    "png a little over": ("a.png", lambda: png_header(10_000, 5_001), "画素が多すぎます"),
    "png without pixels": ("a.png", lambda: png_header(100, 100), "画像として開けません"),
    # Excel and Word
    "zip as docx": ("a.docx", lambda: _small_zip(), "Wordのファイルとして開けません"),
    "word as xlsx": ("a.xlsx", lambda: office("docx"), "Excelのファイルとして開けません"),
    "docx cut off": ("a.docx", lambda: office()[:200], "壊れている"),
    "docx with wrong sum": ("a.docx", wrong_sum, "壊れている"),
    "docx with damaged data": ("a.docx", damaged_data, "壊れている"),
    "docx with password": ("a.docx", encrypted_part, "パスワード"),
    "macro": ("a.xlsx", lambda: office("xlsx", parts=(("xl/vbaProject.bin", b"x"),)), "マクロ"),
    "macro under another name": ("a.docx", lambda: office(content_types=MACRO_TYPES), "マクロ"),
    "activex": ("a.docx", lambda: office(parts=(("word/activeX/activeX1.xml", "<a/>"),)), "コントロール"),
    "object inside": ("a.docx", lambda: office(parts=(("word/embeddings/oleObject1.bin", b"x"),)), "埋め込まれて"),
    "link to a book": ("a.xlsx", lambda: office("xlsx", parts=(("xl/externalLinks/externalLink1.xml", "<a/>"),)), "リンク"),
    "template from outside": (
        "a.docx", lambda: office(
            parts=(("word/_rels/settings.xml.rels", relation("attachedTemplate", "http://example.jp/a.dotm")),)
        ), "外部のファイル",
    ),
    "doctype": ("a.docx", lambda: office(main=BILLION_LAUGHS), "DOCTYPE"),
    "not xml": ("a.docx", lambda: office(main="<root>"), "読み取れません"),
    "zip bomb": ("a.xlsx", lambda: office("xlsx", parts=(("xl/big.bin", b"\x00" * 60_000_000),)), "異常に大きく"),
    "zip over the limit": ("a.xlsx", lambda: office("xlsx", parts=(("xl/big.bin", b"\x00" * 105_000_000),)), "100MB"),
    "directory that lies": ("a.docx", lying_directory, "壊れている"),
    "two parts of one name": (
        "a.docx", lambda: office(parts=(("word/a.xml", "<a/>"), ("Word/A.xml", "<b/>"))), "同じ名前"
    ),
    "path upwards": ("a.docx", lambda: office(parts=(("../../etc/passwd", b"x"),)), "名前が正しくありません"),
    "absolute path": ("a.docx", lambda: office(parts=(("/etc/passwd", b"x"),)), "名前が正しくありません"),
    "backslash": ("a.docx", lambda: office(parts=(("word\\a.xml", b"<a/>"),)), "名前が正しくありません"),
    "too many parts": ("a.docx", many_parts, "部品が多すぎます"),
    "something before the zip": ("a.docx", lambda: office()[:30] + b"<html>" + office(), "余分なデータ"),
    "something behind the zip": ("a.docx", lambda: office() + b"<script>alert(1)</script>", "余分なデータ"),
}  # fmt: skip


def _small_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    return out.getvalue()
