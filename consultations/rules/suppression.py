"""小さな数を伏せる: which cells of published tables are hidden so that no small count can be read or worked out.

Counts from 1 to 4 are hidden; zero is not, it speaks of nobody. Then more cells are hidden until none of them can be
recomputed. Judged against the strongest reader: one who knows every shown cell, every sum of the tables, which hidden
cells are small and that the others are not. A hidden cell is safe when the cells around it could be otherwise by one and
all that is shown would still be the same.

Where every cell but the zeros is hidden there is nothing more to hide. Then a reader who is told, beyond the tables, which
cells are small may still tell some (four ones whose total is small): the tables do not say it, all are marked alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

SMALL: Final = 4
"""The largest count that is hidden."""
_MOST_STEPS: Final = 4_000
"""After so many steps a cell counts as not safe: then more is hidden, never less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sum that everybody can see: the parts make the total. A row or a column of a table."""

    total: str
    parts: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.parts, self.total)


def is_small(value: int) -> bool:
    """Whether a count speaks of so few that they may be known."""
    return 1 <= value <= SMALL


def hidden_cells(
    cells: Mapping[str, int], lines: Sequence[Line], *, together: Mapping[str, Iterable[str]] | None = None
) -> frozenset[str]:
    """The cells that are not shown. `together`: what is hidden along with a cell, though no sum binds them.

    The same key may stand in many lines: a total that several tables share is hidden in all of them or in none.
    """
    hidden = {key for key, value in cells.items() if is_small(value)}
    while (open_one := _exposed(cells, lines, hidden)) is not None:
        more = _next(cells, lines, hidden, beside=open_one)
        if more is None:
            break
        hidden.add(more)
    for key, others in (together or {}).items():
        if key in hidden:
            hidden |= {other for other in others if cells.get(other, 0)}
    return frozenset(hidden)


def _exposed(cells: Mapping[str, int], lines: Sequence[Line], hidden: set[str]) -> str | None:
    """The first hidden cell that the strongest reader can work out."""
    by_key = _lines_by_key(lines)
    safe: set[str] = set()
    for key in sorted(hidden):
        if key in safe:
            continue
        moved = next(
            (found for by in (1, -1) if (found := _Search(cells, by_key, hidden).move(key, by))), None
        )
        if moved is None:
            return key
        safe |= moved
    return None


def _next(cells: Mapping[str, int], lines: Sequence[Line], hidden: set[str], *, beside: str) -> str | None:
    """What to hide next to an exposed cell: the smallest part of its lines, then their total, then of lines beyond."""
    reached, waiting = {beside}, list(lines)
    while near := [line for line in waiting if reached.intersection(line.keys)]:
        for choices in ([key for line in near for key in line.parts], [line.total for line in near]):
            shown = [key for key in choices if cells[key] and key not in hidden]
            if shown:
                return min(shown, key=lambda key: (cells[key], key))
        reached.update(key for line in near for key in line.keys)
        waiting = [line for line in waiting if line not in near]
    return None


def _lines_by_key(lines: Sequence[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        for key in line.keys:
            found.setdefault(key, []).append(line)
    return found


class _Search:
    """Looks for another table with the same shown cells, in which one hidden cell is larger or smaller by one."""

    def __init__(
        self, cells: Mapping[str, int], by_key: Mapping[str, Sequence[Line]], hidden: set[str]
    ) -> None:
        self._cells, self._by_key, self._hidden = cells, by_key, hidden
        self._steps = 0

    def move(self, key: str, by: int) -> frozenset[str] | None:
        """The cells that would be otherwise, or `None` where no such table was found."""
        changes = {key: by}
        return frozenset(changes) if self._fits(key, by) and self._mend(changes) else None

    def _mend(self, changes: dict[str, int]) -> bool:
        """Change one more hidden cell of each line that no longer adds up."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            return False
        broken = self._broken(changes)
        if broken is None:
            return True
        line, too_much = broken
        by = -1 if too_much > 0 else 1
        for key, step in (*((part, by) for part in line.parts), (line.total, -by)):
            if key in self._hidden and key not in changes and self._fits(key, step):
                changes[key] = step
                if self._mend(changes):
                    return True
                del changes[key]
        return False

    def _broken(self, changes: Mapping[str, int]) -> tuple[Line, int] | None:
        for key in changes:
            for line in self._by_key.get(key, ()):
                over = sum(changes.get(part, 0) for part in line.parts) - changes.get(line.total, 0)
                if over:
                    return line, over
        return None

    def _fits(self, key: str, by: int) -> bool:
        """Small ones stay small and the others do not become small: the reader knows which are which."""
        before, after = self._cells[key], self._cells[key] + by
        return is_small(after) if is_small(before) else after > SMALL
