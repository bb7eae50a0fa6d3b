"""Which rows of a sheet are titles, headings and councils. Headings come again on every page of the printed table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from councils.rules.table.columns import find_basis
from councils.rules.table.dates import PartialDate, find_date, parse
from councils.rules.table.grid import Cell, Grid
from councils.rules.table.writing import even, is_nothing, squeezed

# In the order they are tried: the heading that holds two columns before each of them.
_HEADINGS = (
    ("name", re.compile(r"^(?:居住支援)?協議会名?(?:称)?$|^名称$|^協議会の名称$")),
    ("established", re.compile(r"^設[立置]年月日?|^設[立置]日|^設[立置]時期")),
    ("observer", re.compile(r"^協議会オブザーバ|^オブザーバ")),
    ("basis", re.compile(r"^設[立置]の?根拠|^根拠規程")),
    ("charter_activities", re.compile(r"^規[程約定].*活動内容|^活動内容")),
    ("secretariat", re.compile(r"^事務局")),
    ("business", re.compile(r"^業務内容|^事業内容")),
    ("background", re.compile(r"^設立当初の課題|^設立経緯|^設立の経緯")),
    ("consult_who", re.compile(r"^事業の実施主体|^実施主体")),
    ("consult_how", re.compile(r"^相談等?実施の体制|^実施体制")),
    ("consult_publicity", re.compile(r"^相談等?実施に関する広報|^広報")),
    ("consult_sites", re.compile(r"^相談可能な箇?か?所")),
    ("consult_effects", re.compile(r"^相談体制を構築|^効果")),
    ("local_government", re.compile(r"^地方公共団体$")),
    ("support_corporation", re.compile(r"^居住支援法人$")),
    ("realtor_association", re.compile(r"^宅地建物取引業者")),
    ("mixed", re.compile(r"^賃貸住宅を経営.*(?:学識|その他)")),
    ("rental_manager", re.compile(r"^賃貸住宅を経営|^賃貸住宅の経営")),
    ("other", re.compile(r"^その他の?住宅確保要配慮者|^その他.*学識|^その他$")),
)
_GROUPS = re.compile(r"^構成員$|^住まいに関する相談")
_NAME = re.compile(r"(?:協議会|連絡会|推進会議|会議|ネットワーク|協議体|プラットフォーム)(?:\(.*\))?$")
_LONGEST_NAME = 60
_AS_OF = re.compile(
    r"(?P<date>(?:令和|平成)\s*(?:元|\d+)\s*年\s*\d+\s*月(?:\s*\d+\s*日)?)\s*(?P<end>末)?\s*(?:時点|現在)"
)
_FEWEST_CELLS = 4
#: Characters. The longest of the real table has some seven hundred.
LONGEST_CELL = 3_000


@dataclass(frozen=True, slots=True)
class Row:
    """One council's row. `headings` are those of its page by column; `name_at` the column of the name."""

    cells: tuple[Cell, ...]
    name_at: int
    headings: dict[int, str]

    @property
    def has_merged_heading(self) -> bool:
        """Whether the page puts 賃貸 and その他 under one heading (or has none for the second)."""
        kinds = self.headings.values()
        return bool(self.headings) and not ("rental_manager" in kinds and "other" in kinds)


@dataclass(frozen=True, slots=True)
class Rows:
    """`left_over` are rows with content that are neither title, heading nor council."""

    councils: tuple[Row, ...]
    left_over: tuple[tuple[Cell, ...], ...]
    has_headings: bool
    as_of: PartialDate | None


def find_rows(grid: Grid) -> Rows:
    councils: list[Row] = []
    left_over: list[tuple[Cell, ...]] = []
    headings: dict[int, str] = {}
    after_heading = False
    as_of: PartialDate | None = None
    any_headings = False
    for cells in grid.rows:
        filled = [cell for cell in cells if not cell.is_empty]
        if not filled:
            continue
        named = _headings(cells)
        if named:
            headings = {**headings, **named} if after_heading else named
            after_heading = any_headings = True
            continue
        if len(filled) <= 2 and not (councils and _continues(cells, councils[-1])):
            as_of = as_of or _as_of(filled)
            continue
        after_heading = False
        row = _council(cells, headings)
        if row is not None:
            councils.append(row)
        elif councils and _continues(cells, councils[-1]):
            councils[-1] = _with_more(councils[-1], cells)
        else:
            left_over.append(tuple(cells))
    return Rows(tuple(councils), tuple(left_over), any_headings, as_of)


def _headings(cells: Sequence[Cell]) -> dict[int, str]:
    """The headings in a row by column; nothing unless at least three cells are ones."""
    named: dict[int, str] = {}
    groups = 0
    for cell in cells:
        text = squeezed(cell.text)
        groups += _GROUPS.match(text) is not None
        kind = next((kind for kind, pattern in _HEADINGS if len(text) <= 80 and pattern.match(text)), None)
        if kind:
            named[cell.column] = kind
    filled = sum(not cell.is_empty for cell in cells)
    return named if len(named) + groups >= 3 and (len(named) + groups) * 2 >= filled else {}


def _council(cells: Sequence[Cell], headings: dict[int, str]) -> Row | None:
    filled = [cell for cell in cells if not cell.is_empty]
    if len(filled) < _FEWEST_CELLS:
        return None
    name_at = _name_at(cells, headings)
    if name_at is None:
        return None
    return Row(tuple(cells), name_at, headings)


def _name_at(cells: Sequence[Cell], headings: dict[int, str]) -> int | None:
    """The index of the name's cell: what ends as such a name does, else what stands under its heading."""
    for at, cell in enumerate(cells[:4]):
        if looks_like_name(cell.text):
            return at
    has_basis = bool(find_basis(cells))
    under = next((at for at, cell in enumerate(cells) if headings.get(cell.column) == "name"), None)
    if under is not None and not cells[under].is_empty and (has_basis or find_date(cells[under])):
        return under
    first = next((at for at, cell in enumerate(cells) if not cell.is_empty), 0)
    dated = any(find_date(cell) and len(cell.text) < 30 for cell in cells[: first + 3])
    return (under if under is not None else first) if has_basis and dated else None


def looks_like_name(text: str) -> bool:
    same = squeezed(text)
    return len(same) <= _LONGEST_NAME and (_NAME.search(without_date(same)) is not None)


def without_date(text: str) -> str:
    """輪野市居住支援協議会 2019年5月, fused: the name alone."""
    same = even(text)
    match = re.search(r"\s*(?:(?:19|20)\d{2}年|(?:令和|平成)\s*(?:元|\d+)\s*年)", same)
    return text[: match.start()].rstrip() if match else text


def _continues(cells: Sequence[Cell], row: Row) -> bool:
    """A row cut in two by a page: no name, no date, no basis, but text under the columns of the row before."""
    if not all(cell.is_empty for cell in cells[: row.name_at + 2]) or find_basis(cells):
        return False
    # A date of the table or the number of a page stands alone in its row too.
    filled = [even(cell.text) for cell in cells if not cell.is_empty]
    return not any(_AS_OF.search(text) or re.fullmatch(r"[\s\d/.-]+(?:ページ|頁)?", text) for text in filled)


def _with_more(row: Row, cells: Sequence[Cell]) -> Row:
    more = {cell.column: cell for cell in cells if not cell.is_empty}
    joined = [_joined(cell, more.pop(cell.column, None)) for cell in row.cells]
    return Row((*joined, *more.values()), row.name_at, row.headings)


def _joined(cell: Cell, more: Cell | None) -> Cell:
    if more is None:
        return cell
    if is_nothing(cell.text):
        return more
    return Cell(cell.row, cell.column, cell.address, f"{cell.text}\n{more.text}")


def _as_of(filled: Sequence[Cell]) -> PartialDate | None:
    for cell in filled:
        if match := _AS_OF.search(even(cell.text)):
            date, _ = parse(match["date"])
            return date
    return None


def councils_per_name(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows by the name they give, to see which name comes twice."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(squeezed(without_date(row.cells[row.name_at].text)), []).append(row)
    yield from by_name.items()
