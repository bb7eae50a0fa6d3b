"""The rows of the 認定台帳, batch by batch: eight queries for every 500 cases, however many there are.

Which cases are in the file is settled first, as a list of ids; the rows are read later, while the file is being sent.
"""

from __future__ import annotations

import datetime as dt
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Department
from accounts.rules.actor import Actor
from certification.models import (
    Application,
    CertificationSetting,
    ClockEvent,
    DepartmentReview,
    Judgement,
    Letter,
    Plan,
    PlanVersion,
    Proposal,
    ReturnRound,
)
from certification.rules.clock import Clock, ClockKind, Tick, reckon
from certification.rules.ledger import PlanLine, days_waited, line_of, result_text
from certification.rules.letter_kinds import DECISIONS
from certification.rules.workflow import OPEN_STATES, State

BATCH: Final = 500
BY_SYSTEM: Final = "システム"
"""How a letter reaches the applicant: it stands on the pages of the plan in the moment it is issued."""

Related = TypeVar("Related", Judgement, ReturnRound, ClockEvent, Proposal, Letter, DepartmentReview)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one department found, and when it sent it."""

    text: str
    sent_on: dt.date | None


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One line of the ledger. Dates are local; `results` are by id of the department."""

    receipt_number: str
    submitted_on: dt.date | None
    received_on: dt.date | None
    procedure: str
    housing_name: str
    address: str
    plan: PlanLine
    results: Mapping[int, Result]
    rounds: int
    days_waited: int
    days_used: int | None
    due_on: dt.date | None
    proposal: str
    proposed_on: dt.date | None
    proposed_by: str
    decision: str
    decided_on: dt.date | None
    decided_by: str
    document_number: str
    issued_on: dt.date | None
    sent_by_way_of: str
    certified_number: str
    certified_on: dt.date | None
    plan_state: str
    state: str
    turn: str


def chosen(cases: QuerySet[Application]) -> Sequence[int]:
    """The ids of these cases, the oldest first: eight bytes each."""
    return array("q", cases.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=10_000))


def ledger_departments(actor: Actor) -> list[tuple[int, str]]:
    """The departments of the actor's municipality that ever took part in a case: a pair of columns each."""
    taken_part = DepartmentReview.objects.filter(department=OuterRef("pk"))
    found = Department.objects.filter(Exists(taken_part), municipality=actor.home_id).order_by("pk")
    return list(found.values_list("pk", "name"))


def ledger_batches(ids: Sequence[int], *, actor: Actor, today: dt.date) -> Iterator[list[LedgerRow]]:
    """The rows of these cases, `BATCH` at a time. Nothing of a batch is kept when the next one is read."""
    setting = CertificationSetting.objects.get(municipality=actor.home_id)
    for start in range(0, len(ids), BATCH):
        yield _batch(ids[start : start + BATCH], actor=actor, setting=setting, today=today)


def _batch(
    ids: Sequence[int], *, actor: Actor, setting: CertificationSetting, today: dt.date
) -> list[LedgerRow]:
    cases = list(
        # The city stands here once more: an id alone never leads to another city's row.
        Application.objects.filter(pk__in=ids, municipality=actor.home_id)
        .select_related("plan", "current_version", "decided_by")
        .only(
            *(
                "receipt_number",
                "submitted_at",
                "accepted_at",
                "procedure",
                "housing_name",
                "housing_address",
            ),
            *("due_on", "decided_at", "decided_by__name", "state", "turn"),
            *("plan__certified_number", "plan__certified_on", "plan__status"),
            *("current_version__content", "current_version__frozen_at"),
        )
        .order_by("pk")
    )
    around = _Around(
        filed=_filed(cases),
        reviews=_by_case(DepartmentReview.objects.filter(application__in=ids).only(*_REVIEW)),
        verdicts=_verdicts(ids),
        rounds=_by_case(ReturnRound.objects.filter(application__in=ids).only("application", "number")),
        events=_by_case(ClockEvent.objects.filter(application__in=ids).order_by("pk")),
        proposals=_by_case(
            Proposal.objects.filter(application__in=ids).select_related("drafted_by").only(*_PROPOSAL)
        ),
        letters=_by_case(
            Letter.objects.filter(application__in=ids, kind__in=DECISIONS)
            .only(*_LETTER)
            .prefetch_related("deliveries")
        ),
    )
    return [_row(case, around, setting=setting, today=today) for case in cases]


_REVIEW: Final = ("application", "department", "sent_at")
_PROPOSAL: Final = ("application", "kind", "status", "drafted_at", "drafted_by__name")
_LETTER: Final = ("application", "document_number", "issued_on")


@dataclass(frozen=True, kw_only=True)
class _Around:
    """What hangs on the cases of one batch, by id of the case (`filed`: of the plan)."""

    filed: Mapping[int, PlanVersion]
    reviews: Mapping[int, list[DepartmentReview]]
    verdicts: Mapping[tuple[int, int], dict[str, int]]
    rounds: Mapping[int, list[ReturnRound]]
    events: Mapping[int, list[ClockEvent]]
    proposals: Mapping[int, list[Proposal]]
    letters: Mapping[int, list[Letter]]


def _by_case(rows: Iterable[Related]) -> dict[int, list[Related]]:
    found: dict[int, list[Related]] = defaultdict(list)
    for row in rows:
        if row.application_id is not None:
            found[row.application_id].append(row)
    return found


def _verdicts(ids: Sequence[int]) -> dict[tuple[int, int], dict[str, int]]:
    """(case, department) → verdict → how many items."""
    tally = (
        Judgement.objects.filter(application__in=ids)
        .order_by()
        .values_list("application", "department", "verdict")
        .annotate(count=Count("pk"))
    )
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for case, department, verdict, count in tally:
        found[case, department][verdict] = count
    return found


def _filed(cases: Iterable[Application]) -> dict[int, PlanVersion]:
    """Of plans that are being corrected, the newest version the office may read. What is being written is not told."""
    plans = [case.plan_id for case in cases if case.current_version.frozen_at is None]
    versions = PlanVersion.objects.filter(plan__in=plans, frozen_at__isnull=False)
    return {version.plan_id: version for version in versions.only("plan", "content").order_by("number")}


def _row(case: Application, around: _Around, *, setting: CertificationSetting, today: dt.date) -> LedgerRow:
    version = case.current_version if case.current_version.frozen_at else around.filed[case.plan_id]
    plan = version.value
    clock = _clock(around.events.get(case.pk, ()), standard_days=setting.standard_days, today=today)
    proposal = next(reversed(around.proposals.get(case.pk, [])), None)
    letter = next(reversed(around.letters.get(case.pk, [])), None)
    return LedgerRow(
        receipt_number=case.receipt_number,
        submitted_on=_day(case.submitted_at),
        received_on=_day(case.accepted_at),
        procedure=str(case.get_procedure_display()),
        housing_name=case.housing_name,
        address=case.housing_address,
        plan=line_of(plan),
        results=_results(case, around),
        rounds=len(around.rounds.get(case.pk, ())),
        days_waited=days_waited(clock),
        days_used=clock.used if clock else None,
        due_on=case.due_on if case.state in OPEN_STATES else None,
        proposal=f"{proposal.get_kind_display()}({proposal.get_status_display()})" if proposal else "",
        proposed_on=_day(proposal.drafted_at) if proposal else None,
        proposed_by=proposal.drafted_by.name if proposal else "",
        decision=str(State(case.state).label) if case.decided_at else "",
        decided_on=_day(case.decided_at),
        decided_by=case.decided_by.name if case.decided_by else "",
        document_number=letter.document_number if letter else "",
        issued_on=letter.issued_on if letter else None,
        sent_by_way_of=_ways(letter) if letter else "",
        certified_number=case.plan.certified_number,
        certified_on=case.plan.certified_on,
        plan_state=str(Plan.Status(case.plan.status).label),
        state=str(State(case.state).label),
        turn="" if case.state not in OPEN_STATES else str(case.get_turn_display()),
    )


def _ways(letter: Letter) -> str:
    """How the office recorded that it was handed on; without a record, on the pages of the plan."""
    ways = dict.fromkeys(str(row.get_way_display()) for row in letter.deliveries.all())
    return "・".join(ways) or BY_SYSTEM


def _results(case: Application, around: _Around) -> dict[int, Result]:
    return {
        review.department_id: Result(
            text=result_text(
                around.verdicts.get((case.pk, review.department_id), {}),
                is_sent=review.sent_at is not None,
                is_open=case.state in OPEN_STATES,
            ),
            sent_on=_day(review.sent_at),
        )
        for review in around.reviews.get(case.pk, ())
    }


def _clock(events: Iterable[ClockEvent], *, standard_days: int, today: dt.date) -> Clock | None:
    ticks = [
        Tick(kind=ClockKind(event.kind), on=timezone.localdate(event.at), label=event.label)
        for event in events
    ]
    return reckon(ticks, standard_days=standard_days, today=today)


def _day(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(moment) if moment else None
