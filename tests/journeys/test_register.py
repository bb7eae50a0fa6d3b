"""An operator shows a certified housing, a resident finds it: with scripts on a wide screen, without on a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from accounts.models import User
from certification.demo import Office, Walk, sample_plan
from certification.models import Operator
from tests.journeys.acts import follow, said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import look
from tests.journeys.town import morning


@pytest.fixture
def certified(office: Office, owner: tuple[Operator, User]) -> Walk:
    walk = Walk(office=office, user=owner[1], at=morning(40))
    plan = sample_plan("ひなた見本荘", city=office.municipality.name)
    return walk.file(owner[0], plan).accept().gather().propose().decide()


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 360)])
def test_shown_found_and_taken_back(
    certified: Walk, open_browser: OpenBrowser, scripts: bool, width: int
) -> None:
    plan = f"/plans/{certified.application.public_id}/"
    operator = open_browser(certified.user, width=width, scripts=scripts)
    operator.goto(plan)
    follow(operator.get_by_role("link", name="公開一覧に出す項目と、空いている部屋を知らせる"))
    for label in ("住宅の名称", "家賃と賃貸の条件", "入居の問合せ先", "空いている部屋の数を出す"):
        operator.get_by_label(label, exact=True).check()
    follow(operator.get_by_role("button", name="この内容で公開する"))
    said(operator, "空いている部屋の数を入れてください")
    operator.get_by_label("いま空いている部屋の数").fill("2")
    follow(operator.get_by_role("button", name="この内容で公開する"))
    said(operator, "もう公開一覧に出ています")

    resident = open_browser(width=width, scripts=scripts)
    resident.goto("/")
    follow(resident.get_by_role("link", name="居住サポート住宅をさがす"))
    resident.get_by_label("家賃(この金額まで)").fill("53,000")
    resident.get_by_label("空きのある住宅だけ").check()
    if not scripts:
        follow(resident.get_by_role("button", name="この条件でさがす"))
    expect(resident.get_by_role("link", name="家賃53,000円まで")).to_be_visible()
    expect(resident.get_by_role("link", name="空きのある住宅だけ")).to_be_visible()
    if scripts:
        look(resident)
    follow(resident.get_by_role("link", name="ひなた見本荘"))
    said(resident, "042-000-0003")
    expect(resident.get_by_text("二丁目3番4号")).to_have_count(0)
    if scripts:
        look(resident)
    found = resident.url

    operator.get_by_label("住宅の名称", exact=True).uncheck()
    follow(operator.get_by_role("button", name="この内容で公開する"))
    resident.goto(found)
    expect(resident.get_by_text("ひなた見本荘")).to_have_count(0)
