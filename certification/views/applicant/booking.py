"""事前相談を予約する: the own bookings, the times of an office, taking one, giving it back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import ActorRequest
from accounts.selectors import NotVisible
from certification.forms.preliminary import BookingForm
from certification.selectors import preliminary as selectors
from certification.selectors.applicant import operators_of
from certification.services.booking import book_own, cancel_own
from certification.services.errors import ActRefused, InputMissing
from certification.views.applicant.frame import INVALID, STALE, applicant_page
from certification.views.booking_frame import about, asked_point, asked_time, week_page, when_text
from japan.wareki import format_wareki


@applicant_page
@require_safe
def bookings(request: ActorRequest) -> HttpResponse:
    """The own bookings, and a week of times of the municipality asked for (the only one where there is one)."""
    today = timezone.localdate()
    is_known = bool(operators_of(request.actor))
    places = selectors.booking_municipalities() if is_known else []
    asked = request.GET.get("city", "")
    wanted = asked or (places[0][1] if len(places) == 1 else "")
    chosen = next((place for place in places if place[1] == wanted), None)
    context: dict[str, Any] = {
        "has_operator": is_known,
        "rows": [_own_row(row) for row in selectors.own_bookings(request.actor, today=today)],
        "cities": [
            {"code": code, "name": name, "current": chosen is not None and chosen[1] == code}
            for _, code, name in places
        ],
        "city": chosen[2] if chosen else "",
    }
    if chosen:
        context |= week_page(
            chosen[0],
            asked=request.GET.get("week"),
            today=today,
            by_staff=False,
            book=reverse("certification:booking_new"),
            kept={"city": chosen[1]},
        )
    return render(request, "certification/applicant/bookings.html", context)


def _own_row(booking: Any) -> dict[str, Any]:
    return {
        "when": when_text(booking),
        "city": booking.contact_point.municipality.name,
        **about(booking.contact_point),
        "cancel_url": reverse("certification:booking_cancel", args=[booking.public_id])
        if booking.may_cancel
        else "",
    }


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def booking_new(request: ActorRequest) -> HttpResponse:
    """One time at one contact point, for an operator of one's own."""
    operators = operators_of(request.actor)
    if not operators:
        raise NotVisible
    point, asked = asked_point(request), asked_time(request)
    if point is None or asked is None:
        return redirect("certification:bookings")
    form = BookingForm(
        request.POST if request.method == "POST" else None,
        point=point,
        operators=operators,
        name=request.actor.name,
    )
    if request.method != "POST" or not form.is_valid():
        return _book_page(request, point, asked, form, status=INVALID if form.is_bound else 200)
    operator = form.cleaned_data["operator"]
    try:
        booking = book_own(
            point_id=point.public_id,
            day=asked.date(),
            starts_at=asked.time(),
            content=form.content(organisation=dict(operators)[operator]),
            operator_id=uuid.UUID(operator),
            actor=request.actor,
            now=timezone.now(),
        )
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return _book_page(request, point, asked, form, status=INVALID)
    except ActRefused as error:
        form.add_error(None, str(error))
        return _book_page(request, point, asked, form, status=STALE)
    messages.success(request, f"{when_text(booking)}に予約しました。")
    return redirect("certification:bookings")


def _book_page(
    request: ActorRequest, point: Any, asked: Any, form: BookingForm, *, status: int
) -> HttpResponse:
    back = f"{reverse('certification:bookings')}?city={point.municipality.code}"
    context = {
        "breadcrumb": [
            {"label": "事前相談の予約", "url": back},
            {"label": "予約する", "url": ""},
        ],
        "form": form,
        "city": point.municipality.name,
        "point": about(point),
        "point_id": point.public_id,
        "at": f"{asked:%Y-%m-%dT%H:%M}",
        "when": f"{format_wareki(asked.date(), weekday=True)} {asked:%H:%M}",
        "back_url": back,
    }
    return render(request, "certification/applicant/booking_new.html", context, status=status)


@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
def booking_cancel(request: ActorRequest, booking_id: uuid.UUID) -> HttpResponse:
    """The last question before a booking is given back."""
    booking = selectors.own_booking(request.actor, booking_id)
    if request.method == "POST":
        try:
            cancel_own(booking_id=booking_id, actor=request.actor, now=timezone.now())
        except ActRefused as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, f"{when_text(booking)}の予約を取り消しました。")
        return redirect("certification:bookings")
    context = {
        "breadcrumb": [
            {"label": "事前相談の予約", "url": reverse("certification:bookings")},
            {"label": "予約を取り消す", "url": ""},
        ],
        "when": when_text(booking),
        "city": booking.contact_point.municipality.name,
        "point": about(booking.contact_point),
        "points": ["取り消した時刻は、ほかの方が予約できるようになります。"],
        "back_url": reverse("certification:bookings"),
    }
    return render(request, "certification/applicant/booking_cancel.html", context)
