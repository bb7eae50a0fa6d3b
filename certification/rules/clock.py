"""処理期間: business days from acceptance to decision, stopped while the applicant corrects.

Counted from events when read, never by a nightly counter. 行政手続法6条 (標準処理期間) and 7条 (補正); days off as in
行政機関の休日に関する法律1条1項.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import TextChoices

from japan.calendar import add_business_days, business_days_between


class ClockKind(TextChoices):
    START = "start", "開始"
    STOP = "stop", "停止"
    RESUME = "resume", "再開"
    END = "end", "終了"


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
