"""Timing: subjects in turn, sizes interleaved, medians. Only ratios within one run mean anything on a shared machine."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

Call = Callable[[], object]


@dataclass(frozen=True)
class Sample:
    """Milliseconds of one call: on the clock, and of this process (the database's own work is not in it)."""

    wall: float
    cpu: float


@dataclass
class Samples:
    """The medians of each round, and what is made of them."""

    rounds: list[Sample] = field(default_factory=list)

    @property
    def wall(self) -> float:
        return statistics.median(sample.wall for sample in self.rounds)

    @property
    def cpu(self) -> float:
        return statistics.median(sample.cpu for sample in self.rounds)


def in_rounds(
    sizes: Iterable[str],
    subjects_at: Callable[[str], Mapping[str, Call]],
    *,
    rounds: int,
    calls: int,
) -> dict[tuple[str, str], Samples]:
    """Measure every subject at every size, by (size, subject).

    `subjects_at` turns to a size (its database) and says what to call there. Each round visits all sizes, every other
    one backwards; each visit calls every subject once for warmth and then `calls` times.
    """
    found: dict[tuple[str, str], Samples] = {}
    order = list(sizes)
    for _ in range(rounds):
        for size in order:
            for name, call in subjects_at(size).items():
                call()
                sample = _median([_time(call) for _ in range(calls)])
                found.setdefault((size, name), Samples()).rounds.append(sample)
        order.reverse()
    return found


def _time(call: Call) -> Sample:
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return Sample((time.perf_counter() - wall) * 1_000, (time.process_time() - cpu) * 1_000)


def _median(samples: list[Sample]) -> Sample:
    return Sample(
        statistics.median(sample.wall for sample in samples),
        statistics.median(sample.cpu for sample in samples),
    )
