"""After the certification: a price goes down, the year is reported, the business ends, and everybody can read that."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from certification.demo import Office, Walk, sample_plan
from certification.models import Notification, Operator, Plan
from certification.services.reporting import open_reports
from tests.journeys.acts import follow, said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.town import morning


def test_a_certified_plan_is_changed_reported_and_ended(
    open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]
) -> None:
    walk = Walk(office=office, user=owner[1], at=morning(60))
    walk.file(owner[0], sample_plan(city=office.municipality.name)).accept().gather().propose().decide()
    # Certified in the fiscal year before, so that it owes a report.
    Plan.objects.update(certified_on=dt.date(timezone.localdate().year - 1, 3, 1))
    open_reports(now=timezone.now())
    plan = walk.application.plan
    own, desk = open_browser(owner[1]), open_browser(office.desk)
    home = f"/plans/certified/{plan.public_id}/"

    # A lesser change: the support costs less.
    own.goto(home)
    follow(own.get_by_role("link", name="計画を変える"))
    follow(own.get_by_role("button", name="書き始める"))
    draft = own.url
    own.goto(f"{draft}write/price/")
    own.locator("[name$=monthly_yen]").first.fill("3,000")
    follow(own.get_by_role("button", name="保存").first)
    own.goto(f"{draft}statement/")
    own.get_by_label("変更の予定日").fill("令和81年4月1日")
    own.get_by_label("変更の理由").fill("入居者の負担を減らすため。")
    follow(own.get_by_role("button", name="保存する"))
    own.goto(f"{draft}submit/")
    said(own, "共管省令21条1項6号")
    follow(own.get_by_role("button", name="軽微な変更として届け出る"))
    said(own, "軽微な変更として届け出ました")
    receive(desk, "軽微変更届")

    # The report of the year.
    own.goto(home)
    follow(own.get_by_role("link", name="定期報告"))
    for label in ("入居中の専用住戸", "空いている専用住戸", "低額所得者", "高齢者", "障害者", "子育て世帯"):
        own.get_by_label(label).fill("0")
    for label in (
        "そのほかの方",
        "異常に気づいた回数",
        "見守りの回数",
        "つないだ件数",
        "実際に受け取った月額",
    ):
        own.get_by_label(label).fill("1")
    own.get_by_label("いいえ").check()
    follow(own.get_by_role("button", name="届け出る"))
    said(own, "届け出ました。受理されたら、お知らせします。")
    receive(desk, "定期報告")

    # The end, today.
    own.goto(home)
    follow(own.get_by_role("link", name="廃止届", exact=True))
    follow(own.get_by_role("button", name="書き始める"))
    own.get_by_label("廃止の日").fill(timezone.localdate().isoformat())
    own.get_by_label("廃止の理由").fill("建て替えるため。")
    follow(own.get_by_role("button", name="届け出る"))
    said(own, "「入居している方のこれから」を入れてください。")
    own.get_by_label("入居している方のこれから").fill("みな近くに住み替えます。")
    follow(own.get_by_role("button", name="届け出る"))
    receive(desk, "廃止届")

    anybody = open_browser()
    anybody.goto("/register/")
    follow(anybody.get_by_role("link", name="廃止・取消しの公示"))
    said(anybody, plan.certified_number)
    assert set(Notification.objects.values_list("status", flat=True)) == {"received"}


def receive(desk: Page, name: str) -> None:
    """The desk opens the one that waits and receives it."""
    desk.goto("/certified/notifications/")
    follow(desk.get_by_role("link", name=name).last)
    follow(desk.get_by_role("button", name="受理する"))
    said(desk, "受理しました。")
