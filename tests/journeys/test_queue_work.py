"""Daily work without a mouse and on a telephone: several cases to one person, a note that calls a colleague."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from accounts.models import User
from certification.demo import Office, Walk, sample_plan
from certification.models import CaseNote, DepartmentReview, Operator
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import overflowing
from tests.journeys.test_keyboard import tab_to
from tests.journeys.town import morning

NAMES = ("見本荘", "架空テラス", "例示アパート")
NARROW = 360


def press(page: Page, name: str) -> None:
    """Go to a button with Tab and press it."""
    tab_to(page, page.get_by_role("button", name=name, exact=True))
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_several_cases_are_assigned_by_keyboard_on_a_telephone(
    open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]
) -> None:
    chosen = [
        Walk(office=office, user=owner[1], at=morning(days))
        .file(owner[0], sample_plan(name, city=office.municipality.name))
        .accept()
        .application
        for days, name in zip((30, 20, 10), NAMES, strict=True)
    ]
    page = open_browser(office.desk, width=NARROW)
    page.goto("/cases/?tab=all")
    assert not overflowing(page)
    for case in (chosen[0], chosen[2]):
        tab_to(page, page.get_by_role("checkbox", name=case.receipt_number))
        page.keyboard.press("Space")
    press(page, "選んだ申請の担当を決める")

    assert not overflowing(page)
    tab_to(page, page.get_by_label("担当にする人"))
    page.get_by_label("担当にする人").select_option(label=office.colleague.name)
    press(page, "確かめる")
    assert not overflowing(page)
    assert not DepartmentReview.objects.filter(assigned_to=office.colleague).exists()
    press(page, "この内容で決める")

    expect(page.get_by_text("2件の担当を決めました。")).to_be_visible()
    found = DepartmentReview.objects.filter(assigned_to=office.colleague)
    assert set(found.values_list("application__housing_name", flat=True)) == {NAMES[0], NAMES[2]}


def test_a_note_calls_a_colleague_by_keyboard_on_a_telephone(
    open_browser: OpenBrowser, office: Office, owner: tuple[Operator, User]
) -> None:
    plan = sample_plan(NAMES[0], city=office.municipality.name)
    case = Walk(office=office, user=owner[1], at=morning(10)).file(owner[0], plan).accept().application
    page = open_browser(office.desk, width=NARROW)
    page.goto(f"/cases/{case.public_id}/notes/")
    assert not overflowing(page)
    tab_to(page, page.get_by_label("メモ", exact=False).first)
    page.keyboard.insert_text("写真の追加をお願いしました。")
    tab_to(page, page.get_by_role("checkbox", name=office.colleague.name))
    page.keyboard.press("Space")
    press(page, "メモを書く")

    expect(page.get_by_text("写真の追加をお願いしました。")).to_be_visible()
    assert CaseNote.objects.get().mentions.get().user == office.colleague
    assert not overflowing(page)

    colleague = open_browser(office.colleague, width=NARROW)
    colleague.goto("/inbox/")
    colleague.locator("tr", has_text="内部メモで呼ばれました").get_by_role("button").click()
    expect(colleague.get_by_role("heading", level=1)).to_contain_text("内部メモ")
    expect(colleague.get_by_text("写真の追加をお願いしました。")).to_be_visible()
