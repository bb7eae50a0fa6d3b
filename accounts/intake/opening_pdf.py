"""Opens a PDF with PDFium. Runs in the limited child process only.

What it can see: whatever PDFium reads, also inside compressed object streams, because the document is written out
again without them before names are searched. What it cannot see: contents encrypted with a password (refused), and
anything that another reader would find in a file which PDFium reads differently; therefore the raw bytes are searched
too, and the file is never shown inside our pages (`serving.py`).
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from accounts.intake.refusal import Refused

MAX_PAGES = 300
# Readers accept the end mark within this many bytes of the end (ISO 32000-1 annex H.3.4.4).
_TAIL = 1024

_PRINT_AGAIN = "元の書類を開き、「PDFに印刷」で保存し直したものを添付してください。"
_ACTIVE = {
    b"JavaScript": "自動で動く命令(スクリプト)が含まれています。",
    b"Launch": "ほかのプログラムを起動する命令が含まれています。",
    b"EmbeddedFile": "ほかのファイルが埋め込まれています。",
    b"EmbeddedFiles": "ほかのファイルが埋め込まれています。",
    b"RichMedia": "動画などの動く部品が含まれています。",
}
_NAME = re.compile(rb"/(%s)(?=[\s/<>\[\]()%%]|\Z)" % b"|".join(_ACTIVE))
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def open_pdf(path: Path) -> int:
    """The number of pages. Raises Refused."""
    raw = path.read_bytes()
    if b"%%EOF" not in raw[-_TAIL:]:
        raise Refused(
            "の終わりが欠けています。途中で切れたか、壊れています。元のファイルを開けることを確かめ、もう一度添付してください。"
        )
    if zipfile.is_zipfile(path):
        raise Refused(f"に、PDFではない別のファイルがつながっています。{_PRINT_AGAIN}")
    _refuse_active(raw)
    with _opened(raw) as document:
        pages = _pages(document)
        if document.get_formtype() in {pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND}:
            raise Refused(f"は、多くの閲覧ソフトで読めない形式(XFAフォーム)のPDFです。{_PRINT_AGAIN}")
        if pdfium.FPDFDoc_GetAttachmentCount(document):
            raise Refused(f"に、{_ACTIVE[b'EmbeddedFile']}{_PRINT_AGAIN}")
        if pdfium.FPDFDoc_GetJavaScriptActionCount(document):
            raise Refused(f"に、{_ACTIVE[b'JavaScript']}{_PRINT_AGAIN}")
        _refuse_active(_written_out(document))
    return pages


def _opened(raw: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise Refused(
                "は、開くのにパスワードが必要です。パスワードを外して保存し直したPDFを添付してください。"
            ) from error
        if error.err_code == pdfium.FPDF_ERR_SUCCESS:
            # PDFium read the file and found no page in it; the library counts that as a failure.
            raise Refused(
                "には、ページが1つもありません。元の書類からPDFを作り直して添付してください。"
            ) from error
        raise Refused(
            "は、PDFとして開けません。壊れているか、PDFではありません。元のファイルを開けることを確かめ、もう一度添付してください。"
        ) from error


def _pages(document: pypdfium2.PdfDocument) -> int:
    pages = len(document)
    if pages > MAX_PAGES:
        raise Refused(
            f"は{pages:,}ページあります。1つのファイルは{MAX_PAGES}ページまでです。分けて添付してください。"
        )
    for index in range(pages):
        if not _has_size(document, index):
            raise Refused(f"の{index + 1}ページ目を開けません。元の書類からPDFを作り直して添付してください。")
    return pages


def _has_size(document: pypdfium2.PdfDocument, index: int) -> bool:
    try:
        width, height = document.get_page_size(index)
    except pypdfium2.PdfiumError:
        return False
    return width > 0 and height > 0


def _written_out(document: pypdfium2.PdfDocument) -> bytes:
    """The document as PDFium understood it: every object in the open, names without escapes."""
    buffer = io.BytesIO()
    try:
        document.save(buffer)
    except pypdfium2.PdfiumError as error:
        raise Refused(f"は、壊れた部分があり、読み取れません。{_PRINT_AGAIN}") from error
    return buffer.getvalue()


def _refuse_active(raw: bytes) -> None:
    found = _NAME.search(_ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), raw))
    if found:
        raise Refused(f"に、{_ACTIVE[found[1]]}{_PRINT_AGAIN}")
