"""The prefecture's table of its councils (都内居住支援協議会の状況一覧), read row by row.

`grid.py` is what a file becomes; `rows.py` finds titles, headings and councils; `columns.py` and `columns_behind.py`
put each cell of a row to its column, whatever the headings say; `posts.py`, `names.py`, `bodies.py`, `members.py`,
`offices.py`, `dates.py`, `shops.py` and `consultation.py` read one column each; `checks.py` says everything that a
person should mend or confirm, `slips.py` what was probably meant. Nothing here knows a council by name.
"""

from __future__ import annotations

from dataclasses import replace

from councils.rules.table.council import read_council
from councils.rules.table.grid import Cell, Grid
from councils.rules.table.reading import CouncilReading, Found, Grade, Member, Problem, Reading, ShopCount
from councils.rules.table.rows import Rows, councils_per_name, find_rows

__all__ = [
    "Cell",
    "CouncilReading",
    "Found",
    "Grade",
    "Grid",
    "Member",
    "Problem",
    "Reading",
    "ShopCount",
    "read_table",
]

_MOST_COUNCILS = 500
# The real table has some forty thousand; a limit keeps a made-up one from taking minutes.
_MOST_CHARACTERS = 400_000


def read_table(grid: Grid) -> Reading:
    """Every council of a sheet with what is read in its row, and the problems of the sheet itself."""
    if sum(len(cell.text) for cells in grid.rows for cell in cells) > _MOST_CHARACTERS:
        text = f"表の文字が多すぎます。{_MOST_CHARACTERS:,}文字までの一覧表だけのファイルにしてください。"
        return Reading((), (Problem(Grade.STOP, "", "", text),))
    rows = find_rows(grid)
    problems = _of_the_sheet(rows)
    if any(problem.grade is Grade.STOP for problem in problems):
        return Reading((), tuple(problems), rows.as_of)
    councils = [read_council(row, as_of=rows.as_of) for row in rows.councils]
    return Reading(tuple(_named_twice(rows, councils)), tuple(problems), rows.as_of)


def _of_the_sheet(rows: Rows) -> list[Problem]:
    problems = []
    if not rows.councils:
        text = (
            "居住支援協議会の状況一覧として読めません。見出しの行(協議会名、設立年月日、構成員、設立の根拠…)と"
            "協議会の行がある表を選んでください。"
        )
        return [Problem(Grade.STOP, "", "", text)]
    if len(rows.councils) > _MOST_COUNCILS:
        text = f"協議会の行が{len(rows.councils):,}行あります。{_MOST_COUNCILS}行以内の表に分けてください。"
        return [Problem(Grade.STOP, "", "", text)]
    if not rows.has_headings:
        text = "見出しの行がありません。列の並びは、行の中身だけから読みました。"
        problems.append(Problem(Grade.CONFIRM, rows.councils[0].cells[0].address, "", text))
    for cells in rows.left_over:
        first = next(cell for cell in cells if not cell.is_empty)
        text = f"「{first.text.strip()[:30]}」で始まる行は、協議会の行として読めないため取り込みません。"
        problems.append(Problem(Grade.CONFIRM, first.address, "", text))
    return problems


def _named_twice(rows: Rows, councils: list[CouncilReading]) -> list[CouncilReading]:
    """A name that comes twice is stopped at its second row: one council cannot have two."""
    second = {id(row): same[0] for _, same in councils_per_name(rows.councils) for row in same[1:]}
    marked = []
    for row, council in zip(rows.councils, councils, strict=True):
        first = second.get(id(row))
        if first is not None:
            text = f"「{council.name.value}」は{first.cells[0].row + 1}行目にもあります。どちらかの行を消してください。"
            problem = Problem(Grade.STOP, row.cells[row.name_at].address, "協議会名", text)
            council = replace(council, problems=(problem, *council.problems))
        marked.append(council)
    return marked
