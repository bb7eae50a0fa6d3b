"""数え方: each rule that is printed with the table, case by case."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.rules import asking, counting
from consultations.rules.counting import (
    CaseRow,
    ContactRow,
    EventRow,
    Period,
    Told,
    ToldRow,
    Year,
    count,
    hidden_of,
    summary_of,
    tables_of,
)
from consultations.rules.referring import DeclineReason, ReferralState
from consultations.rules.retention import disposable_from, last_closing_day
from consultations.rules.suppression import is_small

YEAR = Period(first=dt.date(2025, 4, 1), last=dt.date(2026, 3, 31))
CATEGORIES = (("elderly", "高齢者"), ("disabled", "障害者"))


def event(case: int, kind: str, month: int, day: int = 1, *, year: int = 2025, **more: object) -> EventRow:
    outcome = {"outcome": "information"} if kind == "closed" else {}
    values = {"case": case, "order": 0, "kind": kind, "day": dt.date(year, month, day), **outcome, **more}
    return EventRow(**values)  # type: ignore[arg-type]


def figures(*events: EventRow, cases: tuple[CaseRow, ...] = (), **more: object) -> counting.Cells:
    known = {row.key: row for row in (*(CaseRow(key=one.case) for one in events), *cases)}
    return count(known.values(), events, (), period=YEAR, **more)  # type: ignore[arg-type]


def test_new_is_what_was_taken_in_within_the_period() -> None:
    found = figures(
        event(1, "opened", 3, 31), event(2, "opened", 4, 1), event(3, "opened", 3, 31, year=2026),
        event(4, "opened", 4, 1, year=2026),
    )  # fmt: skip
    assert found["new"] == 2
    assert (found["new/month/4"], found["new/month/3"]) == (1, 1)


def test_taken_up_again_is_not_new_and_ends_a_second_time() -> None:
    found = figures(
        event(1, "opened", 4), event(1, "closed", 5), event(1, "reopened", 6), event(1, "closed", 7)
    )
    assert [found[name] for name in ("new", "reopened", "closed", "standing")] == [1, 1, 2, 0]


def test_contacts_are_counted_each() -> None:
    told = [
        ContactRow(case=1, day=dt.date(2025, 5, 1), method="phone", number=3),
        ContactRow(case=1, day=dt.date(2025, 6, 1), method="visit"),
        ContactRow(case=1, day=dt.date(2026, 4, 1), method="visit"),
    ]
    found = count([CaseRow(key=1)], [], told, period=YEAR)
    assert found["contacts"] == 4
    assert (found["contacts/month/5"], found["contacts/method/visit"]) == (3, 1)


def test_standing_is_what_had_not_ended_on_the_last_day() -> None:
    found = figures(
        event(1, "opened", 5, year=2024), event(2, "opened", 5), event(2, "closed", 3, 31, year=2026),
        event(3, "opened", 5), event(3, "closed", 4, 1, year=2026), event(4, "opened", 4, 1, year=2026),
    )  # fmt: skip
    assert (found["before"], found["standing"]) == (1, 2)


def test_of_two_events_on_one_day_the_later_one_holds() -> None:
    found = figures(
        event(1, "reopened", 6, order=3), event(1, "closed", 6, order=2), event(1, "opened", 6, order=1)
    )
    assert found["standing"] == 1


def test_one_person_counts_once_by_the_primary_category_and_in_all_of_them_elsewhere() -> None:
    case = CaseRow(key=1, category="elderly", categories=("elderly", "disabled"))
    found = figures(event(1, "opened", 4), event(2, "opened", 4), cases=(case,))
    assert (found["new/category/elderly"], found["new/category/"]) == (1, 1)
    assert "new/category/disabled" not in found
    assert (found["any/category/elderly"], found["any/category/disabled"]) == (1, 1)


def test_reasons_are_counted_each_at_closing() -> None:
    closed = event(1, "closed", 5, outcome="not_found", failures=("age", "budget"))
    found = figures(event(1, "opened", 4), closed)
    assert (found["failure/reason/age"], found["failure/reason/budget"]) == (1, 1)
    assert found["closed/outcome/not_found"] == 1


def test_protected_cases_are_counted_only_when_asked_for() -> None:
    hidden = CaseRow(key=1, is_protected=True)
    told = (event(1, "opened", 4), event(2, "opened", 4))
    assert figures(*told, cases=(hidden,))["new"] == 1
    assert figures(*told, cases=(hidden,), with_protected=True)["new"] == 2


@pytest.mark.parametrize("kind", ["closed", "reopened", "opened"])
def test_what_happens_after_the_period_changes_nothing_in_it(kind: str) -> None:
    told = [event(1, "opened", 5), event(2, "opened", 6), event(2, "closed", 7)]
    later = event(1, kind, 11, 2, year=2026)
    assert figures(*told) == figures(*told, later)


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.sampled_from(["open", "shut"]), st.integers(-400, 400)), max_size=30
    )
)
def test_the_standing_ones_are_what_was_and_came_less_what_went(told: list[tuple[int, str, int]]) -> None:
    """継続中 = 前の継続中 + 新規 + 再開 - 終結, whatever happened in whatever order a case may take."""
    events: list[EventRow] = []
    state: dict[int, str] = {}
    for order, (case, act, days) in enumerate(sorted(told, key=lambda one: one[2])):
        day = YEAR.first + dt.timedelta(days=days)
        kind = {("open", None): "opened", ("open", "closed"): "reopened"}.get((act, state.get(case)))
        if act == "shut" and state.get(case) == "open":
            kind = "closed"
        if kind:
            state[case] = "closed" if kind == "closed" else "open"
            outcome = "information" if kind == "closed" else ""
            events.append(EventRow(case=case, order=order, kind=kind, day=day, outcome=outcome))
    found = figures(*events)
    assert found["standing"] == found["before"] + found["new"] + found["reopened"] - found["closed"]


# --- Tables ---


def year_of(cells: counting.Cells) -> Year:
    return Year(cells=cells, hidden=hidden_of(cells, categories=CATEGORIES))


def test_the_published_version_hides_small_figures_and_leaves_the_standing_ones_out() -> None:
    events = [event(number, "opened", 4 + number % 2) for number in range(9)]
    now = year_of(figures(*events, cases=tuple(CaseRow(key=n, route="self") for n in range(9))))
    labels = [figure.label for figure in summary_of(now, now, is_published=True)]
    assert labels == ["新規", "延べ", "終結"]
    month = tables_of(now, now, categories=CATEGORIES)[0]
    shown = {row.label: row.figures[0].now_text for row in month.rows}
    assert (shown["4月"], shown["5月"], shown["6月"]) == ("5", "秘匿", "0") or shown["5月"] == "秘匿"
    assert now.shown("new/route/self") == now.shown("new"), (
        "one shared total: hidden in every table or in none"
    )


def test_whoever_has_the_primary_category_has_it_among_all() -> None:
    cases = tuple(
        CaseRow(key=n, category=code, categories=(code,))
        for n, code in enumerate(["elderly"] * 3 + ["disabled"] * 20)
    )
    hidden = year_of(figures(*(event(n, "opened", 4) for n in range(23)), cases=cases)).hidden
    assert {"new/category/elderly", "new/category/disabled"} <= hidden
    assert {"any/category/elderly", "any/category/disabled"} <= hidden


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 12),
            st.sampled_from(["", "elderly", "disabled"]),
            st.sampled_from(["", "self", "shop"]),
        ),
        max_size=40,
    )
)
def test_no_line_of_a_published_year_has_one_hidden_figure(told: list[tuple[int, str, str]]) -> None:
    cases = tuple(CaseRow(key=n, category=c, route=r) for n, (_, c, r) in enumerate(told))
    events = [
        event(n, "opened", month, year=2025 if month > 3 else 2026) for n, (month, _, _) in enumerate(told)
    ]
    year = year_of(figures(*events, cases=cases))
    for rule in (rule for rule in counting.TABLES if not rule.is_internal):
        for measure, _ in rule.measures:
            parts = [
                counting.key(measure, rule.by, c) for c, _ in counting.rows_of(rule, categories=CATEGORIES)
            ]
            small = [name for name in parts if is_small(year.cells.get(name, 0))]
            assert set(small) <= year.hidden
            if rule.adds_up:
                assert len(year.hidden.intersection([*parts, measure])) != 1


def test_every_rule_is_told_in_a_sentence() -> None:
    told = "".join(counting.RULES)
    for word in (
        "新規",
        "延べ",
        "終結",
        "再開",
        "継続中",
        "主な区分",
        "あてはまる区分",
        "不成約の理由",
        "今の内容で",
    ):
        assert word in told


def test_a_figure_reads_as_it_is_shown() -> None:
    figure = counting.Figure(label="新規", now=1234, before=None)
    assert (figure.now_text, figure.before_text) == ("1,234", "秘匿")
    assert dataclasses.replace(figure, now=0).now_text == "0"


# --- 保存期間 ---


@pytest.mark.parametrize(
    ("closed_on", "since"),
    [("2021-04-01", "2027-04-01"), ("2022-03-31", "2027-04-01"), ("2022-04-01", "2028-04-01")],
)
def test_the_years_run_from_the_april_after_closing(closed_on: str, since: str) -> None:
    assert disposable_from(dt.date.fromisoformat(closed_on), years=5) == dt.date.fromisoformat(since)


@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)),
    st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)),
    st.integers(1, 30),
)
def test_the_list_and_the_day_agree(closed_on: dt.date, today: dt.date, years: int) -> None:
    assert (closed_on <= last_closing_day(today, years=years)) == (
        today >= disposable_from(closed_on, years=years)
    )


def test_shops_are_counted_by_the_day_they_were_asked_and_what_they_said() -> None:
    cells = counting.count(
        [CaseRow(key=1), CaseRow(key=2, is_protected=True)],
        [],
        [],
        period=counting.Period(first=dt.date(2025, 4, 1), last=dt.date(2026, 3, 31)),
        told=[
            ToldRow(told=Told.ASKED, case=1, day=dt.date(2025, 4, 1), answer="yes"),
            ToldRow(told=Told.ASKED, case=1, day=dt.date(2026, 3, 31), answer="owner", number=2),
            ToldRow(told=Told.ASKED, case=1, day=dt.date(2026, 3, 31), answer=""),
            ToldRow(told=Told.ASKED, case=1, day=dt.date(2026, 4, 1), answer="yes"),
            ToldRow(told=Told.ASKED, case=2, day=dt.date(2025, 5, 1), answer="yes"),
        ],
    )
    assert (cells["asked"], cells["asked/answer/yes"], cells["asked/answer/owner"]) == (4, 1, 2)
    year = counting.Year(cells=cells)
    inside, outside = (
        {table.code for table in counting.tables_of(year, year, categories=(), is_published=published)}
        for published in (False, True)
    )
    assert inside - outside == {"answer", "stage", "referral", "follow"}


def test_stages_at_shops_are_counted_beside_the_shops_asked() -> None:
    day = dt.date(2025, 5, 1)
    cells = count(
        [CaseRow(key=1)],
        [EventRow(case=1, order=1, kind="opened", day=day)],
        [],
        period=Period(first=dt.date(2025, 4, 1), last=dt.date(2026, 3, 31)),
        told=[
            ToldRow(told=Told.ASKED, case=1, day=day, answer="yes"),
            ToldRow(told=Told.STAGE, case=1, day=day, answer="viewed", number=3),
            ToldRow(told=Told.STAGE, case=1, day=day, answer="failed"),
            ToldRow(told=Told.REFERRED, case=1, day=day, answer="full"),
            ToldRow(told=Told.FOLLOWED, case=1, day=day, answer="well", number=2),
        ],
    )
    assert (cells["asked"], cells["stage/answer/viewed"], cells["stage/answer/failed"]) == (1, 3, 1)
    assert (cells["referred"], cells["referred/answer/full"]) == (1, 1)
    assert (cells["followed"], cells["followed/answer/well"]) == (2, 2)
    assert "stage" not in cells


def test_what_was_told_fits_its_columns_and_has_a_row() -> None:
    rows = {
        rule.code: {code for code, _ in counting.rows_of(rule, categories=())} for rule in counting.TABLES
    }
    assert set(asking.STAGES) == rows["stage"]
    for state in ReferralState:
        assert counting.referral_answer(state, decline_reason="") in rows["referral"]
    for reason in DeclineReason:
        assert counting.referral_answer(ReferralState.DECLINED, decline_reason=reason) == reason
        assert reason in rows["referral"]
    codes = {code for name in ("stage", "referral", "follow", "answer") for code in rows[name]}
    assert max(len(code) for code in codes) <= 12


def test_an_answer_is_yes_the_reason_of_a_no_or_none() -> None:
    assert counting.answer_of(is_answered=True, no_reason="") == "yes"
    assert counting.answer_of(is_answered=True, no_reason="owner") == "owner"
    assert counting.answer_of(is_answered=False, no_reason="") == ""
