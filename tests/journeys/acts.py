"""What people do on the pages: log in, write a plan, attach files, judge, act. By clicking and typing only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from certification.demo import PASSWORD, sample_pdf
from certification.forms.applicant.editors import EDITORS, NEW_ROW, ListEditor
from certification.rules.plan import Plan, Section


def log_in(page: Page, user: User) -> None:
    """By the form, as people do."""
    page.goto("/accounts/login/")
    page.get_by_label("メールアドレス").fill(user.email)
    page.get_by_label("パスワード").fill(PASSWORD)
    follow(page.get_by_role("button", name="ログインする", exact=True))


def said(page: Page, words: str) -> None:
    """The page says this (after an act, or as its state)."""
    expect(page.get_by_text(words).first).to_be_visible()


def follow(link: Locator) -> None:
    """Click a link or a button and wait for the page it leads to."""
    with link.page.expect_navigation():
        link.click()


# --- The applicant ----------------------------------------------------------------------------------------------------


def write_section(page: Page, plan: Plan, section: Section) -> None:
    """Type the section of `plan` into the empty form that is open."""
    for prefix in ("officers", "licences", "targets", "subcontractors"):
        _make_rows(page, plan, section, prefix)
    for name, value in typed(plan, section):
        if not name.startswith("units-") or name.startswith("units-0-"):
            put(page, name, value)
    if section == Section.BUILDINGS:
        numbers = [unit.number for unit in plan.buildings[0].units[1:]]
        page.get_by_label("増やす部屋の番号").fill("、".join(numbers))
        follow(page.get_by_role("button", name="同じ内容で増やす"))
        for number in numbers:
            expect(page.locator("details > summary", has_text=number)).to_be_visible()


def typed(plan: Plan, section: Section) -> Iterator[tuple[str, Any]]:
    """(name of the field, value) of what a person types for this section; the first row of a list."""
    kind = EDITORS[section]
    rows = getattr(plan, section.value)
    row = rows[0].key if issubclass(kind, ListEditor) else NEW_ROW
    for _, form in kind(plan, row=row, today=dt.date(2026, 4, 1)).named_forms():
        for field in form:
            value = field.value()
            if not field.is_hidden and value not in (None, "", ()):
                yield field.html_name, value


def _make_rows(page: Page, plan: Plan, section: Section, prefix: str) -> None:
    """As many rows of the list as the plan has."""
    places = {int(name.split("-")[1]) for name, _ in typed(plan, section) if name.startswith(f"{prefix}-")}
    for _ in range(max(places, default=-1) + 1 - page.locator(f"#{prefix} .formset-row").count()):
        follow(page.locator(f"button[name=do][value='more.{prefix}']"))


def put(page: Page, name: str, value: Any) -> None:
    """Fill in one field, whatever kind it is."""
    field = page.locator(f"[name='{name}']")
    kind = field.first.evaluate("one => one.type")
    if kind == "select-one":
        field.select_option(str(value))
    elif kind in ("radio", "checkbox"):
        values = value if isinstance(value, list | tuple) else [value]
        for one in values:
            page.locator(f"[name='{name}'][value='{one}'], [name='{name}']:not([value])").check()
    else:
        field.fill(str(value))


def attach_what_is_missing(page: Page) -> int:
    """Choose a real PDF for each document that is needed and not there, and send them. Returns how many."""
    cards = page.locator(".card", has_text="必須・まだありません")
    names = [card.locator("h3").inner_text() for card in cards.all()]
    for card, name in zip(cards.all(), names, strict=True):
        file = {"name": f"{name}(見本).pdf", "mimeType": "application/pdf", "buffer": sample_pdf(name)}
        card.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    follow(page.get_by_role("button", name="選んだファイルを添付する"))
    return len(names)


# --- The offices ------------------------------------------------------------------------------------------------------


def open_case(page: Page, name: str) -> None:
    """From the queue into the case of this housing."""
    page.goto("/cases/?tab=all")
    follow(page.get_by_role("link", name=name, exact=True))
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def go_to_act(page: Page, label: str) -> None:
    """From the case to the page of the act: the button at the foot, or in the menu beside it."""
    foot = page.locator("#foot")
    link = foot.get_by_role("link", name=label, exact=True)
    if not link.is_visible():
        foot.get_by_text("ほかの操作").click()
    follow(link)
    expect(page.get_by_role("heading", level=1, name=label)).to_be_visible()


def act(page: Page, label: str) -> None:
    """Press the button of the act on its page."""
    follow(page.get_by_role("main").get_by_role("button", name=label, exact=True))


def item(page: Page, number: int) -> Locator:
    """The row of the 別表 with this number."""
    return page.locator("article.item").filter(
        has=page.locator(".item-no").get_by_text(str(number), exact=True)
    )


def unjudged(page: Page) -> list[int]:
    """Numbers of the items that this person may judge and has not."""
    return [
        int(row.locator(".item-no").inner_text())
        for row in page.locator("[data-item]").all()
        if row.locator("input[type=radio]:checked").count() == 0
    ]


def press_verdict(page: Page, key: str) -> None:
    """Judge the item at hand by its key, and wait for the answer."""
    with page.expect_response(lambda response: "/judge/" in response.url):
        page.keyboard.press(key)
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")


def choose_verdict(page: Page, number: int, label: str, *, note: str = "") -> None:
    """Judge one item with the mouse; a note is written and saved with the button."""
    with page.expect_response(lambda response: "/judge/" in response.url):
        item(page, number).get_by_role("radio", name=label, exact=True).click()
    if not note:
        return
    row = item(page, number)
    row.get_by_role("textbox").fill(note)
    with page.expect_response(lambda response: "/judge/" in response.url):
        row.get_by_role("button", name="保存").click()
    expect(item(page, number).get_by_role("textbox")).to_have_value(note)
    expect(item(page, number).get_by_role("alert")).to_have_count(0)
