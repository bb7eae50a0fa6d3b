"""Writing a plan in a real browser: rooms from Excel, a wrong cell mended, a closed tab that loses nothing."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from certification.demo import Office, Walk, sample_plan
from certification.models import Application, Operator, SectionDraft
from certification.rules.plan import Plan
from tests.certification.conftest import MONDAY_MORNING
from tests.journeys.acts import follow, said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import overflowing

EXCEL = (
    "見本荘 部屋の一覧\n部屋番号\t階\t専用/非専用\t面積(㎡)\t間取り\t台所\tトイレ\t収納\t洗面\t浴室\t家賃\t管理費\t敷金\n"
    "101\t1階\t専用\t２５．２㎡\t1K\t専用\t専用\t専用\t専用\t専用\t5.2万円\t3,000円\t1か月\n"
    "102\t\t非専用\t24.8\t1K\t共用\tなし\t専用\t専用\t専用\t応相談\tなし\tなし\n"
)


def begun(office: Office, owner: tuple[Operator, User]) -> uuid.UUID:
    plan: Plan = sample_plan()
    house = dataclasses.replace(plan.buildings[0], units=())
    walk = Walk(office=office, user=owner[1], at=MONDAY_MORNING)
    case = walk.begin(owner[0], dataclasses.replace(plan, buildings=(house,))).application
    return case.public_id


def content_of(case_id: uuid.UUID) -> Plan:
    return Application.objects.select_related("current_version").get(public_id=case_id).current_version.value


def open_section(page: Page, case_id: uuid.UUID, section: str) -> None:
    page.goto(reverse("certification:plan_section", args=[case_id, section]))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("width", [1280, 360])
def test_rooms_are_pasted_from_excel_and_a_wrong_cell_is_mended(
    width: int, open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]
) -> None:
    case_id = begun(office, owner)
    page = open_browser(owner[1], width=width)
    open_section(page, case_id, "buildings")
    follow(page.get_by_role("link", name="表から入れる", exact=True))
    page.get_by_label("部屋の一覧", exact=True).fill(EXCEL)
    follow(page.get_by_role("button", name="読み取って確かめる"))
    said(page, "読み取れないところがあります(1か所)")
    said(page, "4行目 K列(家賃)")
    assert content_of(case_id).buildings[0].units == ()
    assert overflowing(page) == []
    page.get_by_label("4行目 K列(家賃)").fill("54,000")
    follow(page.get_by_role("button", name="もう一度確かめる"))
    said(page, "すべて読み取れました")
    follow(page.get_by_role("button", name="この2部屋を保存する"))
    said(page, "いま2部屋です")
    units = content_of(case_id).buildings[0].units
    assert [(unit.number, unit.floor, unit.monthly_rent_yen) for unit in units] == [
        ("101", 1, 52_000),
        ("102", 1, 54_000),
    ]


@pytest.mark.timeout(120)
def test_what_is_typed_survives_a_closed_tab(
    open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]
) -> None:
    case_id = begun(office, owner)
    page = open_browser(owner[1])
    open_section(page, case_id, "price")
    page.get_by_label("対価の内訳").fill("安否確認1,800円、見守り")
    said(page, "書きかけを自動で保存しました")
    page.close()

    again = open_browser(owner[1])
    open_section(again, case_id, "price")
    said(again, "に書きかけの内容があります")
    follow(again.get_by_role("link", name="続きから書く"))
    expect(again.get_by_label("対価の内訳")).to_have_value("安否確認1,800円、見守り")
    follow(again.get_by_role("button", name="保存して一覧にもどる"))
    assert content_of(case_id).price.breakdown == "安否確認1,800円、見守り"
    assert not SectionDraft.objects.exists()


@pytest.mark.timeout(120)
def test_leaving_the_page_keeps_what_was_just_typed(
    open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]
) -> None:
    """Sooner than the pause after the last key."""
    case_id = begun(office, owner)
    page = open_browser(owner[1])
    page.on("dialog", lambda dialog: dialog.accept())
    open_section(page, case_id, "price")
    page.get_by_label("対価の内訳").fill("半分だけ")
    page.goto(reverse("certification:plan", args=[case_id]))
    # The browser sends it beside the next page, and says to nobody when it has arrived.
    for _ in range(100):
        if SectionDraft.objects.exists():
            break
        page.wait_for_timeout(100)
    open_section(page, case_id, "price")
    said(page, "に書きかけの内容があります")


@pytest.mark.timeout(120)
def test_a_lost_connection_is_told_calmly(
    open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]
) -> None:
    case_id = begun(office, owner)
    page = open_browser(owner[1])
    open_section(page, case_id, "price")
    page.context.set_offline(True)
    page.get_by_label("対価の内訳").fill("電波のないところで")
    said(page, "いまは自動で保存できません")
    expect(page.get_by_label("対価の内訳")).to_have_value("電波のないところで")
