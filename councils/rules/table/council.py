"""One row into one council: cells put to columns, each column read, then every check at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from councils.rules.table import checks
from councils.rules.table.columns import BasisCell, find_basis, name_member_cells
from councils.rules.table.columns_behind import CONSULTATION, Placing, name_cells_behind
from councils.rules.table.consultation import (
    SessionsFound,
    StatusFound,
    is_example,
    read_sessions,
    read_status,
)
from councils.rules.table.dates import PartialDate, find_date, read_date, serial
from councils.rules.table.grid import Cell
from councils.rules.table.members import MembersFound, read_members
from councils.rules.table.offices import read_offices
from councils.rules.table.posts import looks_like_posts
from councils.rules.table.reading import TEXTS, CouncilReading, Found
from councils.rules.table.rows import LONGEST_CELL, Row, without_date
from councils.rules.table.shops import ShopsFound, read_shop_count
from councils.rules.table.writing import even, is_nothing

_MUNICIPALITY = re.compile(
    r"(?P<name>.*[都道府県市区町村])(?=居住|住まい|すまい|住宅|あんしん|安心|住ま|セーフ|入居|高齢)"
)
_MUNICIPALITY_SHORT = re.compile(r"[^\s]{1,7}?[都道府県市区町村]")


def read_council(row: Row, *, as_of: PartialDate | None) -> CouncilReading:
    seen = see(row)
    reading = CouncilReading(
        row=row.cells[0].row + 1,
        cells=row.cells,
        name=Found(seen.name, (seen.name_cell.address,), seen.name_cell.text),
        established=Found(
            seen.established, _addresses([seen.date_cell]), seen.date_cell.text if seen.date_cell else ""
        ),
        basis=Found(
            seen.basis_word,
            _addresses([found.cell for found in seen.basis]),
            seen.basis[0].cell.text if seen.basis else "",
        ),
        members=seen.members.members,
        observers=_column(seen, "observer", seen.members.observers),
        secretariat=_column(seen, "secretariat", seen.offices),
        shop_count=Found(
            seen.shops.shops, _addresses(seen.shops.cells), "", "unsure" if seen.shops.others else "sure"
        ),
        sessions=Found(
            seen.sessions.rules,
            _addresses(seen.sessions.cells),
            "",
            "unsure" if seen.sessions.not_understood else "sure",
        ),
        booking=Found(seen.sessions.booking, _addresses(seen.sessions.cells)),
        consultation_status=Found(
            seen.status.value, _addresses(seen.status.cells), "", "sure" if seen.status.sure else "unsure"
        ),
        texts={key: _text(seen, key) for key in TEXTS},
        columns=seen.columns,
    )
    return replace(reading, problems=tuple(checks.check(seen, reading, as_of=as_of)))


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was seen in a row, for the checks."""

    row: Row
    name: str
    name_cell: Cell
    municipality: str
    date_cell: Cell | None
    established: PartialDate | None
    date_problem: str
    date_suggested: PartialDate | None
    basis: tuple[BasisCell, ...]
    basis_word: str
    members: MembersFound
    offices: tuple[str, ...]
    shops: ShopsFound
    sessions: SessionsFound
    status: StatusFound
    placing: Placing
    columns: dict[int, tuple[str, ...]]

    def cells_of(self, key: str) -> list[Cell]:
        return [cell for cell in self.row.cells if key in self.columns.get(cell.column, ())]


def see(row: Row) -> Seen:
    row = replace(
        row, cells=tuple(cell if len(cell.text) <= LONGEST_CELL else _unread(cell) for cell in row.cells)
    )
    name_cell = row.cells[row.name_at]
    name = without_date(name_cell.text).strip()
    municipality = municipality_of(name)
    date_cell, first_member = _date_cell(row, fused=name != name_cell.text.strip())
    established, problem = read_date(date_cell) if date_cell else (None, "")
    basis = _basis(row)
    before, behind = _around(row, basis, first_member)
    if date_cell and (rest := _behind_date(date_cell)):
        before.insert(0, replace(date_cell, text=rest, date=None))
    member_columns = name_member_cells(
        before, municipality=municipality, merged_heading=row.has_merged_heading
    )
    placing = name_cells_behind([cell.text for cell in behind])
    columns: dict[int, tuple[str, ...]] = {name_cell.column: ("name",)}
    if date_cell:
        columns[date_cell.column] = (*columns.get(date_cell.column, ()), "established")
    columns |= {found.cell.column: ("basis",) for found in basis}
    columns |= {
        cell.column: (*columns.get(cell.column, ()), key)
        for cell, key in zip(before, member_columns, strict=True)
    }
    columns |= {
        cell.column: (*columns.get(cell.column, ()), *keys)
        for cell, keys in zip(behind, placing.columns, strict=True)
    }
    named = [(cell, keys) for cell, keys in zip(behind, placing.columns, strict=True)]
    told = [(cell, keys) for cell, keys in named if any(key in CONSULTATION for key in keys)]
    at_work = [(cell, keys) for cell, keys in named if "business" in keys]
    return Seen(
        row=row,
        name=name,
        name_cell=name_cell,
        municipality=municipality,
        date_cell=date_cell,
        established=established,
        date_problem=problem,
        date_suggested=serial(date_cell.text) if date_cell and established is None else None,
        basis=basis,
        basis_word=basis[0].word if basis else "",
        members=read_members(before, member_columns, municipality=municipality),
        offices=_offices(named),
        shops=read_shop_count([cell for cell, _ in [*told, *at_work] if not is_example(cell.text)]),
        sessions=read_sessions([*told, *at_work]),
        status=read_status([(cell, keys[0]) for cell, keys in told]),
        placing=placing,
        columns=columns,
    )


def _unread(cell: Cell) -> Cell:
    """A cell too long to be read, which a check tells; as it came it stays in the reading."""
    return replace(cell, text="", date=None)


def municipality_of(name: str) -> str:
    """輪野市 of 輪野市居住支援協議会; empty when the name tells none."""
    match = _MUNICIPALITY.match(name)
    if match:
        return match["name"]
    short = _MUNICIPALITY_SHORT.match(name)
    return short.group() if short else ""


# --- The parts of a row ---


def _date_cell(row: Row, *, fused: bool) -> tuple[Cell | None, int]:
    """The cell of the date, and where the members begin."""
    if fused:
        cell = row.cells[row.name_at]
        written = find_date(cell)
        return Cell(cell.row, cell.column, cell.address, written), row.name_at + 1
    at = row.name_at + 1
    for index in (at, at + 1):
        if index < len(row.cells) and _is_date_cell(row.cells[index]):
            return row.cells[index], index + 1
    if at >= len(row.cells):
        return None, at
    cell = row.cells[at]
    is_date_column = row.headings.get(cell.column) == "established"
    if is_nothing(cell.text) or (
        is_date_column and len(cell.text) <= 20 and re.search(r"\d", even(cell.text))
    ):
        return cell, at + 1
    return None, at


def _is_date_cell(cell: Cell) -> bool:
    """A date at the very beginning, or anywhere in a short cell, or a bare number that Excel would show as one."""
    written = find_date(cell)
    if written and (len(cell.text) <= 40 or cell.text.strip().startswith(written)):
        return True
    return serial(cell.text) is not None


def _behind_date(cell: Cell) -> str:
    """2019年5月 福祉部長 住宅課長, fused: the posts."""
    rest = cell.text.partition(find_date(cell))[2].strip() if cell.date is None and find_date(cell) else ""
    return rest if len(rest) > 3 and looks_like_posts(rest) else ""


def _basis(row: Row) -> tuple[BasisCell, ...]:
    """Neighbouring cells of the basis; a later one far away is something else."""
    found = find_basis(row.cells)
    together = found[:1]
    for basis in found[1:]:
        if basis.cell.column == together[-1].cell.column + 1 and not together[-1].rest:
            together.append(basis)
    return tuple(together)


def _around(row: Row, basis: Sequence[BasisCell], first_member: int) -> tuple[list[Cell], list[Cell]]:
    """The cells of members, and those behind the basis without empty ones at the end."""
    if not basis:
        return _around_headings(row, first_member)
    index = {cell.column: at for at, cell in enumerate(row.cells)}
    start, end = index[basis[0].cell.column], index[basis[-1].cell.column]
    behind = list(row.cells[end + 1 :])
    if basis[-1].rest:
        cell = basis[-1].cell
        behind.insert(0, Cell(cell.row, cell.column, cell.address, basis[-1].rest))
    while behind and behind[-1].is_empty:
        behind.pop()
    return list(row.cells[first_member:start]), behind


def _around_headings(row: Row, first_member: int) -> tuple[list[Cell], list[Cell]]:
    """Without a basis nothing holds the row together: the first cell that reads as a charter divides it."""
    charter = next(
        (
            at
            for at, cell in enumerate(row.cells)
            if at > first_member and even(cell.text).count("に関する") >= 2
        ),
        len(row.cells),
    )
    behind = list(row.cells[charter:])
    while behind and behind[-1].is_empty:
        behind.pop()
    return list(row.cells[first_member:charter]), behind


def _offices(named: Sequence[tuple[Cell, tuple[str, ...]]]) -> tuple[str, ...]:
    offices = [
        office
        for cell, keys in named
        if "secretariat" in keys and not is_nothing(cell.text)
        for office in read_offices(cell.text)[0]
    ]
    return tuple(dict.fromkeys(offices))


def _column(seen: Seen, key: str, value: tuple[str, ...]) -> Found[tuple[str, ...]]:
    cells = seen.cells_of(key)
    return Found(value, _addresses(cells), "\n".join(cell.text for cell in cells))


def _text(seen: Seen, key: str) -> Found[str]:
    """The text of a column; a fused cell is given whole to each of its columns."""
    cells = seen.cells_of(key)
    raw = "\n".join(cell.text for cell in cells)
    if key == "business" and any("secretariat" in seen.columns[cell.column] for cell in cells):
        raw = "\n".join(
            read_offices(cell.text)[1] if "secretariat" in seen.columns[cell.column] else cell.text
            for cell in cells
        )
    fused = any(len(seen.columns[cell.column]) > 1 for cell in cells)
    return Found(raw, _addresses(cells), raw, "unsure" if fused or len(cells) > 1 else "sure")


def _addresses(cells: Sequence[Cell | None]) -> tuple[str, ...]:
    return tuple(cell.address for cell in cells if cell is not None)
