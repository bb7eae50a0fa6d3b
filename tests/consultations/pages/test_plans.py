"""支援プラン and 入居後の確認 on the screen."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from consultations.demo import Team
from tests.consultations.conftest import NOW, SignIn, TakeIn
from tests.consultations.pages.test_cases import MOST_IN_CASE, page, url
from tests.consultations.services.test_plans import end, hear, write

GIVEN = {
    "situation": "ひとり暮らし", "wish": "駅の近く", "goal": "3月末までに移る",
    "who_1": "本人", "what_1": "めいに電話する", "until_1": "令和8年11月20日",
    "review_on": "令和8年12月2日", "explained_on": "", "seen": "0",
    "key": "22222222-2222-4222-8222-222222222222",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=True) as traveller:
        yield traveller


def test_a_plan_is_written_reviewed_and_printed(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in(summary="家族のこと", phone="000-7777-8888")
    client = sign_in(desk_team.counsellor)
    assert page(client, url("case_plans", case)).count("まだありません") == 3
    where = url("plan_write", case, phase="before")
    assert "緊急連絡先と家賃債務保証" in page(client, where)
    assert client.post(where, GIVEN).status_code == 302
    shown = page(client, url("case_plans", case))
    assert "3月末までに移る" in shown
    assert "本人への説明はまだ" in shown
    assert "めいに電話する" in page(client, where), "a review starts from what was agreed"
    assert "支援プラン(相談・入居前)を見直す" in page(client, url("case", case))
    sheet = page(client, url("plan_sheet", case, plan_id=case.plans.get().public_id))
    assert "令和8年11月20日" in sheet
    for hidden in ("000-7777-8888", "家族のこと", "ひとり暮らし"):
        assert hidden not in sheet, "the paper bears neither telephone nor what the office thinks"
    assert AuditEvent.objects.filter(action="consultations.printed").count() == 1


def test_mistakes_are_told_and_what_was_typed_stays(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    case = take_in()
    client = sign_in(desk_team.counsellor)
    where = url("plan_write", case, phase="during")
    wrong = client.post(where, {**GIVEN, "goal": "", "who_1": ""})
    assert wrong.status_code == 422
    assert "目標を書いてください" in wrong.content.decode()
    assert "めいに電話する" in wrong.content.decode()
    no_name = client.post(where, {**GIVEN, "who_1": ""})
    assert "だれがするかを書いてください" in no_name.content.decode()
    gap = client.post(where, {**GIVEN, "who_3": "相談員", "what_3": "付き添う"})
    assert gap.status_code == 422
    assert client.post(where, GIVEN).status_code == 302
    stale = client.post(where, {**GIVEN, "key": "33333333-3333-4333-8333-333333333333"})
    assert stale.status_code == 409
    assert "めいに電話する" in stale.content.decode()
    assert client.get(url("plan_write", case, phase="nonsense")).status_code == 404


def test_a_closed_case_shows_its_plan_and_takes_no_new_one(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    case = take_in()
    write(case, desk_team)
    end(case, desk_team)
    client = sign_in(desk_team.counsellor)
    shown = page(client, url("case_plans", case))
    assert "移る" in shown
    assert url("plan_write", case, phase="before") not in shown
    refused = client.post(url("plan_write", case, phase="during"), GIVEN)
    assert refused.status_code == 409
    assert "終結しています" in refused.content.decode()


def test_how_it_goes_comes_up_in_the_list_and_is_recorded(
    take_in: TakeIn, desk_team: Team, sign_in: SignIn
) -> None:
    case = take_in(call_name="あおい")
    end(case, desk_team, now=NOW - dt.timedelta(days=20))
    client = sign_in(desk_team.counsellor)
    assert "あおい" in page(client, f"{url('cases')}?tab=follow")
    assert "1か月後のようすを記録する" in page(client, url("case", case))
    first = case.follow_ups.get(months=1)
    where = url("follow_up", case, follow_up_id=first.public_id)
    page(client, where)
    wrong = client.post(where, {"happened_on": "令和8年11月2日", "result": "trouble", "text": ""})
    assert wrong.status_code == 422
    assert "困りごとと、これからすること" in wrong.content.decode()
    assert client.post(where, {"happened_on": "令和8年11月2日", "result": "well"}).status_code == 302
    assert "落ち着いて暮らしている" in page(client, url("case", case))
    assert "あおい" not in page(client, f"{url('cases')}?tab=follow"), "the next day is far"
    assert client.post(where, {"happened_on": "令和8年11月2日", "result": "well"}).status_code == 409


def test_the_form_of_closing_puts_the_days_down(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in()
    client = sign_in(desk_team.counsellor)
    assert "入居後の確認をする" in page(client, url("case_close", case))
    given = {
        "outcome": "contracted",
        "rent_yen": "50000",
        "is_followed": "on",
        "moved_in_on": "令和8年12月1日",
    }
    case.refresh_from_db()
    assert client.post(url("case_close", case), {**given, "seen": case.revision}).status_code == 302
    assert case.follow_ups.get(months=1).due_on == dt.date(2027, 1, 1)


def test_another_desk_sees_nothing(
    take_in: TakeIn, desk_team: Team, other_team: Team, sign_in: SignIn
) -> None:
    case = take_in()
    plan = write(case, desk_team)
    end(case, desk_team)
    client = sign_in(other_team.supervisor)
    for address in (
        url("case_plans", case),
        url("plan_write", case, phase="before"),
        url("plan_sheet", case, plan_id=plan.public_id),
        url("follow_up", case, follow_up_id=case.follow_ups.all()[0].public_id),
    ):
        assert client.get(address).status_code == 404, address


def test_the_number_of_queries_does_not_grow(take_in: TakeIn, desk_team: Team, sign_in: SignIn) -> None:
    case = take_in()
    client = sign_in(desk_team.supervisor)
    client.get(url("cases"))
    counts: list[int] = []
    for version in range(4):
        write(case, desk_team, seen=version)
        if version in (0, 2, 3):
            with CaptureQueriesContext(connection) as found:
                page(client, url("case_plans", case))
            counts.append(len(found))
    assert len(set(counts)) == 1
    assert counts[0] <= MOST_IN_CASE
    end(case, desk_team)
    hear(case.follow_ups.get(months=1), desk_team)
    with CaptureQueriesContext(connection) as found:
        page(client, url("case", case))
    assert len(found) <= MOST_IN_CASE
