"""Which cell of a row is which column, found in the row itself: the headings of a page often do not fit its rows.

The anchor is the cell of the basis (会則設置, 要綱設置). What stands before it are the members, what stands behind it
is put in order by what the cells say (`columns_behind`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from councils.rules.table.bodies import is_government, is_of_welfare, nature
from councils.rules.table.grid import Cell
from councils.rules.table.names import split_names
from councils.rules.table.posts import looks_like_posts
from councils.rules.table.writing import is_nothing, squeezed

LABELS = {
    "name": "協議会名",
    "established": "設立年月日",
    "local_government": "地方公共団体",
    "support_corporation": "居住支援法人",
    "realtor_association": "宅地建物取引業者で構成する団体",
    "rental_manager": "賃貸住宅を経営又は管理する事業を行う者",
    "mixed": "賃貸住宅を経営又は管理する事業を行う者・その他",
    "other": "その他の活動を行う者、学識経験者等",
    "observer": "協議会オブザーバー",
    "basis": "設立の根拠",
    "charter_activities": "規程における活動内容",
    "secretariat": "事務局",
    "business": "業務内容",
    "background": "設立当初の課題や設立経緯等",
    "consult_who": "事業の実施主体",
    "consult_how": "相談等実施の体制",
    "consult_publicity": "広報",
    "consult_sites": "相談可能な箇所数など",
    "consult_effects": "効果、課題など",
}

_BASIS = re.compile(
    r"(?:設置)?(?P<word>会則|要綱|要領|規約|規程|規則|条例|定款|内規)(?:(?:による|に基づく|により)?(?:設[置立直]|制定)(?:[\s。・]|$)|(?:等)?$|\()"
)
_BASIS_FIRST_COLUMN = 3
_LONGEST_BASIS = 24


@dataclass(frozen=True, slots=True)
class BasisCell:
    cell: Cell
    word: str
    rest: str = ""
    """What else stands in the cell: the next column, fused."""


def find_basis(cells: Sequence[Cell]) -> list[BasisCell]:
    """The cells of the basis, in order; two when one was copied over its neighbour."""
    return [found for cell in cells[_BASIS_FIRST_COLUMN:] if (found := as_basis(cell))]


def as_basis(cell: Cell) -> BasisCell | None:
    text = cell.text.strip()
    match = _BASIS.match(squeezed(text)) if len(squeezed(text)) <= _LONGEST_BASIS else None
    if match:
        return BasisCell(cell, match["word"])
    first, _, rest = text.partition("\n") if "\n" in text else text.partition(" ")
    match = _BASIS.fullmatch(squeezed(first)) if rest else None
    return BasisCell(cell, match["word"], rest.strip()) if match else None


# --- Before the basis: members ---


def name_member_cells(cells: Sequence[Cell], *, municipality: str, merged_heading: bool) -> list[str]:
    """A column for each cell between date and basis. "mixed" is one that stands for 賃貸 and その他 alike.

    `merged_heading`: the page's heading has these two in one column.
    """
    natures = [_Natures(cell, municipality) for cell in cells]
    realtor_at = next((at for at, seen in enumerate(natures) if at >= 1 and seen.has("realtor")), None)
    if realtor_at is None or (len(natures) > 2 and natures[2].has("realtor")):
        realtor_at = min(2, len(natures) - 1)
    front = [_front_column(at, natures, realtor_at) for at in range(min(realtor_at + 1, len(natures)))]
    return front + _back_columns(natures[realtor_at + 1 :], merged_heading=merged_heading)


class _Natures:
    """What kinds of bodies stand in one cell."""

    def __init__(self, cell: Cell, municipality: str) -> None:
        self.is_nothing = is_nothing(cell.text)
        names = [] if self.is_nothing else split_names(cell.text, municipality=municipality)
        self._natures = [nature(name) for name in names]
        self.is_of_welfare = any(is_of_welfare(name) for name in names)
        self.is_government = any(is_government(name) for name in names) or _is_number_of_cities(cell.text)
        self.are_posts = not self.is_nothing and looks_like_posts(cell.text)

    def has(self, kind: str) -> bool:
        return kind in self._natures

    @property
    def may_observe(self) -> bool:
        return self.is_nothing or self.is_government


def _is_number_of_cities(text: str) -> bool:
    return (
        re.match(r"\d+(?:区市町村|市区町村|市町村|区市|市区|区|市|町村|自治体|団体)", squeezed(text))
        is not None
    )


def _front_column(at: int, natures: list[_Natures], realtor_at: int) -> str:
    if at == realtor_at:
        return "realtor_association"
    if at == 0 or (at < realtor_at - 1 and natures[at].are_posts):
        return "local_government"
    return "support_corporation"


def _back_columns(rest: list[_Natures], *, merged_heading: bool) -> list[str]:
    """The cells behind the realtors' one: at most 賃貸, その他 and observers, of which some may be missing."""
    if not rest:
        return []
    if len(rest) >= 3:
        middle = ["other"] * (len(rest) - 2)
        return ["rental_manager", *middle, "observer"]
    if len(rest) == 1:
        return ["observer" if rest[0].may_observe else "mixed"]
    first, last = rest
    if last.may_observe:
        return ["mixed", "observer"]
    if merged_heading and not first.is_nothing and not last.is_of_welfare:
        return ["mixed", "observer"]
    return ["rental_manager", "other"]
