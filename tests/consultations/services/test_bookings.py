"""Booking a desk: never more than the places, little kept, nothing of the person behind the link."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from accounts.models import AuditEvent, Notice
from accounts.selectors import NotVisible
from consultations.demo import Team
from consultations.models import Case, DeskBooking, OpenDesk
from consultations.selectors.bookings import booking_link, offered
from consultations.services.bookings import (
    Booked,
    Wish,
    book_for_caller,
    book_online,
    cancel_by_link,
    forget_old_bookings,
    mark,
    move_by_link,
)
from consultations.services.errors import InputMissing, NotFound, Refused
from consultations.services.intake import Intake, receive
from tests.consultations.conftest import NOW, acting

#: The desk of the tests opens every Thursday from 13:30, four places.
THURSDAY = "2026-11-05T13:30"
NEXT = "2026-11-12T13:30"


def book(team: Team, *, number: int = 0, code: str = THURSDAY, **values: Any) -> Booked:
    wish = Wish(call_name=f"みほん{number}", way="phone", phone=f"000-0000-{number:04}")
    usual: dict[str, Any] = {
        "desk_id": team.desk.public_id, "code": code, "wish": wish, "may_wait": False, "key": uuid.uuid4(), "now": NOW,
    }  # fmt: skip
    return book_online(**{**usual, **values})


def left(team: Team, code: str = THURSDAY) -> int:
    return next(each.left for each in offered(team.desk, now=NOW) if each.seat.code == code)


def test_the_places_are_never_exceeded_and_one_may_wait(desk_team: Team) -> None:
    for number in range(4):
        book(desk_team, number=number)
    assert left(desk_team) == 0
    with pytest.raises(InputMissing, match="埋まりました"):
        book(desk_team, number=5)
    waiting = book(desk_team, number=6, may_wait=True).booking
    assert waiting.state == "waiting"
    assert DeskBooking.objects.filter(state="booked").count() == 4
    actor = acting(desk_team.counsellor)
    values: dict[str, Any] = {
        "desk_id": desk_team.desk.public_id,
        "booking_id": waiting.public_id,
        "actor": actor,
        "now": NOW,
    }
    with pytest.raises(Refused, match="埋まっています"):
        mark(state="booked", **values)
    first = DeskBooking.objects.filter(state="booked")[0]
    mark(state="cancelled", **{**values, "booking_id": first.public_id})
    assert mark(state="booked", **values).state == "booked"


def test_only_times_of_the_desk_from_tomorrow_on(desk_team: Team) -> None:
    for code in ("2026-11-06T13:30", "2026-11-05T09:00", "nonsense", "2026-10-29T13:30", ""):
        with pytest.raises(InputMissing):
            book(desk_team, code=code)
    evening = NOW.replace(day=4, hour=23)
    assert book(desk_team, now=evening).booking.day == dt.date(2026, 11, 5)
    with pytest.raises(InputMissing):
        book(desk_team, number=2, now=NOW.replace(day=5, hour=0))
    assert not DeskBooking.objects.exclude(day=dt.date(2026, 11, 5)).exists()


def test_a_desk_that_takes_no_bookings_here_is_not_there(desk_team: Team) -> None:
    OpenDesk.objects.all().delete()
    with pytest.raises(NotVisible):
        book(desk_team)


def test_a_second_click_is_the_same_booking(desk_team: Team) -> None:
    key = uuid.uuid4()
    one, two = book(desk_team, key=key), book(desk_team, key=key)
    assert one.booking.pk == two.booking.pk
    assert left(desk_team) == 3


def test_one_contact_holds_three_at_most(desk_team: Team) -> None:
    for code in (THURSDAY, NEXT, "2026-11-19T13:30"):
        book(desk_team, code=code)
    with pytest.raises(InputMissing, match="3件"):
        book(desk_team, code="2026-11-26T13:30")
    book(desk_team, code="2026-11-26T13:30", wish=Wish(call_name="みほん", way="none"))


def test_the_link_shows_day_and_place_moves_and_cancels(desk_team: Team) -> None:
    done = book(
        desk_team, wish=Wish(call_name="かくれた名", way="email", email="kakure@sumai.example.jp", wish="話")
    )
    assert done.token not in str(DeskBooking.objects.values())
    found = booking_link(done.token)
    assert "かくれた名" not in str(found)
    move_by_link(token=done.token, code=NEXT, now=NOW)
    assert (left(desk_team), left(desk_team, NEXT)) == (4, 3)
    cancel_by_link(token=done.token, now=NOW)
    row = DeskBooking.objects.get()
    assert (row.state, row.email, row.wish, row.call_name) == ("cancelled", "", "", "取り消し")
    assert left(desk_team, NEXT) == 4
    with pytest.raises(Refused):
        cancel_by_link(token=done.token, now=NOW)
    with pytest.raises(NotFound):
        cancel_by_link(token="nonsense", now=NOW)


def test_on_the_day_itself_the_link_changes_nothing(desk_team: Team) -> None:
    done = book(desk_team)
    with pytest.raises(Refused):
        cancel_by_link(token=done.token, now=NOW.replace(day=5, hour=8))


def test_mail_and_trail_hold_nothing_of_the_person(desk_team: Team) -> None:
    done = book(
        desk_team,
        wish=Wish(call_name="かくれた名", way="email", email="kakure@sumai.example.jp", wish="秘密の話"),
    )
    mail = Notice.objects.get()
    told = f"{mail.subject}{mail.body}{mail.path}" + "".join(
        str(row.__dict__) for row in AuditEvent.objects.all()
    )
    for word in ("かくれた名", "秘密の話", done.token):
        assert word not in told
    assert mail.address == "kakure@sumai.example.jp"
    assert mail.subject == "予約を受け付けました(11月5日 13:30)"


def waiting_by_mail(team: Team) -> DeskBooking:
    """The fifth of four, who asked for mail."""
    wish = Wish(call_name="まつひと", way="email", email="matsu@sumai.example.jp")
    return book(team, wish=wish, may_wait=True, now=NOW + dt.timedelta(minutes=1)).booking


def test_a_free_place_is_told_to_the_desk_and_to_the_first_in_line(desk_team: Team) -> None:
    tokens = [book(desk_team, number=number).token for number in range(4)]
    first = waiting_by_mail(desk_team)
    book(desk_team, number=7, may_wait=True, now=NOW + dt.timedelta(minutes=2))
    Notice.objects.all().delete()
    cancel_by_link(token=tokens[0], now=NOW)
    mailed = Notice.objects.exclude(address="")
    assert [notice.address for notice in mailed] == ["matsu@sumai.example.jp"]
    assert "11月5日に空きが出ました" in mailed[0].subject
    inbox = Notice.objects.filter(address="")
    assert set(inbox.values_list("recipient", flat=True)) == {
        desk_team.counsellor.pk, desk_team.colleague.pk, desk_team.supervisor.pk,
    }  # fmt: skip
    assert "まつひと" not in str(list(inbox.values()))
    first.refresh_from_db()
    assert first.state == "waiting", "nothing is given away by itself"
    Notice.objects.all().delete()
    move_by_link(token=tokens[1], code=NEXT, now=NOW + dt.timedelta(hours=1))
    assert Notice.objects.filter(subject__startswith="11月5日に空きが出ました").count() == 4


def test_where_nobody_waits_or_no_place_was_held_nobody_is_told(desk_team: Team) -> None:
    cancel_by_link(token=book(desk_team).token, now=NOW)
    for number in range(4):
        book(desk_team, number=number)
    waiting = book(desk_team, number=5, may_wait=True)
    book(desk_team, number=6, may_wait=True)
    Notice.objects.all().delete()
    cancel_by_link(token=waiting.token, now=NOW)
    assert not Notice.objects.exists()


def received(team: Team, booking: DeskBooking, **values: Any) -> Case:
    usual: dict[str, Any] = {
        "desk_id": team.desk.public_id, "received_on": NOW.date(), "content": Intake(method="visit", call_name="みほん", phone="1"),
        "categories": [], "primary": "", "is_protected": False, "key": uuid.uuid4(), "actor": acting(team.counsellor),
        "now": NOW, "booking_id": booking.public_id,
    }  # fmt: skip
    return receive(**{**usual, **values})


def test_a_booking_becomes_one_case(desk_team: Team, other_team: Team) -> None:
    booking, key = book(desk_team).booking, uuid.uuid4()
    with pytest.raises(NotFound):
        received(other_team, booking)
    case = received(desk_team, booking, key=key)
    assert received(desk_team, booking, key=key).pk == case.pk
    booking.refresh_from_db()
    assert (booking.case, booking.state) == (case, "booked"), "it is still to come"
    with pytest.raises(NotFound):
        received(desk_team, booking)
    assert Case.objects.count() == 1
    on_the_day = NOW + dt.timedelta(days=3)
    other = book(desk_team, number=2).booking
    received(desk_team, other, now=on_the_day, actor=acting(desk_team.counsellor, now=on_the_day))
    other.refresh_from_db()
    assert other.state == "came"


def test_a_booking_without_a_case_is_forgotten_after_ninety_days(desk_team: Team) -> None:
    forgotten, kept = book(desk_team).booking, book(desk_team, number=2).booking
    received(desk_team, kept)
    last = NOW + dt.timedelta(days=93)
    assert forget_old_bookings(now=last) == "0件"
    assert forget_old_bookings(now=last + dt.timedelta(days=1)) == "1件"
    assert forget_old_bookings(now=last + dt.timedelta(days=1)) == "0件"
    forgotten.refresh_from_db()
    kept.refresh_from_db()
    assert (forgotten.call_name, forgotten.phone, forgotten.way, forgotten.token_hash) == (
        "—",
        "",
        "none",
        "",
    )
    assert (forgotten.state, kept.call_name) == ("booked", "みほん2")


def test_only_people_of_the_desk_book_for_callers(desk_team: Team, other_team: Team) -> None:
    values: dict[str, Any] = {
        "desk_id": desk_team.desk.public_id, "code": THURSDAY, "wish": Wish(call_name="電話の方", way="none"),
        "may_wait": False, "now": NOW,
    }  # fmt: skip
    done = book_for_caller(key=uuid.uuid4(), actor=acting(desk_team.colleague), **values)
    assert done.booked_by_id == desk_team.colleague.pk
    with pytest.raises(NotFound):
        book_for_caller(key=uuid.uuid4(), actor=acting(other_team.counsellor), **values)
