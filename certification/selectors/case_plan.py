"""The plan as a reviewer reads it: blocks to which review items point, rooms as a table, changes with who asked for them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from certification.models import ReturnPoint
from certification.rules.difference import Change, DisplayGroup, DisplayRow, display, touched, unrequested
from certification.rules.parts import EMPTY
from certification.rules.plan import Plan, Section, Support

DOCUMENTS_BLOCK: Final = "plan-documents"
UNITS: Final = "buildings.units"
SUPPORT_PARTS: Final = {part.name: str(part.metadata["label"]) for part in dataclasses.fields(Support)}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which points asked for a change of each path; a path without any is a change nobody asked for."""

    by_path: Mapping[str, tuple[ReturnPoint, ...]]

    def words(self, path: str) -> str:
        """第1回の指摘(項目10); empty where nobody asked."""
        names = dict.fromkeys(point_name(point) for point in self.by_path.get(path, ()))
        return "、".join(names)

    @property
    def unasked(self) -> frozenset[str]:
        return frozenset(path for path, points in self.by_path.items() if not points)


def asked_for(changes: Iterable[Change], points: Iterable[ReturnPoint]) -> Asked:
    """Match changes with released points. A point about the whole application covers what no other point does."""
    changes = tuple(changes)
    told = list(points)
    with_item = [point for point in told if point.item]
    whole = tuple(point for point in told if point.item is None)
    scopes = [(point.item.sections, point.item.document_codes) for point in with_item if point.item]
    missed = {change.path for change in unrequested(changes, scopes)}
    return Asked(
        by_path={
            change.path: whole if change.path in missed else _points_on(change, with_item)
            for change in changes
        }
    )


def _points_on(change: Change, points: Iterable[ReturnPoint]) -> tuple[ReturnPoint, ...]:
    return tuple(
        point
        for point in points
        if point.item and touched((change,), point.item.sections, point.item.document_codes)
    )


def point_name(point: ReturnPoint) -> str:
    """第1回の指摘(項目10), or (申請全体)."""
    about = f"項目{point.item.number}" if point.item else "申請全体"
    return f"第{point.round.number}回の指摘({about})" if point.round else f"指摘の案({about})"


# --- Blocks -----------------------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class Group:
    """Rows of one party, building, … as the `dl` component takes them. `came`: the whole row is new."""

    title: str
    rows: list[dict[str, Any]]
    came: bool = False


@dataclass(kw_only=True)
class RoomRow:
    """One room: its cells in the order of the heads."""

    building: str
    cells: list[dict[str, Any]]
    came: bool = False


@dataclass(kw_only=True)
class Block:
    """One card of the plan column. `heads` and `rooms` are filled for the block of rooms alone."""

    id: str
    title: str
    groups: list[Group] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    rooms: list[RoomRow] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)

    @property
    def has_buildings(self) -> bool:
        """Whether the rooms stand in more than one building."""
        return len({room.building for room in self.rooms}) > 1


def block_id(pattern: str) -> str:
    """The block in which a pattern stands: plan-support-safety, plan-buildings-units, plan-lease."""
    parts = pattern.split(".")
    if parts[0] == Section.SUPPORT and len(parts) > 1 and parts[1] in SUPPORT_PARTS:
        return f"plan-{parts[0]}-{parts[1]}"
    if parts[0] == Section.BUILDINGS and len(parts) > 1 and parts[1] == "units":
        return "plan-buildings-units"
    return f"plan-{parts[0]}"


def block_title(identity: str) -> str:
    """The heading of a block."""
    if identity == "plan-buildings-units":
        return "住戸"
    _, section, *part = identity.split("-")
    return SUPPORT_PARTS[part[0]] if part else str(Section(section).label)


def places_of(sections: Iterable[str]) -> list[dict[str, str]]:
    """Links from a review item to the blocks it speaks of, each once."""
    found: dict[str, str] = {}
    for pattern in sections:
        if pattern == Section.SUPPORT:
            found |= {
                f"plan-support-{name}": label for name, label in SUPPORT_PARTS.items() if name != "other"
            }
        elif pattern.split(".")[0] in Section.values:
            found[block_id(pattern)] = block_title(block_id(pattern))
    return [{"url": f"#{identity}", "label": label} for identity, label in found.items()]


def plan_blocks(plan: Plan, *, changes: Collection[Change] = (), asked: Asked) -> list[Block]:
    """The whole plan in blocks, every changed place marked with the point that asked for it."""
    change_at = {change.path: change for change in changes}
    blocks: dict[str, Block] = {}
    shown: set[str] = set()
    for section in display(plan):
        for group in section.groups:
            _put(blocks, group, change_at=change_at, asked=asked)
            shown |= {row.path for row in group.rows} | {_row_path(group.rows[0].path)}
    for change in _gone(changes, shown=shown):
        identity = block_id(change.pattern)
        block = blocks.setdefault(identity, Block(id=identity, title=block_title(identity)))
        block.gone.append({"label": change.label, "before": change.before, "words": asked.words(change.path)})
    return list(blocks.values())


def _put(
    blocks: dict[str, Block], group: DisplayGroup, *, change_at: Mapping[str, Change], asked: Asked
) -> None:
    came = _came(group, change_at)
    by_block: dict[str, list[DisplayRow]] = {}
    for row in group.rows:
        by_block.setdefault(block_id(row.pattern), []).append(row)
    for identity, rows in by_block.items():
        block = blocks.setdefault(identity, Block(id=identity, title=block_title(identity)))
        cells = [_cell(row, change_at=change_at, asked=asked) for row in rows]
        if identity == "plan-buildings-units" and rows[0].pattern != UNITS:
            block.heads = [row.label for row in rows]
            block.rooms.append(RoomRow(building=_building_of(group.title), cells=cells, came=came))
        else:
            block.groups.append(Group(title=group.title, rows=cells, came=came))


def _building_of(title: str) -> str:
    """住宅「見本荘」 of 住宅「見本荘」 101号."""
    return title.rpartition(" ")[0] or title


def _came(group: DisplayGroup, change_at: Mapping[str, Change]) -> bool:
    change = change_at.get(_row_path(group.rows[0].path))
    return change is not None and change.kind == "added"


def _row_path(path: str) -> str:
    """The path of the row a field stands in: up to the last key."""
    return path[: path.rfind("]") + 1]


def _cell(row: DisplayRow, *, change_at: Mapping[str, Change], asked: Asked) -> dict[str, Any]:
    change = change_at.get(row.path)
    if change is None:
        return {"term": row.label, "text": row.value}
    words = asked.words(row.path)
    return {
        "term": row.label,
        "text": row.value,
        "before": change.before if change.before != EMPTY else "",
        "changed": True,
        "unasked": not words,
        "note": words,
    }


def _gone(changes: Iterable[Change], *, shown: Collection[str]) -> list[Change]:
    """What is no longer in the plan: a row once, not each of its fields."""
    missing = [
        change
        for change in changes
        if change.section and change.kind == "removed" and change.path not in shown
    ]
    rows = {change.path for change in missing if change.path.endswith("]")}
    return [change for change in missing if change.path in rows or _row_path(change.path) not in rows]
