"""Who may appoint whom, and how one sitting of transfers fits together. Sentences, or None when nothing is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from accounts.rules.actor import Actor
from accounts.rules.roles import Role

#: Nobody gives these to oneself: they decide, watch over what was done, or appoint. Another administrator must.
FOUR_EYES_ROLES: Final = frozenset({Role.DECIDER, Role.AUDITOR, Role.ADMINISTRATOR})
#: How far from today an appointment may begin or end: a slip of the year is caught, a late entry is not.
EARLIEST: Final = dt.timedelta(days=366)
LATEST: Final = dt.timedelta(days=366)

NOT_ADMINISTRATOR: Final = "この操作は、自治体管理者だけができます。"
LAST_ADMINISTRATOR: Final = (
    "自治体管理者がひとりもいない日ができてしまいます。先に、ほかの方を自治体管理者に任命してください。"
)


def appointing_problem(actor: Actor, *, user_id: int | None, role: str) -> str | None:
    """Why this person may not give `role` to `user_id` (None: somebody new).

    An administrator appoints others to anything, but oneself to no post that decides, audits or administers.
    """
    if not actor.has(Role.ADMINISTRATOR):
        return NOT_ADMINISTRATOR
    if user_id == actor.user_id and role in FOUR_EYES_ROLES:
        return f"ご自身を{Role(role).label}に任命することはできません。ほかの自治体管理者に依頼してください。"
    return None


def period_problem(*, from_on: dt.date, until: dt.date | None, today: dt.date) -> str | None:
    """Why an appointment may not run from `from_on` to `until`."""
    if not today - EARLIEST <= from_on <= today + LATEST:
        return "発令日は、今日の前後1年以内の日にしてください。"
    if until is not None and until < from_on:
        return "終了日は、発令日以後の日にしてください。"
    return None


def ending_problem(*, from_on: dt.date, until: dt.date, today: dt.date) -> str | None:
    """Why an appointment that began on `from_on` may not end on `until`."""
    if until < from_on:
        return "終了日は、発令日以後の日にしてください。"
    if not today - EARLIEST <= until <= today + LATEST:
        return "終了日は、今日の前後1年以内の日にしてください。"
    return None


@dataclass(frozen=True, slots=True)
class Span:
    """An appointment's first and last day; no last day: until further notice."""

    from_on: dt.date
    until: dt.date | None


def first_uncovered_day(spans: Sequence[Span], *, since: dt.date) -> dt.date | None:
    """The first day from `since` on that no span covers; None when somebody is always there.

    Used so that a municipality never loses its last administrator, now or on a planned day.
    """
    day = since
    for span in sorted(spans, key=lambda each: each.from_on):
        if span.from_on > day:
            return day
        if span.until is None:
            return None
        day = max(day, span.until + dt.timedelta(days=1))
    return day


@dataclass(frozen=True, slots=True)
class Move:
    """What happens to one appointment on the day: `leave` ends it, `move` ends it and begins another.

    `department_id` and `role` are those of the new post. `successor_id` takes over the open cases.
    """

    appointment_id: str
    kind: str
    department_id: int | None = None
    role: str = ""
    successor_id: str = ""


STAY: Final = "stay"
MOVE: Final = "move"
LEAVE: Final = "leave"


def next_first_of_april(today: dt.date) -> dt.date:
    """The 1 April on or after today: the day of most transfers."""
    this_year = dt.date(today.year, 4, 1)
    return this_year if today <= this_year else dt.date(today.year + 1, 4, 1)
