"""受付箱: whose turn it is, found by tab, filter and word, page by page."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from benchmarks.population import clone
from certification.demo import FLOW_MISSING, Office, Walk, changed, sample_plan
from certification.models import Application, DepartmentReview, Operator
from certification.rules.plan import Plan
from certification.rules.workflow import Action, State
from certification.selectors.queue import COUNT_CAP, PAGE
from tests.certification.pages.test_staff_case import FLOW_ITEM, TODAY, words

SignIn = Callable[[User], Client]
QUEUE = "/cases/"


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


def rows_of(response: Any) -> list[str]:
    """The addresses of the cases in the list, in order."""
    return re.findall(r'<a href="(/cases/[0-9a-f-]+/)" data-row-link', response.content.decode())


def names_of(response: Any) -> list[str]:
    return [unescape(name) for name in re.findall(r"data-row-link>([^<]+)<", response.content.decode())]


def counts_of(response: Any) -> dict[str, str]:
    """What each tab says: label → count."""
    [tabs] = re.findall(
        r'<nav class="tabs" aria-label="だれの番か">(.*?)</nav>', response.content.decode(), re.S
    )
    found = {}
    for link in re.findall(r"<a [^>]*>(.*?)</a>", tabs, re.S):
        text = " ".join(re.sub(r"<[^>]+>", " ", link).split())
        match = re.fullmatch(r"(\S+)(?: ([\d,]+\+?))?.*", text)
        assert match is not None
        found[match[1]] = match[2] or ""
    return found


def seen_by(client: Client, **query: str) -> list[str]:
    return names_of(client.get(QUEUE, query))


# --- Tabs -------------------------------------------------------------------------------------------------------------


def test_a_case_lies_in_the_tab_of_whoever_has_to_act(filed: Walk, plan: Plan, sign_in: SignIn) -> None:
    """From the department's pile to one's own, on to the second department, to the applicant, to the decider."""
    walk, office = filed, filed.office
    second = next(
        DepartmentReview.objects.filter(application=walk.application)
        .exclude(department=walk.lead_id)
        .values_list("department", flat=True)
        .iterator()
    )
    people = {
        "desk": sign_in(office.desk),
        "colleague": sign_in(office.colleague),
        "reviewer": sign_in(office.reviewers[second]),
        "decider": sign_in(office.decider),
    }

    def tabs(tab: str) -> set[str]:
        return {name for name, client in people.items() if seen_by(client, tab=tab)}

    assert tabs("department") == {"desk", "colleague"}
    assert tabs("mine") == set()
    assert tabs("waiting") == {"reviewer", "decider"}
    walk.accept()
    assert tabs("mine") == {"desk"}
    walk.lead_review().act(Action.CIRCULATE, office.desk)
    assert tabs("department") == {"reviewer"}
    walk.second_review()
    assert tabs("mine") == {"reviewer"}
    assert tabs("waiting") == {"desk", "colleague", "decider"}
    walk.act(Action.SEND_RESULT, office.reviewers[second])
    walk.propose()
    assert tabs("mine") == {"decider"}
    assert tabs("waiting") == {"desk", "colleague", "reviewer"}
    walk.decide()
    assert tabs("mine") | tabs("department") | tabs("waiting") | tabs("overdue") == set()
    assert tabs("all") == set(people)


def test_while_the_applicant_corrects_everybody_waits(accepted: Walk, sign_in: SignIn) -> None:
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back()
    desk = sign_in(accepted.office.desk)
    assert seen_by(desk, tab="department") == []
    assert seen_by(desk, tab="waiting") == ["見本荘"]


def test_overdue_cases_have_a_tab(
    accepted: Walk, sign_in: SignIn, office_hours: time_machine.Traveller
) -> None:
    assert seen_by(sign_in(accepted.office.desk), tab="overdue") == []
    office_hours.move_to(TODAY + dt.timedelta(days=120))
    page = sign_in(accepted.office.desk).get(QUEUE, {"tab": "overdue"})
    assert names_of(page) == ["見本荘"]
    assert counts_of(page)["期限切れ"] == "1"


def test_a_person_begins_with_the_own_turn_and_a_reader_with_everything(
    accepted: Walk, sign_in: SignIn
) -> None:
    desk = sign_in(accepted.office.desk).get(QUEUE)
    assert list(counts_of(desk)) == ["自分の番", "課の番", "他課・相手待ち", "期限切れ", "すべて"]
    assert counts_of(desk)["自分の番"] == "1"
    viewer = sign_in(accepted.office.viewer).get(QUEUE)
    assert "自分の番" not in counts_of(viewer)
    assert names_of(viewer) == ["見本荘"]


def test_drafts_and_other_cities_are_in_no_tab(
    walk: Walk, owner: tuple[Operator, User], plan: Plan, parallel_walk: Walk, sign_in: SignIn
) -> None:
    walk.begin(owner[0], plan)
    parallel_walk.file(owner[0], sample_plan("よその荘", city="古都見市"))
    desk = sign_in(walk.office.desk)
    for tab in ("mine", "department", "waiting", "overdue", "all"):
        assert seen_by(desk, tab=tab) == []


def test_an_empty_tab_says_what_would_stand_there(office: Office, sign_in: SignIn) -> None:
    text = words(sign_in(office.desk).get(QUEUE))
    assert "いま、あなたの番の申請はありません" in text
    assert "「課の番」に、担当の決まっていない申請があるかもしれません。" in text


# --- Counts -----------------------------------------------------------------------------------------------------------


def test_the_tabs_are_counted_in_one_statement(accepted: Walk, sign_in: SignIn) -> None:
    desk = sign_in(accepted.office.desk)
    desk.get(QUEUE)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        desk.get(QUEUE)
    counting = [query["sql"] for query in queries if query["sql"].startswith("SELECT (SELECT COUNT(*)")]
    assert len(counting) == 1
    # four tabs, and the line that tells of inquiries past their day
    assert counting[0].count("SELECT COUNT(*)") == 5


def test_counts_stop_at_their_cap(accepted: Walk, sign_in: SignIn) -> None:
    """1,001 cases and a million look the same; nobody waits for the difference."""
    clone(accepted.application, COUNT_CAP)
    page = sign_in(accepted.office.desk).get(QUEUE)
    assert counts_of(page)["課の番"] == "1,000+"
    assert counts_of(page)["期限切れ"] != ""


# --- Filters ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(accepted: Walk, owner: tuple[Operator, User], plan: Plan) -> Walk:
    """Three cases: 見本荘 is under review, 届いた荘 waits for acceptance, 直す荘 is being corrected."""
    office = accepted.office

    def another(name: str) -> Walk:
        walk = Walk(office=office, user=owner[1], at=accepted.at)
        return walk.file(
            owner[0], changed(plan, buildings=(dataclasses.replace(plan.buildings[0], name=name),))
        )

    another("届いた荘")
    another("直す荘").accept().gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back()
    return accepted


def test_filters_narrow_the_list_and_say_so(three: Walk, sign_in: SignIn) -> None:
    desk = sign_in(three.office.desk)
    assert set(seen_by(desk, tab="all")) == {"見本荘", "届いた荘", "直す荘"}
    page = desk.get(QUEUE, {"tab": "all", "state": "submitted"})
    assert names_of(page) == ["届いた荘"]
    assert "状態: 受付待ち" in words(page)
    assert seen_by(desk, tab="all", person="nobody") == ["届いた荘"]
    assert set(seen_by(desk, tab="all", person="me")) == {"見本荘", "直す荘"}
    assert len(seen_by(desk, tab="all", department=str(three.second_id))) == 3
    assert len(seen_by(desk, tab="all", procedure="certification")) == 3
    assert seen_by(desk, tab="all", state="submitted", person="me") == []


def test_a_filter_stays_when_the_tab_changes(three: Walk, sign_in: SignIn) -> None:
    page = sign_in(three.office.desk).get(QUEUE, {"tab": "all", "state": "submitted", "q": "荘"})
    links = unescape(page.content.decode())
    assert f"?q={quote('荘')}&state=submitted&tab=department" in links
    assert f'"?q={quote("荘")}&tab=all&sort=new"' in links


IMPOSSIBLE = (
    {"state": "draft"},
    {"state": "nonsense"},
    {"department": "999999"},
    {"department": "x"},
    {"person": "somebody"},
    {"procedure": "x"},
    {"q": "長" * 101},
    {"q": "\x00"},
)


def test_a_condition_that_cannot_be_is_left_out_and_told(three: Walk, sign_in: SignIn) -> None:
    desk = sign_in(three.office.desk)
    for query in IMPOSSIBLE:
        page = desk.get(QUEUE, {"tab": "all", **query})
        assert page.status_code == 200, query
        assert "使えない条件を外して表示しています" in words(page), query
        assert len(names_of(page)) == 3, query


def test_an_unknown_tab_or_order_is_the_usual_one(three: Walk, sign_in: SignIn) -> None:
    desk = sign_in(three.office.desk)
    for query in ({"tab": "none"}, {"sort": "name"}, {"tab": "", "sort": ""}):
        assert names_of(desk.get(QUEUE, query)) == names_of(desk.get(QUEUE)), query


# --- Words ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def takahashi(walk: Walk, owner: tuple[Operator, User], plan: Plan) -> Walk:
    """A house of 髙橋 in 渡邉町, and one that is neither."""
    building = dataclasses.replace(
        plan.buildings[0], name="髙橋ハイツ", kana="タカハシハイツ", address="輪野市渡邉町三丁目5番"
    )
    walk.file(owner[0], changed(plan, buildings=(building,))).accept()
    other = Walk(office=walk.office, user=owner[1], at=walk.at)
    other.file(owner[0], plan)
    return walk


FOUND = (
    *("髙橋", "高橋", "ﾀｶﾊｼ", "たかはし", "タカ", "はい", "ハイツ", "渡辺町", "渡邊町3丁目"),
    *("R8-認-0001", "r8認0001", "0001", "高橋 渡辺", "渡辺\u3000高橋"),
)
NOT_FOUND = ("山本", "高橋 山本", "9999", "%", "_", "'", "%%")


def test_words_are_found_however_they_are_written(takahashi: Walk, sign_in: SignIn) -> None:
    """Two letters are enough; width, kana, variant kanji, figures and order do not matter; all words must be there."""
    desk = sign_in(takahashi.office.desk)
    for typed in FOUND:
        page = desk.get(QUEUE, {"q": typed})
        assert names_of(page) == ["髙橋ハイツ"], typed
        assert re.search(r'aria-current="page">すべて', page.content.decode()), typed


def test_what_is_not_there_is_not_found(takahashi: Walk, sign_in: SignIn) -> None:
    """Signs that mean something to a database mean nothing here."""
    desk = sign_in(takahashi.office.desk)
    for typed in NOT_FOUND:
        page = desk.get(QUEUE, {"q": typed})
        assert names_of(page) == [], typed
        assert "見つかりませんでした" in words(page), typed


def test_the_name_is_shown_as_it_was_written(takahashi: Walk, sign_in: SignIn) -> None:
    page = sign_in(takahashi.office.desk).get(QUEUE, {"q": "高橋"})
    assert "髙橋ハイツ" in words(page)
    assert "渡邉町" in words(page)


def test_a_case_is_found_by_each_of_its_names_and_numbers(
    proposed: Walk, owner: tuple[Operator, User], plan: Plan, sign_in: SignIn
) -> None:
    """受付番号, 住宅と事業者の名称, カナ, 法人番号, 所在地, and after the decision 認定番号; the other case by none of them."""
    other = Walk(office=proposed.office, user=owner[1], at=proposed.at)
    party = dataclasses.replace(
        plan.parties[0],
        name="渡邉不動産株式会社",
        kana="ワタナベフドウサン",
        corporate_number="6012345678901",
    )
    building = dataclasses.replace(
        plan.buildings[0], name="例示館", kana="レイジカン", address="輪野市北町9番"
    )
    other.file(owner[0], changed(plan, parties=(party,), buildings=(building,))).accept()
    desk = sign_in(proposed.office.desk)
    number = proposed.decide().reload().plan.certified_number
    assert number
    for typed in (number, number.lower(), "R8-認-0001", "見本荘", "ミホンソウ", "みほん住まい", "二丁目3番"):
        assert seen_by(desk, q=typed) == ["見本荘"], typed
    for typed in ("R8-認-0002", "例示館", "れいじ", "渡辺不動産", "ﾜﾀﾅﾍﾞ", "6012345678901", "北町9番"):
        assert seen_by(desk, q=typed) == ["例示館"], typed
    assert names_of(desk.get(QUEUE, {"q": number, "tab": "mine"})) == []


def test_a_search_ends_at_the_city(takahashi: Walk, other_office: Office, sign_in: SignIn) -> None:
    assert seen_by(sign_in(other_office.desk), q="髙橋") == []


# --- Page by page -----------------------------------------------------------------------------------------------------


def all_pages(client: Client, **query: str) -> list[list[str]]:
    """Every page, by following 次へ."""
    pages = []
    page = client.get(QUEUE, query)
    while True:
        pages.append(rows_of(page))
        link = re.search(r'href="(\?[^"]*)" rel="next"', page.content.decode())
        if link is None:
            return pages
        assert len(pages) < 20
        page = client.get(QUEUE + unescape(link[1]))


@pytest.mark.parametrize(
    ("tab", "sort"), [("department", "due"), ("department", "new"), ("all", "new"), ("overdue", "due")]
)
def test_pages_follow_without_gap_or_double(accepted: Walk, sign_in: SignIn, tab: str, sort: str) -> None:
    clone(accepted.application, PAGE * 2 + 20)
    if tab == "overdue":
        Application.objects.update(due_on=dt.date(2026, 6, 20))
    pages = all_pages(sign_in(accepted.office.desk), tab=tab, sort=sort)
    assert [len(page) for page in pages] == [PAGE, PAGE, 21]
    found = [address for page in pages for address in page]
    assert len(set(found)) == len(found) == Application.objects.count()
    order = ("due_on", "pk") if sort == "due" else ("-pk",)
    expected = Application.objects.order_by(*order).values_list("public_id", flat=True)
    assert found == [reverse("certification:case", args=[public_id]) for public_id in expected]


def test_what_comes_and_goes_between_two_pages_moves_nothing(accepted: Walk, sign_in: SignIn) -> None:
    """Keyset: a case that is finished on the first page does not push one of the second out of sight."""
    clone(accepted.application, PAGE + 10)
    desk = sign_in(accepted.office.desk)
    first = desk.get(QUEUE, {"tab": "department"})
    link = re.search(r'href="(\?[^"]*)" rel="next"', first.content.decode())
    assert link is not None
    expected = Application.objects.order_by("due_on", "pk").values_list("public_id", flat=True)[PAGE:]
    rest = [reverse("certification:case", args=[public_id]) for public_id in expected]
    gone = Application.objects.order_by("due_on", "pk")[0]
    DepartmentReview.objects.filter(application=gone).update(turn_due_on=None)
    assert rows_of(desk.get(QUEUE + unescape(link[1]))) == rest


STRANGE = ("x", "1", "9" * 400, "2026-06-01_1", "\x00", "W10:1abc:xyz", "../../etc", "é", "長" * 2_000)


def test_a_cursor_that_is_none_of_ours_is_the_first_page(accepted: Walk, sign_in: SignIn) -> None:
    desk = sign_in(accepted.office.desk)
    for cursor in STRANGE:
        for tab in ("mine", "all"):
            page = desk.get(QUEUE, {"tab": tab, "after": cursor})
            assert page.status_code == 200, cursor
            assert names_of(page) == ["見本荘"], cursor


def test_a_cursor_of_one_order_is_none_in_the_other(accepted: Walk, sign_in: SignIn) -> None:
    clone(accepted.application, PAGE + 10)
    desk = sign_in(accepted.office.desk)
    first = desk.get(QUEUE, {"tab": "department", "sort": "new"})
    link = re.search(r"after=([^\"&]+)", unescape(first.content.decode()))
    assert link is not None
    page = desk.get(f"{QUEUE}?tab=department&sort=due&after={link[1]}")
    assert rows_of(page) == rows_of(desk.get(QUEUE, {"tab": "department", "sort": "due"}))


# --- Rows -------------------------------------------------------------------------------------------------------------


DUE = (
    (dt.date(2026, 7, 1), "きょう 7月1日(水)", "hot"),
    (dt.date(2026, 7, 2), "あと1日 7月2日(木)", "soon"),
    (dt.date(2026, 7, 6), "あと3日 7月6日(月)", "soon"),
    (dt.date(2026, 7, 8), "あと5日 7月8日(水)", "soon"),
    (dt.date(2026, 7, 9), "あと6日 7月9日(木)", "calm"),
    (dt.date(2026, 6, 30), "1日超過 6月30日(火)", "hot"),
    (dt.date(2026, 6, 24), "5日超過 6月24日(水)", "hot"),
)


def test_the_due_day_is_said_in_working_days(accepted: Walk, sign_in: SignIn) -> None:
    desk = sign_in(accepted.office.desk)
    for due, shown, tone in DUE:
        Application.objects.update(due_on=due)
        page = desk.get(QUEUE, {"tab": "all"})
        assert shown in words(page), due
        assert f"due-{tone}" in page.content.decode(), due


def test_a_stopped_clock_and_a_finished_case_have_their_words(accepted: Walk, sign_in: SignIn) -> None:
    desk = sign_in(accepted.office.desk)
    accepted.gather(lead={FLOW_ITEM: FLOW_MISSING}).send_back(days=30)
    text = words(desk.get(QUEUE, {"tab": "all"}))
    assert re.search(r"停止中 補正待ち ?\d+日目", text)
    accepted.act(Action.WITHDRAW, accepted.user)
    assert accepted.reload().state == State.WITHDRAWN
    assert "停止中" not in words(desk.get(QUEUE, {"tab": "all"}))


def test_a_row_says_how_far_and_who(accepted: Walk, sign_in: SignIn) -> None:
    text = words(sign_in(accepted.office.desk).get(QUEUE))
    assert "福 0/12" in text
    assert "R8-認-0001" in text
    assert "自分" in text
    other = words(sign_in(accepted.office.colleague).get(QUEUE, {"tab": "department"}))
    assert "青葉 窓子" in other
