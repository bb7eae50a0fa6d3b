"""The desk asks the fire station, which answers by the link in a browser without login; then the case can be certified."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from certification.demo import Office, Walk, sample_plan
from certification.models import Operator
from tests.journeys.acts import follow, go_to_act, open_case, said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import look
from tests.journeys.town import morning

HOUSING = "ひなた見本荘"


@pytest.fixture
def gathered(office: Office, owner: tuple[Operator, User]) -> Walk:
    walk = Walk(office=office, user=owner[1], at=morning(40))
    plan = sample_plan(HOUSING, city=office.municipality.name)
    return walk.file(owner[0], plan).accept().gather()


def ask(desk: Page, housing: str = HOUSING) -> None:
    """From the case to an inquiry that was sent."""
    open_case(desk, housing)
    tab = desk.get_by_role("navigation", name="画面の部分").get_by_text("経過")
    if tab.is_visible():
        tab.click()
    follow(desk.get_by_role("link", name="照会", exact=True))
    look(desk)
    follow(desk.get_by_role("button", name="消防署に照会する"))
    look(desk)
    desk.get_by_label("照会先の名称").fill("見本消防署 予防課")
    follow(desk.get_by_role("button", name="下書きを保存する"))
    follow(desk.get_by_role("link", name="照会を送る"))
    look(desk)
    desk.get_by_label("送り方").select_option("post")
    follow(desk.get_by_role("button", name="照会を送る"))
    said(desk, "照会書を作りました")
    look(desk)


def make_link(desk: Page) -> tuple[str, str]:
    """The address and the code, as the desk reads them once."""
    follow(desk.get_by_role("link", name="回答のリンクを作る"))
    follow(desk.get_by_role("button", name="回答のリンクを作る"))
    return desk.locator("code").inner_text(), desk.locator("section b").inner_text()


def answer(station: Page, address: str, code: str) -> None:
    """As somebody of the fire station, who has no account."""
    station.goto(address)
    look(station)
    station.get_by_label("確認の番号").fill(code)
    follow(station.get_by_role("button", name="照会の内容を開く"))
    look(station)
    for group in station.get_by_role("group").filter(has_text="消防法").all():
        group.get_by_label("受けていない").check()
    station.get_by_label("違反は認められない").check()
    station.get_by_label("回答した人").fill("見本消防署 予防課 見本")
    follow(station.get_by_role("button", name="この内容で回答する"))
    expect(station.get_by_role("heading", name="回答を受け取りました")).to_be_visible()
    look(station)


@pytest.mark.parametrize("width", [1280, 360])
def test_asked_answered_by_link_and_certified(gathered: Walk, open_browser: OpenBrowser, width: int) -> None:
    desk = open_browser(gathered.office.desk, width=width)
    ask(desk)
    case = f"/cases/{gathered.application.public_id}/"
    desk.goto(f"{case}act/propose_certify/")
    said(desk, "回答を待っている照会が1件")
    desk.goto(f"{case}inquiries/")
    follow(desk.get_by_role("link", name="消防署への照会"))
    address, code = make_link(desk)

    station = open_browser(width=width)
    answer(station, address, code)
    station.goto(address)
    said(station, "すでに回答をいただいています")

    open_case(desk, HOUSING)
    go_to_act(desk, "認定で起案する")
    follow(desk.get_by_role("main").get_by_role("button", name="認定で起案する", exact=True))
    said(desk, "認定で起案しました")
