"""A prefecture's officer brings the yearly table in; a resident finds what came of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Page, expect

from accounts.models import User
from councils.models import Council, TableImportRow
from tests.councils import tables
from tests.councils.officers import officers
from tests.journeys.acts import follow, said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import look

REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "tokyo_councils_r6.tsv"


@pytest.fixture
def officer(transactional_db: None) -> User:
    call_command("load_reference", verbosity=0)
    return officers().officer


def bring_in(page: Page, file: Path) -> None:
    page.goto("/")
    follow(page.get_by_role("link", name="一覧表を読み取る"))
    look(page)
    page.get_by_label("一覧表のファイル").set_input_files(file)
    follow(page.get_by_role("button", name="読み取る"))
    said(page, "内容を確かめてください。")


def confirm_all_and_accept(page: Page) -> None:
    """Tick every remark that may be ticked, as somebody does who has compared them with the cells, and accept."""
    for box in page.locator("input[name=settled]").all():
        box.check()
    follow(page.get_by_role("button", name="この協議会を取り込む"))


def open_row(page: Page, name: str) -> None:
    follow(page.get_by_role("link", name=name, exact=True))


@pytest.mark.skipif(not REAL.exists(), reason="the real table of Tokyo's councils is not at hand")
def test_the_real_table_comes_in_and_residents_find_it(
    officer: User, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    """Two doubtful rows are confirmed and mended on their pages; both councils are public at once."""
    file = tmp_path / "状況一覧.tsv"
    file.write_bytes(REAL.read_bytes())
    page = open_browser(officer)
    bring_in(page, file)
    look(page)
    assert TableImportRow.objects.count() == 22

    open_row(page, "江東区居住支援協議会")
    look(page)
    confirm_all_and_accept(page)
    said(page, "江東区居住支援協議会を取り込みました。")

    page.go_back()
    page.goto(page.url.split("/rows/")[0] + "/")
    open_row(page, "狛江市居住支援協議会")
    page.get_by_label("事務局", exact=False).first.fill("まちづくり推進課\n福祉政策課")
    confirm_all_and_accept(page)
    said(page, "狛江市居住支援協議会を取り込みました。")
    assert Council.objects.public().count() == 2
    assert [each.name for each in Council.objects.get(name__startswith="狛江").secretariat_offices.all()] == [
        "まちづくり推進課",
        "福祉政策課",
    ]

    resident = open_browser(width=360)
    resident.goto("/search/?q=狛江")
    row = resident.locator(".entry-desk").first
    expect(row).to_contain_text("火曜")
    follow(row.get_by_role("link"))
    look(resident)
    expect(resident.locator("main")).to_contain_text("毎月第1火曜日")


def test_a_row_that_must_be_mended_says_what_and_keeps_what_was_typed(
    officer: User, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    """Without a name nothing comes in; what was typed beside it is still there."""
    file = tmp_path / "状況一覧.tsv"
    file.write_bytes(tables.table([tables.row("武蔵野市"), tables.row("府中市")]))
    page = open_browser(officer)
    bring_in(page, file)
    open_row(page, "武蔵野市居住支援協議会")
    page.get_by_label("協議会名", exact=False).first.fill("")
    page.get_by_label("事務局", exact=False).first.fill("すまい課")
    follow(page.get_by_role("button", name="この協議会を取り込む"))
    look(page)
    expect(page.locator(".error-summary")).to_contain_text("協議会名")
    expect(page.get_by_label("事務局", exact=False).first).to_have_value("すまい課")
    assert not Council.objects.exists()
    page.get_by_label("協議会名", exact=False).first.fill("武蔵野市居住支援協議会")
    confirm_all_and_accept(page)
    said(page, "武蔵野市居住支援協議会を取り込みました。")


def test_a_file_that_is_no_table_is_refused_with_a_sentence(
    officer: User, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    file = tmp_path / "状況一覧.xlsx"
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
    page = open_browser(officer, width=360)
    page.goto("/ring/imports/new/")
    page.get_by_label("一覧表のファイル").set_input_files(file)
    follow(page.get_by_role("button", name="読み取る"))
    look(page)
    expect(page.locator(".error-summary")).to_be_visible()
    assert not TableImportRow.objects.exists()
