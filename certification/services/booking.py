"""事前相談の予約: taking a seat of a time, and giving it back.

The contact point's row is locked while a seat is chosen, and the database refuses the same seat twice: a time is never
given to more people than it has places, whoever comes at the same moment.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import Role
from accounts.outbox import notify
from accounts.rules.actor import Actor
from accounts.selectors import holders
from certification.models import ConsultationBooking, ContactPoint, Operator, PreliminaryConsultation
from certification.models.preliminary import joined_topics
from certification.rules.preliminary import Slot, bookable_days, free_seat
from certification.rules.workflow import Who
from certification.selectors import preliminary as selectors
from certification.selectors.access import bookings_to_cancel, staff_bookings
from certification.services.errors import ActRefused, InputMissing, NotFound

MOST_OPEN: Final = 3
"""Bookings to come that one operator may hold at one contact point."""
FULL: Final = (
    "この時刻は、ほかの方の予約でいっぱいになりました。まだ予約していません。別の時刻を選んでください。"
)
NOT_OFFERED: Final = "この時刻は予約できません。もう一度、予約できる時刻から選んでください。"


@dataclass(frozen=True, kw_only=True)
class BookingContent:
    """Who comes and what for."""

    topics: tuple[str, ...]
    asker_name: str
    asker_organisation: str = ""
    asker_contact: str
    note: str = ""


@transaction.atomic
def book_own(
    *,
    point_id: uuid.UUID,
    day: dt.date,
    starts_at: dt.time,
    content: BookingContent,
    operator_id: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> ConsultationBooking:
    """An applicant books for an operator of theirs. Raises `NotFound`, `ActRefused`, `InputMissing`."""
    operator = Operator.objects.filter(public_id=operator_id, members__user=actor.user_id).first()
    if operator is None:
        raise NotFound("この事業者の予約はできません。")
    point = _locked_point(point_id)
    slot = _offered(point, day, starts_at, now=now, by_staff=False)
    held = ConsultationBooking.objects.filter(
        contact_point=point, operator=operator, day__gte=timezone.localdate(now), cancelled_at__isnull=True
    )
    same = held.filter(day=day, starts_at=starts_at).first()
    if same is not None:
        return same
    if held.count() >= MOST_OPEN:
        raise ActRefused(
            f"この窓口には、もう{MOST_OPEN}件の予約があります。使わない予約を取り消すか、電話でご相談ください。"
        )
    booking = _take(point, slot, content, operator=operator, actor=actor, now=now)
    _tell_desk(booking, subject="事前相談の予約が入りました", actor=actor, now=now)
    return booking


@transaction.atomic
def book_for_caller(
    *,
    point_id: uuid.UUID,
    day: dt.date,
    starts_at: dt.time,
    content: BookingContent,
    actor: Actor,
    now: dt.datetime,
) -> ConsultationBooking:
    """Staff book for somebody on the telephone or at the counter. Raises `NotFound`, `ActRefused`, `InputMissing`."""
    if not selectors.may_write(actor):
        raise NotFound("この窓口は見つかりません。")
    point = _locked_point(point_id)
    if point.municipality_id != actor.home_id:
        raise NotFound("この窓口は見つかりません。")
    slot = _offered(point, day, starts_at, now=now, by_staff=True)
    same = ConsultationBooking.objects.filter(
        contact_point=point,
        day=day,
        starts_at=starts_at,
        asker_name=content.asker_name,
        asker_contact=content.asker_contact,
        cancelled_at__isnull=True,
    ).first()
    return same or _take(point, slot, content, operator=None, actor=actor, now=now)


@transaction.atomic
def cancel_own(*, booking_id: uuid.UUID, actor: Actor, now: dt.datetime) -> ConsultationBooking:
    """An applicant gives a seat back, until the day itself. A second time changes nothing."""
    booking = _locked(bookings_to_cancel(actor), booking_id)
    if booking.day < timezone.localdate(now):
        raise ActRefused("過ぎた日の予約は取り消せません。")
    if _cancel(booking, actor=actor, now=now):
        _tell_desk(booking, subject="事前相談の予約が取り消されました", actor=actor, now=now)
    return booking


@transaction.atomic
def cancel_by_office(*, booking_id: uuid.UUID, actor: Actor, now: dt.datetime) -> ConsultationBooking:
    """Staff give a seat back, of a caller or of an applicant, who is told."""
    if not selectors.may_write(actor):
        raise NotFound("この予約は見つかりません。")
    booking = _locked(staff_bookings(actor), booking_id)
    if _cancel(booking, actor=actor, now=now) and booking.operator_id is not None:
        _tell_applicant(booking, now=now)
    return booking


# --- Steps ---


def _locked_point(point_id: uuid.UUID) -> ContactPoint:
    """Two statements on purpose: what is joined to a locked row is as it was before the wait."""
    pk = (
        ContactPoint.objects.select_for_update()
        .values_list("pk", flat=True)
        .filter(public_id=point_id)
        .first()
    )
    if pk is None:
        raise NotFound("この窓口は見つかりません。")
    return ContactPoint.objects.select_related("department", "municipality").get(pk=pk)


def _offered(
    point: ContactPoint, day: dt.date, starts_at: dt.time, *, now: dt.datetime, by_staff: bool
) -> Slot:
    """The time asked for as the contact point offers it now. Raises `ActRefused`."""
    first, last = bookable_days(timezone.localdate(now), by_staff=by_staff)
    if not point.topics or not point.department.is_active or not first <= day <= last:
        raise ActRefused(NOT_OFFERED)
    offered = (slot for slot in selectors.slots_of(point, start=day, end=day) if slot.starts_at == starts_at)
    slot = next(offered, None)
    if slot is None:
        raise ActRefused(NOT_OFFERED)
    return slot


def _take(
    point: ContactPoint,
    slot: Slot,
    content: BookingContent,
    *,
    operator: Operator | None,
    actor: Actor,
    now: dt.datetime,
) -> ConsultationBooking:
    if not set(content.topics) <= set(point.topic_codes):
        raise InputMissing("topics", "この窓口で答える内容から選んでください。")
    taken = ConsultationBooking.objects.filter(
        contact_point=point, day=slot.day, starts_at=slot.starts_at, cancelled_at__isnull=True
    )
    seat = free_seat(set(taken.values_list("seat", flat=True)), places=slot.places)
    if seat is None:
        raise ActRefused(FULL)
    try:
        with transaction.atomic():
            booking = ConsultationBooking.objects.create(
                contact_point=point,
                day=slot.day,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                seat=seat,
                topics=joined_topics(content.topics),
                asker_name=content.asker_name,
                asker_organisation=content.asker_organisation,
                asker_contact=content.asker_contact,
                note=content.note,
                operator=operator,
                booked_by_id=actor.user_id,
                booked_at=now,
            )
    except IntegrityError as error:
        raise ActRefused(FULL) from error
    _record(booking, "preliminary_booked", actor=actor, now=now)
    return booking


def _locked(bookings: QuerySet[ConsultationBooking], booking_id: uuid.UUID) -> ConsultationBooking:
    """Two statements, as above. `of` cannot stand beside `values_list` on PostgreSQL."""
    found = bookings.select_for_update(of=("self",)).filter(public_id=booking_id).first()
    if found is None:
        raise NotFound("この予約は見つかりません。")
    return ConsultationBooking.objects.select_related(
        "contact_point__department", "contact_point__municipality", "operator"
    ).get(pk=found.pk)


def _cancel(booking: ConsultationBooking, *, actor: Actor, now: dt.datetime) -> bool:
    if booking.cancelled_at is not None:
        return False
    if PreliminaryConsultation.objects.filter(booking=booking).exists():
        raise ActRefused("この予約の相談は、もう記録されています。取り消せません。")
    booking.cancelled_at = now
    booking.cancelled_by_id = actor.user_id
    booking.save(update_fields=["cancelled_at", "cancelled_by"])
    _record(booking, "preliminary_booking_cancelled", actor=actor, now=now)
    return True


def _record(booking: ConsultationBooking, act: str, *, actor: Actor, now: dt.datetime) -> None:
    own = booking.operator is not None and not actor.posts
    audit.record(
        action=f"certification.{act}",
        subject=audit.Subject(
            "certification.booking", str(booking.public_id), f"事前相談の予約 {booking.pk}"
        ),
        actor=actor,
        now=now,
        municipality_code=booking.contact_point.municipality.code,
        details={"day": booking.day.isoformat(), "department": booking.contact_point.department_id},
        actor_role=str(Who.APPLICANT.label) if own else None,
        actor_organisation=booking.operator.name if own and booking.operator else None,
    )


def _tell_desk(booking: ConsultationBooking, *, subject: str, actor: Actor, now: dt.datetime) -> None:
    department = booking.contact_point.department_id
    people = holders(department_ids=[department], roles=[Role.DESK], day=timezone.localdate(now))
    path = f"{reverse('certification:preliminary_day')}?on={booking.day.isoformat()}"
    _notify(booking, set(people.values_list("pk", flat=True)) - {actor.user_id}, subject, path=path, now=now)


def _tell_applicant(booking: ConsultationBooking, *, now: dt.datetime) -> None:
    assert booking.operator is not None
    people = booking.operator.members.values_list("user_id", flat=True)
    path = reverse("certification:bookings")
    _notify(booking, people, "事前相談の予約が取り消されました", path=path, now=now)


def _notify(
    booking: ConsultationBooking, people: Iterable[int], subject: str, *, path: str, now: dt.datetime
) -> None:
    """Day and time, nothing of the person: the rest stands behind the login."""
    when = f"{booking.day.month}月{booking.day.day}日 {booking.starts_at:%H:%M}"
    state = "cancelled" if booking.cancelled_at else "booked"
    for user_id in people:
        notify(
            recipient_id=user_id,
            key=f"{booking.public_id}:{state}:{user_id}",
            subject=f"{subject}({when})",
            body=f"{when}: {subject}。内容は、ログインして確かめてください。",
            path=path,
            municipality_id=booking.contact_point.municipality_id,
            now=now,
        )
