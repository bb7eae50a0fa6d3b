"""予約: for residents without an account, and for the desk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ActorRequest, keep_out, seal
from accounts.selectors import NotVisible
from consultations.forms.bookings import BookingForm, MoveForm
from consultations.rules.words import BookingState
from consultations.selectors import bookings as selectors
from consultations.services import bookings as services
from consultations.services.errors import ConsultationError, InputMissing, NotFound, Refused
from consultations.services.reading import record_day
from consultations.views.frame import INVALID, STALE, desk_page, id_of, put

WEEKDAYS: Final = "月火水木金土日"


def _public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open without login; kept by no cache and no search engine."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except NotVisible as error:
            raise Http404 from error
        return keep_out(response)

    return login_not_required(guarded)


def _by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same where the address itself is the key; an unknown one is told so."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except (NotVisible, NotFound):
            response = render(request, "consultations/booking_unknown.html", status=404)
        return seal(response)

    return login_not_required(guarded)


@_public
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, desk_id: uuid.UUID) -> HttpResponse:
    """Choose a time and say what to call you by. The answer shows the link once."""
    now = timezone.now()
    desk = selectors.public_desk(desk_id, today=timezone.localdate(now))
    offered = selectors.offered(desk, now=now)
    form = BookingForm(
        request.POST if request.method == "POST" else None, times=times_of(offered, with_full=True)
    )
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                done = services.book_online(
                    desk_id=desk_id,
                    code=form.cleaned_data["seat"],
                    wish=form.wishes(),
                    may_wait=request.POST.get("wait") == "1",
                    key=form.cleaned_data["key"],
                    now=now,
                )
            except ConsultationError as error:
                status = put(error, form)
            else:
                return _booked(request, done)
    context = {"desk": desk, "form": form, "has_times": bool(offered), "may_wait": _asked_full(form, offered)}
    return render(request, "consultations/book.html", context, status=status)


def _asked_full(form: BookingForm, offered: list[selectors.Offered]) -> bool:
    """Whether the time that was asked for is full: then one may wait for it."""
    asked = form.data.get("seat", "") if form.is_bound else ""
    return any(each.seat.code == asked and not each.left for each in offered)


def _booked(request: HttpRequest, done: services.Booked) -> HttpResponse:
    booking = done.booking
    context = {
        "desk": booking.desk,
        "when": when(booking.day, booking.start),
        "is_waiting": booking.state == BookingState.WAITING,
        "link": request.build_absolute_uri(reverse("consultations:booking", args=[done.token])),
    }
    return render(request, "consultations/booked.html", context)


@_by_link
@require_http_methods(["GET", "HEAD", "POST"])
def booking(request: HttpRequest, token: str) -> HttpResponse:
    """The holder of the link sees day and place alone, and may take another time or cancel."""
    now = timezone.now()
    found = selectors.booking_link(token)
    is_over = found.state not in ("booked", "waiting") or found.day <= timezone.localdate(now)
    offered = [] if is_over else selectors.offered(found.desk, now=now)
    is_move = request.method == "POST" and request.POST.get("do") == "move"
    form = MoveForm(request.POST if is_move else None, times=times_of(offered))
    status = INVALID if is_move else 200
    try:
        if request.method == "POST" and not is_move:
            services.cancel_by_link(token=token, now=now)
            return render(request, "consultations/booking_gone.html", {"desk": found.desk})
        if is_move and form.is_valid():
            services.move_by_link(token=token, code=form.cleaned_data["seat"], now=now)
            return redirect("consultations:booking", token=token)
    except InputMissing as error:
        status = put(error, form)
    except Refused as error:
        form.add_error(None, str(error)) if is_move else None
        status, is_over = STALE, True
    context = {
        "desk": found.desk,
        "when": when(found.day, found.start),
        "state": BookingState(found.state).label,
        "is_over": is_over,
        "form": form,
    }
    return render(request, "consultations/booking.html", context, status=status)


# --- For the desk ---


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def bookings(request: ActorRequest) -> HttpResponse:
    """A day of a desk: who comes, and the form to book for a caller. Opening it is an event."""
    now = timezone.now()
    today = timezone.localdate(now)
    desk = selectors.own_desk(request.actor, id_of(request.GET.get("desk", "")), day=today)
    day = _day(request.GET.get("day", ""), default=today)
    offered = selectors.offered(desk, now=now)
    is_post = request.method == "POST"
    form = BookingForm(request.POST if is_post else None, times=times_of(offered, with_full=True))
    status = INVALID if is_post else 200
    if is_post and form.is_valid():
        try:
            done = services.book_for_caller(
                desk_id=desk.public_id,
                code=form.cleaned_data["seat"],
                wish=form.wishes(),
                may_wait=request.POST.get("wait") == "1",
                key=form.cleaned_data["key"],
                actor=request.actor,
                now=now,
            )
        except ConsultationError as error:
            status = put(error, form)
        else:
            messages.success(request, f"{when(done.day, done.start)} {BookingState(done.state).label}。")
            return redirect(f"{reverse('consultations:bookings')}?desk={desk.public_id}&day={done.day}")
    rows = selectors.bookings_of_day(desk, day)
    if not is_post:
        record_day(desk, actor=request.actor, now=now, day=day, count=len(rows))
    context = {
        "desk": desk,
        "day": day,
        "today": today,
        "rows": rows,
        "days": [
            {
                "label": f"{when(each)}({count}組)",
                "url": f"?desk={desk.public_id}&day={each}",
                "current": each == day,
            }
            for each, count in selectors.days_with_bookings(desk, first=today)
        ],
        "form": form,
        "may_wait": _asked_full(form, offered),
        "has_times": bool(offered),
    }
    return render(request, "consultations/bookings.html", context, status=status)


@desk_page
@require_POST
def booking_mark(request: ActorRequest, desk_id: uuid.UUID, booking_id: uuid.UUID) -> HttpResponse:
    """Came, did not come, gets a place, does not come after all."""
    try:
        done = services.mark(
            desk_id=desk_id,
            booking_id=booking_id,
            state=request.POST.get("state", ""),
            actor=request.actor,
            now=timezone.now(),
        )
    except Refused as error:
        messages.warning(request, str(error))
        return redirect("consultations:bookings")
    messages.success(request, f"{BookingState(done.state).label}にしました。")
    return redirect(f"{reverse('consultations:bookings')}?desk={desk_id}&day={done.day}")


def times_of(offered: list[selectors.Offered], *, with_full: bool = False) -> list[tuple[str, str]]:
    """The times as choices; full ones say so, and can be asked for only where one may wait."""
    return [
        (each.seat.code, f"{when(each.seat.day, each.seat.start)}{'' if each.left else ' 満席(空き待ち)'}")
        for each in offered
        if each.left or with_full
    ]


def when(day: dt.date, start: dt.time | None = None) -> str:
    """11月26日(木) 13:30."""
    return f"{day.month}月{day.day}日({WEEKDAYS[day.weekday()]}){f' {start:%H:%M}' if start else ''}"


def _day(text: str, *, default: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return default
