"""Schedule rules of every sort for property tests: sound ones only, with dates from 2024 to 2029."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import strategies as st

from councils.rules.occurrences import pattern_days
from councils.rules.schedule import LAST, Frequency, HolidayPolicy, Per, SessionRule, Slot
from councils.rules.schedule_problems import problems

FIRST, LAST_DAY = dt.date(2024, 1, 1), dt.date(2029, 12, 31)
days = st.dates(min_value=FIRST, max_value=LAST_DAY)
quarters = st.integers(min_value=8 * 4, max_value=18 * 4).map(lambda n: dt.time(n // 4, n % 4 * 15))


def _ascending(values, *, smallest, most):
    return st.sets(values, min_size=smallest, max_size=most).map(lambda found: tuple(sorted(found)))


weekdays = _ascending(st.integers(0, 6), smallest=1, most=7)
nth = st.sets(st.sampled_from([1, 2, 3, 4, 5, LAST]), min_size=1).map(
    lambda found: tuple(sorted(found, key=lambda n: 6 if n == LAST else n))
)


@st.composite
def times(draw):
    """The hours of a rule: none, a start, a span, or named slots with or without ends."""
    kind = draw(st.sampled_from(["none", "start", "span", "slots", "starts only"]))
    if kind == "none":
        return {}
    if kind == "start":
        return {"start": draw(quarters)}
    if kind == "span":
        start, end = sorted(draw(st.sets(quarters, min_size=2, max_size=2)))
        return {"start": start, "end": end}
    if kind == "starts only":
        starts = sorted(draw(st.sets(quarters, min_size=1, max_size=4)))
        return {"start": starts[0], "slots": tuple(Slot(start) for start in starts)}
    moments = sorted(draw(st.sets(quarters, min_size=4, max_size=8)))
    pairs = list(zip(moments[::2], moments[1::2], strict=False))
    slots = tuple(Slot(start, end) for start, end in pairs)
    return {"start": slots[0].start, "end": slots[-1].end, "slots": slots}


@st.composite
def validities(draw):
    first, last = draw(st.none() | days), draw(st.none() | days)
    if first and last and last < first:
        first, last = last, first
    return {"valid_from": first, "valid_until": last}


_OWN_FIELDS = {
    Frequency.OFFICE_DAYS: st.just({}),
    Frequency.WEEKLY: st.fixed_dictionaries({"weekdays": weekdays}),
    Frequency.MONTHLY: st.fixed_dictionaries({"weekdays": weekdays, "nth": nth}),
    Frequency.DATES: st.fixed_dictionaries({"extra": _ascending(days, smallest=1, most=6)}),
    Frequency.COUNT_ONLY: st.just({}),
}


@st.composite
def rules(draw, frequencies=tuple(Frequency)):
    """A sound rule of one of the given kinds."""
    frequency = draw(st.sampled_from(frequencies))
    rule = SessionRule(frequency, **draw(_OWN_FIELDS[frequency]), **draw(times()), **draw(validities()))
    counted = frequency == Frequency.COUNT_ONLY or draw(st.booleans())
    rule = replace(
        rule,
        places=draw(st.none() | st.integers(1, 9)),
        holiday_policy=draw(st.sampled_from(_policies(frequency))),
        count=draw(st.integers(1, 60)) if counted else None,
        per=draw(st.sampled_from(Per)) if counted else None,
    )
    if frequency not in (Frequency.DATES, Frequency.COUNT_ONLY):
        rule = _with_exceptions(draw, rule)
    return rule if not problems(rule) else replace(rule, valid_from=None, valid_until=None)


def _policies(frequency):
    if frequency == Frequency.OFFICE_DAYS:
        return [HolidayPolicy.UNSTATED, HolidayPolicy.CLOSED]
    return list(HolidayPolicy)


def _with_exceptions(draw, rule):
    """Skipped dates that the rule meets, and any extra dates beside them."""
    near = draw(days)
    named = list(pattern_days(rule, start=near, end=near + dt.timedelta(days=90)))
    skipped = draw(_ascending(st.sampled_from(named), smallest=0, most=4)) if named else ()
    extra = draw(_ascending(days, smallest=0, most=4))
    return replace(rule, skipped=skipped, extra=tuple(day for day in extra if day not in skipped))
