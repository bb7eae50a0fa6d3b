"""What goes wrong on ordinary days: a double click, a page that is no longer true, a session that ended meanwhile."""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Response, expect

from accounts.models import AuditEvent, User
from accounts.sessions import SEEN
from certification.demo import PASSWORD, Office, Walk, sample_plan
from certification.models import Application, Operator
from certification.rules.workflow import Action, State, Verdict
from tests.journeys.acts import act, choose_verdict, follow, go_to_act, item, open_case, said
from tests.journeys.conftest import OpenBrowser
from tests.journeys.look import look
from tests.journeys.town import morning

HOUSING = "見本荘"
REASON = "すべての項目が適であるため。一晩考えて書いた理由です。"


@pytest.fixture
def walk(office: Office, owner: tuple[Operator, User]) -> Walk:
    """A plan ready to be filed."""
    plan = sample_plan(HOUSING, city=office.municipality.name)
    return Walk(office=office, user=owner[1], at=morning(40)).begin(owner[0], plan)


def answer_to(page: Page, button: str) -> Response:
    """Press a button of the page's form; the answer of the server comes back."""
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        follow(page.get_by_role("main").get_by_role("button", name=button, exact=True))
    return answer.value


def double_click(page: Page, button: str) -> None:
    """Until the form has gone. Not "one navigation": the second click may break the first one's off."""
    here = page.url
    page.get_by_role("main").get_by_role("button", name=button, exact=True).dblclick()
    expect(page).not_to_have_url(here)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_files_once(walk: Walk, open_browser: OpenBrowser, scripts: bool) -> None:
    page = open_browser(walk.user, scripts=scripts)
    page.goto(f"/plans/{walk.application.public_id}/submit/")
    double_click(page, "この内容で申請する")
    expect(page.get_by_role("main")).to_contain_text("受付待ち")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert events("certification.submit") == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_accepts_once(
    walk: Walk, office: Office, open_browser: OpenBrowser, scripts: bool
) -> None:
    case = walk.act(Action.SUBMIT, walk.user).application
    page = open_browser(office.desk, scripts=scripts)
    page.goto(f"/cases/{case.public_id}/act/accept/")
    double_click(page, "受け付ける")
    expect(page.get_by_role("main")).to_contain_text("主管課審査中")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert events("certification.accept") == 1
    assert Application.objects.get(pk=case.pk).state == State.LEAD_REVIEW


@pytest.mark.parametrize(("who", "act_path"), [("applicant", "submit/"), ("desk", "act/accept/")])
def test_a_form_that_is_sent_twice_is_one_act(
    walk: Walk, office: Office, open_browser: OpenBrowser, who: str, act_path: str
) -> None:
    """A browser that does send both clicks: the second answer is that of the first."""
    if who == "desk":
        walk.act(Action.SUBMIT, walk.user)
    page = open_browser(walk.user if who == "applicant" else office.desk)
    place = f"/{'plans' if who == 'applicant' else 'cases'}/{walk.application.public_id}/"
    page.goto(place + act_path)
    form = page.get_by_role("main").locator("form[method=post]")
    fields = dict(form.locator("input").evaluate_all("all => all.map(one => [one.name, one.value])"))
    answers = [page.request.post(place + act_path, form=fields, max_redirects=0) for _ in range(2)]
    assert [answer.status for answer in answers] == [302, 302]
    assert [answer.headers["location"] for answer in answers] == [place, place]
    page.goto(place)
    expect(page.locator(".alert-attention, .alert-danger")).to_have_count(0)
    assert events(f"certification.{'submit' if who == 'applicant' else 'accept'}") == 1


def events(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


def test_an_act_on_a_page_that_is_no_longer_true(
    walk: Walk, office: Office, open_browser: OpenBrowser
) -> None:
    """Two windows of the lead department: what was typed in the late one stays, and nothing happens twice."""
    walk.act(Action.SUBMIT, walk.user).accept().gather()
    late, quick = open_browser(office.desk), open_browser(office.desk)
    for page in (late, quick):
        open_case(page, HOUSING)
        go_to_act(page, "認定で起案する")
    late.get_by_label("認定の理由").fill(REASON)
    quick.get_by_label("認定の理由").fill("すべて適であるため。")
    act(quick, "認定で起案する")
    said(quick, "認定で起案しました。")

    assert answer_to(late, "認定で起案する").status == 409
    expect(late.get_by_label("認定の理由")).to_have_value(REASON)
    expect(late.get_by_role("alert").first).to_contain_text("まだ行っていません")
    button = late.get_by_role("main").get_by_role("button", name="認定で起案する", exact=True)
    expect(button).to_have_attribute("aria-disabled", "true")
    look(late)
    assert events("certification.propose_certify") == 1


def test_an_act_that_is_still_possible_after_all(
    walk: Walk, office: Office, open_browser: OpenBrowser
) -> None:
    """Proposed and handed back meanwhile: the form stands as it was filled in, and a second press does it."""
    walk.act(Action.SUBMIT, walk.user).accept().gather()
    page = open_browser(office.desk)
    open_case(page, HOUSING)
    go_to_act(page, "認定で起案する")
    page.get_by_label("認定の理由").fill(REASON)
    walk.propose().act(Action.RETURN_PROPOSAL, office.decider, reason="理由を詳しく書いてください。")

    assert answer_to(page, "認定で起案する").status == 409
    expect(page.get_by_label("認定の理由")).to_have_value(REASON)
    assert events("certification.propose_certify") == 1
    assert answer_to(page, "認定で起案する").status == 302
    said(page, "認定で起案しました。")
    assert events("certification.propose_certify") == 2


def test_a_section_that_somebody_else_saved(walk: Walk, open_browser: OpenBrowser) -> None:
    """Two windows of the applicant: the late one shows both texts, and a second press decides."""
    late, quick = open_browser(walk.user), open_browser(walk.user)
    for page in (late, quick):
        page.goto(f"/plans/{walk.application.public_id}/write/contact/")
    quick.get_by_label("受付時間").fill("平日 10:00〜16:00")
    follow(quick.get_by_role("button", name="保存して一覧にもどる"))
    late.get_by_label("受付時間").fill("毎日 9:00〜18:00")

    assert answer_to(late, "保存して一覧にもどる").status == 409
    said(late, "ほかの人が、このあいだに同じところを保存しました")
    expect(late.get_by_role("main")).to_contain_text("平日 10:00〜16:00")
    expect(late.get_by_label("受付時間")).to_have_value("毎日 9:00〜18:00")
    assert hours(walk) == "平日 10:00〜16:00"
    look(late)
    follow(late.get_by_role("button", name="保存して一覧にもどる"))
    said(late, "を保存しました。")
    assert hours(walk) == "毎日 9:00〜18:00"


def hours(walk: Walk) -> str:
    version = walk.reload().current_version
    assert version is not None
    return str(version.content["contact"]["hours"])


def test_an_item_that_a_colleague_judged(walk: Walk, office: Office, open_browser: OpenBrowser) -> None:
    """Two people of one department: the later judgement is not taken in silence."""
    walk.act(Action.SUBMIT, walk.user).accept()
    late, quick = open_browser(office.desk), open_browser(office.colleague)
    for page in (late, quick):
        open_case(page, HOUSING)
    number = int(late.locator("[data-item] .item-no").first.inner_text())
    choose_verdict(quick, number, "適")
    choose_verdict(late, number, "該当なし")
    expect(item(late, number).get_by_role("alert")).to_be_visible()
    expect(item(late, number).get_by_role("radio", name="該当なし", exact=True)).to_be_checked()
    judged = walk.application.judgements.get(item__number=number, department=office.setting.lead_department)
    assert judged.verdict == Verdict.FIT
    assert judged.judged_by == office.colleague


def test_a_session_that_ended_in_the_middle_of_a_form(walk: Walk, open_browser: OpenBrowser) -> None:
    """What was typed is sent again after the log-in, at one press."""
    page = open_browser(walk.user)
    page.goto(f"/plans/{walk.application.public_id}/write/contact/")
    page.get_by_label("受付時間").fill("毎日 9:00〜18:00")
    end_the_session()
    follow(page.get_by_role("button", name="保存して一覧にもどる"))
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    look(page)
    page.get_by_label("メールアドレス").fill(walk.user.email)
    page.get_by_label("パスワード").fill(PASSWORD)
    follow(page.get_by_role("button", name="ログインする", exact=True))
    said(page, "入力された内容が残っています")
    assert hours(walk) == "平日 9:00〜17:00"
    look(page)
    follow(page.get_by_role("button", name="この内容でもう一度送信する"))
    said(page, "を保存しました。")
    assert hours(walk) == "毎日 9:00〜18:00"


def end_the_session() -> None:
    """As if nobody had touched it since this morning."""
    store = SessionStore(Session.objects.get().session_key)
    store[SEEN] = store.get(SEEN, 0) - 12 * 3600
    store.save()
