"""Numbers without gap: whatever is drawn at the same instant or rolled back, the series is 1, 2, 3 … with none twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from benchmarks.population import cases_of, clone
from certification.demo import Office, Walk
from certification.models import Application, Letter, NumberSeries, Plan
from certification.rules.workflow import Action
from certification.services import notices, numbers
from certification.services.errors import CaseError
from tests.certification.conftest import MONDAY_MORNING
from tests.certification.races.arena import (
    CONTROL_ROUNDS,
    LONGEST_SECONDS,
    ROUNDS,
    THREADS,
    Meeting,
    Outcome,
    Tally,
    count,
    together,
)
from tests.certification.races.test_transitions import act

pytestmark = [
    pytest.mark.race,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]

DAY = timezone.localdate(MONDAY_MORNING)


class _Undone(CaseError):
    """Rolls an act back after its number was drawn."""


class SeriesWithoutLock:
    """Stands in for the model: the counter is read without its lock, and everybody meets before it is raised."""

    def __init__(self, meeting: Callable[[], Meeting]) -> None:
        self.objects = self
        self.meeting = meeting

    def get_or_create(self, **values: Any) -> Any:
        return NumberSeries.objects.get_or_create(**values)

    def select_for_update(self) -> SeriesWithoutLock:
        return self

    def get(self, **values: Any) -> NumberSeries:
        row = NumberSeries.objects.get(**values)
        self.meeting().arrive()
        return row


@pytest.fixture(params=[True, False], ids=["guarded", "control"])
def guarded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    return bool(request.param)


SERIES: dict[str, Callable[[Office], str]] = {
    "receipt": lambda office: numbers.receipt_number(office.municipality, day=DAY),
    "letter": lambda office: numbers.document_number(office.setting.lead_department, day=DAY),
    "certificate": lambda office: numbers.certified_number(office.municipality, day=DAY),
}


@pytest.mark.parametrize("series", SERIES)
def test_a_series_under_many_hands(
    office: Office, series: str, guarded: bool, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight draw at once; in each round another two of them roll back."""
    meeting = Meeting(THREADS, patience=LONGEST_SECONDS)
    if not guarded:
        NumberSeries.objects.create(owner=_owner(office, series), series=series, fiscal_year=2026)
        monkeypatch.setattr(numbers, "NumberSeries", SeriesWithoutLock(lambda: meeting))

    def draw(thread: int, round_: int) -> str:
        with transaction.atomic():
            number = SERIES[series](office)
            if thread in (round_ % THREADS, (round_ + 3) % THREADS):
                raise _Undone
            return number

    kept: list[str] = []
    for round_ in range(ROUNDS):
        meeting = Meeting(THREADS, patience=LONGEST_SECONDS)
        answers = together(*(partial(draw, thread, round_) for thread in range(THREADS)))
        drawn = [answer.value for answer in answers if answer.outcome == Outcome.DONE]
        kept += drawn
        tally.add(answers, is_wrong=len(set(drawn)) < len(drawn))
        assert len(drawn) == THREADS - 2
    last = NumberSeries.objects.get(series=series).last_number
    if guarded:
        assert last == len(kept) == len(set(kept))
        assert sorted(map(_running, kept)) == list(range(1, last + 1))
        assert tally.wrong == 0
    else:
        assert tally.wrong == ROUNDS


def _owner(office: Office, series: str) -> str:
    if series == "letter":
        return f"department:{office.setting.lead_department_id}"
    return f"municipality:{office.municipality.code}"


def _running(number: str) -> int:
    """12 of R8-認-0012, R8-0012 and 8輪福総第12号."""
    return int(re.findall(r"\d+", number)[-1])


@pytest.mark.parametrize("action", [Action.ACCEPT, Action.DECIDE])
def test_acts_that_fall_give_their_number_back(
    request: pytest.FixtureRequest,
    action: Action,
    guarded: bool,
    tally: Tally,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Many cases move at once and every third falls at its last step, after numbers were drawn and letters made.

    The control draws numbers outside the transaction of the act.
    """
    walk: Walk = request.getfixturevalue("filed" if action == Action.ACCEPT else "proposed")
    user = walk.office.desk if action == Action.ACCEPT else walk.office.decider
    cases = cases_of(clone(walk.application, (ROUNDS if guarded else CONTROL_ROUNDS) * THREADS))
    falling = {case.pk for case in cases[::3]}
    tell = notices.tell

    def fall_or_tell(application: Application, **values: Any) -> None:
        if application.pk in falling:
            raise _Undone
        tell(application, **values)

    monkeypatch.setattr(notices, "tell", fall_or_tell)
    if not guarded:
        monkeypatch.setattr(numbers, "next_number", _drawn_apart(numbers.next_number))
    for start in range(0, len(cases), THREADS):
        group = cases[start : start + THREADS]
        answers = together(*(act(walk, case, action, user) for case in group))
        tally.add(answers, is_wrong=count(answers, Outcome.BROKEN) > 0)
    assert tally.wrong == 0
    assert tally.outcomes[Outcome.DONE] == len(cases) - len(falling)
    done = Application.objects.filter(pk__in={case.pk for case in cases} - falling)
    for series, drawn in _drawn(action, done).items():
        is_unbroken = sorted(map(_running, drawn)) == _continued(series, len(drawn))
        assert is_unbroken == guarded, series
    assert not Letter.objects.filter(application__in=falling).exclude(kind="correction_request").exists()


def _drawn_apart(next_number: Callable[..., int]) -> Callable[..., int]:
    """The same in a thread, and so in a transaction, of its own."""

    def draw(**values: Any) -> int:
        def committed() -> int:
            with transaction.atomic():
                return next_number(**values)

        number: int = together(committed)[0].value
        return number

    return draw


def _drawn(action: Action, done: QuerySet[Application]) -> dict[str, list[str]]:
    """The numbers the acts that stood have drawn, by series."""
    if action == Action.ACCEPT:
        return {"receipt": list(done.values_list("receipt_number", flat=True))}
    return {
        "certificate": list(
            Plan.objects.filter(applications__in=done).values_list("certified_number", flat=True)
        ),
        "letter": list(Letter.objects.filter(application__in=done).values_list("document_number", flat=True)),
    }


def _continued(series: str, drawn: int) -> list[int]:
    """The numbers up to where the series stands now: nothing was lost on the way."""
    last = NumberSeries.objects.get(series=series).last_number
    return list(range(last - drawn + 1, last + 1))
