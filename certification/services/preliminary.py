"""事前相談 on record: writing one down, changing it, tying it to the case it led to.

A record never stands in the way of an application (行政手続法7条): nothing outside this module and its selectors reads it.
All raise `NotFound` for what is not of the actor's municipality or not theirs to write.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Department, User
from accounts.rules.actor import Actor
from certification.models import Application, ConsultationBooking, PreliminaryConsultation
from certification.models.preliminary import joined_topics
from certification.selectors import preliminary as selectors
from certification.selectors.access import staff_bookings, staff_consultations
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from japan.folding import fold

NO_SUCH: Final = "この事前相談は見つかりません。"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ConsultationContent:
    """What a record says. The names are those of the row."""

    department_id: int
    officer_id: int
    received_on: dt.date
    received_at: dt.time | None
    way: str
    topics: tuple[str, ...]
    asker_kind: str = ""
    asker_name: str = ""
    asker_organisation: str = ""
    asker_contact: str = ""
    housing_name: str = ""
    housing_address: str = ""
    unit_count: int | None = None
    construction_started: str = ""
    dwelling_type: str = ""
    documents_brought: tuple[str, ...] = ()
    hard_points: str = ""
    soft_points: str = ""
    answer: str = ""
    next_step: str = ""
    next_on: dt.date | None = None
    status: str
    receipt_number: str = ""


def subject_of(consultation: PreliminaryConsultation) -> audit.Subject:
    """How the trail names a record: by number, never by who asked."""
    return audit.Subject(
        "certification.preliminary", str(consultation.public_id), f"事前相談 {consultation.pk}"
    )


def record_read(consultation: PreliminaryConsultation, *, actor: Actor, now: dt.datetime) -> None:
    """Reading a record is an event of the audit trail."""
    _record(consultation, "preliminary_viewed", actor=actor, now=now)


def record_sheet(sheet: selectors.DaySheet, *, actor: Actor, now: dt.datetime) -> None:
    """So is opening the sheet of a day: it names everybody who comes."""
    audit.record(
        action="certification.preliminary_sheet_opened",
        subject=audit.Subject(
            "certification.preliminary_day", sheet.day.isoformat(), f"{sheet.day.isoformat()}の事前相談"
        ),
        actor=actor,
        now=now,
        details={"bookings": len(sheet.bookings), "received": len(sheet.received)},
    )


@transaction.atomic
def record_consultation(
    *,
    content: ConsultationContent,
    key: uuid.UUID,
    booking_id: uuid.UUID | None = None,
    actor: Actor,
    now: dt.datetime,
) -> PreliminaryConsultation:
    """Write a consultation down, or the record of a booking. The same `key` a second time is the same record."""
    _may_write(actor)
    known = PreliminaryConsultation.objects.filter(public_id=key).first()
    if known is not None:
        return _own(known, actor)
    booking = _unrecorded(booking_id, actor) if booking_id else None
    row = PreliminaryConsultation(public_id=key, municipality_id=actor.home_id, booking=booking)
    _write(row, content, actor=actor, now=now)
    _record(
        row,
        "preliminary_recorded",
        actor=actor,
        now=now,
        details={"booked": booking is not None, **_link(row)},
    )
    return row


@transaction.atomic
def change_consultation(
    *, consultation_id: uuid.UUID, content: ConsultationContent, actor: Actor, now: dt.datetime, seen: int
) -> PreliminaryConsultation:
    """Write what the page says over the record. Raises `Stale`, `InputMissing`."""
    row = _locked(consultation_id, actor=actor, seen=seen)
    before = _values(row)
    _write(row, content, actor=actor, now=now)
    changed = sorted(name for name, value in _values(row).items() if value != before[name])
    _record(row, "preliminary_changed", actor=actor, now=now, details={"fields": changed, **_link(row)})
    return row


@transaction.atomic
def tie(
    *, consultation_id: uuid.UUID, application: Application, actor: Actor, now: dt.datetime, seen: int
) -> PreliminaryConsultation:
    """Tie a record to the case it led to. `application` is one the actor may open."""
    row = _locked(consultation_id, actor=actor, seen=seen)
    if row.application_id is not None:
        raise ActRefused("この事前相談は、もう申請に結び付いています。外してから、結び付け直してください。")
    return _tied(row, application, "preliminary_tied", actor=actor, now=now)


@transaction.atomic
def untie(
    *, consultation_id: uuid.UUID, application: Application, actor: Actor, now: dt.datetime, seen: int
) -> PreliminaryConsultation:
    """Take the tie away; record and case stay as they are."""
    row = _locked(consultation_id, actor=actor, seen=seen)
    if row.application_id != application.pk:
        raise Stale
    return _tied(row, None, "preliminary_untied", actor=actor, now=now)


def _tied(
    row: PreliminaryConsultation, application: Application | None, act: str, *, actor: Actor, now: dt.datetime
) -> PreliminaryConsultation:
    details = _link(row)
    row.application = application
    row.revision += 1
    row.changed_at = now
    row.save(update_fields=["application", "revision", "changed_at"])
    _record(row, act, actor=actor, now=now, details=details or _link(row))
    return row


# --- Steps ---


def _may_write(actor: Actor) -> None:
    if not selectors.may_write(actor):
        raise NotFound(NO_SUCH)


def _own(row: PreliminaryConsultation, actor: Actor) -> PreliminaryConsultation:
    if row.municipality_id != actor.home_id:
        raise NotFound(NO_SUCH)
    return row


def _locked(consultation_id: uuid.UUID, *, actor: Actor, seen: int) -> PreliminaryConsultation:
    _may_write(actor)
    rows = staff_consultations(actor).select_for_update(of=("self",))
    row = rows.filter(public_id=consultation_id).first()
    if row is None:
        raise NotFound(NO_SUCH)
    if row.revision != seen:
        raise Stale
    return row


def _unrecorded(booking_id: uuid.UUID, actor: Actor) -> ConsultationBooking:
    """The lock keeps a second person from recording the same booking."""
    bookings = staff_bookings(actor).select_for_update(of=("self",))
    booking = bookings.filter(public_id=booking_id).first()
    if booking is None:
        raise NotFound(NO_SUCH)
    if booking.cancelled_at is not None:
        raise ActRefused(
            "この予約は取り消されています。相談があったときは、予約なしで新しく記録してください。"
        )
    if PreliminaryConsultation.objects.filter(booking=booking).exists():
        raise ActRefused("この予約の相談は、ほかの担当者がもう記録しています。一覧から開いてください。")
    return booking


def _write(
    row: PreliminaryConsultation, content: ConsultationContent, *, actor: Actor, now: dt.datetime
) -> None:
    _check(row, content, actor=actor, today=timezone.localdate(now))
    row.application = _case(row, content.receipt_number, actor=actor)
    for name, value in dataclasses.asdict(content).items():
        if name not in ("topics", "documents_brought", "receipt_number"):
            setattr(row, name, value)
    row.topics = joined_topics(content.topics)
    row.documents_brought = list(content.documents_brought)
    row.search_text = " ".join(
        fold(text)
        for text in (
            *(content.asker_name, content.asker_organisation),
            *(content.housing_name, content.housing_address),
        )
        if text
    )
    row.revision += 1
    row.changed_at = now
    row.save()


def _check(
    row: PreliminaryConsultation, content: ConsultationContent, *, actor: Actor, today: dt.date
) -> None:
    if content.received_on > today:
        raise InputMissing("received_on", "受けた日が、きょうより後になっています。日付を確かめてください。")
    if content.next_on and not content.next_step:
        raise InputMissing("next_step", "次にする日があるときは、何をするかも入れてください。")
    if not content.topics:
        raise InputMissing("topics", "相談の内容を1つ以上選んでください。")
    own = Department.objects.filter(pk=content.department_id, municipality_id=actor.home_id)
    if row.department_id != content.department_id and not own.filter(is_active=True).exists():
        raise InputMissing("department_id", "相談を受けた課は、使用中の課から選んでください。")
    if row.officer_id != content.officer_id and not _may_be_officer(content.officer_id, actor, today):
        raise InputMissing("officer_id", "担当は、窓口担当か審査担当の人から選んでください。")


def _may_be_officer(user_id: int, actor: Actor, today: dt.date) -> bool:
    people: list[User] = selectors.officers_to_choose(actor, day=today)
    return any(person.pk == user_id for person in people)


def _case(row: PreliminaryConsultation, number: str, *, actor: Actor) -> Application | None:
    """The case of a receipt number; a tie to a case the actor may not open stays while its number stands there."""
    if not number:
        return None
    if row.application is not None and row.application.receipt_number == number:
        return row.application
    found = selectors.case_by_number(actor, number)
    if found is None:
        raise InputMissing(
            "receipt_number",
            f"受付番号「{number}」の申請が見つかりません。受付箱で番号を確かめてください。まだ申請がないときは空にします。",
        )
    return found


def _values(row: PreliminaryConsultation) -> dict[str, Any]:
    beside = {"id", "revision", "changed_at", "search_text"}
    names = [field.attname for field in row._meta.concrete_fields if field.attname not in beside]
    return {name: getattr(row, name) for name in names}


def _link(row: PreliminaryConsultation) -> dict[str, str]:
    return {"case": str(row.application.public_id)} if row.application else {}


def _record(
    row: PreliminaryConsultation,
    act: str,
    *,
    actor: Actor,
    now: dt.datetime,
    details: dict[str, Any] | None = None,
) -> None:
    audit.record(
        action=f"certification.{act}", subject=subject_of(row), actor=actor, now=now, details=details
    )
