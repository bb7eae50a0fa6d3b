"""What the queue keeps, who may stand in, who is called in a note, and the figures of processing days."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from certification.rules.deputies import period_problem, person_problem
from certification.rules.notes import called_in
from certification.rules.queue import storable
from certification.rules.statistics import Decided, figures, grouped, median, percentile

TODAY = dt.date(2026, 6, 1)


def decided(days: int, **more: object) -> Decided:
    given = {
        "decided_on": TODAY,
        "procedure": "certification",
        "result": "certified",
        "stopped": 0,
        "returns": 0,
    }
    return Decided(days=days, **{**given, **more})  # type: ignore[arg-type]


def test_only_known_conditions_are_kept_and_never_what_was_searched_for() -> None:
    asked = {"q": "架空 太郎", "state": "submitted", "evil": "1", "person": "", "after": "abc"}

    assert storable(asked) == {"state": "submitted"}


def test_a_deputy_is_somebody_else_of_the_same_department() -> None:
    assert person_problem(is_same=False, shared={1}) is None
    assert "同じ課" in str(person_problem(is_same=True, shared={1}))
    assert "同じ課" in str(person_problem(is_same=False, shared=frozenset()))


def test_a_period_ends_after_it_begins_not_in_the_past_and_within_a_year() -> None:
    def problem(from_day: int, until_day: int) -> str:
        day = dt.timedelta(days=1)
        found = period_problem(from_on=TODAY + from_day * day, until=TODAY + until_day * day, today=TODAY)
        return found[1] if found else ""

    assert problem(0, 0) == problem(-3, 5) == ""
    assert "初日以後" in problem(5, 4)
    assert "もう終わった" in problem(-9, -1)
    assert "1年まで" in problem(0, 366)


def test_a_name_after_the_sign_calls_that_person() -> None:
    names = {1: "佐藤 健", 2: "佐藤 健一", 3: "鈴木 花"}

    assert called_in("@佐藤健 さん、お願いします", names) == {1}
    assert called_in("＠佐藤 健一さん", names) == {2}
    assert called_in("@佐藤健一と@佐藤 健に", names) == {1, 2}
    assert called_in("鈴木花さんに聞いた", names) == set()


def test_the_middle_and_the_ninetieth_of_a_hundred() -> None:
    assert median([1, 2, 9]) == 2
    assert median([1, 2, 3, 9]) == Decimal("2.5")
    assert percentile(list(range(1, 11)), 90) == 9
    assert percentile([7], 90) == 7
    assert percentile([1, 2], 90) == 2


def test_figures_of_no_case_are_none() -> None:
    assert figures([], standard_days=30) is None


def test_a_case_on_the_last_day_of_the_period_is_within() -> None:
    found = figures([decided(10), decided(30), decided(31, stopped=4, returns=2)], standard_days=30)

    assert found is not None
    assert (found.number, found.within, found.share_within) == (3, 2, Decimal("66.7"))
    assert (found.median, found.ninety, found.longest) == (Decimal(30), 31, 31)
    assert (found.stopped, found.returns) == (4, 2)


def test_groups_have_their_own_figures() -> None:
    found = grouped([decided(1), decided(5, result="refused")], lambda case: case.result, standard_days=3)

    assert {key: one.within for key, one in found.items()} == {"certified": 1, "refused": 0}
