"""処理日数の統計, read: three queries for five years, however many cases were decided."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.rules.actor import Actor
from certification.models import Application, CertificationSetting, ClockEvent
from certification.rules.clock import ClockKind, Tick, reckon, stopped_days
from certification.rules.statistics import Decided, Figures, figures, grouped
from certification.rules.workflow import State
from certification.selectors.access import staff_cases
from japan.wareki import fiscal_year, fiscal_year_span

YEARS: Final = 5
"""Fiscal years held side by side: this one and those before."""

Kind = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """The figures of five years, and those of one year by month and by (procedure, result)."""

    year: int
    years: tuple[int, ...]
    standard_days: int
    by_year: dict[int, Figures]
    by_month: dict[tuple[int, int], Figures]
    by_kind: dict[Kind, Figures]
    whole: Figures | None


def statistics_of(actor: Actor, *, year: int, today: dt.date) -> Statistics:
    """Decided cases in which the actor's departments took part, counted by the fiscal year of the decision."""
    last = fiscal_year(today)
    years = tuple(range(last, last - YEARS, -1))
    standard_days = CertificationSetting.objects.values_list("standard_days", flat=True).get(
        municipality=actor.home_id
    )
    decided = _decided(staff_cases(actor), years=years)
    here = [case for case in decided if fiscal_year(case.decided_on) == year]
    return Statistics(
        year=year,
        years=years,
        standard_days=standard_days,
        by_year=grouped(decided, lambda case: fiscal_year(case.decided_on), standard_days=standard_days),
        by_month=grouped(
            here, lambda case: (case.decided_on.year, case.decided_on.month), standard_days=standard_days
        ),
        by_kind=grouped(here, lambda case: (case.procedure, case.result), standard_days=standard_days),
        whole=figures(here, standard_days=standard_days),
    )


def _decided(cases: QuerySet[Application], *, years: tuple[int, ...]) -> list[Decided]:
    """What is counted of each case. A case without a clock (decided before there was one) is left out."""
    first, last = fiscal_year_span(years[-1])[0], fiscal_year_span(years[0])[1]
    found = cases.filter(
        state__in=(State.CERTIFIED, State.REFUSED), decided_at__date__gte=first, decided_at__date__lte=last
    )
    rows = (
        found.order_by("pk")
        .annotate(returns=Count("return_rounds"))
        .values_list("pk", "decided_at", "procedure", "state", "returns")
    )
    events: defaultdict[int, list[Tick]] = defaultdict(list)
    ticks = ClockEvent.objects.filter(application__in=found.order_by().values("pk")).order_by("pk")
    for case, kind, at in ticks.values_list("application", "kind", "at"):
        events[case].append(Tick(kind=ClockKind(kind), on=timezone.localdate(at), label=""))
    return list(_counted(rows, events))


def _counted(
    rows: Iterable[tuple[int, dt.datetime | None, str, str, int]], events: dict[int, list[Tick]]
) -> Iterable[Decided]:
    for pk, decided_at, procedure, result, returns in rows:
        assert decided_at is not None  # the database pairs it with the state
        decided_on = timezone.localdate(decided_at)
        clock = reckon(events.get(pk, ()), standard_days=0, today=decided_on)
        if clock is not None:
            yield Decided(
                decided_on=decided_on,
                procedure=procedure,
                result=result,
                days=clock.used,
                stopped=stopped_days(clock),
                returns=returns,
            )
