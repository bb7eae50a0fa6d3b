"""What offices and applicants see of the times that can be booked: a week of each contact point, one time by its address."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest

from certification.rules.preliminary import DAYS_AHEAD, TOPIC_WORDS, Topic, bookable_days, span_text
from certification.selectors import preliminary as selectors
from japan.wareki import format_wareki

WEEKS: Final = DAYS_AHEAD // 7 + 1


def week_page(
    municipality_id: int,
    *,
    asked: str | None,
    today: dt.date,
    by_staff: bool,
    book: str,
    kept: dict[str, str],
) -> dict[str, Any]:
    """The contact points with their times of one week; `book` is the address that books one."""
    first, last = bookable_days(today, by_staff=by_staff)
    number = int(asked) if asked and asked.isascii() and asked.isdigit() and int(asked) < WEEKS else 0
    monday = first - dt.timedelta(days=first.weekday()) + dt.timedelta(days=7 * number)
    start, end = max(first, monday), min(last, monday + dt.timedelta(days=6))
    points = selectors.points_in(municipality_id)
    found = selectors.open_slots(points, start=start, end=end)
    more = monday + dt.timedelta(days=7) <= last
    return {
        "points": [_point(point, found[point.pk], book=book) for point in points],
        "week": f"{format_wareki(start, weekday=True)}から{end.month}月{end.day}日まで",
        "prev_week": f"?{urlencode({**kept, 'week': number - 1})}" if number else None,
        "next_week": f"?{urlencode({**kept, 'week': number + 1})}" if more else None,
    }


def _point(point: Any, times: list[selectors.OpenSlot], *, book: str) -> dict[str, Any]:
    return {
        **about(point),
        "has_hours": bool(point.hours.all()),
        "days": [
            {
                "label": format_wareki(day, weekday=True),
                "times": [
                    {
                        "label": f"{each.slot.starts_at:%H:%M}",
                        "url": f"{book}?{urlencode({'point': point.public_id, 'at': _address_of(each.slot)})}",
                        "is_full": not each.left,
                        "left": each.left if each.slot.places > 1 else None,
                    }
                    for each in each_time
                ],
            }
            for day, each_time in groupby(times, key=lambda each: each.slot.day)
        ],
    }


def about(point: Any) -> dict[str, Any]:
    """A contact point in words."""
    codes = point.topic_codes
    return {
        "name": point.department.name,
        "phone": point.department.phone,
        "place": point.place,
        "bring": point.bring,
        "topics": [TOPIC_WORDS[topic] for topic in Topic if topic.value in codes],
    }


def _address_of(slot: Any) -> str:
    return f"{slot.day.isoformat()}T{slot.starts_at:%H:%M}"


def asked_time(request: HttpRequest) -> dt.datetime | None:
    """The time of an address or a form, by the office's wall clock; None for what is none."""
    try:
        found = dt.datetime.fromisoformat(_asked(request, "at")[:16])
    except ValueError:
        return None
    return None if found.tzinfo else found


def asked_point(request: HttpRequest) -> Any:
    """The contact point of an address or a form; None for what is none. Raises `NotVisible` for one that is not there."""
    try:
        return selectors.contact_point(uuid.UUID(_asked(request, "point")))
    except ValueError:
        return None


def _asked(request: HttpRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name, "")


def when_text(booking: Any) -> str:
    """令和8年12月1日(火) 13:30〜14:00."""
    return f"{format_wareki(booking.day, weekday=True)} {span_text(booking.starts_at, booking.ends_at)}"
