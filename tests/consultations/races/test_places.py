"""Fifty people at once for four places, and many desks at once for one series of numbers."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest
from django.db import connection

from consultations.demo import Team
from consultations.models import Case, DeskBooking
from consultations.services.bookings import Wish, book_online
from consultations.services.errors import InputMissing
from tests.certification.races.arena import Outcome, count, together
from tests.consultations.conftest import NOW, TakeIn

pytestmark = [pytest.mark.race, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PEOPLE = 50
PLACES = 4


@pytest.fixture(autouse=True)
def _on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: there is nothing to race.")


def ask(team: Team, number: int) -> Any:
    """The booking, or None where the time was gone."""
    wish = Wish(call_name=f"みほん{number}", way="phone", phone=f"000-0000-{number:04}")
    try:
        return book_online(
            desk_id=team.desk.public_id,
            code="2026-11-05T13:30",
            wish=wish,
            may_wait=False,
            key=uuid.uuid4(),
            now=NOW,
        )
    except InputMissing:
        return None


def test_fifty_at_once_never_take_more_than_the_places(desk_team: Team) -> None:
    answers = together(*(partial(ask, desk_team, number) for number in range(PEOPLE)))
    assert count(answers, Outcome.BROKEN) == 0
    assert sum(1 for answer in answers if answer.value is not None) == PLACES
    assert DeskBooking.objects.filter(state="booked").count() == PLACES


def test_control_without_the_lock_too_many_get_in(desk_team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: with the lock gone, more come than there are places."""
    monkeypatch.setattr("consultations.services.bookings._lock", lambda desk: desk)
    too_many = 0
    for _ in range(5):
        together(*(partial(ask, desk_team, number) for number in range(PEOPLE)))
        too_many += DeskBooking.objects.filter(state="booked").count() > PLACES
        DeskBooking.objects.all().delete()
    assert too_many


def test_numbers_of_cases_have_no_gap_and_no_double(take_in: TakeIn) -> None:
    answers = together(*(take_in for _ in range(12)))
    assert count(answers, Outcome.DONE) == 12
    assert sorted(Case.objects.values_list("number", flat=True)) == [f"R8-相-{n:04}" for n in range(1, 13)]
