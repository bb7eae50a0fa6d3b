"""A resident looks for a door that opens: with a word, with boxes, with questions; also without scripts on a telephone."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from councils.models import Desk
from councils.rules.schedule import Frequency, SessionRule
from japan.calendar import is_business_day
from tests.councils import ring
from tests.journeys.acts import follow, said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import look

WIDE, NARROW = 1280, 360


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    """An invented desk for elderly people, open on Thursdays, among others that are not."""
    council = ring.council()
    elderly = ring.category()
    desk = ring.desk(council, "すまいの相談室", who=(elderly,), booking="required", languages=["vi"])
    tuesdays = SessionRule(frequency=Frequency.WEEKLY, weekdays=(1,), start=dt.time(10))
    ring.desk(council, "外国の方の相談会", rules=(tuesdays,), languages=["en", "vi"])
    ring.shop(council, "みほん不動産", who=(elderly,))
    ring.show(council)
    return desk


def next_thursday() -> str:
    """As the page says it: the first Thursday from today on which the town hall is open."""
    today = timezone.localdate()
    days = (today + dt.timedelta(days=ahead) for ahead in range(60))
    day = next(day for day in days if day.weekday() == 3 and is_business_day(day))
    return {0: "きょう", 1: "あした"}.get((day - today).days, f"{day.month}月{day.day}日")


def find_by_word(page: Page) -> None:
    page.goto("/")
    look(page)
    page.get_by_label("さがすことば").fill("高齢")
    follow(page.get_by_role("button", name="さがす", exact=True))
    look(page)
    said(page, "「高齢」をさがした結果")
    expect(page.get_by_role("heading", name="外国の方の相談会")).to_have_count(0)
    row = page.locator(".entry-desk", has_text="すまいの相談室")
    expect(row).to_contain_text(next_thursday())
    follow(row.get_by_role("link", name="すまいの相談室"))
    look(page)
    expect(page.get_by_role("heading", name="すまいの相談室")).to_be_visible()
    box = page.locator("section", has=page.get_by_role("heading", name="次にひらく日"))
    expect(box).to_contain_text(next_thursday())
    expect(box).to_contain_text("13:30〜16:30")
    expect(page.get_by_role("link", name="000-0000-0001").first).to_have_attribute(
        "href", "tel:000-0000-0001"
    )


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_resident_finds_a_desk_by_a_word_and_sees_its_next_day(
    desk: Desk, open_browser: OpenBrowser, width: int
) -> None:
    find_by_word(open_browser(width=width))


def test_the_same_without_scripts_on_a_telephone(desk: Desk, open_browser: OpenBrowser) -> None:
    page = open_browser(width=NARROW, scripts=False)
    page.goto("/")
    page.get_by_label("さがすことば").fill("高齢")
    follow(page.get_by_role("button", name="さがす", exact=True))
    row = page.locator(".entry-desk", has_text="すまいの相談室")
    expect(row).to_contain_text(next_thursday())
    follow(row.get_by_role("link", name="すまいの相談室"))
    expect(page.locator("main")).to_contain_text(next_thursday())


def test_boxes_narrow_at_once_and_chips_take_back(desk: Desk, open_browser: OpenBrowser) -> None:
    page = open_browser()
    page.goto("/search/")
    expect(page.get_by_role("heading", name="外国の方の相談会")).to_be_visible()
    page.locator("summary", has_text="ひらいている曜日").click()
    page.get_by_label(re.compile("^木曜日")).check()
    expect(page.get_by_role("heading", name="外国の方の相談会")).to_have_count(0)
    expect(page.get_by_role("heading", name="すまいの相談室")).to_be_visible()
    assert "day=3" in page.url
    look(page)
    page.get_by_role("link", name=re.compile("木曜日.*条件を外す")).click()
    expect(page.get_by_role("heading", name="外国の方の相談会")).to_be_visible()


def test_questions_lead_to_the_same_place(desk: Desk, open_browser: OpenBrowser) -> None:
    page = open_browser(width=NARROW)
    page.goto("/")
    follow(page.get_by_role("link", name="質問に答える"))
    look(page)
    page.get_by_label("町", exact=True).select_option(label="輪野市")
    page.get_by_label("木曜日").check()
    page.get_by_label("ベトナム語").check()
    follow(page.get_by_role("button", name="さがす", exact=True))
    expect(page.get_by_role("heading", name="すまいの相談室")).to_be_visible()
    expect(page.get_by_role("heading", name="外国の方の相談会")).to_have_count(0)


def test_the_way_is_done_with_the_keyboard_alone(desk: Desk, open_browser: OpenBrowser) -> None:
    page = open_browser()
    page.goto("/")
    page.get_by_label("さがすことば").focus()
    page.keyboard.type("高齢")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    link = page.get_by_role("link", name="すまいの相談室")
    for _ in range(60):
        page.keyboard.press("Tab")
        if link.evaluate("one => one === document.activeElement"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="すまいの相談室")).to_be_visible()


@pytest.mark.parametrize("path", ["/councils/", "/help-now/", "/ask/", "/search/?q=ないことば&area=139912"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_public_page_fits_and_reads_well(
    desk: Desk, open_browser: OpenBrowser, path: str, width: int
) -> None:
    page = open_browser(width=width)
    page.goto(path)
    look(page)


def test_council_shop_and_calendar(desk: Desk, open_browser: OpenBrowser) -> None:
    page = open_browser(width=NARROW)
    page.goto("/councils/")
    follow(page.get_by_role("link", name="輪野市居住支援協議会"))
    look(page)
    follow(page.get_by_role("link", name="店をさがす"))
    follow(page.get_by_role("link", name="みほん不動産"))
    look(page)
    said(page, "これは見本です")
    page.goto(f"/desks/{desk.public_id}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="カレンダーに入れる").click()
    assert download.value.suggested_filename.endswith(".ics")
