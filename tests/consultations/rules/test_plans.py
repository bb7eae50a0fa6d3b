"""支援プラン: what a plan must say; 入居後の確認: on which days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.rules.plans import (
    ASK_ABOUT,
    FOLLOW_UP_MONTHS,
    HowItGoes,
    Phase,
    Step,
    follow_up_days,
    follow_up_problems,
    plan_problems,
)

TODAY = dt.date(2026, 11, 2)
STEP = Step(who="本人", what="店に行く")


def test_a_whole_plan_has_nothing_to_mend() -> None:
    assert plan_problems(goal="移る", steps=[STEP], review_on=dt.date(2026, 12, 2), today=TODAY) == {}


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"goal": " "}, "goal", "目標を書いて"),
        ({"steps": []}, "what_1", "一つ以上"),
        ({"steps": [STEP, Step(who="相談員", what="")]}, "what_2", "することを"),
        ({"steps": [Step(who="", what="店に行く")]}, "who_1", "だれがするか"),
        ({"review_on": TODAY}, "review_on", "あしたから"),
        ({"review_on": TODAY + dt.timedelta(days=367)}, "review_on", "1年以内"),
    ],
)
def test_what_is_missing_is_told_where(values: dict[str, object], field: str, words: str) -> None:
    usual: dict[str, object] = {"goal": "移る", "steps": [STEP], "review_on": dt.date(2026, 12, 2)}
    found = plan_problems(**{**usual, **values}, today=TODAY)  # type: ignore[arg-type]
    assert list(found) == [field]
    assert words in found[field]


def test_a_review_may_be_a_year_away_and_no_more() -> None:
    last = TODAY + dt.timedelta(days=366)
    assert plan_problems(goal="移る", steps=[STEP], review_on=last, today=TODAY) == {}


def test_each_phase_has_something_to_think_of() -> None:
    assert set(ASK_ABOUT) == set(Phase.values)
    assert all(ASK_ABOUT[phase] for phase in Phase.values)


def test_one_three_and_twelve_months_after_moving_in() -> None:
    assert follow_up_days(dt.date(2026, 11, 30)) == [
        (1, dt.date(2026, 12, 30)),
        (3, dt.date(2027, 2, 28)),
        (12, dt.date(2027, 11, 30)),
    ]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2090, 12, 31)))
def test_the_days_come_in_order_and_after_moving_in(day: dt.date) -> None:
    found = follow_up_days(day)
    assert [months for months, _ in found] == list(FOLLOW_UP_MONTHS)
    days = [day, *(each for _, each in found)]
    assert days == sorted(set(days))


def test_trouble_needs_words_and_no_day_lies_ahead() -> None:
    ahead = TODAY + dt.timedelta(days=1)
    assert follow_up_problems(result=HowItGoes.WELL, text="", happened_on=TODAY, today=TODAY) == {}
    found = follow_up_problems(result=HowItGoes.TROUBLE, text=" ", happened_on=ahead, today=TODAY)
    assert set(found) == {"text", "happened_on"}
    assert set(follow_up_problems(result="?", text="", happened_on=TODAY, today=TODAY)) == {"result"}
