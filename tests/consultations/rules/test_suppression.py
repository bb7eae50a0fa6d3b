"""Small counts: hidden, and not to be worked out, whoever knows all the sums."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.rules.suppression import Line, hidden_cells, is_small

COUNTS = st.integers(0, 9)


def row(*values: int) -> tuple[dict[str, int], list[Line]]:
    """A table of one column with its total."""
    cells = {f"part{number}": value for number, value in enumerate(values)}
    line = Line(total="total", parts=tuple(cells))
    return {**cells, "total": sum(values)}, [line]


def grid(values: Sequence[Sequence[int]]) -> tuple[dict[str, int], list[Line]]:
    """A table with the totals of its rows, its columns and of all."""
    cells = {f"{r}.{c}": value for r, line in enumerate(values) for c, value in enumerate(line)}
    rows, columns = range(len(values)), range(len(values[0]))
    cells |= {f"row{r}": sum(values[r]) for r in rows}
    cells |= {f"column{c}": sum(line[c] for line in values) for c in columns}
    cells["all"] = sum(map(sum, values))
    lines = [
        *(Line(total=f"row{r}", parts=tuple(f"{r}.{c}" for c in columns)) for r in rows),
        *(Line(total=f"column{c}", parts=tuple(f"{r}.{c}" for r in rows)) for c in columns),
        Line(total="all", parts=tuple(f"row{r}" for r in rows)),
        Line(total="all", parts=tuple(f"column{c}" for c in columns)),
    ]
    return cells, lines


def worlds(
    cells: Mapping[str, int], lines: Sequence[Line], hidden: frozenset[str], *, knows_small: bool
) -> Iterator[dict[str, int]]:
    """Every table near this one that shows the same. `knows_small`: to a reader who knows which hidden cells are small."""
    totals = {line.total for line in lines}
    base = [name for name in cells if name not in totals]
    choices = [
        [cells[name]] if name not in hidden else _near(cells[name], knows_small=knows_small) for name in base
    ]
    for values in itertools.product(*choices):
        world = dict(zip(base, values, strict=True))
        for line in lines:
            world[line.total] = sum(world[part] for part in line.parts)
        if all(
            (not knows_small or is_small(world[name]) == is_small(cells[name]))
            if name in hidden
            else world[name] == cells[name]
            for name in cells
        ):
            yield world


def _near(value: int, *, knows_small: bool) -> list[int]:
    around = range(max(1, value - 2), value + 3)
    return [other for other in around if not knows_small or is_small(other) == is_small(value)]


def worked_out(cells: Mapping[str, int], lines: Sequence[Line], *, knows_small: bool) -> list[str]:
    """The hidden cells a reader could tell."""
    hidden = hidden_cells(cells, lines)
    known: dict[str, set[int]] = {name: set() for name in hidden}
    for world in worlds(cells, lines, hidden, knows_small=knows_small):
        for name in hidden:
            known[name].add(world[name])
        if all(len(values) > 1 for values in known.values()):
            return []
    return [name for name, values in known.items() if len(values) < 2]


def check(cells: dict[str, int], lines: list[Line]) -> None:
    hidden = hidden_cells(cells, lines)
    assert {name for name, value in cells.items() if is_small(value)} <= hidden
    assert all(cells[name] for name in hidden), "zero speaks of nobody and is shown"
    for line in lines:
        assert len(hidden.intersection(line.keys)) != 1, "one hidden cell of a line is a subtraction away"
    assert worked_out(cells, lines, knows_small=False) == []
    if worked_out(cells, lines, knows_small=True):
        assert hidden == {name for name, value in cells.items() if value}, "there was more to hide"


def test_zero_and_five_are_shown_one_to_four_are_not() -> None:
    assert [value for value in range(8) if is_small(value)] == [1, 2, 3, 4]
    cells, lines = row(0, 5, 12)
    assert hidden_cells(cells, lines) == frozenset()


def test_a_second_cell_hides_the_first() -> None:
    cells, lines = row(3, 20, 30, 0)
    assert hidden_cells(cells, lines) == {"part0", "part1"}


def test_the_total_goes_where_no_other_cell_is_left() -> None:
    cells, lines = row(3, 0, 0)
    assert hidden_cells(cells, lines) == {"part0", "total"}
    cells, lines = row(1, 1, 30)
    assert hidden_cells(cells, lines) >= {"part0", "part1", "part2"}, "two ones of a sum of two are no secret"
    check(cells, lines)


def test_a_shared_total_is_hidden_in_every_table() -> None:
    cells = {"total": 6, "a": 1, "b": 5, "c": 6, "d": 0}
    lines = [Line(total="total", parts=("a", "b")), Line(total="total", parts=("c", "d"))]
    assert hidden_cells(cells, lines) == {"a", "b", "total", "c"}


def test_what_goes_together_is_hidden_together() -> None:
    cells, lines = row(3, 20, 30)
    cells |= {"twin": 25, "empty": 0}
    assert "twin" in hidden_cells(cells, lines, together={"part1": ["twin", "empty"]})
    assert "empty" not in hidden_cells(cells, lines, together={"part1": ["twin", "empty"]})
    assert "twin" not in hidden_cells(cells, lines, together={"part2": ["twin"]})


@settings(max_examples=150, deadline=None)
@given(values=st.lists(COUNTS, min_size=1, max_size=5))
def test_nobody_works_out_a_cell_of_a_column(values: list[int]) -> None:
    check(*row(*values))


@settings(max_examples=80, deadline=None)
@given(values=st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=2, max_size=2))
def test_nobody_works_out_a_cell_of_a_grid(values: list[list[int]]) -> None:
    check(*grid(values))


@settings(max_examples=100, deadline=None)
@given(values=st.lists(st.lists(st.integers(0, 30), min_size=5, max_size=5), min_size=3, max_size=6))
def test_every_line_of_a_large_grid_has_two_hidden_or_none(values: list[list[int]]) -> None:
    cells, lines = grid(values)
    hidden = hidden_cells(cells, lines)
    assert {name for name, value in cells.items() if is_small(value)} <= hidden
    assert all(len(hidden.intersection(line.keys)) != 1 for line in lines)
