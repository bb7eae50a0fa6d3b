"""The same pages in a browser whose JavaScript is switched off: everything is slower by a click, nothing is missing."""

from __future__ import annotations

import dataclasses

from playwright.sync_api import Page, expect

from accounts.models import User
from certification.demo import Office, Walk, sample_plan
from certification.models import Application, Operator
from certification.rules.plan import Acceptance, Plan, Section
from certification.rules.workflow import State, Verdict
from tests.journeys.acts import act, follow, go_to_act, item, open_case, said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.town import morning

HOUSING = "見本荘"
NOTE = "概要図に、駆けつける会社の名前を書き加えてください。"


def open_to_everybody(city: str) -> Plan:
    """A plan that limits nobody: the row about the limits does not apply to it."""
    plan = sample_plan(HOUSING, city=city)
    return dataclasses.replace(plan, acceptance=Acceptance(is_limited=False))


def test_a_clerk_reviews(open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]) -> None:
    plan = open_to_everybody(office.municipality.name)
    case = Walk(office=office, user=owner[1], at=morning(10)).file(owner[0], plan).application
    page = open_browser(office.desk, scripts=False)
    open_case(page, HOUSING)
    go_to_act(page, "受け付ける")
    act(page, "受け付ける")
    said(page, "受け付けました。")

    follow(page.get_by_role("button", name="まとめて「該当なし」にする"))
    said(page, "1項目を「該当なし」にしました。")
    assert verdicts(case).count(Verdict.NOT_APPLICABLE) == 1

    numbers = own_numbers(page)
    save(page, numbers[0], "適")
    assert verdicts(case).count(Verdict.FIT) == 1
    save(page, numbers[1], "要補正")
    expect(item(page, numbers[1]).get_by_role("alert")).to_contain_text("所見")
    expect(item(page, numbers[1]).get_by_role("radio", name="要補正", exact=True)).to_be_checked()
    assert verdicts(case).count(Verdict.CORRECT) == 0

    save(page, numbers[1], "要補正", note=NOTE)
    expect(item(page, numbers[1]).get_by_role("alert")).to_have_count(0)
    expect(item(page, numbers[1]).get_by_role("textbox")).to_have_value(NOTE)
    assert verdicts(case).count(Verdict.CORRECT) == 1

    for number in numbers[2:]:
        if not item(page, number).get_by_role("radio", name="該当なし", exact=True).is_checked():
            save(page, number, "適")
    go_to_act(page, "持回り審査を依頼する")
    act(page, "持回り審査を依頼する")
    said(page, "持回り審査を依頼しました。")
    case.refresh_from_db()
    assert case.state == State.CIRCULATING


def own_numbers(page: Page) -> list[int]:
    return [int(text) for text in page.locator("[data-item] .item-no").all_inner_texts()]


def save(page: Page, number: int, label: str, *, note: str = "") -> None:
    """Choose, write, and press the button of the item."""
    row = item(page, number)
    row.get_by_role("radio", name=label, exact=True).check()
    if note:
        row.get_by_role("textbox").fill(note)
    follow(row.get_by_role("button", name="保存"))


def verdicts(case: Application) -> list[str]:
    return list(case.judgements.exclude(verdict="").values_list("verdict", flat=True))


def test_an_applicant_writes(open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]) -> None:
    plan = sample_plan(HOUSING, city=office.municipality.name)
    case = Walk(office=office, user=owner[1], at=morning(10)).begin(owner[0], plan).application
    page = open_browser(owner[1], scripts=False)
    page.goto("/plans/")
    follow(page.get_by_role("link", name=HOUSING))
    follow(page.get_by_role("link", name=str(Section.PRICE.label), exact=True))

    page.get_by_label("援助の対価").fill("三千円")
    follow(page.get_by_role("button", name="保存して一覧にもどる"))
    expect(page.get_by_role("alert")).to_contain_text("まだ保存していません")
    expect(page.get_by_label("援助の対価")).to_have_value("三千円")
    assert monthly_yen(case) == 3_300

    page.get_by_label("援助の対価").fill("4,200円")
    follow(page.get_by_role("button", name="保存して一覧にもどる"))
    said(page, "を保存しました。")
    assert monthly_yen(case) == 4_200

    follow(page.get_by_role("link", name=str(Section.SUPPORT.label), exact=True))
    rows = page.locator("#targets .formset-row").count()
    follow(page.get_by_role("button", name="つなぎ先を増やす"))
    assert page.locator("#targets .formset-row").count() == rows + 1
    page.locator("#targets .formset-row").last.get_by_label("名称").fill("例示社会福祉協議会")
    follow(page.get_by_role("button", name="保存して一覧にもどる"))
    said(page, "ここは、あと")
    assert "例示社会福祉協議会" in str(content(case)["support"])


def content(case: Application) -> dict[str, object]:
    """What is saved, read again."""
    version = Application.objects.select_related("current_version").get(pk=case.pk).current_version
    assert version is not None
    return dict(version.content)


def monthly_yen(case: Application) -> object:
    price = content(case)["price"]
    assert isinstance(price, dict)
    return price["monthly_yen"]
