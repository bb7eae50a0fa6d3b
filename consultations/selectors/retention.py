"""保存期間: which cases' time has come at the desks a supervisor answers for. By number: names are not needed here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.rules.actor import Actor
from accounts.selectors import NotVisible
from consultations.models import Case, Disposal, LegalHold, Retention
from consultations.rules.retention import USUAL_YEARS, disposable_from, last_closing_day
from consultations.rules.words import CaseState
from consultations.selectors.access import posts_of, supervisors_at
from councils.models import Council, Desk

MOST_CASES: Final = 200
"""So many a proposal takes; the next proposal takes the next."""
MOST_DISPOSALS: Final = 20


@dataclass(frozen=True, kw_only=True)
class DeskDue:
    """One desk: its years, the cases whose time has come and how many they are, the proposal that waits."""

    desk: Desk
    years: int
    revision: int
    cases: Sequence[Case]
    number: int
    waiting: Disposal | None


@dataclass(frozen=True, kw_only=True)
class RetentionPage:
    """Everything of the page of 保存期間."""

    desks: tuple[DeskDue, ...]
    holds: tuple[LegalHold, ...]
    disposals: tuple[Disposal, ...]


def supervised_desks(actor: Actor, *, now: dt.datetime) -> list[Desk]:
    """The desks the actor supervises. Raises `NotVisible` for everybody else."""
    posts = posts_of(actor, day=timezone.localdate(now))
    if not posts.supervised:
        raise NotVisible
    desks = Desk.objects.filter(pk__in=posts.supervised).select_related("council", "municipality")
    return list(desks.order_by("pk"))


def years_of(council: Council) -> int:
    """After how many years a council's cases go."""
    found = Retention.objects.filter(council=council).values_list("years", flat=True).first()
    return USUAL_YEARS if found is None else found


def due_cases(desk: Desk, *, years: int, today: dt.date) -> QuerySet[Case]:
    """Closed cases whose time has come and that nothing holds back, the oldest first. Protected ones too: they age alike."""
    held = LegalHold.objects.filter(case=OuterRef("pk"), lifted_at__isnull=True)
    return Case.objects.filter(
        ~Exists(held),
        desk=desk,
        state=CaseState.CLOSED,
        disposed_at__isnull=True,
        closed_on__lte=last_closing_day(today, years=years),
    ).order_by("closed_on", "pk")


def retention_page(actor: Actor, *, now: dt.datetime) -> RetentionPage:
    """The page of a supervisor. Raises `NotVisible`."""
    desks = supervised_desks(actor, now=now)
    kept = {
        row.council_id: row for row in Retention.objects.filter(council__in=[d.council_id for d in desks])
    }
    disposals = disposals_of(desks)
    waiting = {row.desk_id: row for row in disposals if row.approved_at is None and row.withdrawn_at is None}
    holds = LegalHold.objects.filter(case__desk__in=desks, lifted_at__isnull=True)
    return RetentionPage(
        desks=tuple(_due(desk, kept.get(desk.council_id), waiting.get(desk.pk), now=now) for desk in desks),
        holds=tuple(holds.select_related("case", "placed_by")),
        disposals=tuple(disposals),
    )


def _due(desk: Desk, kept: Retention | None, waiting: Disposal | None, *, now: dt.datetime) -> DeskDue:
    years = kept.years if kept else USUAL_YEARS
    due = due_cases(desk, years=years, today=timezone.localdate(now))
    cases = list(due.only("number", "closed_on", "confidentiality", "desk")[: MOST_CASES + 1])
    return DeskDue(
        desk=desk,
        years=years,
        revision=kept.revision if kept else 0,
        cases=cases[:MOST_CASES],
        number=len(cases),
        waiting=waiting,
    )


def disposals_of(desks: Sequence[Desk]) -> list[Disposal]:
    """The newest proposals of some desks, with how many cases each has."""
    found = Disposal.objects.filter(desk__in=desks).select_related("desk", "proposed_by", "approved_by")
    return list(
        found.annotate(
            number=Count("lines"),
            disposed=Count("lines", filter=Q(lines__done_at__isnull=False, lines__left_because="")),
        )[:MOST_DISPOSALS]
    )


@dataclass(frozen=True, kw_only=True)
class DisposalPage:
    """A proposal with its cases; `needs_typing` where nobody else could approve."""

    disposal: Disposal
    lines: tuple[DisposalRow, ...]
    is_waiting: bool
    is_unfinished: bool
    needs_typing: bool
    others: tuple[User, ...]
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class DisposalRow:
    """A case on a proposal by its number, since when it may go, what became of it."""

    number: str
    closed_on: dt.date | None
    since: dt.date | None
    is_done: bool
    left_because: str


def disposal_page(actor: Actor, disposal_id: uuid.UUID, *, now: dt.datetime) -> DisposalPage:
    """One proposal of a desk the actor supervises. Raises `NotVisible`."""
    desks = supervised_desks(actor, now=now)
    found = Disposal.objects.filter(desk__in=desks, public_id=disposal_id)
    disposal = found.select_related("desk__council", "proposed_by", "approved_by", "withdrawn_by").first()
    if disposal is None:
        raise NotVisible
    years = years_of(disposal.desk.council)
    today = timezone.localdate(now)
    others = tuple(supervisors_at(disposal.desk_id, besides=actor.user_id, day=today))
    lines = tuple(
        DisposalRow(
            number=line.case.number,
            closed_on=line.case.closed_on,
            since=disposable_from(line.case.closed_on, years=years) if line.case.closed_on else None,
            is_done=line.done_at is not None,
            left_because=line.left_because,
        )
        for line in disposal.lines.select_related("case")
    )
    is_own = disposal.proposed_by_id == actor.user_id
    return DisposalPage(
        disposal=disposal,
        lines=lines,
        is_waiting=disposal.approved_at is None and disposal.withdrawn_at is None,
        is_unfinished=disposal.approved_at is not None and not all(row.is_done for row in lines),
        needs_typing=is_own and not others,
        others=others,
        is_own=is_own,
    )
