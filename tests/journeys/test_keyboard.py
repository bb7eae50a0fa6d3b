"""Without a mouse: the keys of the queue and of the review, and an act done with Tab, Enter and typing alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from certification.demo import Office, Walk, sample_plan
from certification.models import Application, Operator
from certification.rules.workflow import State, Verdict
from tests.journeys.acts import item, open_case, press_verdict
from tests.journeys.conftest import OpenBrowser
from tests.journeys.town import morning

NAMES = ("見本荘", "架空テラス", "例示アパート")

RING = """one => {
    const ringed = element => {
        const style = getComputedStyle(element);
        const outline = style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth);
        const shadow = style.boxShadow.match(/0px 0px 0px (\\d+)px/);
        return Math.max(outline, shadow ? Number(shadow[1]) : 0);
    };
    const beside = one.matches('input') && one.nextElementSibling ? [one.nextElementSibling] : [];
    return Math.max(...[one, ...beside].map(ringed));
}"""
"""How thick the ring is, in px, around the element or around the words of a choice that hides its box."""

COVERED = """one => {
    const box = (one.matches('input') && one.getClientRects()[0].width < 3 ? one.nextElementSibling : one)
        .getClientRects()[0];
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const near = one.closest('label, article, form, li, div') ?? one;
    return !top || !(top === one || one.contains(top) || top.contains(one) || near.contains(top));
}"""
"""Whether something else lies over the middle of the element."""


def walk(office: Office, owner: tuple[Operator, User], *, name: str = NAMES[0], days: int = 10) -> Walk:
    plan = sample_plan(name, city=office.municipality.name)
    return Walk(office=office, user=owner[1], at=morning(days)).file(owner[0], plan)


def focused(page: Page) -> Locator:
    return page.locator(":focus")


def tab_to(page: Page, target: Locator, *, most: int = 200) -> None:
    """Press Tab until the focus is there; each stop must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert_seen(page)
        if target.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"Tab does not lead to {target}")


def assert_seen(page: Page) -> None:
    """What has the focus shows it, and nothing lies over it."""
    where = focused(page)
    if where.count() == 0:
        return
    html = where.evaluate("one => one.outerHTML.slice(0, 120)")
    assert where.evaluate(RING) >= 2, html
    assert not where.evaluate(COVERED), html


def test_the_queue_by_keys(open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]) -> None:
    for days, name in zip((30, 20, 10), NAMES, strict=True):
        walk(office, owner, name=name, days=days)
    page = open_browser(office.desk)
    page.goto("/cases/?tab=department")
    order = page.locator("[data-row-link]").all_inner_texts()
    assert sorted(order) == sorted(NAMES)
    for key, place in (("j", 0), ("j", 1), ("k", 0), ("k", 0), ("j", 1), ("j", 2), ("j", 2)):
        page.keyboard.press(key)
        expect(focused(page)).to_have_text(order[place])
        assert_seen(page)

    page.keyboard.press("/")
    expect(focused(page)).to_have_attribute("type", "search")
    page.keyboard.type("架空テラス")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("[data-row-link]")).to_have_text([NAMES[1]])

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(NAMES[1])


def test_the_review_by_keys(open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]) -> None:
    case = walk(office, owner).accept().application
    page = open_browser(office.desk)
    open_case(page, NAMES[0])
    numbers = [int(text) for text in page.locator("[data-item] .item-no").all_inner_texts()]

    def here() -> int:
        return int(page.locator("[data-item]:focus-within .item-no").inner_text())

    def verdict(number: int) -> str:
        return case.judgements.get(item__number=number, department=office.setting.lead_department).verdict

    page.keyboard.press("j")
    assert here() == numbers[0]
    assert_seen(page)
    page.keyboard.press("k")
    assert here() == numbers[0]
    press_verdict(page, "1")
    assert verdict(numbers[0]) == Verdict.FIT
    assert here() == numbers[0]

    page.keyboard.press("j")
    assert here() == numbers[1]
    press_verdict(page, "4")
    assert verdict(numbers[1]) == Verdict.NOT_APPLICABLE

    page.keyboard.press("j")
    press_verdict(page, "3")
    expect(item(page, numbers[2]).get_by_role("alert")).to_be_visible()
    expect(item(page, numbers[2]).get_by_role("radio", name="不適", exact=True)).to_be_checked()
    assert verdict(numbers[2]) == ""
    page.keyboard.press("n")
    expect(focused(page)).to_have_role("textbox")
    page.keyboard.type("1j 適合しません。")
    assert here() == numbers[2]
    tab_to(page, item(page, numbers[2]).get_by_role("button", name="保存"), most=1)
    with page.expect_response(lambda response: "/judge/" in response.url):
        page.keyboard.press("Enter")
    expect(item(page, numbers[2]).get_by_role("alert")).to_have_count(0)
    assert verdict(numbers[2]) == Verdict.UNFIT
    assert case.judgements.get(item__number=numbers[2]).note == "1j 適合しません。"

    page.keyboard.press("j")
    assert here() == numbers[3]
    page.keyboard.press("k")
    assert here() == numbers[2]


def test_an_act_by_tab(open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]) -> None:
    """From the front page to a proposal, with no key but Tab, Enter and letters."""
    case = walk(office, owner, days=40).accept().gather().application
    page = open_browser(office.desk)
    page.goto("/cases/?tab=all")
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_text("本文へ進む")
    page.keyboard.press("Enter")
    tab_to(page, page.locator("[data-row-link]"), most=30)
    enter(page)
    tab_to(page, page.locator("#foot").get_by_role("link", name="認定で起案する", exact=True))
    enter(page)
    tab_to(page, page.get_by_label("認定の理由"))
    page.keyboard.type("すべての項目が適であるため。")
    tab_to(page, page.get_by_role("main").get_by_role("button", name="認定で起案する", exact=True), most=3)
    enter(page)
    expect(page.get_by_text("認定で起案しました。")).to_be_visible()
    assert Application.objects.get(pk=case.pk).state == State.DECIDING


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_plan_by_tab(open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]) -> None:
    """The applicant's forms: every stop is seen, in the order of the page, and Enter saves."""
    plan = sample_plan(NAMES[0], city=office.municipality.name)
    case = Walk(office=office, user=owner[1], at=morning(10)).begin(owner[0], plan).application
    page = open_browser(owner[1])
    page.goto(f"/plans/{case.public_id}/write/contact/")
    tab_to(page, page.locator("[name=person]"))
    page.keyboard.press("Control+a")
    page.keyboard.type("例示 次郎")
    enter(page)
    expect(page.get_by_text("を保存しました。")).to_be_visible()
    version = Application.objects.select_related("current_version").get(pk=case.pk).current_version
    assert version is not None
    assert version.content["contact"]["person"] == "例示 次郎"
