"""The two years after a revocation, how sure a match of names is, and what a certified plan promises for later."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.criteria import CheckCode, ThresholdCode, run
from certification.rules.criteria.local import CHANGEABLE, Direction, direction, problem
from certification.rules.disqualification import Revoked, Sureness, Who, bar_ends_on, matches, people_of
from certification.rules.follow_ups import seismic_works
from tests.certification.rules.sample import COMPLETE, THRESHOLDS, with_building, with_guardian

DAY = dt.date(2026, 4, 1)


def revoked(who: Who, *, on: dt.date = DAY) -> list[Revoked]:
    return [Revoked(who=who, revoked_on=on, label="R7-認-0001")]


COMPANY = Who(role="事業を行う者", name="株式会社みほん", kana="ミホン", corporate_number="7000012050002")


@pytest.mark.parametrize(
    ("who", "sureness"),
    [
        (Who(role="", name="別の名", corporate_number="7000012050002"), Sureness.NUMBER),
        (Who(role="", name="株式会社 みほん", kana="みほん"), Sureness.NAME_AND_KANA),
        (Who(role="", name="株式会社みほん"), Sureness.NAME),
        (Who(role="", name="株式会社見本", kana="ﾐﾎﾝ"), Sureness.KANA),
        # The same name with another number is another company; the same signs read otherwise another name.
        (Who(role="", name="株式会社みほん", kana="ミホン", corporate_number="1000012160153"), None),
        (Who(role="", name="株式会社みほん", kana="サンプル"), None),
        (Who(role="", name="", kana=""), None),
    ],
)
def test_a_match_says_how_sure_it_is(who: Who, sureness: Sureness | None) -> None:
    found = matches([who], revoked(COMPANY), today=DAY)

    assert [match.sureness for match in found] == ([sureness] if sureness else [])


@given(st.dates(dt.date(2026, 1, 1), dt.date(2029, 12, 31)))
def test_the_bar_holds_from_the_day_for_two_years(today: dt.date) -> None:
    found = matches([COMPANY], revoked(COMPANY), today=today)

    assert bool(found) == (DAY <= today < dt.date(2028, 4, 1))


def test_two_years_after_the_last_of_february() -> None:
    assert bar_ends_on(dt.date(2028, 2, 29)) == dt.date(2030, 3, 1)


def test_the_surest_comes_first() -> None:
    weak = Who(role="役員", name="別の人", kana="ミホン")
    found = matches([weak, COMPANY], revoked(COMPANY), today=DAY)

    assert [match.sureness for match in found] == [Sureness.NUMBER, Sureness.KANA]


def test_the_bar_asks_about_everybody_of_the_plan() -> None:
    roles = [who.role for who in people_of(with_guardian())]

    assert roles == ["事業を行う者", "役員", "事業を行う者", "法定代理人", "法定代理人の役員"]


def test_a_match_is_a_line_of_advice_with_article_and_end() -> None:
    found = matches(
        [Who(role="役員", name="架空 太郎")], revoked(Who(role="役員", name="架空太郎")), today=DAY
    )
    lines = run([CheckCode.PARTIES], COMPLETE, thresholds=THRESHOLDS, revoked=found)

    assert lines[0].text == (
        "役員「架空 太郎」は、令和8年4月1日に認定を取り消されたR7-認-0001の役員と名前が一致します。"
    )
    assert lines[0].cure == "同じ者かを確かめてください。同じなら令和10年4月1日まで認定できません。"
    assert lines[0].basis == "法42条3号、6号〜8号"


# --- 認定後の確認 ---


def test_planned_works_are_due_at_the_end_of_their_month() -> None:
    plan = with_building(seismic="planned", construction_started="1980-03", seismic_works_until="2028-02")
    (promise,) = seismic_works(plan, certified_on=DAY)

    assert (promise.subject, promise.due_on, promise.is_guessed) == (
        "住宅「見本荘」",
        dt.date(2028, 2, 29),
        False,
    )


def test_without_a_month_a_year_is_given() -> None:
    plan = with_building(seismic="planned", construction_started="1980-03")
    (promise,) = seismic_works(plan, certified_on=DAY)

    assert (promise.due_on, promise.is_guessed) == (dt.date(2027, 4, 1), True)


@pytest.mark.parametrize(("seismic", "started"), [("proven", "1980-03"), ("planned", "1981-06")])
def test_nothing_follows_where_nothing_is_promised(seismic: str, started: str) -> None:
    plan = with_building(seismic=seismic, construction_started=started)

    assert list(seismic_works(plan, certified_on=DAY)) == []


# --- 供給促進計画 ---


@given(st.sampled_from(list(ThresholdCode)), st.decimals(Decimal("0.01"), 90, places=2))
def test_a_direction_is_always_told(code: ThresholdCode, value: Decimal) -> None:
    national = THRESHOLDS[code]

    assert (direction(code, value, national) == Direction.SAME) == (value == national)


def test_more_area_is_stronger_and_more_people_for_a_bath_is_weaker() -> None:
    assert direction("floor_area_new_m2", Decimal(26), Decimal(25)) == Direction.STRONGER
    assert direction("shared_living_people_per_facility", Decimal(6), Decimal(5)) == Direction.WEAKER


def test_exclusive_units_may_only_be_strengthened() -> None:
    assert problem("exclusive_units_min", Decimal(2), Decimal(1)) == ""
    assert "強めることだけ" in problem("exclusive_units_min", Decimal("0.5"), Decimal(1))


def test_intervals_of_support_are_not_for_local_plans() -> None:
    assert "safety_max_days" not in CHANGEABLE
    assert "変えられません" in problem("safety_max_days", Decimal(2), Decimal(1))
