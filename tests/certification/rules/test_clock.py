"""処理期間 in business days: what counts, what does not, and how it is explained line by line."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from certification.rules.clock import Clock, ClockKind, Level, Tick, forecast, level_of, reckon, stopped_days
from japan.calendar import business_days_between, is_business_day

START, STOP, RESUME, END = ClockKind.START, ClockKind.STOP, ClockKind.RESUME, ClockKind.END


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def tick(kind: ClockKind, on: str) -> Tick:
    return Tick(kind=kind, on=day(on), label=str(kind.label))


def clock(*ticks: tuple[ClockKind, str], today: str, standard_days: int = 10) -> Clock:
    reckoned = reckon([tick(kind, on) for kind, on in ticks], standard_days=standard_days, today=day(today))
    assert reckoned is not None
    return reckoned


def test_before_acceptance_there_is_no_clock() -> None:
    assert reckon([], standard_days=10, today=day("2026-06-01")) is None


def test_the_day_of_acceptance_is_not_counted() -> None:
    assert clock((START, "2026-06-01"), today="2026-06-01").used == 0
    assert clock((START, "2026-06-01"), today="2026-06-02").used == 1


def test_weekends_are_not_counted() -> None:
    friday_to_monday = clock((START, "2026-06-05"), today="2026-06-08")

    assert friday_to_monday.used == 1


def test_the_golden_week_is_not_counted() -> None:
    # Open from 24 April to 8 May 2026: 27, 28, 30 April, 1, 7, 8 May.
    assert clock((START, "2026-04-24"), today="2026-05-08").used == 6


def test_the_turn_of_the_year_is_not_counted() -> None:
    # Closed from 29 December to 3 January, then a weekend day: open are 28 December and 4 January.
    assert clock((START, "2026-12-25"), today="2027-01-04").used == 2


def test_the_due_day_is_the_last_day_of_the_standard_period() -> None:
    reckoned = clock((START, "2026-06-01"), today="2026-06-10")

    assert reckoned.due_on == day("2026-06-15")
    assert (reckoned.used, reckoned.remaining) == (7, 3)


def test_the_clock_stands_still_while_the_applicant_corrects() -> None:
    stopped = clock((START, "2026-06-01"), (STOP, "2026-06-04"), today="2026-06-30")

    assert stopped.is_stopped
    assert stopped.used == 3
    assert stopped.due_on is None


def test_after_resuming_what_was_left_is_counted_from_that_day() -> None:
    ticks = ((START, "2026-06-01"), (STOP, "2026-06-04"), (RESUME, "2026-06-18"))
    resumed = clock(*ticks, today="2026-06-19")

    assert resumed.used == 3 + 1
    assert not resumed.is_stopped
    # Seven business days after 18 June.
    assert resumed.due_on == day("2026-06-29")


def test_each_stretch_is_a_line_that_says_whether_it_counts() -> None:
    ticks = ((START, "2026-06-01"), (STOP, "2026-06-04"), (RESUME, "2026-06-18"), (END, "2026-06-22"))
    ended = clock(*ticks, today="2026-12-01")

    assert [
        (line.label, line.since.isoformat(), line.until.isoformat(), line.days, line.counted)
        for line in ended.lines
    ] == [
        ("開始", "2026-06-01", "2026-06-04", 3, True),
        ("停止", "2026-06-04", "2026-06-18", 10, False),
        ("再開", "2026-06-18", "2026-06-22", 2, True),
    ]
    assert ended.has_ended
    assert ended.used == 5
    assert ended.due_on is None


def test_returned_and_answered_on_one_day_costs_nothing() -> None:
    ticks = ((START, "2026-06-01"), (STOP, "2026-06-04"), (RESUME, "2026-06-04"))

    assert clock(*ticks, today="2026-06-05").used == clock((START, "2026-06-01"), today="2026-06-05").used


def test_withdrawn_while_stopped_counts_only_what_ran() -> None:
    ticks = ((START, "2026-06-01"), (STOP, "2026-06-04"), (END, "2026-06-30"))

    assert clock(*ticks, today="2026-07-31").used == 3


def test_overdue_is_a_negative_remainder() -> None:
    late = clock((START, "2026-06-01"), today="2026-06-17")

    assert late.due_on == day("2026-06-15")
    assert late.remaining == -2


def test_overdue_before_the_stop_is_due_at_once_after_it() -> None:
    ticks = ((START, "2026-06-01"), (STOP, "2026-06-30"), (RESUME, "2026-07-06"))
    late = clock(*ticks, today="2026-07-07")

    assert late.remaining < 0
    assert late.due_on == day("2026-07-06")


def test_read_for_a_day_before_the_last_event_nothing_is_counted_backwards() -> None:
    early = clock((START, "2026-06-10"), today="2026-06-01")

    assert (early.used, early.lines[0].days) == (0, 0)


# --- For any history ---

GAPS = st.lists(st.integers(0, 40), min_size=0, max_size=7)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Tick], dt.date]:
    """Start, stops and resumptions in turn, perhaps an end; and a day not before the last of them."""
    on = draw(DAYS)
    ticks = [Tick(kind=START, on=on, label="開始")]
    for number, gap in enumerate(draw(GAPS)):
        on += dt.timedelta(days=gap)
        ticks.append(Tick(kind=STOP if number % 2 == 0 else RESUME, on=on, label="停止と再開"))
    if draw(st.booleans()):
        on += dt.timedelta(days=draw(st.integers(0, 40)))
        ticks.append(Tick(kind=END, on=on, label="終了"))
    return ticks, on + dt.timedelta(days=draw(st.integers(0, 60)))


@given(histories(), st.integers(1, 60))
def test_used_and_stopped_days_together_are_all_days(
    history: tuple[list[Tick], dt.date], standard: int
) -> None:
    ticks, today = history
    reckoned = reckon(ticks, standard_days=standard, today=today)

    assert reckoned is not None
    stopped = sum(line.days for line in reckoned.lines if not line.counted)
    last = ticks[-1].on if reckoned.has_ended else today
    assert reckoned.used + stopped == business_days_between(ticks[0].on, last)
    assert all(before.until == after.since for before, after in pairwise(reckoned.lines))
    assert reckoned.remaining == standard - reckoned.used


@given(histories(), st.integers(1, 60))
def test_on_the_due_day_the_period_is_used_up_and_not_before(
    history: tuple[list[Tick], dt.date], standard: int
) -> None:
    ticks, today = history
    reckoned = reckon(ticks, standard_days=standard, today=today)

    assert reckoned is not None
    assert (reckoned.due_on is None) == (reckoned.is_stopped or reckoned.has_ended)
    if reckoned.due_on is None:
        return
    on_the_day = reckon(ticks, standard_days=standard, today=reckoned.due_on)
    assert on_the_day is not None
    assert on_the_day.used >= standard
    if reckoned.due_on > ticks[-1].on:
        assert is_business_day(reckoned.due_on)
        assert on_the_day.remaining == 0
    is_late = business_days_between(reckoned.due_on, today) > 0
    assert is_late == (reckoned.remaining < 0) or reckoned.due_on == ticks[-1].on


# --- Looking ahead ---


def test_while_the_clock_runs_the_forecast_is_the_due_date() -> None:
    found = forecast(clock((START, "2026-06-01"), today="2026-06-10"), today=day("2026-06-10"))

    assert found is not None
    assert (found.due_on, found.remaining) == (day("2026-06-15"), 3)
    assert (found.if_answered_today, found.if_answered_on_due) == (None, None)


def test_while_it_is_stopped_the_forecast_depends_on_the_answer() -> None:
    stopped = clock((START, "2026-06-01"), (STOP, "2026-06-04"), today="2026-06-10")
    found = forecast(stopped, today=day("2026-06-10"), answer_due_on=day("2026-06-17"))

    assert found is not None
    assert (found.due_on, found.used, found.stopped_days) == (None, 3, 4)
    assert found.if_answered_today == day("2026-06-19")
    assert found.if_answered_on_due == day("2026-06-26")


def test_the_forecast_is_what_the_clock_says_once_the_answer_has_come() -> None:
    stopped = clock((START, "2026-06-01"), (STOP, "2026-06-04"), today="2026-06-10")
    found = forecast(stopped, today=day("2026-06-10"))
    answered = clock((START, "2026-06-01"), (STOP, "2026-06-04"), (RESUME, "2026-06-10"), today="2026-06-10")

    assert found is not None
    assert found.if_answered_today == answered.due_on


def test_a_late_answer_is_expected_today() -> None:
    stopped = clock((START, "2026-06-01"), (STOP, "2026-06-04"), today="2026-06-30")
    found = forecast(stopped, today=day("2026-06-30"), answer_due_on=day("2026-06-17"))

    assert found is not None
    assert found.if_answered_on_due == found.if_answered_today


def test_a_used_up_period_is_due_the_day_the_answer_comes() -> None:
    stopped = clock((START, "2026-06-01"), (STOP, "2026-06-25"), today="2026-07-01")
    found = forecast(stopped, today=day("2026-07-01"))

    assert found is not None
    assert found.remaining == -8
    assert found.if_answered_today == day("2026-07-01")


def test_the_forecast_steps_over_the_turn_of_the_year() -> None:
    # Three days are left on 25 December: 28 December, 4 January (Monday), 5 January.
    stopped = clock((START, "2026-12-16"), (STOP, "2026-12-25"), today="2026-12-25")
    found = forecast(stopped, today=day("2026-12-25"))

    assert found is not None
    assert found.remaining == 3
    assert found.if_answered_today == day("2027-01-05")


def test_the_forecast_steps_over_a_substitute_holiday() -> None:
    # 3 May 2026 is a Sunday: 6 May is closed in its place (祝日法3条2項), after 4 and 5 May.
    stopped = clock((START, "2026-04-17"), (STOP, "2026-05-01"), today="2026-05-01")
    found = forecast(stopped, today=day("2026-05-01"))

    assert found is not None
    assert found.remaining == 1
    assert found.if_answered_today == day("2026-05-07")


def test_there_is_no_forecast_before_acceptance_and_after_the_decision() -> None:
    ended = clock((START, "2026-06-01"), (END, "2026-06-10"), today="2026-06-12")

    assert forecast(None, today=day("2026-06-01")) is None
    assert forecast(ended, today=day("2026-06-12")) is None


def test_what_was_not_counted_is_told_apart() -> None:
    corrected = clock((START, "2026-06-01"), (STOP, "2026-06-04"), (RESUME, "2026-06-10"), today="2026-06-12")

    assert (corrected.used, stopped_days(corrected)) == (5, 4)


def test_a_due_date_is_pressing_from_five_business_days_before() -> None:
    today = day("2026-06-01")

    assert level_of(day("2026-06-09"), today=today) == Level.CALM
    assert level_of(day("2026-06-08"), today=today) == Level.SOON
    assert level_of(today, today=today) == Level.SOON
    assert level_of(day("2026-05-31"), today=today) == Level.OVERDUE
    assert level_of(None, today=today) == Level.CALM


def test_closed_days_do_not_make_a_due_date_less_pressing() -> None:
    # From 28 December 2026 five business days reach to 8 January; over 振替休日 from 1 May 2026 to 13 May.
    assert level_of(day("2027-01-08"), today=day("2026-12-28")) == Level.SOON
    assert level_of(day("2027-01-12"), today=day("2026-12-28")) == Level.CALM
    assert level_of(day("2026-05-13"), today=day("2026-05-01")) == Level.SOON
    assert level_of(day("2026-05-14"), today=day("2026-05-01")) == Level.CALM
