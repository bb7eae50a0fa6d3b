"""審査票: every sign of the sheet stands on the paper, and the workbook has the same rows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from typing import Any

import openpyxl
import pypdfium2
import pytest

from certification.documents.rendering import GETA
from certification.documents.review_sheet import as_pdf, as_xlsx, file_name
from certification.selectors.review_sheet import ReviewSheet, SheetRow, SheetVerdict
from tests.certification.documents.test_letters import pages_of, squeezed


def row(number: int, *verdicts: SheetVerdict, **changed: Any) -> SheetRow:
    given = verdicts or (verdict(),)
    values: dict[str, Any] = {
        "number": number,
        "item": f"{number}番の審査事項(床面積25㎡)",
        "documents": "間取図、求積図",
        "requirement": "必須" if number % 2 else "適宜",
        "condition": "",
        "verdicts": given,
        "checks": ("基準内: 101号 25.20㎡(基準 18㎡以上)", "要確認: 家賃 52,000円。比べる額がありません。"),
    }
    return SheetRow(**{**values, **changed})


def verdict(department: str = "福祉総務課", word: str = "適", note: str = "") -> SheetVerdict:
    return SheetVerdict(department=department, verdict=word, note=note, judged="見本 花子 令和8年6月2日")


def sheet(*rows: SheetRow, **changed: Any) -> ReviewSheet:
    values: dict[str, Any] = {
        "title": "居住安定援助計画 審査票",
        "number": "R8-認-0012",
        "housing": "髙﨑𠮷荘",
        "facts": (("受付番号", "R8-認-0012"), ("住宅の名称", "髙﨑𠮷荘"), ("申請日", "令和8年6月1日")),
        "rows": rows or tuple(row(number) for number in range(1, 28)),
        "printed_on": dt.date(2026, 7, 1),
        "printed_by": "輪野市 福祉総務課 見本 花子",
        "source": "見本の要綱 別表",
    }
    return ReviewSheet(**{**values, **changed})


def texts_of(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in texts_of(part)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [text for part in dataclasses.fields(value) for text in texts_of(getattr(value, part.name))]
    return []


def test_every_sign_of_the_sheet_is_on_the_paper() -> None:
    given = sheet()
    text = "".join(pages_of(as_pdf(given)))
    assert [sign for part in texts_of(given) for sign in squeezed(part) if sign not in text] == []
    for number in range(1, 28):
        assert f"{number}番の審査事項" in text


def test_each_page_repeats_the_head_and_says_which_it_is() -> None:
    pages = pages_of(as_pdf(sheet(*(row(number) for number in range(1, 61)))))
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert "主な審査事項審査書類" in page
        assert f"{number}/{len(pages)}" in page
        assert "作成令和8年7月1日輪野市福祉総務課見本花子" in page


def test_the_paper_lies_across() -> None:
    with pypdfium2.PdfDocument(as_pdf(sheet())) as document:
        assert document.get_page_size(0) == pytest.approx((841.9, 595.3), abs=0.1)


def test_two_departments_of_one_item_both_stand_there() -> None:
    both = row(23, verdict("福祉総務課", "適"), verdict("都市計画課", "要補正", "201号室が\n12.40㎡です。"))
    text = "".join(pages_of(as_pdf(sheet(both))))
    assert text.count("23番の審査事項") == 1
    for word in ("福祉総務課適", "都市計画課要補正", "12.40㎡です。"):
        assert word in text


def test_a_very_long_note_goes_over_pages() -> None:
    long = "".join(f"{number}号室の面積を確かめる。" for number in range(1, 900))
    text = "".join(pages_of(as_pdf(sheet(row(1, verdict(note=long)), row(2)))))
    assert "898号室の面積を確かめる。" in text
    assert "2番の審査事項" in text


def test_a_sign_that_no_font_has_is_a_geta_and_stops_nothing() -> None:
    private = "\ue000"
    odd = row(1, verdict(note=f"外字{private}と\x07ベル"))
    text = "".join(pages_of(as_pdf(sheet(odd))))
    assert f"外字{GETA}とベル" in text


def test_marks_of_the_page_language_stay_text() -> None:
    odd = "#set text(size: 40pt) *太* _斜_ $x$ <a> @b \\ // ="
    assert squeezed(odd) in "".join(pages_of(as_pdf(sheet(row(1, verdict(note=odd))))))


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert as_pdf(sheet()) == as_pdf(sheet())


def opened(given: ReviewSheet) -> Any:
    return openpyxl.load_workbook(io.BytesIO(as_xlsx(given))).active


def test_the_workbook_has_the_same_rows() -> None:
    both = row(2, verdict("福祉総務課", "適"), verdict("都市計画課", "要補正", "=1+1"))
    given = sheet(row(1), both, row(3, condition="機器による安否確認を行う場合"))
    page = opened(given)
    head = next(cell.row for cell in page["A"] if cell.value == "番号")
    rows = list(page.iter_rows(min_row=head + 1, values_only=True))
    assert [(line[0], line[4], line[5], line[6] or "") for line in rows] == [
        (each.number, one.department, one.verdict, one.note) for each in given.rows for one in each.verdicts
    ]
    assert rows[-1][1].endswith("機器による安否確認を行う場合")
    assert rows[0][8] == "\n".join(given.rows[0].checks)
    note = page.cell(head + 3, 7)
    assert (note.data_type, note.quotePrefix) == ("s", True)


def test_the_workbook_is_set_up_for_work_and_print() -> None:
    given = sheet(housing="A&B荘")
    page = opened(given)
    head = next(cell.row for cell in page["A"] if cell.value == "番号")
    assert page.freeze_panes == f"A{head + 1}"
    assert page.print_title_rows == f"${head}:${head}"
    assert page.print_area.endswith(f"$A$1:$I${head + 27}")
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.oddFooter.left.text == "R8-認-0012 A&&B荘"
    said = {
        str(value) for line in page.iter_rows(max_row=head - 1, values_only=True) for value in line if value
    }
    assert {text for fact in given.facts for text in fact} <= said


def test_the_file_is_named_after_the_case() -> None:
    assert file_name(sheet(), kind="pdf") == "審査票_R8-認-0012.pdf"
