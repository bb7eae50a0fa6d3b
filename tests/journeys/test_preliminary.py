"""事前相談: the desk writes a call down without a mouse, and ties it to the application that came of it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from accounts.models import User
from certification.demo import Office
from certification.models import Operator, PreliminaryConsultation
from tests.journeys.acts import said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.test_keyboard import focused, tab_to, walk


def press(page: Page, key: str = "Enter") -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def test_a_call_is_recorded_by_keyboard_and_tied_to_its_application(
    open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]
) -> None:
    page = open_browser(office.desk)
    page.goto("/preliminary/")
    said(page, "対応中の相談はありません")
    tab_to(page, page.get_by_role("link", name="相談を記録する"))
    press(page)
    expect(page.get_by_label("電話", exact=True)).to_be_checked()

    tab_to(page, page.get_by_label("ソフト", exact=True))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("団体・会社"))
    page.keyboard.type("株式会社みほん住まい")
    tab_to(page, page.get_by_label("回答"))
    page.keyboard.type("1日に1回以上の安否確認が要ると答えた。")
    tab_to(page, page.get_by_label("次にする日"))
    page.keyboard.type("きのう")
    tab_to(page, page.get_by_role("button", name="記録を保存する"))
    press(page)

    said(page, "「きのう」を日付として読めません")
    expect(page.get_by_label("団体・会社")).to_have_value("株式会社みほん住まい")
    page.get_by_label("次にする日").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    tab_to(page, page.get_by_role("button", name="記録を保存する"))
    press(page)
    said(page, "事前相談を記録しました。")
    row = PreliminaryConsultation.objects.get()
    assert row.topic_codes == ("soft",)

    case = walk(office, owner).accept().application
    page.goto(f"/cases/{case.public_id}/")
    tab_to(page, page.get_by_role("region", name="計画と書類").get_by_role("link", name="事前相談"))
    press(page)
    said(page, "申請者・住宅の名称・所在地が同じ、まだ申請に結び付いていない相談です。")
    tab_to(page, page.get_by_role("button", name="結び付ける"))
    press(page)
    said(page, "事前相談を申請に結び付けました。")
    row.refresh_from_db()
    assert row.application == case

    page.goto("/preliminary/")
    page.keyboard.press("j")
    expect(focused(page)).to_have_text("株式会社みほん住まい")
    press(page)
    expect(page.get_by_role("link", name=case.receipt_number)).to_be_visible()
