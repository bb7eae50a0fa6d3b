"""What must be equal between a case that met crashes and a twin that met none; and what must add up in itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import AuditEvent, Notice
from certification.models import Application, Letter, NumberSeries, PerformedAct, Plan
from certification.rules.workflow import State


@dataclass(frozen=True, kw_only=True)
class Traces:
    """Everything acts leave behind, counted without ids and times: equal after the same acts, crash or not."""

    state: str
    lock_version: int
    plan: str
    acts: tuple[str, ...]
    moves: tuple[tuple[str, str, str], ...]
    rows: Counter[str]
    notices: Counter[tuple[int, str]]


def traces_of(case: Application) -> Traces:
    events = AuditEvent.objects.filter(subject_id=str(case.public_id)).order_by("pk")
    return Traces(
        state=case.state,
        lock_version=case.lock_version,
        plan=Plan.objects.values_list("status", flat=True).get(pk=case.plan_id),
        acts=tuple(
            PerformedAct.objects.filter(application=case).order_by("pk").values_list("action", flat=True)
        ),
        moves=tuple(events.values_list("action", "from_state", "to_state")),
        rows=_rows(case),
        notices=Counter(
            (notice.recipient_id or 0, notice.subject.split("(")[0])
            for notice in Notice.objects.filter(path__contains=str(case.public_id))
        ),
    )


def _rows(case: Application) -> Counter[str]:
    return Counter(
        {
            "judgements": case.judgements.count(),
            "open reviews": case.department_reviews.filter(
                opened_at__isnull=False, sent_at__isnull=True
            ).count(),
            "open proposals": case.proposals.filter(status="open").count(),
            "approved proposals": case.proposals.filter(status="approved").count(),
            "returned proposals": case.proposals.filter(status="returned").count(),
            "clock events": case.clock_events.count(),
            "letters": case.letters.count(),
            "frozen versions": case.plan.versions.filter(frozen_at__isnull=False).count(),
        }
    )


def torn(case: Application) -> list[str]:
    """What does not add up within one case: the state, the acts, the trail, the letter and the numbers."""
    traces = traces_of(case)
    found = []
    if len(traces.acts) != len(traces.moves):
        found.append(f"{len(traces.acts)} acts, {len(traces.moves)} events")
    if traces.moves and traces.moves[-1][2] != State(case.state).label:
        found.append(f"state {case.state}, last event says {traces.moves[-1][2]}")
    steps = zip(traces.moves, traces.moves[1:], strict=False)
    if any(before[2] != after[1] for before, after in steps):
        found.append(f"the trail jumps: {traces.moves}")
    is_certified = case.state == State.CERTIFIED
    if is_certified != (traces.plan == Plan.Status.CERTIFIED) or is_certified != bool(traces.rows["letters"]):
        found.append(f"state {case.state}, plan {traces.plan}, {traces.rows['letters']} letters")
    if traces.moves and not traces.notices:
        found.append("nobody was told")
    return found


def gaps() -> dict[str, tuple[int, list[int]]]:
    """By series, where the numbers in use are not 1, 2, 3 … up to its counter: (counter, numbers). Copies do not count."""
    used = {
        "receipt": _running(Application.objects.values_list("receipt_number", flat=True)),
        "certificate": _running(Plan.objects.values_list("certified_number", flat=True)),
        "letter": _running(Letter.objects.values_list("document_number", flat=True)),
    }
    counters = dict(NumberSeries.objects.values_list("series", "last_number"))
    return {
        series: (counters.get(series, 0), numbers)
        for series, numbers in used.items()
        if numbers != list(range(1, counters.get(series, 0) + 1))
    }


def _running(numbers: Iterable[Any]) -> list[int]:
    return sorted(int(re.findall(r"\d+", number)[-1]) for number in numbers if number and "複" not in number)
