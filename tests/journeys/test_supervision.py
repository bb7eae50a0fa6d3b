"""監督: a tip, an inspection, an order after the chance to explain, and the operator who then puts things right."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from certification.demo import Office
from certification.demo_supervision import DAY, act, begin
from certification.models import Measure, Operator
from certification.rules.supervision import Act, Ground, MeasureKind, Outcome
from japan.wareki import format_wareki
from tests.journeys.acts import follow, said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.test_keyboard import walk


def press(page: Page, label: str) -> None:
    follow(page.get_by_role("button", name=label, exact=True))


def go(page: Page, label: str) -> None:
    follow(page.get_by_role("link", name=label, exact=True))


def day(days: int) -> str:
    return format_wareki(timezone.localdate() + dt.timedelta(days=days))


def test_a_tip_leads_to_an_inspection_an_order_and_compliance(
    open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]
) -> None:
    plan = walk(office, owner).accept().gather().propose().decide().application.plan
    page = open_browser(office.desk)
    page.goto("/supervision/")
    said(page, "いま見る理由のある計画はありません")

    go(page, "通報を記録する")
    page.get_by_label("種別").select_option("苦情")
    page.get_by_label("方法").select_option("電話")
    page.get_by_label("認定番号").fill(plan.certified_number)
    page.get_by_label("内容").fill("見守りの訪問が来ていない。")
    page.get_by_label("通報した方").fill("入居者の家族")
    press(page, "記録する")
    said(page, "通報を記録しました。")
    said(page, "入居者の家族")

    page.goto("/supervision/")
    said(page, "苦情・通報 1件×2点")
    follow(page.get_by_role("link", name=plan.register_entry.version.value.housing_name))
    go(page, "立入検査")
    page.get_by_label("検査する事項").fill("帳簿")
    page.get_by_label("理由となる事実").fill("見守りがないとの申出があったため。")
    page.get_by_label("検査する職員").fill("福祉総務課 主任、見本 花子、第1号")
    press(page, "下書きを保存する")
    said(page, "検査する職員を2人以上にしてください。")
    go(page, "書き直す")
    page.get_by_label("検査する職員").fill(
        "福祉総務課 主任、見本 花子、第1号\n都市計画課 主事、仮名 次郎、第2号"
    )
    press(page, "下書きを保存する")
    go(page, "通知する")
    page.get_by_label("検査の日").fill(day(7))
    page.get_by_label("検査の場所").fill("管理室")
    press(page, "通知する")
    said(page, "通知した日がまだ来ていません")

    # Two weeks and more go by before an order: the services walk that time, the browser comes back for its end.
    then = timezone.now() - 20 * DAY
    order = begin(office, plan, MeasureKind.ORDER, at=then, grounds=(Ground.DUTY_48.value,))
    due = timezone.localdate(then) + 14 * DAY
    act(order, Act.GIVE_CHANCE, office.desk, at=then, due_on=due, place="福祉総務課")

    page.goto(f"/supervision/measures/{order.public_id}/")
    go(page, "弁明書を受ける")
    page.get_by_label("弁明の内容").fill("記載を忘れていたとのこと。")
    press(page, "弁明書を受ける")
    go(page, "決裁に回す")
    page.get_by_label("措置の期限").fill("きのう")
    page.get_by_label("理由", exact=False).last.fill("帳簿に記載がなく、法48条に違反するため。")
    press(page, "決裁に回す")
    said(page, "「きのう」を日付として読めません")
    page.get_by_label("措置の期限").fill(day(30))
    press(page, "決裁に回す")

    decider = open_browser(office.decider)
    decider.goto(f"/supervision/measures/{order.public_id}/")
    go(decider, "決裁する")
    press(decider, "決裁する")
    said(decider, "命令中")

    operator = open_browser(owner[1])
    operator.goto(f"/plans/certified/{plan.public_id}/")
    said(operator, "命ずる措置: 安否確認の記録を帳簿に記載すること。")
    assert operator.get_by_text("入居者の家族").count() == 0

    page.goto(f"/supervision/measures/{order.public_id}/")
    go(page, "改善を確かめた")
    page.get_by_label("結果").fill("帳簿の記載を確かめた。")
    press(page, "改善を確かめた")
    said(page, "改善した")
    assert Measure.objects.get(pk=order.pk).outcome == Outcome.MET
