"""The main job in a real browser: filed, judged, circulated, returned, corrected, decided, read."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from certification.demo import AREA_DOUBT, FLOW_MISSING, Office, item_numbers, sample_plan, sample_unit
from certification.models import Application, Operator
from certification.rules.plan import Plan, Section
from certification.rules.workflow import State
from japan.calendar import add_business_days
from japan.wareki import format_wareki
from tests.journeys.acts import (
    act,
    attach_what_is_missing,
    choose_verdict,
    follow,
    go_to_act,
    item,
    log_in,
    open_case,
    press_verdict,
    put,
    said,
    unjudged,
    write_section,
)
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import look

HOUSING = "見本荘"
GOOD_FLOW = "感知器が12時間動かないと見守り会社が電話し、出られないときは1時間のうちに訪ねます。"


def plan_of(city: str) -> Plan:
    """Two rooms, complete, but with a thin flow of the safety check."""
    plan = sample_plan(HOUSING, city=city)
    building = dataclasses.replace(plan.buildings[0], units=(sample_unit("101"), sample_unit("102")))
    safety = dataclasses.replace(plan.support.safety, flow="動かないと電話します。")
    support = dataclasses.replace(plan.support, safety=safety)
    return dataclasses.replace(plan, buildings=(building,), support=support)


@pytest.mark.timeout(240)
def test_an_application_goes_round(
    open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]
) -> None:
    soft, hard = item_numbers(office.setting)
    applicant, clerk = open_browser(), open_browser()
    log_in(applicant, owner[1])
    write_and_file(applicant, plan_of(office.municipality.name), office)

    log_in(clerk, office.desk)
    clerk_accepts_and_judges(clerk, soft)
    second = open_browser(second_reviewer(office))
    second_finds_a_fault(second, hard)
    lead_returns(clerk, soft_note=FLOW_MISSING[1], hard_note=AREA_DOUBT[1])
    assert state() == State.AWAITING_CORRECTION

    applicant_corrects(applicant)
    judge_again(clerk, reopened=soft, forward="持回り審査を依頼する")
    judge_again(second, reopened=hard, forward="審査結果を登録して送信する")
    assert state() == State.GATHERING

    lead_proposes(clerk)
    decider_decides(open_browser(office.decider))
    applicant_reads_the_result(applicant)


def state() -> str:
    return Application.objects.get().state


def second_reviewer(office: Office) -> User:
    """The person of the other department that has rows in the 別表 of this case."""
    departments = set(Application.objects.get().judgements.values_list("department", flat=True))
    return next(user for pk, user in office.reviewers.items() if pk in departments)


# --- The applicant files ----------------------------------------------------------------------------------------------


def write_and_file(page: Page, plan: Plan, office: Office) -> None:
    said(page, "わたしの申請")
    look(page)
    follow(page.get_by_role("link", name="新しく申請を書く"))
    page.get_by_label(office.municipality.name).check()
    look(page)
    follow(page.get_by_role("button", name="この内容で書き始める"))
    said(page, "新しい計画を用意しました")
    look(page)
    follow(page.get_by_role("link", name=f"「{Section.PARTIES.label}」を書く"))
    for section in Section:
        expect(page.get_by_role("heading", level=1)).to_have_text(str(section.label))
        write_section(page, plan, section)
        look(page)
        follow(page.get_by_role("button", name="保存し").and_(page.locator("[value=next]:not(.hidden)")))
        said(page, f"「{section.label}」を保存しました。ここは、すべてそろいました。")
    count = attach_what_is_missing(page)
    assert count > 3
    said(page, "要る書類は、すべてそろいました。")
    look(page)
    follow(page.get_by_role("link", name="申請の確認へ"))
    look(page)
    follow(page.get_by_role("button", name="この内容で申請する"))
    said(page, "申請しました。受け付けられたら、お知らせします。")
    look(page)


# --- The offices review -----------------------------------------------------------------------------------------------


def clerk_accepts_and_judges(page: Page, soft: int) -> None:
    """Judge every own item: most by the keyboard, one sent back with a note."""
    expect(page.get_by_role("heading", level=1)).to_have_text("受付箱")
    look(page)
    open_case(page, HOUSING)
    look(page)
    go_to_act(page, "受け付ける")
    look(page)
    act(page, "受け付ける")
    said(page, "受け付けました。")
    look(page)
    expect(page.locator("#foot")).to_contain_text("判定が要ります")
    own = page.locator("[data-item]").count()
    for place in range(own):
        page.keyboard.press("j")
        here = page.locator("[data-item].is-current")
        number = int(here.locator(".item-no").inner_text())
        assert page.locator("[data-item] .item-no").nth(place).inner_text() == str(number)
        if here.locator("input:checked").count() == 0:
            press_verdict(page, "2" if number == soft else "1")
        if number == soft:
            note_by_keyboard(page, number, FLOW_MISSING[1])
    assert unjudged(page) == []
    look(page)
    go_to_act(page, "持回り審査を依頼する")
    look(page)
    act(page, "持回り審査を依頼する")
    said(page, "持回り審査を依頼しました。")


def note_by_keyboard(page: Page, number: int, note: str) -> None:
    """要補正 asks for a note: n opens it, Tab leads to the save button."""
    expect(item(page, number).get_by_role("alert")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.type(note)
    page.keyboard.press("Tab")
    with page.expect_response(lambda response: "/judge/" in response.url):
        page.keyboard.press("Enter")
    expect(item(page, number).get_by_role("alert")).to_have_count(0)
    expect(item(page, number).get_by_role("textbox")).to_have_value(note)


def second_finds_a_fault(page: Page, hard: int) -> None:
    open_case(page, HOUSING)
    look(page)
    follow(page.get_by_role("button", name="まとめて「該当なし」にする"))
    said(page, "項目を「該当なし」にしました。")
    for number in unjudged(page):
        if number == hard:
            choose_verdict(page, number, "要補正", note=AREA_DOUBT[1])
        else:
            choose_verdict(page, number, "適")
    assert unjudged(page) == []
    go_to_act(page, "審査結果を登録して送信する")
    act(page, "審査結果を登録して送信する")
    said(page, "審査結果を送信しました。")


def lead_returns(page: Page, *, soft_note: str, hard_note: str) -> None:
    open_case(page, HOUSING)
    go_to_act(page, "差し戻す")
    main = page.get_by_role("main")
    expect(main).to_contain_text("申請者に示す指摘(2件)")
    expect(main).to_contain_text(soft_note)
    expect(main).to_contain_text(hard_note)
    due = add_business_days(timezone.localdate(), 15)
    page.get_by_label("補正の期限").fill(format_wareki(due))
    page.get_by_label("申請者へのことば").fill("次の2点を直して、もう一度お送りください。")
    look(page)
    act(page, "差し戻す")
    said(page, "差し戻しました。補正依頼書を出しました。")
    look(page)


# --- The applicant corrects -------------------------------------------------------------------------------------------


def applicant_corrects(page: Page) -> None:
    page.goto("/plans/")
    look(page)
    follow(page.get_by_role("link", name=HOUSING))
    look(page)
    follow(page.get_by_role("link", name="直すところと回答を書く"))
    for words in (FLOW_MISSING[1], AREA_DOUBT[1], "次の2点を直して"):
        said(page, words)
    look(page)
    correct(page, Section.SUPPORT, "safety-flow", GOOD_FLOW)
    correct(page, Section.BUILDINGS, "units-0-floor_area_m2", "25.50")
    for box in page.get_by_label("どう直したか").all():
        box.fill("ご指摘のとおり直しました。")
    follow(page.get_by_role("button", name="保存して、再申請の確認へ"))
    expect(page.get_by_role("main")).to_contain_text(GOOD_FLOW)
    look(page)
    follow(page.get_by_role("button", name="この内容で再申請する"))
    said(page, "直した内容で、もう一度申請しました。")


def correct(page: Page, section: Section, field: str, value: str) -> None:
    """Follow the link beside the point, correct one field, come back."""
    returns = page.url
    follow(page.get_by_role("link", name=f"「{section.label}」を直す").first)
    summary = page.locator("details:has([name='" + field + "']) > summary")
    if summary.count():
        summary.click()
    put(page, field, value)
    follow(page.get_by_role("button", name="保存して一覧にもどる"))
    said(page, "を保存しました。")
    page.goto(returns)


# --- The offices judge again ------------------------------------------------------------------------------------------


def judge_again(page: Page, *, reopened: int, forward: str) -> None:
    """Only what was touched is open again; the answer is judged on the page of the points."""
    open_case(page, HOUSING)
    look(page)
    open_again = unjudged(page)
    assert reopened in open_again
    assert len(open_again) < page.locator("[data-item]").count()
    for number in open_again:
        choose_verdict(page, number, "適")
    follow(page.get_by_role("link", name="指摘を見る・書く"))
    expect(page.get_by_role("main")).to_contain_text("ご指摘のとおり直しました。")
    look(page)
    page.get_by_label("解消した").check()
    follow(page.get_by_role("button", name="結果を残す"))
    said(page, "回答を確かめた結果を残しました。")
    follow(page.get_by_role("link", name="申請に戻る"))
    go_to_act(page, forward)
    act(page, forward)
    expect(page.locator(".messages, [role=status]").first).to_be_visible()


def lead_proposes(page: Page) -> None:
    open_case(page, HOUSING)
    go_to_act(page, "認定で起案する")
    page.get_by_label("認定の理由").fill("別表のすべての項目が「適」又は「該当なし」であるため。")
    look(page)
    act(page, "認定で起案する")
    said(page, "認定で起案しました。")


def decider_decides(page: Page) -> None:
    """Another person than who reviewed and drafted."""
    open_case(page, HOUSING)
    look(page)
    go_to_act(page, "決裁する")
    said(page, "別表のすべての項目が「適」又は「該当なし」であるため。")
    look(page)
    act(page, "決裁する")
    said(page, "決裁しました。通知書を出しました。")
    look(page)
    assert state() == State.CERTIFIED


def applicant_reads_the_result(page: Page) -> None:
    page.goto("/plans/")
    follow(page.get_by_role("link", name=HOUSING))
    number = Application.objects.get().plan.certified_number
    assert number
    said(page, number)
    look(page)
    link = page.get_by_role("link", name="認定通知書")
    answer = page.request.get(link.get_attribute("href") or "")
    body = answer.body()
    assert answer.headers["content-type"] == "application/pdf"
    assert body.startswith(b"%PDF")
    text = "".join(sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(body))
    assert number in text
    assert format_wareki(dt.date.fromisoformat(str(timezone.localdate()))) in text
