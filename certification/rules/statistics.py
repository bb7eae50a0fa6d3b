"""処理日数の統計: how long decided cases took, in numbers that an office may publish.

標準処理期間 is to be made public once it is set (行政手続法6条); whether it is kept is what these figures tell. Only counts
and days: nothing here can name a person or a house.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """One decided case. Days are business days; `days` is what the clock counted, `stopped` what it did not."""

    decided_on: dt.date
    procedure: str
    result: str
    days: int
    stopped: int
    returns: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is said of a group of decided cases. Never of an empty one."""

    number: int
    median: Decimal
    ninety: int
    longest: int
    within: int
    stopped: int
    returns: int

    @property
    def share_within(self) -> Decimal:
        """Of a hundred cases so many kept the standard period, to one place."""
        return _rounded(Decimal(self.within * 100) / self.number)


def figures(cases: Sequence[Decided], *, standard_days: int) -> Figures | None:
    """The figures of some cases; `None` for none."""
    if not cases:
        return None
    days = sorted(case.days for case in cases)
    return Figures(
        number=len(days),
        median=median(days),
        ninety=percentile(days, 90),
        longest=days[-1],
        within=sum(1 for each in days if each <= standard_days),
        stopped=sum(case.stopped for case in cases),
        returns=sum(case.returns for case in cases),
    )


def median(days: Sequence[int]) -> Decimal:
    """The middle of sorted numbers; between two middles their mean."""
    half = len(days) // 2
    if len(days) % 2:
        return Decimal(days[half])
    return Decimal(days[half - 1] + days[half]) / 2


def percentile(days: Sequence[int], percent: int) -> int:
    """The smallest of sorted numbers that `percent` of a hundred do not exceed (nearest rank)."""
    return days[-(-len(days) * percent // 100) - 1]


def grouped(
    cases: Iterable[Decided], by: Callable[[Decided], Key], *, standard_days: int
) -> dict[Key, Figures]:
    """The figures of each group that has a case."""
    groups: defaultdict[Key, list[Decided]] = defaultdict(list)
    for case in cases:
        groups[by(case)].append(case)
    return {
        key: found
        for key, rows in groups.items()
        if (found := figures(rows, standard_days=standard_days)) is not None
    }


def _rounded(share: Decimal) -> Decimal:
    return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
