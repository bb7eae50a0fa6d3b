"""Booking pages: without an account, by the desk, the link that tells nothing of the person."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from consultations.demo import Team
from consultations.models import Case, DeskBooking
from tests.consultations.conftest import NOW, SignIn
from tests.councils import ring

SEAT = "2026-11-05T13:30"
MOST = 12


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


def form(number: int = 1, **values: str) -> dict[str, str]:
    return {
        "seat": SEAT, "call_name": f"かくれた{number}", "way": "phone", "phone": f"000-0000-{number:04}",
        "wish": "ひみつの話", "key": f"11111111-1111-4111-8111-{number:012}", **values,
    }  # fmt: skip


def address(team: Team) -> str:
    return reverse("consultations:book", args=[team.desk.public_id])


def test_a_resident_books_moves_and_cancels_without_an_account(desk_team: Team) -> None:
    client = Client()
    page = client.get(address(desk_team))
    assert "11月5日(木) 13:30" in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    answer = client.post(address(desk_team), form(71))
    text = answer.content.decode()
    assert "予約しました" in text
    assert "no-store" in answer["Cache-Control"]
    link = re.search(r'href="[^"]*(/bookings/[^"]+)"', text)
    assert link
    shown = client.get(link[1]).content.decode()
    assert "11月5日(木) 13:30" in shown
    for word in ("かくれた", "000-0000-0071", "ひみつ"):
        assert word not in shown
    assert client.post(link[1], {"do": "move", "seat": "2026-11-12T13:30"}).status_code == 302
    assert "取り消しました" in client.post(link[1], {"do": "cancel"}).content.decode()
    assert client.post(link[1], {"do": "cancel"}).status_code == 409
    assert client.get("/bookings/nonsense/").status_code == 404


def test_a_full_time_says_so_and_offers_to_wait(desk_team: Team) -> None:
    client = Client()
    for number in range(1, 5):
        client.post(address(desk_team), form(number))
    assert "満席(空き待ち)" in client.get(address(desk_team)).content.decode()
    refused = client.post(address(desk_team), form(5))
    assert refused.status_code == 422
    assert "この時刻の空きを待つ" in refused.content.decode()
    assert "空き待ちに入れました" in client.post(address(desk_team), form(5, wait="1")).content.decode()


def test_a_mistake_keeps_what_was_typed(desk_team: Team) -> None:
    answer = Client().post(address(desk_team), form(1, phone="", wish="部屋をさがしたい"))
    assert answer.status_code == 422
    assert "部屋をさがしたい" in answer.content.decode()
    assert not DeskBooking.objects.exists()


def test_the_public_page_of_the_desk_leads_to_booking(desk_team: Team) -> None:
    page = Client().get(reverse("councils:desk", args=[desk_team.desk.public_id]))
    assert address(desk_team) in page.content.decode()


def test_the_desk_sees_the_day_books_for_callers_and_marks(desk_team: Team, sign_in: SignIn) -> None:
    Client().post(address(desk_team), form())
    client = sign_in(desk_team.colleague)
    day = f"{reverse('consultations:bookings')}?day=2026-11-05"
    assert "かくれた1" in client.get(day).content.decode()
    assert client.post(day, form(2, call_name="電話の方")).status_code == 302
    row = DeskBooking.objects.get(call_name="電話の方")
    at = reverse("consultations:booking_mark", args=[desk_team.desk.public_id, row.public_id])
    assert client.post(at, {"state": "missed"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "missed"
    assert client.post(at, {"state": "waiting"}).status_code == 404
    events = [event.action for event in AuditEvent.objects.order_by("pk")]
    assert "consultations.day_viewed" in events
    assert "かくれた" not in "".join(str(event.__dict__) for event in AuditEvent.objects.all())


def test_what_was_said_when_booking_stands_in_the_intake(
    desk_team: Team, other_team: Team, sign_in: SignIn
) -> None:
    Client().post(address(desk_team), form(1, interpreter="vi"))
    booking, client = DeskBooking.objects.get(), sign_in(desk_team.counsellor)
    day = reverse("consultations:bookings") + "?day=2026-11-05"
    link = f"{reverse('consultations:case_new')}?booking={booking.public_id}"
    assert link in client.get(day).content.decode()
    intake = client.get(link).content.decode()
    for word in ("かくれた1", "000-0000-0001", "ひみつの話", "ベトナム語", "予約のときに聞いたこと"):
        assert word in intake
    assert sign_in(other_team.counsellor).get(link).status_code == 404
    assert client.get(link[:-2]).status_code == 404
    typed = {
        "desk": str(desk_team.desk.public_id), "received_on": "令和8年11月2日", "method": "visit", "call_name": "かくれた1",
        "phone": "000-0000-0001", "phone_rule": "ok", "triage": "undecided", "booking": str(booking.public_id),
        "key": "22222222-2222-4222-8222-222222222222",
    }  # fmt: skip
    wrong = client.post(reverse("consultations:case_new"), {**typed, "phone": ""})
    assert wrong.status_code == 422
    assert str(booking.public_id) in wrong.content.decode()
    for _ in range(2):
        assert client.post(reverse("consultations:case_new"), typed).status_code == 302
    booking.refresh_from_db()
    assert booking.case
    assert f"相談 {booking.case.number}" in client.get(day).content.decode()
    elsewhere = ring.desk(desk_team.desk.council, "となりの相談室")
    Case.objects.update(desk=elsewhere)
    assert booking.case.number not in client.get(day).content.decode()
    Case.objects.update(desk=desk_team.desk, confidentiality="protected")
    assert booking.case.number not in client.get(day).content.decode()
    assert client.get(link).status_code == 404


def test_the_number_of_queries_does_not_grow(desk_team: Team, sign_in: SignIn) -> None:
    client = sign_in(desk_team.supervisor)
    day = f"{reverse('consultations:bookings')}?day=2026-11-05"
    client.get(day)
    counts: dict[str, list[int]] = {}
    for size in (1, 3, 50):
        missing = size - DeskBooking.objects.count()
        DeskBooking.objects.bulk_create(
            DeskBooking(
                key=f"11111111-1111-4111-8111-{size:06}{number:06}", desk=desk_team.desk, day=dt.date(2026, 11, 5),
                start=dt.time(13, 30), call_name="みほん", way="none", booked_at=NOW,
            )
            for number in range(missing)
        )  # fmt: skip
        for who, where in ((client, day), (Client(), address(desk_team))):
            with CaptureQueriesContext(connection) as found:
                assert who.get(where).status_code == 200
            counts.setdefault(where, []).append(len(found))
    assert all(len(set(found)) == 1 for found in counts.values()), counts
    assert max(found[0] for found in counts.values()) <= MOST, counts
