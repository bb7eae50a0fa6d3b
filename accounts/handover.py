"""Who leaves a department hands open cases on. The apps above register how; this floor does not know what a case is."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from accounts.rules.actor import Actor


class HandOn(Protocol):
    """Moves a person's open cases in a department to another person, in the caller's transaction."""

    def __call__(
        self, *, from_user_id: int, to_user_id: int, department_id: int, actor: Actor, now: dt.datetime
    ) -> int:
        """How many cases were moved. Moves nothing the second time."""


class CountOpen(Protocol):
    """Counts a person's open cases in a department, for the preview."""

    def __call__(self, *, user_id: int, department_id: int) -> int: ...


_hand_on: list[HandOn] = []
_count: list[CountOpen] = []


def register(hand_on: HandOn, *, count: CountOpen | None = None) -> None:
    """Take part in handing on. Called once by each app at its start (`apps.py`)."""
    if hand_on not in _hand_on:
        _hand_on.append(hand_on)
    if count is not None and count not in _count:
        _count.append(count)


def hand_on_all(
    *, from_user_id: int, to_user_id: int, department_id: int, actor: Actor, now: dt.datetime
) -> int:
    """Move everything registered; returns the number of cases."""
    return sum(
        each(
            from_user_id=from_user_id,
            to_user_id=to_user_id,
            department_id=department_id,
            actor=actor,
            now=now,
        )
        for each in _hand_on
    )


def count_open(*, user_id: int, department_id: int) -> int:
    """How many open cases would be handed on."""
    return sum(each(user_id=user_id, department_id=department_id) for each in _count)
