"""Many people at the same instant: threads with a connection each, and a place where they meet between read and write.

The same test runs with the guard and without it. `Meeting` makes both deterministic: it stands right after the case was
read and before anything is written. Without the guard all threads read, meet, and then write; with the guard the first
alone gets there, waits in vain for a moment (the window is wide open), and goes on, and the others read what it wrote.
"""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

import pytest
from django.db import Error as DatabaseError
from django.db import connections

from accounts.rules.actor import Actor
from certification.models import Application
from certification.services import judging, workflow
from certification.services.errors import CaseError

ROUNDS: Final = 10
CONTROL_ROUNDS: Final = 3
"""Where each round of a control takes long (deadlocks, letters)."""
THREADS: Final = 8
WINDOW_SECONDS: Final = 0.03
"""How long a thread that holds the lock keeps the window open."""
LONGEST_SECONDS: Final = 10.0


class Outcome(Enum):
    DONE = "done"
    REPEATED = "repeated"
    REFUSED = "refused"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one person got: the result of the call, or the refusal, or an error nobody should see."""

    outcome: Outcome
    value: Any = None
    error: Exception | None = None


@dataclass
class Tally:
    """Sums over the rounds of one test; printed, so that a run shows how much was raced."""

    name: str
    rounds: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    wrong: int = 0

    def add(self, answers: Sequence[Answer], *, is_wrong: bool) -> None:
        self.rounds += 1
        self.outcomes.update(answer.outcome for answer in answers)
        self.wrong += is_wrong

    def __str__(self) -> str:
        counts = ", ".join(f"{outcome.value} {self.outcomes[outcome]}" for outcome in Outcome)
        return f"race {self.name}: {self.rounds} rounds, {counts}, rounds gone wrong {self.wrong}"


class Meeting:
    """Where `people` threads wait for each other between reading and writing, once a round."""

    def __init__(self, people: int, *, patience: float) -> None:
        self._barrier = threading.Barrier(people)
        self._patience = patience

    def arrive(self) -> None:
        try:
            self._barrier.wait(self._patience)
        except threading.BrokenBarrierError:
            return


def together(*calls: Callable[[], Any]) -> list[Answer]:
    """Run all calls at the same instant, each in a thread with a connection of its own; answers in their order."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Answer:
        try:
            connections["default"].ensure_connection()
            start.wait(LONGEST_SECONDS)
            return _answer(call)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [
            future.result(LONGEST_SECONDS * 3) for future in [threads.submit(run, call) for call in calls]
        ]


def _answer(call: Callable[[], Any]) -> Answer:
    try:
        value = call()
    except CaseError as error:
        return Answer(outcome=Outcome.REFUSED, error=error)
    except (DatabaseError, AssertionError, Application.DoesNotExist) as error:
        return Answer(outcome=Outcome.BROKEN, error=error)
    repeated = isinstance(value, workflow.Performed) and value.repeated
    return Answer(outcome=Outcome.REPEATED if repeated else Outcome.DONE, value=value)


def count(answers: Sequence[Answer], outcome: Outcome) -> int:
    return sum(1 for answer in answers if answer.outcome == outcome)


class Gate:
    """Takes the row lock away (or not), and lets everybody meet after the last read and before the first write."""

    def __init__(self, *, guarded: bool) -> None:
        self.guarded = guarded
        self._meeting = Meeting(1, patience=0)

    def expect(self, people: int) -> None:
        """A new round of this many people."""
        self._meeting = Meeting(people, patience=WINDOW_SECONDS if self.guarded else LONGEST_SECONDS)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """`_check_input` is the last step of `perform` that writes nothing; `_give` the first of `judge` that writes."""
        for module, step in ((workflow, "_check_input"), (judging, "_give")):
            monkeypatch.setattr(module, step, self._after_meeting(getattr(module, step)))
        if not self.guarded:
            for module in (workflow, judging):
                monkeypatch.setattr(module, "lock_case", _read_without_lock)

    def _after_meeting(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def meet_first(*args: Any, **values: Any) -> Any:
            self._meeting.arrive()
            return step(*args, **values)

        return meet_first


def _read_without_lock(application_id: uuid.UUID, *, actor: Actor) -> Application:
    return Application.objects.select_related("plan__operator", "municipality", "current_version").get(
        public_id=application_id
    )
