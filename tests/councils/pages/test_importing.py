"""The pages of the prefecture's tables: who may, bad files, mending on the page, accepting, the way back out."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Municipality, User
from councils.models import Council, TableImport, TableImportRow
from tests.certification.pages.forms_on_page import _Reader
from tests.councils.officers import NOW, Officers, officers
from tests.councils.tables import FIRST_ROW, row, table

UPLOAD = reverse("councils:import_upload")
LIST = reverse("councils:import_list")
MOST_QUERIES = 12

SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def people(db: None) -> Officers:
    call_command("load_reference", verbosity=0)
    return officers()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def officer(people: Officers) -> Client:
    return signed_in(people.officer)


def upload(client: Client, content: bytes, name: str = "一覧.tsv", **data: str) -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content), **data})


def url(name: str, table_: TableImport, position: int | None = None) -> str:
    args: list[Any] = [table_.public_id] if position is None else [table_.public_id, position]
    return reverse(f"councils:{name}", args=args)


def brought_in(client: Client, *rows: dict[str, str]) -> TableImport:
    upload(client, table(rows))
    return TableImport.objects.latest("pk")


def text_of(response: Any) -> str:
    return str(response.content.decode())


def sent(response: Any, **changes: Any) -> dict[str, Any]:
    """What a browser sends of the page's form that carries the fields of the row; of a list its first entry."""
    reader = _Reader()
    reader.feed(text_of(response))
    form = next(each for each in reader.forms if "name" in each.fields)
    lists = {
        name: known[0]
        for name, known in form.choices.items()
        if form.fields.get(name) == "" and "" not in known
    }
    return {**form.fields, **lists, **changes}


# --- Who ---


def every_page(table_: TableImport) -> list[str]:
    return [
        LIST,
        UPLOAD,
        url("import_table", table_),
        url("import_accept_sound", table_),
        url("import_report", table_),
        url("import_original", table_),
        url("import_row", table_, FIRST_ROW),
    ]


def test_only_the_prefectures_own_officers_find_the_pages(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市"))
    colleague, elsewhere = signed_in(people.colleague), signed_in(people.elsewhere)
    for page in every_page(table_):
        assert officer.get(page).status_code == 200, page
        assert colleague.get(page).status_code == 200, page
        expected = 200 if page in (LIST, UPLOAD) else 404
        assert elsewhere.get(page).status_code == expected, page
        for user in (people.in_city, people.auditor):
            assert signed_in(user).get(page).status_code == 404, (page, user.email)
        assert Client().get(page).status_code == 302
    assert table_.file_name not in text_of(elsewhere.get(LIST))


def test_acts_on_another_prefectures_rows_do_nothing(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市"))
    seen = officer.get(url("import_row", table_, FIRST_ROW)).context["seen"]
    for user in (people.elsewhere, people.in_city, people.auditor):
        client = signed_in(user)
        for name in ("import_row", "import_row_accept", "import_row_leave_out"):
            assert client.post(url(name, table_, FIRST_ROW), {"seen": seen}).status_code == 404
        accept_all = client.post(url("import_accept_sound", table_), {"row": FIRST_ROW, "seen": seen})
        assert accept_all.status_code == 404
    assert TableImportRow.objects.get().state == "waiting"


def test_acts_are_no_links(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市"))
    for name in ("import_row_accept", "import_row_leave_out"):
        assert officer.get(url(name, table_, FIRST_ROW)).status_code == 405
    assert officer.post(url("import_report", table_)).status_code == 405


def test_the_menu_offers_the_tables_to_the_officer_alone(people: Officers, officer: Client) -> None:
    assert f'href="{LIST}"' in text_of(officer.get(LIST))
    for user in (people.in_city, people.auditor):
        assert f'href="{LIST}"' not in text_of(signed_in(user).get(reverse("accounts:inbox")))


def test_looking_writes_nothing(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市"))
    events, before = AuditEvent.objects.count(), list(TableImportRow.objects.values())
    for page in every_page(table_):
        officer.get(page)
    assert AuditEvent.objects.count() == events
    assert list(TableImportRow.objects.values()) == before
    assert Council.objects.count() == 0


# --- Upload ---


def test_a_table_is_read_and_waits(people: Officers, officer: Client) -> None:
    answer = upload(officer, table([row("千代田区"), row("武蔵野市")]))
    table_ = TableImport.objects.get()
    assert answer.headers["Location"] == url("import_table", table_)
    page = officer.get(answer.headers["Location"])
    assert [line["name"] for line in page.context["rows"]] == [
        "千代田区居住支援協議会",
        "武蔵野市居住支援協議会",
    ]
    assert "そのまま取り込めるものが2件あります" in text_of(page)
    assert "2件の協議会を読み取りました" in text_of(page)


def test_an_excel_book_is_read_with_its_own_addresses(people: Officers, officer: Client) -> None:
    answer = upload(officer, as_book([row("武蔵野市", basis="設置要綱")]), "一覧.xlsx")
    assert answer.status_code == 302
    page = text_of(officer.get(url("import_row", TableImport.objects.get(), FIRST_ROW)))
    assert f"元の表 I{FIRST_ROW}" in page


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "空.tsv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "古い表.xls"),
        (b"PK\x03\x04broken", "壊れた.xlsx"),
        (b"a\tb\tc\n1\t2\t3\n", "別の表.tsv"),
        (b"\x89PNG\r\n", "写真.png"),
        (b"x" * (5 * 1024 * 1024 + 1), "大きい.tsv"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_nothing_kept(
    people: Officers, officer: Client, content: bytes, name: str
) -> None:
    answer = upload(officer, content, name, as_of="令和6年3月31日")
    assert answer.status_code == 422
    errors = answer.context["form"].errors["file"]
    assert len(errors) == 1
    assert re.search(r"ください。$", errors[0]), errors
    assert TableImport.objects.count() == 0


def test_the_day_is_taken_from_the_form_where_the_title_is_silent(people: Officers, officer: Client) -> None:
    content = table([row("武蔵野市")], title="状況一覧")
    answer = upload(officer, content)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["as_of"])
    assert upload(officer, content, as_of="きのう").status_code == 422
    assert upload(officer, content, as_of="2025-03-31").status_code == 302
    assert "令和7年3月31日" in text_of(officer.get(LIST))


def test_the_same_file_again_says_so(people: Officers, officer: Client) -> None:
    content = table([row("武蔵野市")])
    first = upload(officer, content)
    second = upload(officer, content)
    assert second.headers["Location"] == first.headers["Location"]
    assert "前と同じファイルです" in text_of(officer.get(second.headers["Location"]))
    assert TableImport.objects.count() == 1


# --- One row ---


def test_the_row_shows_what_was_read_beside_its_cells(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市", business="講演会  <b>と</b>  相談"))
    page = officer.get(url("import_row", table_, FIRST_ROW))
    shown = text_of(page)
    assert f"元の表 行{FIRST_ROW}・列9" in shown
    assert "<pre>要綱設置</pre>" in shown
    # Byte for byte, and never as HTML.
    assert "<pre>講演会  &lt;b&gt;と&lt;/b&gt;  相談</pre>" in shown
    assert "毎月第1火曜日 10:00〜12:00" in shown
    assert page.context["form"]["established"].value() == "令和元年5月"


def test_a_clerk_mends_a_doubtful_row_accepts_it_and_it_is_public(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市", secretariat="-", established="2109年5月まで"))
    address = url("import_row", table_, FIRST_ROW)
    page = officer.get(address)
    assert "直す" in text_of(page)
    refused = officer.post(url("import_row_accept", table_, FIRST_ROW), sent(page))
    assert refused.status_code == 422
    assert "入力内容をご確認ください" in text_of(refused)
    assert Council.objects.count() == 0
    data = sent(page, secretariat="住宅課", established="令和元年5月")
    saved = officer.post(address, data)
    assert (saved.status_code, saved.headers["Location"]) == (302, address)
    page = officer.get(address)
    assert page.context["form"]["secretariat"].value() == "住宅課"
    done = officer.post(url("import_row_accept", table_, FIRST_ROW), sent(page))
    assert done.headers["Location"] == url("import_table", table_)
    council = Council.objects.get()
    public = Client().get(reverse("councils:council", args=[council.public_id]))
    assert "武蔵野市居住支援協議会" in text_of(public)
    assert "取り込み済み" in text_of(officer.get(address))


def as_book(rows: list[dict[str, str]]) -> bytes:
    """The same table as an Excel book; `⏎` in a cell is a line break there."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in table(rows).decode().split("\n"):
        sheet.append([cell.replace("⏎", "\n") for cell in line.split("\t")])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_line_breaks_and_unseen_signs_of_a_book_are_nobodys_mending(
    people: Officers, officer: Client
) -> None:
    how = "毎月第1火曜日の⏎10時から12時に\u200b相談会を実施している。"
    upload(officer, as_book([row("武蔵野市", how=how, established="2019年⏎5月")]), "一覧.xlsx")
    table_ = TableImport.objects.get()
    address = url("import_row", table_, FIRST_ROW)
    page = officer.get(address)
    assert "10:00〜12:00" in text_of(page)
    data = {
        name: str(value).replace("\n", "\r\n") if isinstance(value, str) else value
        for name, value in sent(page).items()
    }
    assert officer.post(address, data).status_code == 302
    assert TableImportRow.objects.get().mended.get("fields", {}) == {}


def test_saving_the_page_untouched_mends_nothing(people: Officers, officer: Client) -> None:
    sessions = "令和6年度中の毎月第1火曜日の①10時から10時30分②10時45分から11時15分の2回"
    table_ = brought_in(
        officer, row("武蔵野市", how=sessions), row("千代田区", established="平成26年6月25日")
    )
    for position in (FIRST_ROW, FIRST_ROW + 1):
        address = url("import_row", table_, position)
        assert officer.post(address, sent(officer.get(address))).status_code == 302
    assert [each.mended.get("fields", {}) for each in TableImportRow.objects.all()] == [{}, {}]


def test_wrong_input_is_told_and_kept_on_the_page(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市"))
    address = url("import_row", table_, FIRST_ROW)
    data = sent(
        officer.get(address),
        established="きのう",
        municipalities="どこにもない市",
        shop_count="たくさん",
        **{"session-0-start": "25:00"},
    )
    answer = officer.post(address, data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"established", "municipalities", "shop_count"}
    shown = text_of(answer)
    assert "25:00" in shown
    assert "どこにもない市" in shown
    assert TableImportRow.objects.get().mended == {}


def test_a_session_is_left_out_mended_and_added(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市"))
    page = officer.get(url("import_row", table_, FIRST_ROW))
    changes: dict[str, Any] = {
        "session-0-places": "４",
        "session-0-venue": "市役所2階",
        "session-1-is_used": "on",
        "session-1-desk": "夜の相談",
        "session-1-frequency": "weekly",
        "session-1-weekdays": ["4"],
        "session-1-start": "18時",
        "session-1-end": "20:00",
    }
    officer.post(url("import_row_accept", table_, FIRST_ROW), sent(page, **changes))
    desks = {each.name: each for each in Council.objects.get().desks.all()}
    assert set(desks) == {"住まいの相談窓口", "夜の相談"}
    assert desks["住まいの相談窓口"].venue == "市役所2階"
    assert desks["住まいの相談窓口"].sessions.get().places == 4
    assert desks["夜の相談"].sessions.get().weekdays == [4]


def test_a_suggestion_goes_into_the_field_and_is_not_kept(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市", business="民間貸貸住宅の情報提供を行う。"))
    address = url("import_row", table_, FIRST_ROW)
    page = officer.get(address)
    remark = next(each["remark"] for each in page.context["remarks"] if each["remark"].suggestion)
    answer = officer.post(address, sent(page, apply=remark.key))
    assert answer.status_code == 200
    assert answer.context["form"]["business"].value() == "民間賃貸住宅の情報提供を行う。"
    assert TableImportRow.objects.get().mended == {}
    officer.post(address, sent(answer))
    kept = TableImportRow.objects.get()
    assert kept.mended["fields"] == {"business": "民間賃貸住宅の情報提供を行う。"}
    assert kept.reading["fields"]["business"] == "民間貸貸住宅の情報提供を行う。"
    assert officer.get(address).context["open_total"] == 0


def test_a_remark_is_ticked_off(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市", business="民間貸貸住宅の情報提供を行う。"))
    address = url("import_row", table_, FIRST_ROW)
    page = officer.get(address)
    keys = [each["remark"].key for each in page.context["remarks"]]
    assert keys
    officer.post(address, sent(page, settled=keys))
    assert officer.get(address).context["open_total"] == 0
    listed = officer.get(url("import_table", table_))
    assert listed.context["page"].sound[0].row.position == FIRST_ROW


def test_a_row_is_left_out_and_taken_back(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市"))
    leave_out = url("import_row_leave_out", table_, FIRST_ROW)
    address = url("import_row", table_, FIRST_ROW)
    officer.post(leave_out, {"seen": officer.get(address).context["seen"]})
    page = officer.get(address)
    assert "取り込まないことにしました" in text_of(page)
    officer.post(leave_out, {"seen": page.context["seen"], "act": "reopen"})
    assert TableImportRow.objects.get().state == "waiting"
    assert Council.objects.count() == 0


def test_the_slower_of_two_is_told(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市"))
    address = url("import_row", table_, FIRST_ROW)
    slow = sent(officer.get(address), basis="会則")
    signed_in(people.colleague).post(address, {**slow, "basis": "要領"})
    answer = officer.post(address, slow)
    assert answer.status_code == 409
    shown = text_of(answer)
    assert "他の担当者が先に処理したか" in shown
    assert "いまの内容" in shown
    assert [each["text"] for each in answer.context["standing"]] == ["要領"]
    assert answer.context["form"]["basis"].value() == "会則"
    # Having seen it, the same input is taken.
    assert officer.post(address, sent(answer)).status_code == 302
    assert TableImportRow.objects.get().mended["fields"] == {"basis": "会則"}


def test_the_slower_of_two_finds_the_row_accepted(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市"))
    page = officer.get(url("import_row", table_, FIRST_ROW))
    accept = url("import_row_accept", table_, FIRST_ROW)
    assert signed_in(people.colleague).post(accept, sent(page)).status_code == 302
    late = officer.post(accept, sent(page))
    assert late.status_code == 409
    assert "取り込み済み" in text_of(late)
    assert officer.post(url("import_row_leave_out", table_, FIRST_ROW), {"seen": "x"}).status_code == 409
    assert Council.objects.count() == 1


def test_a_double_click_accepts_once(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("武蔵野市"))
    data = sent(officer.get(url("import_row", table_, FIRST_ROW)))
    accept = url("import_row_accept", table_, FIRST_ROW)
    assert [officer.post(accept, data).status_code for _ in range(2)] == [302, 302]
    assert AuditEvent.objects.filter(action="councils.table_row_accepted").count() == 1


# --- Many rows ---


def test_sound_rows_together_and_doubtful_ones_only_when_ticked(people: Officers, officer: Client) -> None:
    doubtful = row("武蔵野市", business="民間貸貸住宅の情報提供を行う。")
    blocked = row("府中市", secretariat="-")
    table_ = brought_in(officer, row("千代田区"), doubtful, blocked)
    address = url("import_accept_sound", table_)
    asked = officer.get(address)
    assert [each["row"].position for each in asked.context["rows"]] == [FIRST_ROW]
    asked = officer.get(address, {"row": [FIRST_ROW + 1, FIRST_ROW + 2]})
    positions = [each["row"].position for each in asked.context["rows"]]
    assert positions == [FIRST_ROW, FIRST_ROW + 1]
    answer = officer.post(address, {"row": positions, "seen": asked.context["seen"]}, follow=True)
    assert "2件の協議会を取り込みました" in text_of(answer)
    assert Council.objects.count() == 2
    assert TableImportRow.objects.get(state="waiting").name == "府中市居住支援協議会"


def test_a_row_that_fails_is_named_and_the_rest_stands(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("千代田区"), row("武蔵野市"))
    asked = officer.get(url("import_accept_sound", table_))
    Municipality.objects.filter(name="武蔵野市").update(name="むさしの市")
    bad = TableImportRow.objects.get(name="武蔵野市居住支援協議会")
    bad.mended = {"fields": {"municipalities": ["武蔵野市"]}, "settled": []}
    bad.save()
    asked = officer.get(url("import_accept_sound", table_))
    data = {"row": [FIRST_ROW, FIRST_ROW + 1], "seen": asked.context["seen"]}
    answer = officer.post(url("import_accept_sound", table_), data)
    assert answer.status_code == 200
    assert "取り込めなかった協議会が1件あります" in text_of(answer)
    assert [each.name for each in Council.objects.all()] == ["千代田区居住支援協議会"]


def test_many_rows_of_an_old_page_are_refused(people: Officers, officer: Client) -> None:
    table_ = brought_in(officer, row("千代田区"), row("武蔵野市"))
    address = url("import_accept_sound", table_)
    asked = officer.get(address)
    data = {"row": [FIRST_ROW, FIRST_ROW + 1], "seen": asked.context["seen"]}
    one = sent(officer.get(url("import_row", table_, FIRST_ROW)))
    signed_in(people.colleague).post(url("import_row_accept", table_, FIRST_ROW), one)
    answer = officer.post(address, data)
    assert answer.status_code == 409
    assert Council.objects.count() == 1


# --- Back out ---


def test_the_original_comes_back_byte_for_byte(people: Officers, officer: Client) -> None:
    content = table([row("武蔵野市")])
    upload(officer, content, "一覧<x>;.tsv")
    answer = officer.get(url("import_original", TableImport.objects.get()))
    assert answer.content == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_the_report_is_the_table_with_remarks_and_no_formula(people: Officers, officer: Client) -> None:
    hostile = row("武蔵野市", business='=HYPERLINK("http://x","y")', secretariat="-", publicity="@SUM(A1)")
    table_ = brought_in(officer, row("千代田区"), hostile)
    answer = officer.get(url("import_report", table_))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book["一覧表"]
    assert sheet.cell(FIRST_ROW, 1).value == "千代田区居住支援協議会"
    assert sheet.cell(3, 19).value == "確認結果"
    assert "事務局" in sheet.cell(FIRST_ROW + 1, 19).value
    assert sheet.cell(FIRST_ROW + 1, 12).value == '=HYPERLINK("http://x","y")'
    for each in (cell for page in book for line in page.iter_rows() for cell in line):
        assert each.data_type != "f", each.coordinate
    assert all(
        cell.quotePrefix
        for line in sheet.iter_rows()
        for cell in line
        if str(cell.value or "")[:1] in "=@+-" and cell.value
    )
    remarks = [[cell.value for cell in line] for line in book["指摘"].iter_rows(min_row=2)]
    assert [line[1] for line in remarks] == ["武蔵野市居住支援協議会"] * len(remarks)
    assert {line[4] for line in remarks} >= {"直す"}


# --- How much it costs ---


@pytest.mark.parametrize("name", ["import_table", "import_accept_sound", "import_row", "import_list"])
def test_pages_cost_the_same_at_any_size(people: Officers, officer: Client, name: str) -> None:
    places = list(Municipality.objects.filter(code__startswith="13").exclude(kind="prefecture")[:22])
    counts = {}
    for size in (3, 22):
        table_ = brought_in(officer, *(row(each.name) for each in places[:size]))
        asked = officer.get(url("import_accept_sound", table_))
        half = [each["row"].position for each in asked.context["rows"]][: size // 2]
        pages = {each["row"].position: each["page"] for each in asked.context["rows"]}
        assert len(pages) == size
        for position in half:
            data = sent(officer.get(url("import_row", table_, position)))
            officer.post(url("import_row_accept", table_, position), data)
        address = {
            "import_list": LIST,
            "import_row": url("import_row", table_, FIRST_ROW + size - 1),
        }.get(name) or url(name, table_)
        officer.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(address).status_code == 200
        counts[size] = len(queries)
    assert counts[3] == counts[22]
    assert counts[22] <= MOST_QUERIES, counts
