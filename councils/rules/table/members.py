"""The members of a row in their categories: as headed, and where columns are shifted or fused by what they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from councils.rules.table.bodies import is_company, is_never_of_realtors, nature
from councils.rules.table.columns import LABELS
from councils.rules.table.grid import Cell
from councils.rules.table.names import may_be_two, split_names
from councils.rules.table.posts import split_posts
from councils.rules.table.reading import Confidence, Member
from councils.rules.table.writing import is_nothing, squeezed

_COLLECTIVE = re.compile(
    r"居住支援法人.{0,6}(?:全法人|\d+法人)|指定を受けた居住支援法人$|^全法人|^(?:都|県|府|道)?内?\d+(?:区市町村|市区町村|市町村|区市|市区|区|市|町村|自治体|団体|法人|者|社)(?:\(.*\))?$|参加意向"
)
_GROUP = re.compile(r"(?:居住支援法人|不動産関係団体|不動産団体|その他)\((?P<names>.*)\)")
_AND_MORE = re.compile(r"^(?:ほか|他|その他)\s*\d*\s*(?:法人|団体|社|名|者)?$|^など$|^等$")
_COUNT_ALONE = re.compile(r"^(?:全|各)?\d+\s*(?:法人|団体|社|名|者|人|事業者)$|^\(.*\d+.*\)$")


@dataclass(frozen=True, slots=True)
class MembersFound:
    """`collective` are the cells that name a number instead of names; `repeated` what a later cell names again."""

    members: tuple[Member, ...]
    observers: tuple[str, ...]
    collective: tuple[Cell, ...]
    repeated: tuple[tuple[Cell, str], ...]
    by_nature: tuple[tuple[Cell, str, str], ...]
    """Cell, member and category where the body decided and not the heading."""


def read_members(cells: Sequence[Cell], columns: Sequence[str], *, municipality: str) -> MembersFound:
    """`columns` names each cell as `columns.name_member_cells` does."""
    members: list[Member] = []
    observers: list[str] = []
    collective: list[Cell] = []
    repeated: list[tuple[Cell, str]] = []
    by_nature: list[tuple[Cell, str, str]] = []
    seen: set[str] = set()
    for cell, column in zip(cells, columns, strict=True):
        if is_nothing(cell.text):
            continue
        if _is_collective(cell.text):
            collective.append(cell)
            continue
        for member in _of_cell(cell, column, columns, municipality):
            if column == "observer":
                observers.append(member.text)
                continue
            key = squeezed(member.text)
            if key in seen:
                repeated.append((cell, member.text))
                continue
            seen.add(key)
            members.append(member)
            if member.confidence == "unsure" and member.category != column:
                by_nature.append((cell, member.text, member.category))
    return MembersFound(
        tuple(members), tuple(observers), tuple(collective), tuple(repeated), tuple(by_nature)
    )


def _is_collective(text: str) -> bool:
    return _COLLECTIVE.search(squeezed(text)) is not None


def _of_cell(cell: Cell, column: str, columns: Sequence[str], municipality: str) -> list[Member]:
    if column == "local_government":
        return _officials(cell, columns, municipality)
    grouped = _GROUP.fullmatch(squeezed(cell.text))
    names = [
        name
        for name in split_names(grouped["names"] if grouped else cell.text, municipality=municipality)
        if not (_AND_MORE.match(squeezed(name)) or _COUNT_ALONE.match(squeezed(name)))
    ]
    # Columns in order and one heading each: what stands under a heading is what it says.
    settled = "mixed" not in columns and len(columns) >= 6
    return [_placed(name, cell, column, settled=settled) for name in names]


def _placed(name: str, cell: Cell, column: str, *, settled: bool) -> Member:
    category, confidence = _category(name, column, settled=settled)
    if may_be_two(name):
        confidence = "unsure"
    return Member(name, category, cell.address, confidence)


def _category(name: str, column: str, *, settled: bool) -> tuple[str, Confidence]:
    """The category of a body in a column, and whether heading and body agree on it."""
    kind = nature(name)
    if column in ("support_corporation", "observer"):
        return column, "sure"
    if column == "realtor_association":
        if kind == "rental":
            return "rental_manager", "unsure"
        if kind in ("other", "government") or is_never_of_realtors(name) or is_company(name):
            return "other", "unsure"
        return "realtor_association", "sure" if kind == "realtor" else "unsure"
    if kind == "realtor":
        return "realtor_association", "unsure"
    if kind == "rental":
        return "rental_manager", "sure" if column == "rental_manager" else "unsure"
    if column == "rental_manager" and kind == "unknown":
        return "rental_manager", "sure" if settled else "unsure"
    return "other", "sure" if column == "other" else "unsure"


def _officials(cell: Cell, columns: Sequence[str], municipality: str) -> list[Member]:
    """Posts; bodies among them only where the next column, the support corporations, was fused into this one."""
    if "support_corporation" in columns:
        return [
            Member(
                post.text,
                "local_government",
                cell.address,
                "unsure" if post.carried else "sure",
                post.carried,
            )
            for post in split_posts(cell.text)
        ]
    members = []
    for post in split_posts(cell.text):
        is_body = re.match(r"\((?:株|一社|NPO|社福)\)|.*(?:株式会社|法人)", squeezed(post.text)) is not None
        category = "support_corporation" if is_body else "local_government"
        members.append(
            Member(
                post.text,
                category,
                cell.address,
                "unsure" if is_body or post.carried else "sure",
                post.carried,
            )
        )
    return members


def label(category: str) -> str:
    return LABELS[category]
