"""事前相談 as offices read it: the list, one record, the day, what belongs to a case; and the times that can be booked."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Count, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When

from accounts.models import Department, User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible, departments_of, holders
from certification.models import Application, ConsultationBooking, ContactPoint, PreliminaryConsultation
from certification.rules.preliminary import ConsultationStatus, Slot, slots
from certification.selectors.access import (
    CASE_ROLES,
    REVIEW_ROLES,
    applicant_bookings,
    bookings_to_cancel,
    staff_bookings,
    staff_cases,
    staff_consultations,
)
from japan.folding import fold

PAGE: Final = 50
MOST_PAGES: Final = 200
UNRECORDED_DAYS: Final = 30
"""How long the list reminds of a booking nobody has written a record for."""
MOST_BOOKINGS_SHOWN: Final = 12
MOST_TO_LINK: Final = 20


def may_write(actor: Actor) -> bool:
    """窓口担当 and 審査担当 record and change; 決裁者 and 閲覧 read."""
    return bool(actor.departments(*REVIEW_ROLES))


# --- The list ---


def overdue(*, today: dt.date) -> Q:
    """The condition of `rules.preliminary.is_overdue` in the database's words."""
    return Q(status=ConsultationStatus.OPEN, next_on__lt=today)


def in_order(
    consultations: QuerySet[PreliminaryConsultation], *, today: dt.date
) -> QuerySet[PreliminaryConsultation]:
    """Overdue next steps first, the oldest of them at the top; then by the day received, newest first."""
    # Rows that are not overdue share one day, later than any overdue one.
    rank = Case(When(overdue(today=today), then=F("next_on")), default=Value(today), output_field=DateField())
    return consultations.order_by(rank, "-received_on", "-pk")


def matching(
    consultations: QuerySet[PreliminaryConsultation], words: str
) -> QuerySet[PreliminaryConsultation]:
    """Each word in the name, the organisation, the housing or its address."""
    for word in words.split():
        if folded := fold(word):
            consultations = consultations.filter(search_text__contains=folded)
    return consultations


def on_topic(
    consultations: QuerySet[PreliminaryConsultation], code: str
) -> QuerySet[PreliminaryConsultation]:
    """Those that touch one topic."""
    return consultations.filter(topics__contains=f",{code},")


@dataclass(frozen=True, slots=True)
class ConsultationPage:
    """One page of the list; `number` counts from 1."""

    rows: list[PreliminaryConsultation]
    number: int
    has_next: bool


def consultation_page(
    consultations: QuerySet[PreliminaryConsultation], *, today: dt.date, number: int
) -> ConsultationPage:
    """One query."""
    number = min(max(number, 1), MOST_PAGES)
    wanted = in_order(consultations, today=today).select_related("department", "officer", "application")
    found = list(wanted[(number - 1) * PAGE : number * PAGE + 1])
    return ConsultationPage(found[:PAGE], number, has_next=len(found) > PAGE)


def waiting_bookings(actor: Actor, *, today: dt.date) -> list[ConsultationBooking]:
    """Bookings without a record, the earliest first: those of the last weeks and those to come."""
    own = staff_bookings(actor).filter(
        cancelled_at__isnull=True,
        consultation__isnull=True,
        day__gte=today - dt.timedelta(days=UNRECORDED_DAYS),
    )
    return list(own.select_related("contact_point__department")[:MOST_BOOKINGS_SHOWN])


# --- One record ---


def consultation_of(actor: Actor, public_id: uuid.UUID) -> PreliminaryConsultation:
    """One record with what its page shows. Raises `NotVisible`."""
    own = staff_consultations(actor).select_related("department", "officer", "application", "booking")
    found = own.filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    return found


def visible_case(actor: Actor, consultation: PreliminaryConsultation) -> Application | None:
    """The case it led to, where the actor's departments take part in it."""
    if consultation.application_id is None:
        return None
    return staff_cases(actor).filter(pk=consultation.application_id).first()


def case_by_number(actor: Actor, number: str) -> Application | None:
    """A case the actor may open, by its receipt number."""
    return staff_cases(actor).filter(receipt_number=number).first() if number else None


def case_to_link(actor: Actor, case_id: uuid.UUID) -> Application:
    """A case the actor may open. Raises `NotVisible`."""
    found = staff_cases(actor).filter(public_id=case_id).first()
    if found is None:
        raise NotVisible
    return found


def linked_to(actor: Actor, application: Application) -> list[PreliminaryConsultation]:
    """The consultations that led to a case, the first first."""
    own = staff_consultations(actor).filter(application=application)
    return list(own.select_related("department", "officer", "application").order_by("received_on", "pk"))


def free_to_link(actor: Actor, application: Application, *, words: str) -> list[PreliminaryConsultation]:
    """Consultations without a case, newest first; those that name the case's operator, housing or address by default."""
    own = staff_consultations(actor).filter(application__isnull=True).select_related("department", "officer")
    if words.strip():
        return list(matching(own, words).order_by("-received_on", "-pk")[:MOST_TO_LINK])
    names = [application.applicant_name, application.housing_name, application.housing_address]
    likely = [Q(search_text__contains=folded) for name in names if (folded := fold(name))]
    if not likely:
        return []
    alike = likely[0]
    for each in likely[1:]:
        alike |= each
    return list(own.filter(alike).order_by("-received_on", "-pk")[:MOST_TO_LINK])


def departments_to_choose(actor: Actor) -> list[Department]:
    """Departments in use of the own municipality."""
    return list(departments_of(actor))


def officers_to_choose(actor: Actor, *, day: dt.date) -> list[User]:
    """Who may be in charge: people of the municipality who record consultations."""
    own = departments_of(actor).values_list("pk", flat=True)
    return list(holders(department_ids=own, roles=REVIEW_ROLES, day=day))


# --- Bookings ---


@dataclass(frozen=True, kw_only=True)
class OpenSlot:
    """One time and how many seats are left."""

    slot: Slot
    left: int


def points_in(municipality_id: int) -> list[ContactPoint]:
    """The contact points of a municipality that answer anything, with their hours."""
    found = ContactPoint.objects.filter(municipality_id=municipality_id, department__is_active=True)
    return list(
        found.exclude(topics="").select_related("department", "municipality").prefetch_related("hours")
    )


def contact_point(public_id: uuid.UUID) -> ContactPoint:
    """One contact point that answers something. Raises `NotVisible`."""
    found = ContactPoint.objects.filter(public_id=public_id, department__is_active=True).exclude(topics="")
    point = found.select_related("department", "municipality").first()
    if point is None:
        raise NotVisible
    return point


def slots_of(point: ContactPoint, *, start: dt.date, end: dt.date) -> list[Slot]:
    """The times of a contact point between two days, both inside, full ones included."""
    closed = [dt.date.fromisoformat(day) for day in point.closed_on]
    return slots([each.value for each in point.hours.all()], closed=closed, start=start, end=end)


def open_slots(points: Sequence[ContactPoint], *, start: dt.date, end: dt.date) -> dict[int, list[OpenSlot]]:
    """By contact point, every time with the seats left: one query."""
    taken = _taken([point.pk for point in points], start=start, end=end)
    return {
        point.pk: [
            OpenSlot(slot=slot, left=max(slot.places - taken[point.pk, slot.day, slot.starts_at], 0))
            for slot in slots_of(point, start=start, end=end)
        ]
        for point in points
    }


def _taken(
    points: Collection[int], *, start: dt.date, end: dt.date
) -> dict[tuple[int, dt.date, dt.time], int]:
    rows = ConsultationBooking.objects.filter(
        contact_point__in=points, day__range=(start, end), cancelled_at__isnull=True
    )
    counted = rows.order_by().values_list("contact_point", "day", "starts_at").annotate(Count("pk"))
    found: dict[tuple[int, dt.date, dt.time], int] = defaultdict(int)
    found.update({(point, day, starts_at): number for point, day, starts_at, number in counted})
    return found


def booking_municipalities() -> list[tuple[int, str, str]]:
    """(id, code, name) of the municipalities with hours that can be booked."""
    rows = ContactPoint.objects.filter(hours__isnull=False, department__is_active=True).exclude(topics="")
    return list(
        rows.order_by("municipality__code")
        .values_list("municipality", "municipality__code", "municipality__name")
        .distinct()
    )


def own_bookings(actor: Actor, *, today: dt.date) -> list[ConsultationBooking]:
    """The applicant's bookings from today on that still stand, each with `may_cancel`."""
    own = applicant_bookings(actor).filter(cancelled_at__isnull=True, day__gte=today)
    own = own.annotate(may_cancel=Exists(bookings_to_cancel(actor).filter(pk=OuterRef("pk"))))
    return list(own.select_related("contact_point__department", "contact_point__municipality"))


def own_booking(actor: Actor, public_id: uuid.UUID) -> ConsultationBooking:
    """One that the actor may cancel, cancelled ones too. Raises `NotVisible`."""
    return _booking(bookings_to_cancel(actor), public_id)


def office_booking(actor: Actor, public_id: uuid.UUID) -> ConsultationBooking:
    """One booking at the actor's municipality. Raises `NotVisible`."""
    return _booking(staff_bookings(actor), public_id)


def _booking(bookings: QuerySet[ConsultationBooking], public_id: uuid.UUID) -> ConsultationBooking:
    found = bookings.select_related("contact_point__department", "contact_point__municipality")
    booking = found.filter(public_id=public_id).first()
    if booking is None:
        raise NotVisible
    return booking


# --- The day ---


@dataclass(frozen=True, kw_only=True)
class DaySheet:
    """Who comes on a day, and what was received on it."""

    day: dt.date
    bookings: list[ConsultationBooking]
    received: list[PreliminaryConsultation]


def day_sheet(actor: Actor, *, day: dt.date) -> DaySheet:
    """Two queries. Raises `NotVisible` for people whose posts open no cases."""
    if not actor.departments(*CASE_ROLES):
        raise NotVisible
    bookings = staff_bookings(actor).filter(day=day, cancelled_at__isnull=True)
    received = staff_consultations(actor).filter(received_on=day).order_by("received_at", "pk")
    return DaySheet(
        day=day,
        bookings=list(bookings.select_related("contact_point__department", "operator", "consultation")),
        received=list(received.select_related("department", "officer", "application")),
    )


# --- The administrator's page ---


def contact_points_by_department(municipality_id: int) -> dict[int, ContactPoint]:
    """Contact points by department, with their hours."""
    found = ContactPoint.objects.filter(municipality_id=municipality_id).prefetch_related("hours")
    return {point.department_id: point for point in found}


def bookings_left_outside(point: ContactPoint, *, today: dt.date) -> int:
    """Bookings to come that no longer lie in the hours of the contact point: somebody must call these people."""
    booked = ConsultationBooking.objects.filter(
        contact_point=point, day__gte=today, cancelled_at__isnull=True
    )
    times = list(booked.values_list("day", "starts_at", "seat"))
    if not times:
        return 0
    found = slots_of(point, start=today, end=max(day for day, _, _ in times))
    places = {(slot.day, slot.starts_at): slot.places for slot in found}
    return sum(seat > places.get((day, starts_at), 0) for day, starts_at, seat in times)
