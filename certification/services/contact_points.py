"""The administrator says which department answers which topic of 事前相談, and when it can be booked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from accounts import audit
from accounts.models import Department, Role
from accounts.rules.actor import Actor
from certification.models import ContactHours, ContactPoint
from certification.models.preliminary import joined_topics
from certification.rules.preliminary import Hours, hours_problem, overlap_problem
from certification.services.errors import InputMissing, NotFound, Stale

HOURS: Final = "hours"
"""The field that carries what is wrong with the hours as a whole."""


@dataclass(frozen=True, kw_only=True)
class ContactPointContent:
    """What the page says of one department. Without topics it is no contact point."""

    topics: tuple[str, ...]
    place: str = ""
    bring: str = ""
    closed_on: tuple[dt.date, ...] = ()
    hours: tuple[Hours, ...] = ()


@transaction.atomic
def save_contact_point(
    *, department_id: int, content: ContactPointContent, actor: Actor, now: dt.datetime, seen: int
) -> ContactPoint:
    """Write one department's contact point. `seen` is its revision, 0 where there was none.

    Bookings that stand are kept, also outside the new hours. Raises `NotFound`, `Stale`, `InputMissing`.
    """
    point = _locked(department_id, actor=actor)
    if point.revision != seen:
        raise Stale
    _check(content)
    point.topics = joined_topics(content.topics)
    point.place, point.bring = content.place, content.bring
    point.closed_on = sorted(day.isoformat() for day in content.closed_on)
    point.revision += 1
    point.save()
    point.hours.all().delete()
    ContactHours.objects.bulk_create(
        ContactHours(
            contact_point=point,
            weekday=each.weekday,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            minutes=each.minutes,
            places=each.places,
        )
        for each in content.hours
    )
    audit.record(
        action="certification.contact_point_saved",
        subject=audit.Subject("certification.contact_point", str(point.public_id), "事前相談の窓口"),
        actor=actor,
        now=now,
        details={
            "department": department_id,
            "topics": list(point.topic_codes),
            "hours": len(content.hours),
            "closed_days": len(content.closed_on),
        },
    )
    return point


def _locked(department_id: int, *, actor: Actor) -> ContactPoint:
    """The contact point of a department, a new one where there is none. The department is what is locked."""
    if not actor.has(Role.ADMINISTRATOR):
        raise NotFound("この課は見つかりません。")
    departments = Department.objects.select_for_update().filter(municipality_id=actor.home_id)
    department = departments.filter(pk=department_id).first()
    if department is None:
        raise NotFound("この課は見つかりません。")
    # Bookings lock the contact point itself.
    found = ContactPoint.objects.select_for_update().filter(department=department).first()
    return found or ContactPoint(department=department, municipality_id=actor.home_id)


def _check(content: ContactPointContent) -> None:
    if content.hours and not content.topics:
        raise InputMissing("topics", "予約を受けるときは、答える内容を1つ以上選んでください。")
    for each in content.hours:
        if problem := hours_problem(each):
            raise InputMissing(HOURS, problem)
    if problem := overlap_problem(content.hours):
        raise InputMissing(HOURS, problem)
