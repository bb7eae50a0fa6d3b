"""事前相談: who may write a record, what a stale page does, how many a time takes, and that filing needs none of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Notice, User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from certification.demo import Office, Walk
from certification.models import ConsultationBooking, ContactPoint, Operator, PreliminaryConsultation
from certification.rules.preliminary import Hours
from certification.rules.workflow import State
from certification.selectors import preliminary as selectors
from certification.services.booking import (
    MOST_OPEN,
    BookingContent,
    book_for_caller,
    book_own,
    cancel_by_office,
    cancel_own,
)
from certification.services.contact_points import ContactPointContent, save_contact_point
from certification.services.errors import ActRefused, InputMissing, NotFound, Stale
from certification.services.preliminary import (
    ConsultationContent,
    change_consultation,
    record_consultation,
    tie,
    untie,
)
from tests.certification.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING
TODAY = timezone.localdate(NOW)
TUESDAY = TODAY + dt.timedelta(days=1)
AT = dt.time(9, 30)


def of(user: User) -> Actor:
    return actor_of(user, day=TODAY)


def said(office: Office, **values: Any) -> ConsultationContent:
    content = ConsultationContent(
        department_id=office.setting.lead_department_id,
        officer_id=office.desk.pk,
        received_on=TODAY,
        received_at=None,
        way="phone",
        topics=("soft",),
        status="open",
    )
    return dataclasses.replace(content, **values)


def recorded(office: Office, **values: Any) -> PreliminaryConsultation:
    return record_consultation(
        content=said(office, **values), key=uuid.uuid4(), actor=of(office.desk), now=NOW
    )


def opened(office: Office, *, places: int = 1, seen: int = 0) -> ContactPoint:
    """A contact point of the lead department, open on Tuesdays from 9:30 to 11:30."""
    hours = Hours(weekday=1, starts_at=AT, ends_at=dt.time(11, 30), minutes=60, places=places)
    return save_contact_point(
        department_id=office.setting.lead_department_id,
        content=ContactPointContent(topics=("soft", "procedure"), hours=(hours,)),
        actor=of(office.administrator),
        now=NOW,
        seen=seen,
    )


def coming(**values: Any) -> BookingContent:
    return BookingContent(**({"topics": ("soft",), "asker_name": "仮名 花", "asker_contact": "042"} | values))


def call(point: ContactPoint, office: Office, name: str = "仮名 花", **more: Any) -> ConsultationBooking:
    given: dict[str, Any] = {"day": TUESDAY, "starts_at": AT, "actor": of(office.desk)} | more
    return book_for_caller(point_id=point.public_id, content=coming(asker_name=name), now=NOW, **given)


def book(point: ContactPoint, owner: tuple[Operator, User], **more: Any) -> ConsultationBooking:
    given: dict[str, Any] = {"day": TUESDAY, "starts_at": AT, "operator_id": owner[0].public_id} | more
    return book_own(point_id=point.public_id, content=coming(), actor=of(owner[1]), now=NOW, **given)


# --- Never a precondition ---------------------------------------------------------------------------------------------


def test_filing_works_without_any_consultation(accepted: Walk) -> None:
    """行政手続法7条: what arrives is taken in, talked about before or not."""
    assert not PreliminaryConsultation.objects.exists()
    assert accepted.application.state == State.LEAD_REVIEW


def test_a_city_without_contact_points_takes_applications(filed: Walk) -> None:
    assert not ContactPoint.objects.exists()
    assert filed.accept().application.receipt_number


# --- The record -------------------------------------------------------------------------------------------------------


def test_a_record_needs_no_name(office: Office) -> None:
    row = recorded(office)
    assert row.asker_name == row.housing_name == ""
    event = AuditEvent.objects.get(action="certification.preliminary_recorded")
    assert (event.subject_id, event.subject_label) == (str(row.public_id), f"事前相談 {row.pk}")


def test_the_trail_holds_no_personal_text(office: Office) -> None:
    row = recorded(office, asker_name="仮名 秘", housing_address="秘密町1番", answer="秘密の回答")
    change_consultation(
        consultation_id=row.public_id,
        content=said(office, asker_name="仮名 密", answer="別の秘密"),
        actor=of(office.desk),
        now=NOW,
        seen=row.revision,
    )
    events = AuditEvent.objects.filter(action__startswith="certification.preliminary")
    assert not any("秘" in str(event.details) + event.subject_label + event.reason for event in events)
    changed = events.get(action="certification.preliminary_changed")
    assert changed.details["fields"] == ["answer", "asker_name", "housing_address"]


def test_the_same_key_twice_is_one_record(office: Office) -> None:
    key = uuid.uuid4()
    first, second = (
        record_consultation(content=said(office), key=key, actor=of(office.desk), now=NOW) for _ in "12"
    )
    assert first == second
    assert PreliminaryConsultation.objects.count() == 1


def test_a_key_of_another_city_opens_nothing(office: Office, other_office: Office) -> None:
    row = recorded(office)
    with pytest.raises(NotFound):
        record_consultation(
            content=said(other_office), key=row.public_id, actor=of(other_office.desk), now=NOW
        )


@pytest.mark.parametrize("who", ["decider", "viewer", "auditor", "administrator"])
def test_who_only_reads_writes_nothing(office: Office, who: str) -> None:
    with pytest.raises(NotFound):
        record_consultation(content=said(office), key=uuid.uuid4(), actor=of(getattr(office, who)), now=NOW)


def test_an_older_page_changes_nothing(office: Office) -> None:
    row = recorded(office)
    given: dict[str, Any] = {
        "consultation_id": row.public_id,
        "actor": of(office.desk),
        "now": NOW,
        "seen": row.revision,
    }
    change_consultation(content=said(office, answer="先"), **given)
    with pytest.raises(Stale):
        change_consultation(content=said(office, answer="後"), **given)
    row.refresh_from_db()
    assert row.answer == "先"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"received_on": TODAY + dt.timedelta(days=1)}, "received_on"),
        ({"next_on": TODAY}, "next_step"),
        ({"topics": ()}, "topics"),
        ({"receipt_number": "R8-認-9999"}, "receipt_number"),
        ({"department_id": 0}, "department_id"),
        ({"officer_id": 0}, "officer_id"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    office: Office, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputMissing) as refused:
        recorded(office, **values)
    assert refused.value.field == field
    assert not PreliminaryConsultation.objects.exists()


def test_a_receipt_number_ties_the_record_to_the_case(office: Office, accepted: Walk) -> None:
    case = accepted.application
    assert recorded(office, receipt_number=case.receipt_number).application == case


def test_a_case_of_another_city_cannot_be_tied(other_office: Office, accepted: Walk) -> None:
    with pytest.raises(InputMissing):
        recorded(other_office, receipt_number=accepted.application.receipt_number)


def test_tied_from_the_case_and_taken_off_again(office: Office, accepted: Walk) -> None:
    row, case = recorded(office), accepted.application
    given: dict[str, Any] = {
        "consultation_id": row.public_id,
        "application": case,
        "actor": of(office.desk),
        "now": NOW,
    }
    tied = tie(**given, seen=row.revision)
    assert selectors.linked_to(of(office.desk), case) == [row]
    with pytest.raises(Stale):
        untie(**given, seen=row.revision)
    with pytest.raises(ActRefused):
        tie(**given, seen=tied.revision)
    untie(**given, seen=tied.revision)
    assert selectors.linked_to(of(office.desk), case) == []


# --- The list ---------------------------------------------------------------------------------------------------------


def test_overdue_steps_come_first_the_oldest_at_the_top(office: Office) -> None:
    day = dt.timedelta(days=1)
    newest = recorded(office)
    late = recorded(office, received_on=TODAY - 9 * day, next_step="電話", next_on=TODAY - day)
    later = recorded(office, received_on=TODAY - 8 * day, next_step="電話", next_on=TODAY - 2 * day)
    done = recorded(
        office, received_on=TODAY - 7 * day, next_step="電話", next_on=TODAY - 5 * day, status="done"
    )
    coming_up = recorded(office, received_on=TODAY - 6 * day, next_step="電話", next_on=TODAY)
    found = selectors.in_order(selectors.staff_consultations(of(office.desk)), today=TODAY)
    assert list(found) == [later, late, newest, coming_up, done]


def test_words_find_names_in_any_writing(office: Office) -> None:
    row = recorded(office, asker_organisation="ｶﾒｲ住宅㈱", housing_address="見本町一丁目")
    recorded(office, asker_name="別の人")
    own = selectors.staff_consultations(of(office.desk))
    assert list(selectors.matching(own, "かめい 見本町")) == [row]


# --- Bookings ---------------------------------------------------------------------------------------------------------


def test_a_time_is_never_given_to_more_than_it_takes(office: Office) -> None:
    point = opened(office, places=2)
    seats = [call(point, office, name).seat for name in ("一", "二")]
    assert seats == [1, 2]
    with pytest.raises(ActRefused, match="いっぱい"):
        call(point, office, "三")


def test_the_database_refuses_a_seat_twice(office: Office) -> None:
    """Whatever a service forgets: two rows of one seat cannot stand."""
    booking = call(opened(office), office)
    booking.pk, booking.public_id = None, uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        booking.save(force_insert=True)


def test_who_loses_a_race_reads_a_sentence(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if another had taken the seat after it was found free."""
    point = opened(office)
    call(point, office, "先の人")
    monkeypatch.setattr("certification.services.booking.free_seat", lambda taken, places: 1)
    with pytest.raises(ActRefused, match="いっぱい"):
        call(point, office, "後の人")
    assert ConsultationBooking.objects.count() == 1


def test_a_seat_given_back_is_free_again(office: Office, owner: tuple[Operator, User]) -> None:
    point = opened(office)
    first = book(point, owner)
    cancel_own(booking_id=first.public_id, actor=of(owner[1]), now=NOW)
    assert call(point, office).seat == first.seat


@pytest.mark.parametrize(
    "time",
    [
        {"starts_at": dt.time(9, 45)},
        {"day": TUESDAY + dt.timedelta(days=1)},
        {"day": TUESDAY + dt.timedelta(days=35)},
        {"day": TUESDAY - dt.timedelta(days=7)},
    ],
    ids=["between", "closed weekday", "too far", "past"],
)
def test_only_times_that_are_offered(office: Office, time: dict[str, Any]) -> None:
    point = opened(office)
    with pytest.raises(ActRefused, match="予約できません"):
        call(point, office, **time)


def test_an_applicant_books_for_an_operator_of_their_own(
    office: Office, owner: tuple[Operator, User], outsider: tuple[Operator, User]
) -> None:
    point = opened(office)
    with pytest.raises(NotFound):
        book(point, owner, operator_id=outsider[0].public_id)
    booking = book(point, owner)
    assert selectors.own_bookings(of(owner[1]), today=TODAY) == [booking]
    assert selectors.own_bookings(of(outsider[1]), today=TODAY) == []
    event = AuditEvent.objects.get(action="certification.preliminary_booked")
    assert (event.actor_role, event.actor_organisation) == ("申請者", owner[0].name)
    assert event.municipality_code == office.municipality.code


def test_the_same_time_twice_is_one_booking(office: Office, owner: tuple[Operator, User]) -> None:
    point = opened(office, places=5)
    assert book(point, owner) == book(point, owner)


def test_one_operator_does_not_take_every_time(office: Office, owner: tuple[Operator, User]) -> None:
    point = opened(office)
    weeks = [TUESDAY + dt.timedelta(days=7 * week) for week in range(MOST_OPEN + 1)]
    for day in weeks[:MOST_OPEN]:
        book(point, owner, day=day)
    with pytest.raises(ActRefused, match="予約があります"):
        book(point, owner, day=weeks[MOST_OPEN - 1], starts_at=dt.time(10, 30))


def test_the_desk_and_the_applicant_are_told(office: Office, owner: tuple[Operator, User]) -> None:
    booking = book(opened(office), owner)
    told = Notice.objects.filter(subject__contains="事前相談の予約が入りました")
    assert office.desk in {notice.recipient for notice in told}
    assert not any("仮名" in notice.subject + notice.body for notice in told)
    cancel_by_office(booking_id=booking.public_id, actor=of(office.desk), now=NOW)
    assert Notice.objects.filter(recipient=owner[1], subject__contains="取り消され").count() == 1


def test_a_booking_becomes_one_record(office: Office) -> None:
    booking = call(opened(office), office)
    given: dict[str, Any] = {"content": said(office), "booking_id": booking.public_id, "now": NOW}
    row = record_consultation(key=uuid.uuid4(), actor=of(office.desk), **given)
    assert row.booking == booking
    assert selectors.waiting_bookings(of(office.desk), today=TODAY) == []
    with pytest.raises(ActRefused, match="もう記録"):
        record_consultation(key=uuid.uuid4(), actor=of(office.desk), **given)
    with pytest.raises(ActRefused, match="もう記録"):
        cancel_by_office(booking_id=booking.public_id, actor=of(office.desk), now=NOW)


def test_another_city_neither_books_nor_cancels(office: Office, other_office: Office) -> None:
    point = opened(office)
    booking = call(point, office)
    with pytest.raises(NotFound):
        call(point, other_office, starts_at=dt.time(10, 30))
    with pytest.raises(NotFound):
        cancel_by_office(booking_id=booking.public_id, actor=of(other_office.desk), now=NOW)


# --- The contact point ------------------------------------------------------------------------------------------------


def test_only_the_administrator_sets_hours(office: Office, other_office: Office) -> None:
    for user in (office.desk, office.decider, other_office.administrator):
        with pytest.raises(NotFound):
            save_contact_point(
                department_id=office.setting.lead_department_id,
                content=ContactPointContent(topics=("soft",)),
                actor=of(user),
                now=NOW,
                seen=0,
            )


def test_an_older_page_sets_nothing(office: Office) -> None:
    opened(office)
    with pytest.raises(Stale):
        opened(office)
    opened(office, seen=1)


def test_bookings_outside_new_hours_stand_and_are_counted(office: Office) -> None:
    point = opened(office, places=2)
    call(point, office, "一")
    call(point, office, "二")
    point = opened(office, places=1, seen=1)
    assert selectors.bookings_left_outside(point, today=TODAY) == 1
    assert ConsultationBooking.objects.filter(cancelled_at__isnull=True).count() == 2
