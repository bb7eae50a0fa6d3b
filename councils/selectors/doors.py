"""Where a desk can be booked. Whoever takes bookings registers it; the ring does not know the rooms beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from councils.models import Desk

Door = Callable[[Desk, dt.date], str]
_doors: list[Door] = []


def register_booking(door: Door) -> None:
    """Offer an address for booking a desk on a day; "" where this desk takes none. Called once at start (`apps.py`)."""
    if door not in _doors:
        _doors.append(door)


def booking_url_for(desk: Desk, *, today: dt.date) -> str:
    """The address of the first that offers one; "" where nobody does."""
    return next((url for door in _doors if (url := door(desk, today))), "")
