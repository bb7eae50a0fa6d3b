"""予約: book, move, cancel, and what became of it. Never more than the places there are: the desk's row is the lock."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.outbox import notify, periodic
from accounts.rules.actor import Actor
from consultations import actions
from consultations.models import DeskBooking, DeskPost
from consultations.rules.booking import (
    KEEP_DAYS,
    MOST_PER_CONTACT,
    Seat,
    find,
    left_of,
    problems_of,
    token_digest,
)
from consultations.rules.words import BookingState, ContactWay
from consultations.selectors.access import posts_of
from consultations.selectors.bookings import public_desk, seats, taken_at
from consultations.services.errors import InputMissing, NotFound, Refused
from consultations.services.trail import DESK
from councils.models import Desk

FORGOTTEN = "—"
GONE = "この時刻は、いま埋まりました。ほかの時刻を選んでください。"
OVER = "この予約は、もう変えられません。窓口に電話してください。"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person says when booking."""

    call_name: str
    way: str
    phone: str = ""
    email: str = ""
    interpreter: str = ""
    wish: str = ""


@dataclass(frozen=True, kw_only=True)
class Booked:
    """The booking and its token, which is shown once and kept nowhere."""

    booking: DeskBooking
    token: str


@transaction.atomic
def book_online(
    *, desk_id: uuid.UUID, code: str, wish: Wish, may_wait: bool, key: uuid.UUID, now: dt.datetime
) -> Booked:
    """A resident takes a place, or waits where all are taken. The same `key` again is the same booking, with a new link.

    Raises `NotVisible` for a desk that takes none here, `InputMissing` (`seat`: the time is gone).
    """
    desk = public_desk(desk_id, today=timezone.localdate(now))
    token = secrets.token_urlsafe(24)
    booking = _book(desk, code=code, wish=wish, may_wait=may_wait, key=key, actor=None, now=now)
    booking.token_hash = token_digest(token)
    booking.save(update_fields=["token_hash"])
    _confirm(booking, now=now)
    return Booked(booking=booking, token=token)


@transaction.atomic
def book_for_caller(
    *,
    desk_id: uuid.UUID,
    code: str,
    wish: Wish,
    may_wait: bool,
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> DeskBooking:
    """The desk books for somebody on the telephone. Raises `NotFound`, `InputMissing`."""
    return _book(
        _own_desk(desk_id, actor=actor, now=now),
        code=code,
        wish=wish,
        may_wait=may_wait,
        key=key,
        actor=actor,
        now=now,
    )


@transaction.atomic
def move_by_link(*, token: str, code: str, now: dt.datetime) -> DeskBooking:
    """Another time for the holder of the link. Raises `NotFound`, `Refused`, `InputMissing`."""
    booking = _locked_by_link(token, now=now)
    seat = _free_seat(booking.desk, code=code, now=now)
    if seat is None:
        raise InputMissing({"seat": GONE})
    freed = booking.day if booking.state == BookingState.BOOKED else None
    booking.day, booking.start, booking.end = seat.day, seat.start, seat.end
    booking.state = BookingState.BOOKED
    booking.save(update_fields=["day", "start", "end", "state"])
    _record(booking.desk, actions.BOOKING_MOVED, actor=None, now=now, booking=booking)
    if freed is not None:
        _tell_who_waits(booking.desk, day=freed, now=now)
    return booking


@transaction.atomic
def cancel_by_link(*, token: str, now: dt.datetime) -> DeskBooking:
    """The holder of the link does not come; what was told of the person goes at once. Raises `NotFound`, `Refused`."""
    booking = _locked_by_link(token, now=now)
    _cancel(booking, actor=None, now=now)
    return booking


@transaction.atomic
def mark(
    *, desk_id: uuid.UUID, booking_id: uuid.UUID, state: str, actor: Actor, now: dt.datetime
) -> DeskBooking:
    """Came, did not come, got a place after waiting, or was cancelled by telephone.

    Raises `NotFound`, `Refused` where no place is free for who waits.
    """
    desk = _lock(_own_desk(desk_id, actor=actor, now=now))
    booking = DeskBooking.objects.select_related("desk").filter(desk=desk, public_id=booking_id).first()
    if booking is None or booking.state == BookingState.CANCELLED:
        raise NotFound("この予約は見つかりません。")
    if state == BookingState.CANCELLED:
        _cancel(booking, actor=actor, now=now)
        return booking
    if state not in (BookingState.CAME, BookingState.MISSED, BookingState.BOOKED):
        raise NotFound("この操作はできません。")
    if booking.state == BookingState.WAITING:
        _take_free_place(booking, now=now)
    booking.state = state
    booking.save(update_fields=["state", "start", "end"])
    _record(desk, actions.BOOKING_MARKED, actor=actor, now=now, booking=booking)
    return booking


# --- Steps ---


def _book(
    desk: Desk,
    *,
    code: str,
    wish: Wish,
    may_wait: bool,
    key: uuid.UUID,
    actor: Actor | None,
    now: dt.datetime,
) -> DeskBooking:
    problems = problems_of(way=wish.way, phone=wish.phone, email=wish.email, call_name=wish.call_name)
    desk = _lock(desk)
    if done := DeskBooking.objects.filter(key=key, desk=desk).first():
        return done
    if _has_many(desk, wish, now=now):
        problems["call_name"] = "同じ連絡先の予約がもう3件あります。変えたいときは、窓口に電話してください。"
    seat = _free_seat(desk, code=code, now=now)
    on_offer = find(seats(desk, first=_first_day(now)), code)
    if seat is None and not (may_wait and on_offer):
        problems["seat"] = GONE if on_offer else "時刻を選んでください。"
    if problems:
        raise InputMissing(problems)
    chosen = seat or on_offer
    assert chosen is not None
    booking = DeskBooking.objects.create(
        key=key,
        desk=desk,
        state=BookingState.BOOKED if seat else BookingState.WAITING,
        day=chosen.day,
        start=chosen.start,
        end=chosen.end,
        call_name=wish.call_name.strip(),
        way=wish.way,
        phone=wish.phone.strip() if wish.way == ContactWay.PHONE else "",
        email=wish.email.strip() if wish.way == ContactWay.EMAIL else "",
        interpreter=wish.interpreter,
        wish=wish.wish.strip(),
        booked_at=now,
        booked_by_id=actor.user_id if actor else None,
    )
    _record(desk, actions.BOOKED, actor=actor, now=now, booking=booking)
    return booking


def _first_day(now: dt.datetime) -> dt.date:
    return timezone.localdate(now) + dt.timedelta(days=1)


def _free_seat(desk: Desk, *, code: str, now: dt.datetime) -> Seat | None:
    first = _first_day(now)
    seat = find(seats(desk, first=first), code)
    return seat if seat and left_of(seat, taken_at(desk, first=first)) else None


def _take_free_place(booking: DeskBooking, *, now: dt.datetime) -> None:
    """A place on the same day, the asked time first."""
    today = timezone.localdate(now)
    taken = taken_at(booking.desk, first=today)
    free = [
        seat for seat in seats(booking.desk, first=today) if seat.day == booking.day and left_of(seat, taken)
    ]
    free.sort(key=lambda seat: (seat.start != booking.start, seat.start or dt.time.min))
    if not free:
        raise Refused("この日の枠は、まだ埋まっています。")
    booking.start, booking.end = free[0].start, free[0].end


def _has_many(desk: Desk, wish: Wish, *, now: dt.datetime) -> bool:
    same = Q()
    if wish.way == ContactWay.PHONE and wish.phone.strip():
        same |= Q(phone=wish.phone.strip())
    if wish.way == ContactWay.EMAIL and wish.email.strip():
        same |= Q(email__iexact=wish.email.strip())
    if not same:
        return False
    standing = DeskBooking.objects.filter(
        same,
        desk=desk,
        day__gte=timezone.localdate(now),
        state__in=(BookingState.BOOKED, BookingState.WAITING),
    )
    return standing.count() >= MOST_PER_CONTACT


def _own_desk(desk_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> Desk:
    own = posts_of(actor, day=timezone.localdate(now)).desks
    desk = Desk.objects.filter(public_id=desk_id, pk__in=own).first()
    if desk is None:
        raise NotFound("この窓口の予約は扱えません。")
    return desk


def _lock(desk: Desk) -> Desk:
    """Two statements: what is joined to a locked row is as it was before the wait."""
    list(Desk.objects.select_for_update().filter(pk=desk.pk).values_list("pk"))
    return Desk.objects.select_related("municipality", "council").get(pk=desk.pk)


def _locked_by_link(token: str, *, now: dt.datetime) -> DeskBooking:
    digest = token_digest(token)
    desk_id = DeskBooking.objects.filter(token_hash=digest).values_list("desk", flat=True).first()
    if desk_id is None:
        raise NotFound("このリンクは見つかりません。")
    desk = _lock(Desk(pk=desk_id))
    booking = DeskBooking.objects.get(desk=desk, token_hash=digest)
    if booking.state not in (BookingState.BOOKED, BookingState.WAITING) or booking.day <= timezone.localdate(
        now
    ):
        raise Refused(OVER)
    booking.desk = desk
    return booking


def _cancel(booking: DeskBooking, *, actor: Actor | None, now: dt.datetime) -> None:
    held = booking.state == BookingState.BOOKED
    booking.state = BookingState.CANCELLED
    booking.call_name, booking.phone, booking.email, booking.wish = "取り消し", "", "", ""
    booking.way = ContactWay.NONE
    booking.save(update_fields=["state", "call_name", "phone", "email", "wish", "way"])
    _record(booking.desk, actions.BOOKING_CANCELLED, actor=actor, now=now, booking=booking)
    if held:
        _tell_who_waits(booking.desk, day=booking.day, now=now)


def _tell_who_waits(desk: Desk, *, day: dt.date, now: dt.datetime) -> None:
    """A place is free on a day: the desk is told that somebody waits; the first in line by mail, where that is the way.

    Nothing is given away by itself: who waits takes a time with the link, or the desk calls.
    """
    waiting = DeskBooking.objects.filter(desk=desk, day=day, state=BookingState.WAITING)
    first = waiting.order_by("booked_at", "pk").first()
    if first is None or day < timezone.localdate(now):
        return
    which = f"{first.public_id}:{now:%Y%m%d%H%M}"
    words = f"{day.month}月{day.day}日に空きが出ました"
    posts = DeskPost.objects.in_force(timezone.localdate(now)).filter(desk=desk)
    for user_id in sorted(set(posts.values_list("user", flat=True))):
        notify(
            recipient_id=user_id,
            key=f"seat-free:{which}:{user_id}",
            subject=f"{words}(空き待ちの方がいます)",
            body="空き待ちの方を入れるか、電話で確かめてください。",
            path=f"{reverse('consultations:bookings')}?desk={desk.public_id}&day={day}",
            municipality_id=desk.municipality_id,
            now=now,
            mail=False,
        )
    if first.way == ContactWay.EMAIL and day > timezone.localdate(now):
        notify(
            recipient_id=None,
            address=first.email,
            key=f"seat-free:{which}",
            subject=f"{words}。予約のときのリンクから、時刻を選べます(先着順)",
            body="",
            path="",
            municipality_id=desk.municipality_id,
            now=now,
        )


def forget_old_bookings(*, now: dt.datetime) -> str:
    """What a booking that became no case told of somebody goes 90 days after its day; that there was one stays."""
    old = DeskBooking.objects.filter(
        case__isnull=True, day__lt=timezone.localdate(now) - dt.timedelta(days=KEEP_DAYS)
    ).exclude(call_name=FORGOTTEN)
    gone = old.update(
        call_name=FORGOTTEN, phone="", email="", wish="", interpreter="", way=ContactWay.NONE, token_hash=""
    )
    return f"{gone}件"


def register() -> None:
    """Tell the worker."""
    periodic("forget_old_bookings", every=dt.timedelta(days=1))(forget_old_bookings)


def _confirm(booking: DeskBooking, *, now: dt.datetime) -> None:
    """A mail with day and time to who asked for one; no name, no wish, and not the link."""
    if booking.way != ContactWay.EMAIL:
        return
    time = f" {booking.start:%H:%M}" if booking.start else ""
    waits = "空き待ち" if booking.state == BookingState.WAITING else "予約"
    notify(
        recipient_id=None,
        address=booking.email,
        key=f"desk-booking:{booking.public_id}",
        subject=f"{waits}を受け付けました({booking.day.month}月{booking.day.day}日{time})",
        body="",
        path="",
        municipality_id=booking.desk.municipality_id,
        now=now,
    )


def _record(desk: Desk, action: str, *, actor: Actor | None, now: dt.datetime, booking: DeskBooking) -> None:
    """A booking by its id; nothing of the person."""
    audit.record(
        action=action,
        subject=audit.Subject(type=DESK, id=str(desk.public_id), label=desk.name),
        actor=actor,
        now=now,
        municipality_code=desk.municipality.code,
        details={"booking": str(booking.public_id), "state": booking.state},
        actor_role=None if actor and actor.posts else "相談窓口" if actor else "予約した方",
        actor_organisation=None if actor and actor.posts else desk.name if actor else "",
    )
