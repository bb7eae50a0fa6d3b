"""Reading as an act: who opened, searched, printed. The trail holds numbers and counts, never what was read or typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import Case
from consultations.selectors.access import Posts
from consultations.services.trail import record, record_desk
from councils.models import Desk


def record_reading(
    case: Case, *, action: str, actor: Actor, now: dt.datetime, details: Mapping[str, str] | None = None
) -> None:
    """A case was opened or printed; `details` holds ids."""
    record(case, action=action, actor=actor, now=now, details=details)


def record_day(desk: Desk, *, actor: Actor, now: dt.datetime, day: dt.date, count: int) -> None:
    """The bookings of a day were opened."""
    record_desk(
        desk, action=actions.DAY_VIEWED, actor=actor, now=now, details={"day": str(day), "rows": count}
    )


def record_search(posts: Posts, *, actor: Actor, now: dt.datetime, count: int) -> None:
    """The cases of the actor's desks were searched; `count` is how many a page showed."""
    for desk in Desk.objects.filter(pk__in=posts.desks).select_related("municipality"):
        record_desk(desk, action=actions.SEARCHED, actor=actor, now=now, details={"found": count})
