"""Times that can be booked, and the bookings of a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations.models import DeskBooking, OpenDesk
from consultations.rules.booking import WEEKS_AHEAD, Seat, left_of, seats_of, token_digest
from consultations.rules.words import BookingState
from consultations.selectors.access import posts_of
from councils.models import Desk
from councils.rules.occurrences import next_dates

Taken = dict[tuple[dt.date, dt.time | None], int]
#: Whoever came or did not come held the place all the same.
HOLDING = (BookingState.BOOKED, BookingState.CAME, BookingState.MISSED)


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A time with the places that are left."""

    seat: Seat
    left: int


@dataclass(frozen=True, kw_only=True)
class BookingLink:
    """What the holder of a link sees: when and where, nothing of the person."""

    desk: Desk
    day: dt.date
    start: dt.time | None
    state: str


def public_desk(desk_id: uuid.UUID, *, today: dt.date) -> Desk:
    """A desk residents may see that takes bookings here. Raises `NotVisible`."""
    found = Desk.objects.public().filter(public_id=desk_id, open_desk__since__lte=today)
    desk = found.select_related("council", "municipality").first()
    if desk is None:
        raise NotVisible
    return desk


def takes_bookings(desk: Desk, *, today: dt.date) -> bool:
    """Whether residents book it on this site."""
    return OpenDesk.objects.filter(desk=desk, since__lte=today).exists()


def own_desk(actor: Actor, desk_id: uuid.UUID | None, *, day: dt.date) -> Desk:
    """A desk where the actor works: the one asked for, else the first. Raises `NotVisible`."""
    posts = posts_of(actor, day=day)
    desks = Desk.objects.filter(pk__in=posts.desks).select_related("council", "municipality").order_by("pk")
    desk = desks.filter(public_id=desk_id).first() if desk_id else desks.first()
    if desk is None:
        raise NotVisible
    return desk


def seats(desk: Desk, *, first: dt.date, weeks: int = WEEKS_AHEAD) -> tuple[Seat, ...]:
    """The times of a desk from a day on."""
    rules = [session.rule for session in desk.sessions.all()]
    sessions = next_dates(rules, after=first, count=200, include_after=True, days_ahead=weeks * 7)
    return tuple(seat for session in sessions for seat in seats_of(session))


def taken_at(desk: Desk, *, first: dt.date) -> Taken:
    """How many places are taken at each time from a day on. One query."""
    rows = DeskBooking.objects.filter(desk=desk, day__gte=first, state__in=HOLDING)
    return dict(Counter(rows.values_list("day", "start")))


def offered(desk: Desk, *, now: dt.datetime) -> list[Offered]:
    """What can be booked from tomorrow on: the desk prepares the day in the evening before."""
    first = timezone.localdate(now) + dt.timedelta(days=1)
    taken = taken_at(desk, first=first)
    return [Offered(seat=seat, left=left_of(seat, taken)) for seat in seats(desk, first=first)]


def bookings_of_day(desk: Desk, day: dt.date) -> list[DeskBooking]:
    """Who comes, who waits, who came; what was cancelled is left out."""
    rows = DeskBooking.objects.filter(desk=desk, day=day).exclude(state=BookingState.CANCELLED)
    return list(rows.select_related("case").order_by("start", "pk"))


def booking_to_receive(actor: Actor, booking_id: uuid.UUID, *, day: dt.date) -> DeskBooking:
    """A booking of the actor's desk that became no case yet. Raises `NotVisible`."""
    posts = posts_of(actor, day=day)
    rows = DeskBooking.objects.filter(desk__in=posts.desks, public_id=booking_id, case__isnull=True)
    found = rows.exclude(state=BookingState.CANCELLED).select_related("desk").first()
    if found is None:
        raise NotVisible
    return found


def days_with_bookings(desk: Desk, *, first: dt.date) -> list[tuple[dt.date, int]]:
    """The next days on which somebody comes, with how many."""
    rows = DeskBooking.objects.filter(desk=desk, day__gte=first, state=BookingState.BOOKED)
    return sorted(Counter(rows.values_list("day", flat=True)).items())[:30]


def booking_link(token: str) -> BookingLink:
    """What the link opens. Raises `NotVisible` for a token nobody made."""
    found = (
        DeskBooking.objects.filter(token_hash=token_digest(token))
        .select_related("desk__council", "desk__municipality")
        .only("day", "start", "state", "desk")
        .first()
    )
    if found is None:
        raise NotVisible
    return BookingLink(desk=found.desk, day=found.day, start=found.start, state=found.state)
