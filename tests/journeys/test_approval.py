"""A proposal along its route in a real browser: 合議, 課長, 部長 by 代決, then 後閲; and the pages around it."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from certification.demo import Office, Walk, sample_plan
from certification.demo_approval import Hall, hall_of
from certification.models import Application, ApprovalRoute, Operator
from certification.rules.workflow import State
from tests.journeys.acts import act, follow, go_to_act, open_case, said
from tests.journeys.conftest import SINCE, OpenBrowser
from tests.journeys.look import look
from tests.journeys.town import morning

HOUSING = "経路の見本荘"


@pytest.fixture
def hall(office: Office) -> Hall:
    return hall_of(office, prefix="own", since=SINCE)


def lay_the_route(page: Page, office: Office, hall: Hall) -> None:
    """The administrator types the route in."""
    page.goto("/certification/settings/")
    follow(page.get_by_role("link", name="決裁の経路", exact=True))
    said(page, "決裁の経路はまだありません")
    look(page)
    follow(page.get_by_role("link", name="経路を加える"))
    look(page)
    lead, second = office.setting.lead_department, next(iter(office.reviewers))
    page.locator("[name=s0-kind]").select_option("agree")
    page.locator("[name=s0-department]").select_option(str(second))
    for place, title, holder in ((1, "課長", hall.section_chief), (2, "部長", hall.director)):
        page.locator(f"[name=s{place}-kind]").select_option("decide")
        page.locator(f"[name=s{place}-department]").select_option(str(lead.pk))
        page.locator(f"[name=s{place}-title]").fill(title)
        page.locator(f"[name=s{place}-holders][value='{holder.pk}']").check()
    page.locator("[name=s2-deputy]").check()
    follow(page.get_by_role("button", name="経路を保存する"))
    said(page, "決裁の経路を保存しました。")
    look(page)


def register_absence(page: Page, hall: Hall) -> None:
    page.goto("/cases/")
    follow(page.get_by_role("link", name="不在と代決"))
    look(page)
    page.get_by_label("不在の末日").fill(timezone.localdate().isoformat())
    page.get_by_label("代決する人").select_option(str(hall.deputy.pk))
    follow(page.get_by_role("button", name="不在を登録する"))
    said(page, "不在と、代決する人を登録しました。")
    look(page)


def stamp(page: Page, label: str, *, comment: str = "") -> None:
    """From 自分の番 to the act of one's step."""
    page.goto("/cases/")
    follow(page.get_by_role("link", name=HOUSING, exact=True))
    go_to_act(page, label)
    said(page, "いまここ")
    look(page)
    page.get_by_label("意見").fill(comment)
    act(page, label)


@pytest.mark.timeout(400)
def test_agreement_section_chief_director_by_deputy_then_read(
    office: Office, owner: tuple[Operator, User], hall: Hall, open_browser: OpenBrowser
) -> None:
    lay_the_route(open_browser(office.administrator), office, hall)
    assert ApprovalRoute.objects.get().steps.count() == 3
    Walk(office=office, user=owner[1], at=morning(60)).file(
        owner[0], sample_plan(HOUSING)
    ).accept().gather().propose()

    stamp(open_browser(hall.partner), "承認して次に回す", comment="支障ありません。")
    stamp(open_browser(hall.section_chief), "承認して次に回す")
    director = open_browser(hall.director)
    register_absence(director, hall)
    deputy = open_browser(hall.deputy)
    stamp(deputy, "決裁する", comment="出張中のため、代決します。")
    said(deputy, "決裁しました。通知書を出しました。")
    assert Application.objects.get().state == State.CERTIFIED

    director.goto("/absences/")
    said(director, "後閲がまだの決裁(1件)")
    look(director)
    follow(director.get_by_role("link", name=HOUSING, exact=True))
    look(director)
    director.get_by_role("textbox", name="意見").fill("了解しました。")
    follow(director.get_by_role("button", name="後閲する"))
    said(director, "後閲済み")
    look(director)

    desk = open_browser(office.desk)
    open_case(desk, HOUSING)
    follow(desk.get_by_role("link", name="決裁欄"))
    said(desk, "出張中のため、代決します。")
