"""A desk with its people, and a case of each kind; the same names mean the same people in every test."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import User
from accounts.rules.actor import Actor
from accounts.selectors import actor_of
from consultations.demo import Team, team
from consultations.models import Case
from consultations.services.intake import Intake, receive
from tests.councils import ring

NOW = dt.datetime(2026, 11, 2, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
TODAY = NOW.date()
SINCE = dt.date(2026, 4, 1)

TakeIn = Callable[..., Case]
SignIn = Callable[[User], Client]


def acting(user: User, *, now: dt.datetime = NOW) -> Actor:
    return actor_of(user, day=now.date())


@pytest.fixture
def desk_team(db: None) -> Team:
    """相談員, a colleague and 相談責任者 at the desk of a council."""
    council = ring.council()
    ring.desk(council)
    return team(council, host="desk.example.jp", since=SINCE)


@pytest.fixture
def other_team(db: None, desk_team: Team) -> Team:
    """The same at another council's desk."""
    council = ring.council("古都見市居住支援協議会", area=ring.city("269913", "古都見市"))
    ring.desk(council, "古都見の相談室")
    return team(council, host="other.example.jp", since=SINCE)


@pytest.fixture
def take_in(desk_team: Team) -> TakeIn:
    """Receive a case as the counsellor; words replace what is known of the person."""

    def taken(
        *,
        by: User | None = None,
        of: Team = desk_team,
        now: dt.datetime = NOW,
        is_protected: bool = False,
        categories: tuple[str, ...] = (),
        primary: str = "",
        **words: Any,
    ) -> Case:
        values = {"method": "phone", "call_name": "みほん", "phone": "000-0000-0001", **words}
        return receive(
            desk_id=of.desk.public_id,
            received_on=now.date(),
            content=Intake(**values),
            categories=list(categories),
            primary=primary,
            is_protected=is_protected,
            key=uuid.uuid4(),
            actor=acting(by or of.counsellor, now=now),
            now=now,
        )

    return taken


@pytest.fixture
def sign_in() -> SignIn:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
