"""The whole life of one plan, as the manual tells it: from the first question at the desk to the day it is abolished.

Every act is done on a page, by the person whose job it is. Between the days only the clock moves, and the worker runs as
it does at night: it opens the reports of the year, reminds, and ends what has come to its day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import AuditEvent, User
from accounts.outbox import run_once
from certification import demo_preliminary
from certification.demo import AREA_DOUBT, FLOW_MISSING, Office, Walk, item_numbers
from certification.models import Operator
from japan.wareki import format_wareki
from tests.journeys import test_inquiry as fire
from tests.journeys import test_round as review
from tests.journeys.acts import (
    act,
    attach_what_is_missing,
    choose_verdict,
    follow,
    go_to_act,
    open_case,
    put,
    said,
    unjudged,
)
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import look

JAPAN = ZoneInfo("Asia/Tokyo")
HOUSING = review.HOUSING
NUMBER = "R8-0001"
SUCCESSOR = "株式会社あたらしい住まい"

TALK = dt.date(2026, 4, 6)
FILED = dt.date(2026, 4, 20)
ACCEPTED = dt.date(2026, 4, 22)
ANSWERED = dt.date(2026, 5, 7)
RETURNED = dt.date(2026, 5, 14)
CORRECTED = dt.date(2026, 5, 25)
DECIDED = dt.date(2026, 6, 8)
CHANGED = dt.date(2026, 9, 1)
REPORTED = dt.date(2027, 4, 5)
SUCCEEDED = dt.date(2027, 10, 4)
WARNED = dt.date(2028, 1, 11)
ORDERED = dt.date(2028, 1, 26)
PUT_RIGHT = dt.date(2028, 2, 14)
NOTIFIED_END = dt.date(2028, 2, 28)
ENDED = dt.date(2028, 3, 31)
"""The days of the life. The audit trail and the public pages must tell them again in this order."""


@dataclass(kw_only=True)
class Life:
    """The town, its people, the calendar on the wall, and the browsers that are open today."""

    office: Office
    operator: Operator
    applicant: User
    clock: time_machine.Traveller
    open_browser: OpenBrowser
    _open: dict[int | None, Page] = field(default_factory=dict)

    def wait_until(self, day: dt.date) -> None:
        """Everybody goes home; on the morning of `day` the worker has done what is due."""
        for page in self._open.values():
            page.context.close()
        self._open.clear()
        self.clock.move_to(_morning(day))
        run_once(now=_morning(day))

    def at_desk(self, user: User | None) -> Page:
        """The browser of this person today; `None` is somebody without an account."""
        key = user.pk if user else None
        if key not in self._open:
            self._open[key] = self.open_browser(user)
        return self._open[key]

    @property
    def desk(self) -> Page:
        return self.at_desk(self.office.desk)

    @property
    def decider(self) -> Page:
        return self.at_desk(self.office.decider)

    @property
    def filing(self) -> Page:
        return self.at_desk(self.applicant)

    @property
    def resident(self) -> Page:
        return self.at_desk(None)

    def reviewer(self, department: str) -> Page:
        pk = self.office.municipality.departments.get(name=department).pk
        return self.at_desk(self.office.reviewers[pk])


def _morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(9, 30), tzinfo=JAPAN)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Asked for before the town is built, so that its people and tables begin before the first day."""
    with time_machine.travel(_morning(TALK), tick=True) as traveller:
        yield traveller


@pytest.fixture
def life(
    clock: time_machine.Traveller, office: Office, owner: tuple[Operator, User], open_browser: OpenBrowser
) -> Life:
    return Life(office=office, operator=owner[0], applicant=owner[1], clock=clock, open_browser=open_browser)


@pytest.mark.timeout(420)
def test_the_whole_life_of_a_plan(life: Life) -> None:
    a_talk_is_booked_and_recorded(life)
    the_plan_is_filed(life)
    the_desk_accepts_it(life)
    the_fire_station_is_asked_and_answers(life)
    three_departments_judge(life)
    it_is_returned_once(life)
    the_applicant_corrects_and_files_again(life)
    the_departments_judge_again(life)
    it_is_proposed_decided_and_certified(life)
    residents_find_it(life)
    a_lesser_change_is_notified(life)
    the_year_is_reported(life)
    another_company_takes_over(life)
    an_order_is_given_and_obeyed(life)
    it_is_abolished(life)
    the_records_tell_the_whole_story(life)


# --- Everywhere -------------------------------------------------------------------------------------------------------


def open_notice(page: Page, subject: str) -> None:
    """From the 受信箱 to what the newest notice speaks of."""
    page.goto("/inbox/")
    row = page.locator("tr", has_text=subject).first
    expect(row).to_be_visible()
    follow(row.get_by_role("button", name="開く"))


def press(page: Page, label: str) -> None:
    follow(page.get_by_role("button", name=label, exact=True))


def go(page: Page, label: str) -> None:
    follow(page.get_by_role("link", name=label, exact=True))


def shows_state(page: Page, label: str) -> None:
    """The state at the head of the page."""
    expect(page.locator("main .status").first).to_have_text(label)


def text_of_pdf(page: Page, name: str) -> str:
    """The words of the PDF behind the link with this name."""
    answer = page.request.get(page.get_by_role("link", name=name).first.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    return "".join(sheet.get_textpage().get_text_bounded() for sheet in pypdfium2.PdfDocument(answer.body()))


def judge_all(page: Page) -> None:
    """Every open item of one's own department is fit."""
    for number in unjudged(page):
        choose_verdict(page, number, "適")
    assert unjudged(page) == []


# --- 事前相談 -----------------------------------------------------------------------------------------------------------


def a_talk_is_booked_and_recorded(life: Life) -> None:
    """The applicant takes a time on the page; on the day the desk writes down what was said."""
    demo_preliminary.contact_points(life.office, now=_morning(TALK))
    page = life.filing
    page.goto("/plans/")
    go(page, "事前相談の予約")
    lead = page.locator("section.card", has_text=life.office.setting.lead_department.name)
    follow(lead.locator("a.button").last)
    when = page.get_by_role("heading", level=1).inner_text()
    page.get_by_label("申請の書き方・書類のこと").check()
    page.get_by_label("連絡先の電話番号").fill("042-000-0000")
    page.get_by_label("聞きたいこと").fill("安否確認の流れ図の書き方を聞きたいです。")
    press(page, "この時刻に予約する")
    said(page, "予約しました")
    said(page, when.removesuffix("からの相談"))
    booked = re.search(r"(\d+)月(\d+)日", when)
    assert booked is not None

    life.wait_until(dt.date(2026, int(booked[1]), int(booked[2])))
    desk = life.desk
    open_notice(desk, "事前相談の予約が入りました")
    desk.goto("/preliminary/")
    follow(desk.get_by_role("link", name=re.compile("^記録する")))
    expect(desk.get_by_label("団体・会社")).to_have_value(life.operator.name)
    desk.get_by_label("住宅の名称").fill(HOUSING)
    desk.get_by_label("ソフトの論点").fill("異常に気づいた後の流れ。")
    desk.get_by_label("回答").fill("だれが何時間のうちに訪ねるかを書くよう伝えた。")
    desk.get_by_label("完了", exact=True).check()
    press(desk, "記録を保存する")
    said(desk, "事前相談を記録しました。")


# --- 申請と受付 ---------------------------------------------------------------------------------------------------------


def the_plan_is_filed(life: Life) -> None:
    """The long form is filled before; reading it once more and filing is the applicant's own act."""
    life.wait_until(FILED)
    walk = Walk(office=life.office, user=life.applicant, at=_morning(FILED))
    walk.begin(life.operator, review.plan_of(life.office.municipality.name))
    page = life.filing
    page.goto("/plans/")
    go(page, HOUSING)
    shows_state(page, "作成中")
    follow(page.get_by_role("link", name="申請の確認へ").first)
    press(page, "この内容で申請する")
    said(page, "申請しました。受け付けられたら、お知らせします。")
    shows_state(page, "受付待ち")


def the_desk_accepts_it(life: Life) -> None:
    """It gets its number, the talk is tied to it, and the applicant is told."""
    life.wait_until(ACCEPTED)
    desk = life.desk
    open_notice(desk, "新しい申請が届きました")
    shows_state(desk, "受付待ち")
    go_to_act(desk, "受け付ける")
    act(desk, "受け付ける")
    said(desk, "受け付けました。")
    said(desk, "R8-認-0001")
    shows_state(desk, "主管課審査中")
    follow(desk.get_by_role("region", name="計画と書類").get_by_role("link", name="事前相談"))
    follow(desk.get_by_role("button", name=re.compile("^結び付ける")))
    said(desk, "事前相談を申請に結び付けました。")
    open_notice(life.filing, "申請が受け付けられ、審査が始まりました(R8-認-0001)")


# --- 照会 --------------------------------------------------------------------------------------------------------------


def the_fire_station_is_asked_and_answers(life: Life) -> None:
    """A link left lying runs out; the next one is used in time, by somebody without an account, and only once."""
    fire.ask(life.desk, HOUSING)
    inquiry = life.desk.url
    late, _ = fire.make_link(life.desk)
    life.wait_until(ANSWERED)
    station = life.resident
    station.goto(late)
    said(station, "このリンクは、使える期限を過ぎました。")
    life.desk.goto(inquiry)
    address, code = fire.make_link(life.desk)
    fire.answer(station, address, code)
    station.goto(address)
    said(station, "すでに回答をいただいています")
    open_notice(life.desk, "照会の回答が届きました")
    said(life.desk, "見本消防署 予防課 見本")
    said(life.desk, "照会先がリンクから回答")


# --- 審査 --------------------------------------------------------------------------------------------------------------


def three_departments_judge(life: Life) -> None:
    """福祉総務課 leads, 都市計画課 is in the 別表, 介護福祉課 is asked besides about the flow of the safety check."""
    soft, hard = item_numbers(life.office.setting)
    desk = life.desk
    open_case(desk, HOUSING)
    the_desk_adds_a_department(desk, "介護福祉課", item=soft)
    open_case(desk, HOUSING)
    for number in unjudged(desk):
        if number == soft:
            choose_verdict(desk, number, "要補正", note=FLOW_MISSING[1])
        else:
            choose_verdict(desk, number, "適")
    go_to_act(desk, "持回り審査を依頼する")
    act(desk, "持回り審査を依頼する")
    said(desk, "持回り審査を依頼しました。")
    shows_state(desk, "持回り審査中")

    housing, care = life.reviewer("都市計画課"), life.reviewer("介護福祉課")
    open_notice(housing, "持回り審査の依頼が届きました(R8-認-0001)")
    review.second_finds_a_fault(housing, hard)
    open_notice(care, "持回り審査の依頼が届きました(R8-認-0001)")
    assert unjudged(care) == [soft]
    judge_all(care)
    go_to_act(care, "審査結果を登録して送信する")
    act(care, "審査結果を登録して送信する")
    shows_state(care, "取りまとめ中")


def the_desk_adds_a_department(page: Page, department: str, *, item: int) -> None:
    go_to_act(page, "審査する課を追加する")
    page.locator("[name=department]").select_option(label=department)
    page.locator(f"[name=items][value='{item}']").check()
    page.get_by_label("追加する理由").fill("高齢の方への訪問の流れを、介護の目でも見てもらうため。")
    act(page, "審査する課を追加する")
    said(page, department)


def it_is_returned_once(life: Life) -> None:
    life.wait_until(RETURNED)
    open_notice(life.desk, "各課の審査結果がそろいました(R8-認-0001)")
    review.lead_returns(life.desk, soft_note=FLOW_MISSING[1], hard_note=AREA_DOUBT[1])
    shows_state(life.desk, "補正待ち")


def the_applicant_corrects_and_files_again(life: Life) -> None:
    life.wait_until(CORRECTED)
    open_notice(life.filing, "直していただくことがあります(R8-認-0001)")
    assert AREA_DOUBT[1] in text_of_pdf(life.filing, "補正依頼書").replace("\r\n", "")
    review.applicant_corrects(life.filing)


def the_departments_judge_again(life: Life) -> None:
    """Only what was corrected is open again, in each of the three."""
    soft, hard = item_numbers(life.office.setting)
    open_notice(life.desk, "審査する申請があります(R8-認-0001)")
    review.judge_again(life.desk, reopened=soft, forward="持回り審査を依頼する")
    review.judge_again(life.reviewer("都市計画課"), reopened=hard, forward="審査結果を登録して送信する")
    care = life.reviewer("介護福祉課")
    open_case(care, HOUSING)
    assert unjudged(care) == [soft]
    judge_all(care)
    go_to_act(care, "審査結果を登録して送信する")
    act(care, "審査結果を登録して送信する")
    shows_state(care, "取りまとめ中")


# --- 認定 --------------------------------------------------------------------------------------------------------------


def it_is_proposed_decided_and_certified(life: Life) -> None:
    life.wait_until(DECIDED)
    review.lead_proposes(life.desk)
    shows_state(life.desk, "決裁中")
    open_notice(life.decider, "決裁する起案があります(R8-認-0001)")
    review.decider_decides(life.decider)
    shows_state(life.decider, "認定")
    open_notice(life.filing, "審査の結果が出ました(R8-認-0001)")
    said(life.filing, NUMBER)
    review.applicant_reads_the_result(life.filing)


def residents_find_it(life: Life) -> None:
    """Before the operator agrees only town and number are shown; afterwards what it agreed to."""
    page = life.filing
    go(page, "公開一覧に出す項目と、空いている部屋を知らせる")
    for label in ("住宅の名称", "援助の対価", "事業者の名称・住所・代表者", "入居の問合せ先"):
        page.get_by_label(label, exact=True).check()
    press(page, "この内容で公開する")
    said(page, "もう公開一覧に出ています")
    on_the_register(life, "株式会社みほん住まい", "3,300")


def on_the_register(life: Life, *words: str) -> None:
    """What anybody reads on the public page of the housing."""
    page = life.resident
    page.goto("/register/")
    follow(page.get_by_role("link", name=HOUSING))
    for one in (NUMBER, *words):
        said(page, one)


# --- 軽微な変更 ---------------------------------------------------------------------------------------------------------


def own_plan(life: Life) -> Page:
    """The applicant's page of the certified plan."""
    page = life.filing
    page.goto("/plans/")
    follow(page.get_by_role("link", name=HOUSING).last)
    follow(page.get_by_role("link", name="認定を受けた計画の画面"))
    return page


def a_lesser_change_is_notified(life: Life) -> None:
    """A lower price needs no certification: it is told before it is made, and the desk receives it."""
    life.wait_until(CHANGED)
    page = own_plan(life)
    go(page, "計画を変える")
    press(page, "書き始める")
    draft = page.url
    page.goto(f"{draft}write/price/")
    put(page, "monthly_yen", "2,800")
    put(page, "breakdown", "安否確認1,600円、見守り1,200円")
    press(page, "保存して一覧にもどる")
    page.goto(f"{draft}statement/")
    page.get_by_label("変更の予定日").fill("令和8年10月1日")
    page.get_by_label("変更の理由").fill("入居者の負担を減らすため。")
    press(page, "保存する")
    page.goto(f"{draft}submit/")
    said(page, "軽微な変更として届け出ますか")
    press(page, "軽微な変更として届け出る")
    said(page, "届出")

    the_desk_receives(life, "軽微変更届", number="R8-軽-0001")
    own_plan(life)
    said(life.filing, "R8-軽-0001")
    on_the_register(life, "2,800")


def the_desk_receives(life: Life, title: str, *, number: str) -> None:
    """届出・報告: the desk reads it and receives it; whoever filed it is told."""
    desk = life.desk
    open_notice(desk, f"届出・報告が届きました(認定番号 {NUMBER})")
    expect(desk.get_by_role("heading", level=1)).to_have_text(title)
    shows_state(desk, "届出済")
    press(desk, "受理する")
    shows_state(desk, "受理")
    said(desk, number)
    open_notice(life.filing, f"届出・報告が受理されました(認定番号 {NUMBER})")
    shows_state(life.filing, "受理")


# --- 定期報告 -----------------------------------------------------------------------------------------------------------


REPORT = {
    "occupied_units": "1",
    "vacant_units": "1",
    "low_income": "1",
    "elderly": "1",
    "disabled": "0",
    "child_rearing": "0",
    "other_residents": "0",
    "safety_alerts": "2",
    "watch_visits": "9",
    "referrals": "1",
    "monthly_price_yen": "2,800",
    "has_changes": "True",
}


def the_year_is_reported(life: Life) -> None:
    """In April the report of the year before lies ready, and the operator is asked for it."""
    life.wait_until(REPORTED)
    page = life.filing
    open_notice(page, f"定期報告をお願いします(認定番号 {NUMBER})")
    expect(page.get_by_role("heading", level=1)).to_have_text("令和8年度の定期報告")
    for name, value in REPORT.items():
        put(page, name, value)
    press(page, "届け出る")
    shows_state(page, "届出済")
    the_desk_receives(life, "令和8年度の定期報告", number="R9-報-0001")
    life.desk.goto("/certified/reports/")
    expect(life.desk.locator("tr", has_text=NUMBER)).to_contain_text("受理")


# --- 地位の承継 ---------------------------------------------------------------------------------------------------------


def another_company_takes_over(life: Life) -> None:
    """The successor stands in the plan once the succession is approved (法45条)."""
    life.wait_until(SUCCEEDED)
    page = own_plan(life)
    go(page, "事業を引き継ぐ")
    press(page, "書き始める")
    draft = page.url
    page.goto(f"{draft}statement/")
    put(page, "cause", "merger")
    put(page, "succeeded_on", "令和9年10月1日")
    put(page, "former", life.operator.name)
    put(page, "reason", "合併により、事業のすべてを引き継いだため。")
    put(page, "kind", "corporation")
    put(page, "name", SUCCESSOR)
    put(page, "address", "輪野市見本町九丁目9番9号")
    put(page, "representative_title", "代表取締役")
    put(page, "representative_name", "架空 次郎")
    put(page, "phone", "042-000-9999")
    press(page, "保存する")
    page.goto(f"{draft}documents/")
    assert attach_what_is_missing(page) == 2
    page.goto(f"{draft}submit/")
    press(page, "この内容で申請する")
    shows_state(page, "受付待ち")

    desk, housing = life.desk, life.reviewer("都市計画課")
    open_notice(desk, "新しい申請が届きました")
    go_to_act(desk, "受け付ける")
    act(desk, "受け付ける")
    said(desk, "R9-承-0001")
    judge_all(desk)
    go_to_act(desk, "持回り審査を依頼する")
    act(desk, "持回り審査を依頼する")
    open_notice(housing, "持回り審査の依頼が届きました(R9-承-0001)")
    judge_all(housing)
    go_to_act(housing, "審査結果を登録して送信する")
    act(housing, "審査結果を登録して送信する")
    open_notice(desk, "各課の審査結果がそろいました(R9-承-0001)")
    go_to_act(desk, "認定で起案する")
    act(desk, "認定で起案する")
    open_notice(life.decider, "決裁する起案があります(R9-承-0001)")
    go_to_act(life.decider, "決裁する")
    act(life.decider, "決裁する")
    shows_state(life.decider, "承継承認")

    open_notice(page, "審査の結果が出ました(R9-承-0001)")
    shows_state(page, "承継承認")
    on_the_register(life, SUCCESSOR)


# --- 監督 --------------------------------------------------------------------------------------------------------------


def an_order_is_given_and_obeyed(life: Life) -> None:
    """改善命令: the chance to explain, the explanation, the decision, and the day things are found put right."""
    life.wait_until(WARNED)
    desk = life.desk
    desk.goto("/supervision/?risk=all")
    go(desk, HOUSING)
    go(desk, "改善命令")
    desk.get_by_label("法48条").check()
    desk.get_by_label("命ずる措置の内容").fill("安否確認の記録を帳簿に記載すること。")
    desk.get_by_label("理由となる事実").fill("帳簿に12月分の安否確認の記録がありませんでした。")
    press(desk, "下書きを保存する")
    measure = desk.url
    go(desk, "弁明の機会を与える")
    desk.get_by_label("弁明書の提出期限").fill(format_wareki(ORDERED))
    desk.get_by_label("弁明書の提出先").fill("福祉総務課")
    press(desk, "弁明の機会を与える")
    shows_state(desk, "弁明の期間中")
    open_notice(life.filing, "監督についてのお知らせがあります")
    said(life.filing, "弁明の機会")

    life.wait_until(ORDERED)
    desk = life.desk
    desk.goto(measure)
    go(desk, "弁明書を受ける")
    desk.get_by_label("行った日").fill(format_wareki(ORDERED))
    desk.get_by_label("弁明の内容").fill("担当者が替わり、記載を忘れていたとのこと。")
    press(desk, "弁明書を受ける")
    shows_state(desk, "意見を聴いた")
    go(desk, "決裁に回す")
    desk.get_by_label("措置の期限").fill("令和10年2月25日")
    desk.get_by_label("理由", exact=False).last.fill("帳簿に記載がなく、法48条に違反するため。")
    press(desk, "決裁に回す")
    open_notice(life.decider, "決裁する改善命令があります")
    go(life.decider, "決裁する")
    press(life.decider, "決裁する")
    shows_state(life.decider, "命令中")
    open_notice(life.filing, "監督についてのお知らせがあります")
    said(life.filing, "命ずる措置: 安否確認の記録を帳簿に記載すること。")
    assert "安否確認の記録を帳簿に記載すること。" in text_of_pdf(life.filing, "改善命令書")

    life.wait_until(PUT_RIGHT)
    desk = life.desk
    desk.goto(measure)
    go(desk, "改善を確かめた")
    desk.get_by_label("行った日").fill(format_wareki(PUT_RIGHT))
    desk.get_by_label("結果").fill("帳簿の記載を確かめた。")
    press(desk, "改善を確かめた")
    shows_state(desk, "改善した")


# --- 廃止 --------------------------------------------------------------------------------------------------------------


def it_is_abolished(life: Life) -> None:
    """Told beforehand and received; it stays on the list until its last day, and then only the public notice is left."""
    life.wait_until(NOTIFIED_END)
    page = own_plan(life)
    go(page, "廃止届")
    press(page, "書き始める")
    page.get_by_label("廃止の日").fill(format_wareki(ENDED))
    page.get_by_label("廃止の理由").fill("建物が古くなり、建て替えるため。")
    page.get_by_label("入居している方のこれから").fill("近くの住宅への住み替えを一緒に進めています。")
    press(page, "届け出る")
    the_desk_receives(life, "廃止届", number="R9-廃-0001")
    on_the_register(life, SUCCESSOR)

    life.wait_until(ENDED)
    resident = life.resident
    resident.goto("/register/")
    expect(resident.get_by_text(HOUSING)).to_have_count(0)
    go(resident, "廃止・取消しの公示")
    for words in (f"廃止 認定番号 {NUMBER}", SUCCESSOR, format_wareki(ENDED)):
        said(resident, words)
    page = life.filing
    page.goto("/plans/")
    follow(page.get_by_role("link", name=HOUSING).last)
    said(page, "いまは認定を受けていません(廃止)")
    look(page)
    go(page, "認定を受けた計画を開く")
    shows_state(page, "廃止")


# --- 記録 --------------------------------------------------------------------------------------------------------------


REVIEWED = (
    "申請",
    "受付",
    "審査する課の追加",
    "持回り審査の依頼",
    "審査結果の送信",
    "審査結果の送信",
    "差戻し",
    "補正・再申請",
    "持回り審査の依頼",
    "審査結果の送信",
    "審査結果の送信",
    "認定の起案",
    "決裁",
)
SUPERVISED = (
    "改善命令: 弁明の機会を与える",
    "改善命令: 弁明書を受ける",
    "改善命令: 決裁に回す",
    "改善命令: 決裁する",
    "改善命令: 改善を確かめた",
)
TRAIL = (
    ("preliminary_booked", TALK),
    ("submit", FILED),
    ("accept", ACCEPTED),
    ("preliminary_tied", ACCEPTED),
    ("inquiry_sent", ACCEPTED),
    ("inquiry_answered", ANSWERED),
    ("circulate", ANSWERED),
    ("return", RETURNED),
    ("resubmit", CORRECTED),
    ("decide", DECIDED),
    ("publish", DECIDED),
    ("notify", CHANGED),
    ("notification_received", CHANGED),
    ("notification_received", REPORTED),
    ("submit", SUCCEEDED),
    ("decide", SUCCEEDED),
    ("supervision_started", WARNED),
    ("supervision_acted", ORDERED),
    ("supervision_acted", PUT_RIGHT),
    ("notification_received", NOTIFIED_END),
    ("plan_abolished", ENDED),
)
"""What must be in the audit trail, each after the one before it: the act and the day."""


def the_records_tell_the_whole_story(life: Life) -> None:
    """The plan, its supervision, the case and the trail, each in the order in which it happened; and the seals hold."""
    desk = life.desk
    desk.goto("/certified/?status=abolished")
    follow(desk.get_by_role("link", name=HOUSING))
    shows_state(desk, "廃止")
    said(desk, SUCCESSOR)
    assert rows_of(desk, "この計画についての申請") == ["認定申請", "地位承継承認申請"]
    assert rows_of(desk, "この計画についての届出と報告") == ["軽微変更届", "令和8年度の定期報告", "廃止届"]
    go(desk, "監督(通報・報告徴収・立入検査・命令)")
    assert told_in_order(desk) == list(SUPERVISED)
    desk.goto("/certified/?status=abolished")
    follow(desk.get_by_role("link", name=HOUSING))
    go(desk, "認定申請")
    assert told_in_order(desk) == list(REVIEWED)

    auditor = life.at_desk(life.office.auditor)
    auditor.goto("/audit/")
    auditor.get_by_label("対象", exact=False).fill(NUMBER)
    press(auditor, "検索する")
    expect(auditor.locator("tr", has_text="計画を廃止にする")).to_contain_text("システム")
    the_trail_has_every_act()
    call_command("verify_audit")


def rows_of(page: Page, caption: str) -> list[str]:
    """The first column of the table, oldest first."""
    table = page.get_by_role("table", name=caption)
    return table.locator("tbody tr td:first-child a").all_inner_texts()[::-1]


def told_in_order(page: Page) -> list[str]:
    """The titles of 経過, oldest first."""
    return page.locator(".timeline").last.locator(".timeline-title").all_inner_texts()[::-1]


def the_trail_has_every_act() -> None:
    events = AuditEvent.objects.order_by("pk")
    found = iter([(row.action.partition(".")[2], timezone.localdate(row.recorded_at)) for row in events])
    missing = [one for one in TRAIL if one not in found]
    assert missing == []
