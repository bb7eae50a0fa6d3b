"""受付箱: whose turn it is, filters, search, paging, and who sees nothing."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks.population import clone
from certification.demo import Office, Walk, sample_plan
from certification.models import Application, DepartmentReview, Operator
from certification.selectors import queue as selector
from certification.selectors.queue import Tab
from tests.certification.pages.conftest import SignIn
from tests.certification.pages.staff_builders import text_of

QUEUE = reverse("certification:queue")


def names_in(client: Client, **query: str) -> list[str]:
    """The housings listed, in order."""
    response = client.get(QUEUE, query)
    assert response.status_code == 200
    return re.findall(r"data-row-link>([^<]+)<", text_of(response))


def counts_of(client: Client) -> dict[str, str]:
    """What stands on the tabs."""
    found = re.findall(r'tab=(\w+)"[^>]*>\S+ <span class="count[^"]*">([\d,+]+)', text_of(client.get(QUEUE)))
    return dict(found)


@pytest.fixture
def desk(office: Office, sign_in: SignIn) -> Client:
    return sign_in(office.desk)


@pytest.fixture
def second(accepted: Walk, sign_in: SignIn) -> Client:
    return sign_in(accepted.office.reviewers[accepted.second_id])


def test_a_filed_case_is_the_turn_of_the_department_and_of_nobody_in_it(filed: Walk, desk: Client) -> None:
    assert names_in(desk, tab="mine") == []
    assert names_in(desk, tab="department") == ["見本荘"]
    assert counts_of(desk) == {"mine": "0", "department": "1", "waiting": "0", "overdue": "1"}


def test_who_accepts_has_the_case_and_a_colleague_finds_it_with_the_department(
    accepted: Walk, office: Office, desk: Client, sign_in: SignIn
) -> None:
    colleague = sign_in(office.colleague)
    assert names_in(desk) == ["見本荘"]
    assert names_in(colleague) == []
    assert names_in(colleague, tab="department") == ["見本荘"]
    assert "自分" in text_of(desk.get(QUEUE))
    assert office.desk.name in text_of(colleague.get(QUEUE, {"tab": "department"}))


def test_the_turn_goes_from_department_to_department_and_to_the_decider(
    accepted: Walk, office: Office, desk: Client, second: Client, sign_in: SignIn
) -> None:
    decider = sign_in(office.decider)
    assert (names_in(second, tab="department"), names_in(second, tab="waiting")) == ([], ["見本荘"])
    accepted.lead_review().act("circulate", office.desk)  # type: ignore[arg-type]
    assert (names_in(desk), names_in(second, tab="department")) == ([], ["見本荘"])
    assert names_in(desk, tab="waiting") == ["見本荘"]
    accepted.second_review().act("send_result", office.reviewers[accepted.second_id])  # type: ignore[arg-type]
    assert (names_in(desk), names_in(decider)) == (["見本荘"], [])
    accepted.propose()
    assert (names_in(desk), names_in(decider)) == ([], ["見本荘"])
    assert counts_of(decider)["mine"] == "1"
    accepted.decide()
    assert names_in(decider) == []
    assert names_in(desk, tab="all") == ["見本荘"]


def test_a_person_with_both_posts_sees_both_turns(proposed: Walk, office: Office, sign_in: SignIn) -> None:
    from certification.demo import appoint

    appoint(office.colleague, office.setting.lead_department, "decider", since=dt.date(2026, 4, 1))  # type: ignore[arg-type]
    assert names_in(sign_in(office.colleague)) == ["見本荘"]


def test_readers_see_no_tabs_of_their_own_turn(accepted: Walk, office: Office, sign_in: SignIn) -> None:
    text = text_of(sign_in(office.viewer).get(QUEUE))
    assert "自分の番" not in text
    assert "課の番" not in text
    assert "見本荘" in text


def test_another_city_an_applicant_and_people_without_such_a_post_see_nothing(
    accepted: Walk, office: Office, other_office: Office, owner: tuple[Operator, User], sign_in: SignIn
) -> None:
    assert names_in(sign_in(other_office.desk), tab="all") == []
    for user in (owner[1], office.auditor, office.administrator):
        assert sign_in(user).get(QUEUE).status_code == 404
    assert Client().get(QUEUE).status_code == 302


def test_two_characters_of_number_name_kana_or_address_find_a_case(filed: Walk, desk: Client) -> None:
    filed.accept()
    number = filed.application.receipt_number
    for word in ("本荘", "ミホンソウ", "みほんそう", "見本町", "みほん", number, number[-4:]):
        assert names_in(desk, q=word) == ["見本荘"], word
    assert names_in(desk, q="見本 荘") == ["見本荘"]
    assert names_in(desk, q="架空荘") == []
    assert "見つかりませんでした" in text_of(desk.get(QUEUE, {"q": "架空荘"}))


def test_filters_narrow_and_can_be_taken_off(accepted: Walk, office: Office, desk: Client) -> None:
    case = {"tab": "all"}
    assert names_in(desk, **case, state="lead_review") == ["見本荘"]
    assert names_in(desk, **case, state="decided") == ["見本荘"]
    assert names_in(desk, **case, state="gathering") == []
    assert names_in(desk, **case, person="me") == ["見本荘"]
    assert names_in(desk, **case, person="nobody") == []
    assert names_in(desk, **case, department=str(accepted.second_id)) == ["見本荘"]
    assert names_in(desk, **case, procedure="certification") == ["見本荘"]
    text = text_of(desk.get(QUEUE, {**case, "state": "gathering", "person": "me"}))
    assert "状態: 取りまとめ中" in text
    assert "?person=me&amp;tab=all" in text
    spoilt = text_of(desk.get(QUEUE, {**case, "state": "no-such", "department": "x"}))
    assert "使えない条件を外して表示しています" in spoilt


def test_a_tab_a_sort_or_a_cursor_that_is_none_means_the_first_page(accepted: Walk, desk: Client) -> None:
    assert names_in(desk, tab="nothing", sort="nothing", after="nothing") == ["見本荘"]
    forged = "WyJkdWUiLCIyMDI2LTA2LTAxIiwxXQ:1abc:xyz"
    assert names_in(desk, tab="department", after=forged) == ["見本荘"]


def test_due_words(accepted: Walk) -> None:
    case = Application.objects.get(pk=accepted.application.pk)
    today = dt.date(2026, 6, 1)

    def words(due: dt.date | None, state: str = "lead_review") -> tuple[str, str, str]:
        case.due_on = due
        found = selector.due_words(case, state=selector.State(state), today=today)
        return found["label"], found["date"], found["tone"]

    assert words(today) == ("きょう", "6月1日(月)", "hot")
    assert words(dt.date(2026, 6, 3)) == ("あと2日", "6月3日(水)", "soon")
    assert words(dt.date(2026, 6, 8)) == ("あと5日", "6月8日(月)", "calm")
    assert words(dt.date(2026, 5, 27)) == ("3日超過", "5月27日(水)", "hot")
    assert words(None) == ("—", "", "none")
    case.last_moved_at = timezone.make_aware(dt.datetime(2026, 5, 27, 10))
    assert words(dt.date(2026, 6, 8), "awaiting_correction") == ("停止中", "補正待ち 6日目", "stopped")
    assert words(dt.date(2026, 5, 29), "awaiting_correction") == ("補正の期限切れ", "5月29日(金)", "hot")


def test_pages_follow_each_other_without_gap_or_repeat(
    accepted: Walk, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selector, "PAGE", 3)
    for place, pk in enumerate(clone(accepted.application, 7)):
        due = dt.date(2026, 12, 1) + dt.timedelta(days=place // 3)
        Application.objects.filter(pk=pk).update(due_on=due, housing_name=f"家{place}")
        DepartmentReview.objects.filter(application=pk, turn_due_on__isnull=False).update(turn_due_on=due)
    for query in ({"tab": "department"}, {"tab": "all"}, {"tab": "department", "sort": "new"}):
        seen: list[str] = []
        address = f"{QUEUE}?tab={query['tab']}&sort={query.get('sort', 'due')}"
        for _ in range(3):
            text = text_of(desk.get(address))
            seen += re.findall(r"data-row-link>([^<]+)<", text)
            following = re.search(r'href="([^"]+)" rel="next"', text)
            if following is None:
                break
            address = QUEUE + following[1].replace("&amp;", "&")
        assert len(seen) == len(set(seen)) == 8, query
        expected = ["見本荘", *(f"家{place}" for place in range(7))]
        assert seen == (expected if query == {"tab": "department"} else expected[::-1]), query


def test_counts_stop_at_the_cap(accepted: Walk, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    clone(accepted.application, 4)
    monkeypatch.setattr(selector, "COUNT_CAP", 3)
    assert counts_of(desk)["department"] == "3+"
    monkeypatch.setattr(selector, "COUNT_CAP", 1_000)
    assert selector.capped(1_001, 1_000) == "1,000+"
    assert selector.capped(1_000, 1_000) == "1,000"


def test_the_bar_and_the_tabs_count_once(accepted: Walk, desk: Client) -> None:
    desk.get(QUEUE)
    with CaptureQueriesContext(connection) as queries:
        text = text_of(desk.get(QUEUE))
    counted = [query for query in queries if query["sql"].startswith("SELECT (SELECT COUNT(*)")]
    assert len(counted) == 1
    assert 'class="count count-hot">1<' in text
    assert len(queries) <= 8


@pytest.mark.parametrize("tab", list(Tab))
def test_the_queue_asks_as_much_for_many_rows_as_for_one(
    tab: Tab, accepted: Walk, owner: tuple[Operator, User], desk: Client
) -> None:
    desk.get(QUEUE)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(QUEUE, {"tab": tab.value}).status_code == 200
        return len(queries)

    one = asked()
    clone(accepted.application, 30)
    assert asked() == one <= 8
