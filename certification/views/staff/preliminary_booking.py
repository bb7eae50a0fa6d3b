"""事前相談の予約 by the office: for somebody on the telephone, and giving a seat back."""

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
from certification.services.booking import book_for_caller, cancel_by_office
from certification.services.errors import ActRefused, InputMissing
from certification.views.booking_frame import about, asked_point, asked_time, week_page, when_text
from certification.views.staff.frame import INVALID, STALE, office_page
from japan.wareki import format_wareki


@office_page
@require_safe
def preliminary_slots(request: ActorRequest) -> HttpResponse:
    """The times of the own municipality's contact points, week by week."""
    if not selectors.may_write(request.actor):
        raise NotVisible
    context = {
        "breadcrumb": _breadcrumb("電話の予約を入れる"),
        **week_page(
            request.actor.home_id,
            asked=request.GET.get("week"),
            today=timezone.localdate(),
            by_staff=True,
            book=reverse("certification:preliminary_book"),
            kept={},
        ),
    }
    return render(request, "certification/preliminary/slots.html", context)


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def preliminary_book(request: ActorRequest) -> HttpResponse:
    """One time at one contact point, for a caller."""
    if not selectors.may_write(request.actor):
        raise NotVisible
    point, asked = asked_point(request), asked_time(request)
    if point is None or asked is None:
        return redirect("certification:preliminary_slots")
    if point.municipality_id != request.actor.home_id:
        raise NotVisible
    form = BookingForm(request.POST if request.method == "POST" else None, point=point)
    if request.method != "POST" or not form.is_valid():
        return _book_page(request, point, asked, form, status=INVALID if form.is_bound else 200)
    try:
        booking = book_for_caller(
            point_id=point.public_id,
            day=asked.date(),
            starts_at=asked.time(),
            content=form.content(),
            actor=request.actor,
            now=timezone.now(),
        )
    except InputMissing as error:
        form.add_error(error.field, str(error))
        return _book_page(request, point, asked, form, status=INVALID)
    except ActRefused as error:
        form.add_error(None, str(error))
        return _book_page(request, point, asked, form, status=STALE)
    messages.success(request, f"{when_text(booking)}に予約を入れました。")
    return redirect("certification:preliminary")


def _book_page(
    request: ActorRequest, point: Any, asked: Any, form: BookingForm, *, status: int
) -> HttpResponse:
    context = {
        "breadcrumb": _breadcrumb("電話の予約を入れる"),
        "form": form,
        "point": about(point),
        "point_id": point.public_id,
        "at": f"{asked:%Y-%m-%dT%H:%M}",
        "when": f"{format_wareki(asked.date(), weekday=True)} {asked:%H:%M}",
        "slots_url": reverse("certification:preliminary_slots"),
    }
    return render(request, "certification/preliminary/book.html", context, status=status)


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def preliminary_cancel(request: ActorRequest, booking_id: uuid.UUID) -> HttpResponse:
    """The last question before a seat is given back."""
    booking = selectors.office_booking(request.actor, booking_id)
    if not selectors.may_write(request.actor):
        raise NotVisible
    if request.method == "POST":
        try:
            cancel_by_office(booking_id=booking_id, actor=request.actor, now=timezone.now())
        except ActRefused as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, f"{when_text(booking)}の予約を取り消しました。")
        return redirect("certification:preliminary")
    told = (
        "予約した事業者に、取り消したことが知らされます。"
        if booking.operator_id
        else "電話をした方には、別に知らせてください。"
    )
    context = {
        "breadcrumb": _breadcrumb("予約を取り消す"),
        "when": when_text(booking),
        "asker": " ".join(text for text in (booking.asker_organisation, booking.asker_name) if text),
        "points": [told, "空いた時刻は、ほかの方が予約できるようになります。"],
        "back_url": reverse("certification:preliminary"),
    }
    return render(request, "certification/preliminary/cancel.html", context)


def _breadcrumb(here: str) -> list[dict[str, str]]:
    return [
        {"label": "事前相談", "url": reverse("certification:preliminary")},
        {"label": here, "url": ""},
    ]
