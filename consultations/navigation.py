"""What consultations offer in the bar at the top."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse

from accounts import navigation
from accounts.navigation import NavItem
from accounts.rules.actor import Actor
from accounts.selectors import register_standing
from consultations.selectors.access import POST, holds_post
from consultations.selectors.bookings import takes_bookings
from councils.models import Desk
from councils.selectors.doors import register_booking


def offer(actor: Actor) -> Iterator[NavItem]:
    """The cases and what lies beside them, for people with a post at a desk."""
    if POST not in actor.standings:
        return
    for label, name in (
        ("相談", "cases"),
        ("予約", "bookings"),
        ("ケース会議", "conferences"),
        ("関係機関", "agencies"),
        ("統計", "statistics"),
    ):
        yield NavItem(label, reverse(f"consultations:{name}"))


def booking_address(desk: Desk, today: dt.date) -> str:
    """Where residents book the desk; "" where it takes no bookings here."""
    return reverse("consultations:book", args=[desk.public_id]) if takes_bookings(desk, today=today) else ""


def register_items() -> None:
    """Register with the ground floor: the entry, and that a post at a desk asks for two factors."""
    navigation.register(offer, order=15)
    register_booking(booking_address)
    register_standing(POST, holds_post, needs_second_factor=True)
