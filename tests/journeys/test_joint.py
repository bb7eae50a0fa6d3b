"""共同申請: one operator invites another by mail, which registers, agrees, and is asked again after a change."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import User
from accounts.outbox import run_once
from certification.demo import Office, Walk, sample_plan
from certification.models import Operator
from tests.journeys.acts import follow, said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import look
from tests.journeys.town import morning


def mailed_link() -> str:
    """What the invited person opens: the newest mail's link."""
    run_once(now=timezone.now())
    found = re.search(r"/invitation/link/[\w-]+/", str(mail.outbox[-1].body))
    assert found is not None
    return found[0]


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 360)])
def test_invited_agreed_changed_and_filed(
    office: Office, owner: tuple[Operator, User], open_browser: OpenBrowser, scripts: bool, width: int
) -> None:
    walk = Walk(office=office, user=owner[1], at=morning(3))
    walk.begin(owner[0], sample_plan("ひなた見本荘", city=office.municipality.name))
    plan = f"/plans/{walk.application.public_id}/"

    filing = open_browser(owner[1], width=width, scripts=scripts)
    filing.goto(plan)
    follow(filing.get_by_role("link", name="援助を行う事業者などと、共同で申請する"))
    filing.get_by_label("共同で申請する事業者の名称").fill("みほん援助の会")
    filing.get_by_label("その事業者の担当の方のメールアドレス").fill("enjo@example.jp")
    follow(filing.get_by_role("button", name="招待を送る"))
    said(filing, "招待の返事を待っています")

    partner = open_browser(width=width, scripts=scripts)
    link = mailed_link()
    partner.goto(link)
    said(partner, "共同での申請に、招待が届いています")
    assert "link" not in partner.url
    if scripts:
        look(partner)
    partner.locator("[name=name]").fill("援助 花")
    partner.locator("[name=password1]").fill("12345")
    partner.locator("[name=password2]").fill("12345")
    follow(partner.get_by_role("button", name="登録して招待を受ける"))
    assert partner.locator("[name=name]").input_value() == "援助 花"
    partner.locator("[name=password1]").fill("harukaze-no-uta-22")
    partner.locator("[name=password2]").fill("harukaze-no-uta-22")
    follow(partner.get_by_role("button", name="登録して招待を受ける"))
    said(partner, "登録が済みました")
    late = open_browser(width=width, scripts=scripts)
    late.goto(link)
    said(late, "もう済んでいます")

    filing.goto(f"{plan}submit/")
    said(filing, "共同申請者の同意が要ります")
    partner.goto(plan)
    follow(partner.get_by_role("link", name="読んで、同意する"))
    partner.get_by_label("計画の全体と書類を読み").check()
    follow(partner.get_by_role("button", name="同意する"))
    said(partner, "同意しました")

    filing.goto(f"{plan}write/contact/")
    filing.locator("[name$=phone]").first.fill("042-000-0009")
    follow(filing.get_by_role("button", name="保存").first)
    filing.goto(f"{plan}submit/")
    said(filing, "同意のあとで内容が変わりました")

    partner.goto("/inbox/")
    said(partner, "同意した内容が変わりました")
    partner.goto(f"{plan}confirm/")
    partner.get_by_label("計画の全体と書類を読み").check()
    follow(partner.get_by_role("button", name="同意する"))
    filing.goto(f"{plan}submit/")
    if scripts:
        look(filing)
    follow(filing.get_by_role("button", name="この内容で申請する"))
    said(filing, "申請しました")
    partner.goto("/inbox/")
    said(partner, "申請を送りました")
