"""処理期間: business days from acceptance to decision, stopped while the applicant corrects.

Counted from events when read, never by a nightly counter. 行政手続法6条 (標準処理期間) and 7条 (補正); days off as in
行政機関の休日に関する法律1条1項.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from japan.calendar import add_business_days, business_days_between

WARN_DAYS: Final = 5
"""Business days before the due date from which a case is shown as pressing."""


class ClockKind(TextChoices):
    START = "start", "開始"
    STOP = "stop", "停止"
    RESUME = "resume", "再開"
    END = "end", "終了"


class Level(TextChoices):
    """早めの注意: how pressing a due date is."""

    CALM = "calm", "余裕あり"
    SOON = "soon", f"残り{WARN_DAYS}営業日以内"
    OVERDUE = "overdue", "期限超過"


@dataclass(frozen=True, kw_only=True)
class Tick:
    """An event on the calendar: a local date, never a time of day."""

    kind: ClockKind
    on: dt.date
    label: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One stretch of the reckoning. `days` are business days after `since` up to and including `until`."""

    since: dt.date
    until: dt.date
    days: int
    counted: bool
    label: str


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The reckoning: what was used of the standard period, and when it runs out."""

    standard_days: int
    used: int
    lines: tuple[Line, ...]
    due_on: dt.date | None
    is_stopped: bool
    has_ended: bool

    @property
    def remaining(self) -> int:
        """Business days left; negative when overdue."""
        return self.standard_days - self.used


def reckon(ticks: Sequence[Tick], *, standard_days: int, today: dt.date) -> Clock | None:
    """The clock on `today`; `None` before it starts. Ticks come in the order they happened.

    The first day is not counted (民法140条). `due_on` is `None` while stopped and after the end.
    """
    if not ticks:
        return None
    ends = [tick.on for tick in ticks[1:]] + [max(today, ticks[-1].on)]
    lines = tuple(
        _line(tick, until=until)
        for tick, until in zip(ticks, ends, strict=True)
        if tick.kind != ClockKind.END
    )
    used = sum(line.days for line in lines if line.counted)
    last = ticks[-1]
    runs = last.kind in (ClockKind.START, ClockKind.RESUME)
    used_before_last = used - (lines[-1].days if runs else 0)
    return Clock(
        standard_days=standard_days,
        used=used,
        lines=lines,
        due_on=add_business_days(last.on, max(standard_days - used_before_last, 0)) if runs else None,
        is_stopped=last.kind == ClockKind.STOP,
        has_ended=last.kind == ClockKind.END,
    )


def _line(tick: Tick, *, until: dt.date) -> Line:
    return Line(
        since=tick.on,
        until=until,
        days=business_days_between(tick.on, until),
        counted=tick.kind in (ClockKind.START, ClockKind.RESUME),
        label=tick.label,
    )


# --- Looking ahead ---


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """When the standard period runs out, as far as it can be told on a day.

    While the clock runs `due_on` is that day. While it is stopped nobody knows: `if_answered_today` is what it would be
    if the applicant answered that day, `if_answered_on_due` if the answer came on the due date of the points.
    """

    standard_days: int
    used: int
    stopped_days: int
    due_on: dt.date | None
    if_answered_today: dt.date | None
    if_answered_on_due: dt.date | None

    @property
    def remaining(self) -> int:
        """Business days left; negative when overdue."""
        return self.standard_days - self.used


def forecast(clock: Clock | None, *, today: dt.date, answer_due_on: dt.date | None = None) -> Forecast | None:
    """The forecast on `today`; `None` before acceptance and after the decision (行政手続法6条, 9条1項).

    An answer that is late is expected today: its due date has passed and moves nothing back.
    """
    if clock is None or clock.has_ended:
        return None
    left = max(clock.standard_days - clock.used, 0)
    return Forecast(
        standard_days=clock.standard_days,
        used=clock.used,
        stopped_days=stopped_days(clock),
        due_on=clock.due_on,
        if_answered_today=add_business_days(today, left) if clock.is_stopped else None,
        if_answered_on_due=add_business_days(max(answer_due_on, today), left)
        if clock.is_stopped and answer_due_on
        else None,
    )


def stopped_days(clock: Clock) -> int:
    """Business days that were not counted because the applicant corrected."""
    return sum(line.days for line in clock.lines if not line.counted)


def level_of(due_on: dt.date | None, *, today: dt.date) -> Level:
    """How pressing a due date is on `today`. The due date itself is still in time."""
    if due_on is None:
        return Level.CALM
    if due_on < today:
        return Level.OVERDUE
    return Level.SOON if due_on <= last_soon_day(today) else Level.CALM


def last_soon_day(today: dt.date) -> dt.date:
    """The last due date that is pressing on `today`: for lists that ask the database."""
    return add_business_days(today, WARN_DAYS)
