"""事前相談: what is talked about before filing, and which times can be booked for it.

The office advises before a plan is filed (東久留米市要綱第5の1(1)). It is 行政指導 and voluntary: nobody is refused for want of it
(行政手続法7条・32条), so nothing in the state table of an application looks here. Kyoto answers by topic: the housing side for
the building (ハード), the welfare side for the support (ソフト), and takes bookings by telephone.

Which days a contact point is open is one rule of the directory's schedule for each of its hours (docs/adr/0006): weekly,
closed on holidays, at the turn of the year and on the days it names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.db.models import TextChoices

from councils.rules.occurrences import dates
from councils.rules.schedule import Frequency, HolidayPolicy, SessionRule
from japan.calendar import next_business_day

DAYS_AHEAD: Final = 28
"""How far ahead times can be booked, in days."""
MOST_PLACES: Final = 20
SHORTEST_MINUTES: Final = 10
LONGEST_MINUTES: Final = 240


class Topic(TextChoices):
    """What the questions are about."""

    HARD = "hard", "ハード"
    SOFT = "soft", "ソフト"
    PROCEDURE = "procedure", "手続"


TOPIC_WORDS: Final[dict[Topic, str]] = {
    Topic.HARD: "建物・部屋のこと(面積、設備、耐震など)",
    Topic.SOFT: "入居する方への支援のこと(安否確認、見守り、つなぎなど)",
    Topic.PROCEDURE: "申請の書き方・書類のこと",
}
"""The topics for people who do not say ハード and ソフト."""


class Way(TextChoices):
    """How the question came."""

    VISIT = "visit", "来庁"
    PHONE = "phone", "電話"
    MAIL = "mail", "メール"
    ONLINE = "online", "オンライン"
    ON_SITE = "on_site", "現地"


class AskerKind(TextChoices):
    """In which capacity somebody asks."""

    LANDLORD = "landlord", "賃貸人"
    SUPPORTER = "supporter", "援助実施者"
    MANAGER = "manager", "管理会社"
    OTHER = "other", "その他"


class ConsultationStatus(TextChoices):
    """Whether the office still owes something."""

    OPEN = "open", "対応中"
    DONE = "done", "完了"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """One span of a weekday (0 is Monday), cut into times of `minutes` with `places` consultations each."""

    weekday: int
    starts_at: dt.time
    ends_at: dt.time
    minutes: int
    places: int


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Slot:
    """One time that can be booked, and how many consultations it takes."""

    day: dt.date
    starts_at: dt.time
    ends_at: dt.time
    places: int


def hours_problem(hours: Hours) -> str | None:
    """Why these hours make no sense; None when they do."""
    if hours.ends_at <= hours.starts_at:
        return "終わりの時刻は、始まりの時刻より後にしてください。"
    if _minutes(hours.ends_at) - _minutes(hours.starts_at) < hours.minutes:
        return "1回の時間が、始まりから終わりまでより長くなっています。どちらかを直してください。"
    return None


def overlap_problem(hours: Iterable[Hours]) -> str | None:
    """A sentence when two spans of one weekday overlap: the same minutes would be given away twice."""
    by_start = sorted(hours, key=lambda each: (each.weekday, each.starts_at))
    for first, second in pairwise(by_start):
        if first.weekday == second.weekday and second.starts_at < first.ends_at:
            return (
                f"{'月火水木金土日'[first.weekday]}曜日の {first.starts_at:%H:%M}からと{second.starts_at:%H:%M}からの"
                "時間が重なっています。どちらかを直してください。"
            )
    return None


def slots(hours: Sequence[Hours], *, closed: Collection[dt.date], start: dt.date, end: dt.date) -> list[Slot]:
    """The times from `start` to `end`, both inside, by day and time. A rest shorter than one time is left over."""
    return sorted(slot for each in hours for slot in _slots_of(each, tuple(closed), start, end))


def _slots_of(hours: Hours, closed: tuple[dt.date, ...], start: dt.date, end: dt.date) -> Iterator[Slot]:
    rule = SessionRule(
        frequency=Frequency.WEEKLY,
        weekdays=(hours.weekday,),
        start=hours.starts_at,
        end=hours.ends_at,
        slot_minutes=hours.minutes,
        holiday_policy=HolidayPolicy.CLOSED,
        skipped=closed,
    )
    first, last = _minutes(hours.starts_at), _minutes(hours.ends_at)
    begins = range(first, last - hours.minutes + 1, hours.minutes)
    for day in dates(rule, start=start, end=end):
        for minute in begins:
            yield Slot(
                day=day,
                starts_at=_time(minute),
                ends_at=_time(minute + hours.minutes),
                places=hours.places,
            )


def bookable_days(today: dt.date, *, by_staff: bool) -> tuple[dt.date, dt.date]:
    """First and last day to book. Who is not of the office leaves it a business day to prepare."""
    return today if by_staff else next_business_day(today), today + dt.timedelta(days=DAYS_AHEAD)


def free_seat(taken: Collection[int], *, places: int) -> int | None:
    """The first seat nobody has, from 1; None when the time is full."""
    return next((seat for seat in range(1, places + 1) if seat not in taken), None)


def is_overdue(status: str, next_on: dt.date | None, *, today: dt.date) -> bool:
    """Whether the next step of an open consultation should have been taken before today."""
    return status == ConsultationStatus.OPEN and next_on is not None and next_on < today


def topic_text(codes: Iterable[str]) -> str:
    """ハード・ソフト."""
    known = set(codes)
    return "・".join(str(topic.label) for topic in Topic if topic.value in known)


def span_text(starts_at: dt.time, ends_at: dt.time) -> str:
    """13:30〜14:00."""
    return f"{starts_at:%H:%M}〜{ends_at:%H:%M}"


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _time(minutes: int) -> dt.time:
    return dt.time(*divmod(minutes, 60))
